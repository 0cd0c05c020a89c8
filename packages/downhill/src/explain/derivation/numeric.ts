/** Programs of scalars as functions of numbers, by the plain rules of the interpreter. */
import type { Program } from "../../program/program.ts";
import { evaluateProgram } from "../../program/trace.ts";
import { literal } from "../../tensor/tensor.ts";

/** [inputs…] → [outputs…], in double precision. */
export type NumericFunction = (inputs: readonly number[]) => number[];

export const numericFunction =
  (program: Program): NumericFunction =>
  (inputs) =>
    evaluateProgram(
      program,
      inputs.map((input) => literal(input, "float64")),
    ).map((output) => output.item());

/**
 * The derivative of f at x by central differences, extrapolated to step 0 until rounding takes over (Ridders 1982).
 */
export const centralDifference = (f: (x: number) => number, x: number): { slope: number; error: number } => {
  const shrink = 1.4;
  let step = 0.02 * Math.max(Math.abs(x), 0.1);
  const difference = (h: number): number => {
    // The step that is really made, as x + h is rounded.
    const [above, below] = [x + h, x - h];
    return (f(above) - f(below)) / (above - below);
  };
  let row = [difference(step)];
  let best = { slope: row[0]!, error: Infinity };
  for (let i = 1; i < 12; i++) {
    step /= shrink;
    const next = [difference(step)];
    let factor = shrink * shrink;
    for (let j = 1; j <= i; j++) {
      next.push((next[j - 1]! * factor - row[j - 1]!) / (factor - 1));
      factor *= shrink * shrink;
      const error = Math.max(Math.abs(next[j]! - next[j - 1]!), Math.abs(next[j]! - row[j - 1]!));
      if (error <= best.error) best = { slope: next[j]!, error };
    }
    if (Math.abs(next[i]! - row[i - 1]!) >= 2 * best.error) break;
    row = next;
  }
  return best;
};
