/** Small computations on the inputs moved to the front, where later kernels find them ready. */
import type { Equation, Program, Variable } from "../program/program.ts";
import { sizeOf } from "../tensor/shape.ts";

/** Results up to this many elements count as small. */
const smallSize = 16;

/**
 * Moves equations to the front that depend on nothing but inputs and each other, if all results on the way are
 * small: step counts, rates, bias corrections. A large kernel that uses them at its end can then do so while its
 * values are still in registers.
 */
export const hoistSmall = (program: Program): Program => {
  const available = new Set<Variable>(program.inputs);
  const early: Equation[] = [];
  const late: Equation[] = [];
  for (const equation of program.equations) {
    const isReady = equation.inputs.every((input) => input.kind === "literal" || available.has(input));
    if (
      isReady &&
      [...equation.inputs, ...equation.outputs].every(({ shape }) => sizeOf(shape) <= smallSize)
    ) {
      early.push(equation);
      for (const output of equation.outputs) available.add(output);
    } else late.push(equation);
  }
  return { ...program, equations: [...early, ...late] };
};
