/** Removing what a program computes in vain. */
import type { Equation, Program, Variable } from "./program.ts";

/** The program without equations on which no output depends; inputs stay. */
export const prune = (program: Program): Program => {
  const needed = new Set<Variable>();
  for (const output of program.outputs) if (output.kind === "variable") needed.add(output);
  const kept: Equation[] = [];
  for (let i = program.equations.length - 1; i >= 0; i--) {
    const equation = program.equations[i]!;
    if (!equation.outputs.some((output) => needed.has(output))) continue;
    kept.push(equation);
    for (const input of equation.inputs) if (input.kind === "variable") needed.add(input);
  }
  return { ...program, equations: kept.reverse() };
};
