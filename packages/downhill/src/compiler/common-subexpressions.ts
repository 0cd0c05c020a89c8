/** The same operation on the same operands, computed once. */
import { printNumber, printParams } from "../program/print.ts";
import type { Atom, Equation, Program, Variable } from "../program/program.ts";

/** Merges equations that are equal in primitive, operands and parameters. */
export const shareCommonSubexpressions = (program: Program): Program => {
  const numbers = new Map<Variable, number>();
  const numberOf = (variable: Variable): number => {
    const known = numbers.get(variable) ?? numbers.size;
    numbers.set(variable, known);
    return known;
  };
  const substitutes = new Map<Variable, Variable>();
  const resolve = (atom: Atom): Atom => (atom.kind === "variable" ? (substitutes.get(atom) ?? atom) : atom);
  const keyOf = (atom: Atom): string =>
    atom.kind === "variable" ? `v${String(numberOf(atom))}` : `${printNumber(atom.value)}:${atom.dtype}`;
  const seen = new Map<string, Equation>();
  const equations: Equation[] = [];
  for (const given of program.equations) {
    const inputs = given.inputs.map(resolve);
    const key = `${given.primitive.name}(${inputs.map(keyOf).join()})${printParams(given.params)}`;
    const twin = seen.get(key);
    if (twin !== undefined) {
      given.outputs.forEach((output, i) => substitutes.set(output, twin.outputs[i]!));
      continue;
    }
    const kept = { ...given, inputs };
    seen.set(key, kept);
    equations.push(kept);
  }
  return { inputs: program.inputs, equations, outputs: program.outputs.map(resolve) };
};
