/** Which result takes an input's place when a step is repeated: parameters, moments, step counts. */
import type { Equation, Program, Variable } from "../program/program.ts";
import { sizeOf } from "../tensor/shape.ts";

/**
 * The update of each input that has one: the result of its size and dtype from which it is fewest operations away, among those not yet spoken for.
 * That is a guess from the form of the program, of use only to place both at one address: whoever passes something
 * else at the next run is served as well.
 */
export const successorsOf = ({ inputs, equations, outputs }: Program): ReadonlyMap<Variable, Variable> => {
  const producers = new Map<Variable, Equation>();
  for (const equation of equations) for (const output of equation.outputs) producers.set(output, equation);
  const given = new Set(inputs);
  const successors = new Map<Variable, Variable>();
  const nearestInput = (result: Variable): Variable | undefined => {
    const size = sizeOf(result.shape);
    // Grows while it is walked through: breadth first.
    const seen = new Set([result]);
    for (const variable of seen) {
      if (
        given.has(variable) &&
        !successors.has(variable) &&
        variable.dtype === result.dtype &&
        sizeOf(variable.shape) === size
      )
        return variable;
      for (const input of producers.get(variable)?.inputs ?? [])
        if (input.kind === "variable") seen.add(input);
    }
    return undefined;
  };
  for (const output of outputs) {
    if (output.kind === "literal" || given.has(output)) continue;
    const input = nearestInput(output);
    if (input !== undefined) successors.set(input, output);
  }
  return successors;
};
