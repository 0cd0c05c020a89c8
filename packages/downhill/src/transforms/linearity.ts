/** Whether a program is linear in some of its inputs. */
import type { Atom, Program } from "../program/program.ts";
import { linearizeProgram } from "./forward.ts";

/** Whether the derivative by the inputs from `first` on (floats) does not depend on them. */
export const isLinearFrom = (program: Program, first: number): boolean => {
  const { primal } = linearizeProgram(
    program,
    program.inputs.map((_, i) => i >= first),
  );
  const dependent = new Set<Atom>(primal.inputs.slice(first));
  for (const { inputs, outputs } of primal.equations)
    if (inputs.some((input) => dependent.has(input))) outputs.forEach((output) => dependent.add(output));
  return !primal.outputs.slice(program.outputs.length).some((residual) => dependent.has(residual));
};
