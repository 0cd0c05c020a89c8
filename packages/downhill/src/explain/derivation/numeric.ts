/** Programs of scalars as functions of numbers, by the plain rules of the interpreter. */
import type { Program } from "../../program/program.ts";
import { evaluateProgram, interpret, traceProgram } from "../../program/trace.ts";
import { tensor } from "../../tensor/create.ts";
import { literal, type TensorType } from "../../tensor/tensor.ts";
import { vmap } from "../../transforms/vmap.ts";

/** [inputs…] → [outputs…], in double precision. */
export const evaluateAt = (program: Program, inputs: readonly number[]): number[] =>
  evaluateProgram(
    program,
    inputs.map((input) => literal(input, "float64")),
  ).map((output) => output.item());

/** The program's outputs at many points at once, for each point. */
export const evaluateAtAll = (program: Program, points: readonly (readonly number[])[]): number[][] => {
  const size = points.length;
  if (size === 0 || program.inputs.length === 0) return points.map(() => evaluateAt(program, []));
  const column: TensorType = { shape: [size], dtype: "float64" };
  const { program: batched } = traceProgram(
    "derive",
    program.inputs.map(() => column),
    (inputs) => vmap((...args: typeof inputs) => interpret(program, args))(...inputs),
  );
  const columns = program.inputs.map((_, i) =>
    tensor(
      Float64Array.from(points, (point) => point[i]!),
      { dtype: "float64" },
    ).concrete("derive"),
  );
  const outputs = evaluateProgram(batched, columns).map(({ data }) => data);
  return points.map((_, k) => outputs.map((values) => values[k]!));
};

const shrink = 1.4;
const steps = 12;

/** How many values of a function its derivative takes: two for each step. */
export const differenceCount = 24;

/** The steps of a central difference at x, from large to small. */
const stepsAt = (x: number): number[] =>
  Array.from({ length: steps }, (_, i) => (0.02 * Math.max(Math.abs(x), 0.1)) / shrink ** i);

export interface Difference {
  readonly slope: number;
  /** How far it is from settled, or from what rounding leaves of it. */
  readonly error: number;
}

/** Where a function is wanted for its derivative at x: first x + h and x − h for the largest h. */
export const differencePoints = (x: number): number[] => stepsAt(x).flatMap((h) => [x + h, x - h]);

/**
 * Whether a function with this value at x, and these at `differencePoints(x)`, has a kink or a jump there: slopes to the right
 * and to the left, which in smooth places are as far apart as the steps are long, do not come together.
 */
export const isKinkAt = (x: number, value: number, values: readonly number[]): boolean => {
  const points = differencePoints(x);
  const sides = (i: number): [right: number, left: number] => [
    (values[2 * i]! - value) / (points[2 * i]! - x),
    (value - values[2 * i + 1]!) / (x - points[2 * i + 1]!),
  ];
  const apart = (i: number): number => {
    const [right, left] = sides(i);
    return Math.abs(right - left);
  };
  const [middle, last] = [steps >> 1, steps - 1];
  const size = Math.max(...sides(last).map(Math.abs));
  const rounding = (8 * Number.EPSILON * Math.max(...values.map(Math.abs))) / Math.abs(points[2 * last]! - x);
  return apart(last) > Math.max(0.5 * apart(middle), rounding, 1e-6 * size);
};

/**
 * The derivative at x from a function's values at `differencePoints(x)`: central differences, extrapolated to step 0
 * until rounding takes over (Ridders 1982).
 */
export const extrapolatedDifference = (x: number, values: readonly number[]): Difference => {
  const points = differencePoints(x);
  // The steps that were really made, as x + h is rounded.
  const difference = (i: number): number =>
    (values[2 * i]! - values[2 * i + 1]!) / (points[2 * i]! - points[2 * i + 1]!);
  let row = [difference(0)];
  const rounding = (Number.EPSILON * Math.max(...values.map(Math.abs))) / Math.abs(points[0]! - x);
  let best = { slope: row[0]!, error: Infinity };
  for (let i = 1; i < steps; i++) {
    const next = [difference(i)];
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
  const [last, before] = [difference(steps - 1), difference(steps - 2)];
  // The smallest steps are as far off as they are from each other, and by rounding. Where large ones went over jumps, what
  // they agreed on by chance is further away.
  const smallest = Math.abs(points[2 * steps - 2]! - x);
  const near = 4 * Math.abs(last - before) + (64 * rounding * Math.abs(points[0]! - x)) / smallest;
  const isConfirmed = Math.abs(best.slope - last) <= near + best.error;
  return { slope: best.slope, error: isConfirmed ? Math.max(best.error, rounding) : Infinity };
};
