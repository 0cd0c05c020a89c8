/** Least squares with more columns than rows, from the sums of products of rows. */
import { mul, sub } from "../functions/elementwise.ts";
import { matmul } from "../functions/products.ts";
import { transpose } from "../functions/shapes.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { jit } from "../targets/jit.ts";
import { type CentredTable, gramOfRows } from "./centred-table.ts";
import { factorSymmetric, leastPivot } from "./linear-algebra.ts";
import { matrixOf, refine, scalar } from "./quadratic.ts";

/** Bᵀ·factors, [columns, targets]. */
const combination = jit((B: Tensor, factors: Tensor): Tensor => matmul(transpose(B), factors));

/** What the combination of rows with these factors leaves of T: T − (BBᵀ + α)·factors. */
const remainder = jit((B: Tensor, T: Tensor, factors: Tensor, alpha: Tensor): Tensor =>
  sub(sub(T, matmul(B, matmul(transpose(B), factors))), mul(factors, alpha)),
);

/**
 * The shortest solution is a combination of the rows: W = Bᵀ(BBᵀ + α)⁻¹T, [columns, targets]. Undefined if that matrix
 * is not safely positive.
 */
export const solveByRows = (
  { B, T, weights, totalWeight, isCentred }: CentredTable,
  alpha: number,
): Float64Array | undefined => {
  const [rows, targets] = T.shape as readonly [number, number];
  const gram = Float64Array.from(gramOfRows(B).data);
  let trace = 0;
  for (let i = 0; i < rows; i++) trace += gram[i * rows + i]!;
  for (let i = 0; i < rows; i++) {
    gram[i * rows + i]! += alpha;
    // Centred rows add up to zero: in that direction the matrix is 0. T has no part in it either, so that any other
    // value there gives the same solution.
    if (isCentred)
      for (let j = 0; j < rows; j++)
        gram[i * rows + j]! += ((trace / rows) * Math.sqrt(weights[i]! * weights[j]!)) / totalWeight;
  }
  const factor = factorSymmetric(gram, rows, leastPivot);
  if (factor.rank < rows) return undefined;
  const strength = scalar(alpha);
  const factors = refine(rows * targets, (x) =>
    factor.solve(remainder(B, T, matrixOf(x, targets), strength).data as Float64Array, targets),
  );
  return combination(B, matrixOf(factors, targets)).data as Float64Array;
};
