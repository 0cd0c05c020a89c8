/** The quadratic that least squares is about, and Newton's method on it. */
import { full } from "../functions/create.ts";
import { square, sub } from "../functions/elementwise.ts";
import { matmul } from "../functions/products.ts";
import { sum } from "../functions/reductions.ts";
import { wrap } from "../tensor/create.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { grad } from "../transforms/grad.ts";
import { jit } from "../targets/jit.ts";
import type { SymmetricFactor } from "./linear-algebra.ts";

/** J(W) = Σ (T − B·W)², for W [columns, targets]. */
const squares = (W: Tensor, B: Tensor, T: Tensor): Tensor => sum(square(sub(T, matmul(B, W))));

const slopeAt = jit(grad(squares));

/** A float64 scalar. */
export const scalar = (value: number): Tensor => full([], value, { dtype: "float64" });

/** Flat values as a float64 tensor [rows, columns]. */
export const matrixOf = (values: Float64Array, columns: number): Tensor =>
  wrap(values, [values.length / columns, columns], "float64");

/** After a step that changed no more than this share the next one would change nothing. */
const settled = 1e-8;

const largest = (values: Float64Array): number => {
  let result = 0;
  for (const value of values) result = Math.max(result, Math.abs(value));
  return result;
};

/** x ← x + step(x), from 0, until it has settled: the first step arrives, the next ones take back its rounding. */
export const refine = (size: number, step: (x: Float64Array) => Float64Array): Float64Array => {
  let x = new Float64Array(size);
  for (let steps = 0; steps < 8; steps++) {
    const change = step(x);
    x = x.map((value, i) => value + change[i]!);
    if (!(largest(change) > settled * largest(x))) break;
  }
  return x;
};

/**
 * The W [columns, targets], flat, with the smallest J.
 *
 * @param factor of BᵀB, safely positive.
 * @param unused columns whose coefficients stay 0.
 */
export const minimum = (
  B: Tensor,
  T: Tensor,
  factor: SymmetricFactor,
  unused: readonly number[] = [],
): Float64Array => {
  const targets = T.shape[1]!;
  return refine(B.shape[1]! * targets, (W) => {
    const slopes = slopeAt(matrixOf(W, targets), B, T).data;
    const downhill = Float64Array.from(slopes, (slope) => -slope / 2);
    for (const column of unused) downhill.fill(0, column * targets, (column + 1) * targets);
    return factor.solve(downhill, targets);
  });
};
