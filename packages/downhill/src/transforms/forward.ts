/** Forward mode with partial evaluation: a program split into its values and its linear part. */
import { type Atom, type Equation, type Program, type Variable } from "../program/program.ts";
import { prune } from "../program/prune.ts";
import { bind, buildProgram, readerOf } from "../program/trace.ts";
import type { Tangent } from "../program/primitive.ts";
import { isFloating } from "../tensor/dtype.ts";
import type { Tensor } from "../tensor/tensor.ts";
import "../primitives/slopes.ts";

/** The derivative of a program as a program: [primals…, tangents of active inputs…] → [values…, tangents…]. */
export interface JvpProgram {
  readonly program: Program;
  /** Which outputs have a tangent; only these appear behind the values. */
  readonly active: readonly boolean[];
}

/** Forward mode. `active` says which inputs have a tangent. */
export const jvpProgram = (program: Program, active: readonly boolean[]): JvpProgram => {
  const activeInputs = program.inputs.filter((_, i) => active[i]);
  let activeOutputs: boolean[] = [];
  const result = buildProgram("jvp", [...program.inputs, ...activeInputs], (inputs) => {
    const primals = new Map<Variable, Tensor>();
    const tangents = new Map<Variable, Tensor>();
    program.inputs.forEach((input, i) => primals.set(input, inputs[i]!));
    activeInputs.forEach((input, i) => {
      if (isFloating(input.dtype)) tangents.set(input, inputs[program.inputs.length + i]!);
    });
    const read = readerOf(primals);
    const tangentOf = (atom: Atom): Tangent => (atom.kind === "variable" ? tangents.get(atom) : undefined);
    for (const { primitive, inputs: operands, params, outputs } of program.equations) {
      const values = operands.map(read);
      const slopes = operands.map(tangentOf);
      const { primals: results, tangents: resultTangents } = slopes.some((slope) => slope !== undefined)
        ? primitive.jvp(values, slopes, params)
        : { primals: bind(primitive, values, params), tangents: [] };
      outputs.forEach((output, i) => {
        primals.set(output, results[i]!);
        const tangent = resultTangents[i];
        if (tangent) tangents.set(output, tangent);
      });
    }
    const outputTangents = program.outputs.map(tangentOf);
    activeOutputs = outputTangents.map((tangent) => tangent !== undefined);
    return [
      ...program.outputs.map(read),
      ...outputTangents.filter((tangent): tangent is Tensor => tangent !== undefined),
    ];
  });
  return { program: prune(result), active: activeOutputs };
};

/** A program in two parts: values with residuals, and the linear map that the residuals determine. */
export interface LinearizedProgram {
  /** inputs… → [values…, residuals…] */
  readonly primal: Program;
  /** [residuals…, tangents of active inputs…] → tangents of active outputs; every equation is linear. */
  readonly linear: Program;
  readonly residualCount: number;
  readonly active: readonly boolean[];
}

/** Splits the derivative of a program at the point where tangents come in. */
export const linearizeProgram = (program: Program, active: readonly boolean[]): LinearizedProgram => {
  const { program: dual, active: activeOutputs } = jvpProgram(program, active);
  const primalInputs = dual.inputs.slice(0, program.inputs.length);
  const tangentInputs = dual.inputs.slice(program.inputs.length);
  const values = dual.outputs.slice(0, program.outputs.length);
  const tangents = dual.outputs.slice(program.outputs.length);
  const linearVariables = new Set<Variable>(tangentInputs);
  const isLinear = (atom: Atom): boolean => atom.kind === "variable" && linearVariables.has(atom);
  const known: Equation[] = [];
  const linear: Equation[] = [];
  for (const equation of dual.equations) {
    if (equation.inputs.some(isLinear)) {
      linear.push(equation);
      for (const output of equation.outputs) linearVariables.add(output);
    } else known.push(equation);
  }
  const residuals = new Set<Variable>();
  const keep = (atom: Atom): void => {
    if (atom.kind === "variable" && !linearVariables.has(atom)) residuals.add(atom);
  };
  for (const { inputs } of linear) inputs.forEach(keep);
  tangents.forEach(keep);
  return {
    primal: prune({ inputs: primalInputs, equations: known, outputs: [...values, ...residuals] }),
    linear: { inputs: [...residuals, ...tangentInputs], equations: linear, outputs: tangents },
    residualCount: residuals.size,
    active: activeOutputs,
  };
};
