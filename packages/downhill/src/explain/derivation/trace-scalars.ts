/** A function of scalars as the program that derivations take apart. */
import { shareCommonSubexpressions } from "../../compiler/common-subexpressions.ts";
import type { Atom, Equation, Program, Variable } from "../../program/program.ts";
import { prune } from "../../program/prune.ts";
import { traceProgram } from "../../program/trace.ts";
import type { Tensor, TensorType } from "../../tensor/tensor.ts";

export interface ScalarProgram {
  /** Inputs in the order of the variables' names; no captured ones. */
  readonly program: Program;
  readonly variables: readonly string[];
}

const double: TensorType = { shape: [], dtype: "float64" };

/** The captured tensors of size 1 become numbers of the program. */
const withNumbers = (program: Program, captured: readonly Tensor[]): Program => {
  const numbers = new Map<Variable, Atom>();
  captured.forEach((tensor, i) => {
    const standIn = program.inputs[i]!;
    if (tensor.size === 1)
      numbers.set(standIn, { kind: "literal", shape: [], dtype: tensor.dtype, value: tensor.item() });
  });
  const resolve = (atom: Atom): Atom => (atom.kind === "variable" ? (numbers.get(atom) ?? atom) : atom);
  return {
    inputs: program.inputs.filter((input) => !numbers.has(input)),
    equations: program.equations.map((equation) => ({ ...equation, inputs: equation.inputs.map(resolve) })),
    outputs: program.outputs.map(resolve),
  };
};

/** The program of a function of float64 scalars, each computation in it once. */
export const traceScalars = (
  f: (...args: Tensor[]) => Tensor,
  variables: readonly string[],
): ScalarProgram => {
  const { program, captured } = traceProgram(
    "derive",
    variables.map(() => double),
    (args) => [f(...args)],
  );
  return { program: prune(shareCommonSubexpressions(withNumbers(prune(program), captured))), variables };
};

/** What keeps a program from being one of scalars: an equation that is not elementwise, or has axes. */
export const notScalar = ({ equations }: Program): Equation | undefined =>
  equations.find(
    ({ primitive, outputs }) =>
      primitive.kind !== "elementwise" || outputs.some(({ shape }) => shape.length > 0),
  );

/** The program of a function of float64 scalars, as it is written. */
export const programOfScalars = (
  count: number,
  f: (inputs: readonly Tensor[]) => readonly Tensor[],
): Program => {
  return traceProgram(
    "derive",
    Array.from({ length: count }, () => double),
    f,
  ).program;
};
