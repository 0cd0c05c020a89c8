/** Operations that are programs of their own (custom derivatives, checkpoints) replaced by what they compute. */
import type { Equation, Program, Variable } from "../program/program.ts";
import { asCopyOf } from "../program/source-lines.ts";
import { bind, buildProgram, interpret, readerOf } from "../program/trace.ts";
import type { Tensor } from "../tensor/tensor.ts";

const isInline = ({ primitive: { lowering } }: Equation): boolean => lowering.form === "inline";

/** The program without operations of the form `inline`; bodies of loops and choices go through the passes by themselves. */
export const inline = (program: Program): Program => {
  if (!program.equations.some(isInline)) return program;
  return buildProgram("inline", program.inputs, (inputs) => {
    const values = new Map<Variable, Tensor>(program.inputs.map((input, i) => [input, inputs[i]!]));
    const read = readerOf(values);
    for (const equation of program.equations) {
      const { primitive, params, outputs } = equation;
      const { lowering } = primitive;
      const operands = equation.inputs.map(read);
      const results =
        lowering.form === "inline"
          ? interpret(inline(lowering.program(params)), operands)
          : asCopyOf(equation, () => bind(primitive, operands, params));
      outputs.forEach((output, i) => values.set(output, results[i]!));
    }
    return program.outputs.map(read);
  });
};
