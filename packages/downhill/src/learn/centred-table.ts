/** Tables whose means and weights are taken out: for each slope the best intercept is then known. */
import { add, div, mul, sqrt, sub } from "../functions/elementwise.ts";
import { matmul } from "../functions/products.ts";
import { sum } from "../functions/reductions.ts";
import { astype, expandDims, transpose } from "../functions/shapes.ts";
import { wrap } from "../tensor/create.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { jit } from "../targets/jit.ts";
import { total } from "./data.ts";
import type { Means, WeightedTable } from "./moments.ts";

/** Least squares of T on B, without weights and intercept, is that of the table. Everything is float64. */
export interface CentredTable extends Means {
  /** Rows of X less their mean, times the roots of their weights: [rows, columns]. */
  readonly B: Tensor;
  /** The same of the targets: [rows, targets]. */
  readonly T: Tensor;
  readonly weights: Float64Array;
  /** Whether the means are taken out, to be absorbed by an intercept. */
  readonly isCentred: boolean;
}

const weightedMean = jit((values: Tensor, weights: Tensor): Tensor => {
  const share = div(weights, sum(weights));
  const first = matmul(share, values);
  // The mean of what the first mean leaves over takes back its rounding: constant columns are met exactly.
  return add(first, matmul(share, sub(values, first)));
});

const weightedRows = jit((values: Tensor, mean: Tensor, weights: Tensor): Tensor =>
  mul(sub(values, mean), expandDims(sqrt(weights), 1)),
);

export const centredTable = ({ X, Y, weights, fitIntercept }: WeightedTable): CentredTable => {
  const s = wrap(weights, [weights.length], "float64");
  const centred = (given: Tensor): { rows: Tensor; mean: Float64Array } => {
    const values = astype(given, "float64");
    const columns = values.shape[1]!;
    const mean = fitIntercept
      ? weightedMean(values, s)
      : wrap(new Float64Array(columns), [columns], "float64");
    return { rows: weightedRows(values, mean, s), mean: mean.data as Float64Array };
  };
  const [x, y] = [centred(X), centred(Y)];
  return {
    B: x.rows,
    T: y.rows,
    xMean: x.mean,
    yMean: y.mean,
    weights,
    totalWeight: total(weights),
    isCentred: fitIntercept,
  };
};

/** Sums of products of rows: BBᵀ, [rows, rows]. */
export const gramOfRows = jit((B: Tensor): Tensor => matmul(B, transpose(B)));

/**
 * Whether a column is constant, apart from rounding: its deviation is fewer than 16 units in the last place of its mean.
 *
 * @param squares the sum of squares of the column of B.
 */
export const isConstant = ({ xMean, totalWeight }: Means, column: number, squares: number): boolean =>
  !(squares > totalWeight * (16 * Number.EPSILON * xMean[column]!) ** 2);

/** Makes the products with constant columns exactly 0, so that such columns get no coefficient; tells which they are. */
export const clearConstantColumns = (gram: Float64Array, means: Means): number[] => {
  const size = means.xMean.length;
  const constant = Array.from(means.xMean.keys()).filter((column) =>
    isConstant(means, column, gram[column * size + column]!),
  );
  for (const column of constant)
    for (let other = 0; other < size; other++) gram[column * size + other] = gram[other * size + column] = 0;
  return constant;
};

/** The intercepts at which the means lie on the plane; `coef` is [columns, targets]. */
export const interceptAt = (coef: Float64Array, { xMean, yMean }: Means): Float64Array =>
  yMean.map((mean, target) => {
    let sum = mean;
    xMean.forEach((x, column) => (sum -= x * coef[column * yMean.length + target]!));
    return sum;
  });
