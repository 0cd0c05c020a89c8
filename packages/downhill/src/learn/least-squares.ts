/** Least squares with an optional quadratic penalty: one Newton step on a quadratic, and one more for its rounding. */
import { matmul } from "../functions/products.ts";
import { sum } from "../functions/reductions.ts";
import { add, div, mul, sqrt, square, sub } from "../functions/elementwise.ts";
import { astype, expandDims, transpose } from "../functions/shapes.ts";
import { wrap } from "../tensor/create.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { grad, valueAndGrad } from "../transforms/grad.ts";
import { jit } from "../transforms/jit.ts";
import { total } from "./data.ts";
import { solveSymmetric } from "./linear-algebra.ts";

/** A table with its weighted means; everything float64, targets always [rows, targets]. */
export interface CentredTable {
  readonly X: Tensor;
  readonly Y: Tensor;
  readonly weights: Tensor;
  /** [columns]; zeros if nothing is to be centred. */
  readonly xMean: Tensor;
  /** [targets] */
  readonly yMean: Tensor;
}

/** J(W) = Σ s·(y − ȳ − (x − x̄)·W)² + α Σ W², for W [columns, targets]. */
const penalisedSquares = (
  W: Tensor,
  { X, Y, weights, xMean, yMean }: CentredTable,
  alpha: Tensor | number,
): Tensor => {
  const residuals = sub(sub(Y, yMean), sub(matmul(X, W), matmul(xMean, W)));
  return add(sum(mul(square(residuals), expandDims(weights, 1))), mul(sum(square(W)), alpha));
};

const slope = jit(grad(penalisedSquares));

const valueAndSlope = jit(valueAndGrad(penalisedSquares));

/** Σ s·(y − ȳ)² and the slope of the unpenalised objective at w = 0, for a table with one target. */
export const slopeAtZero = (table: CentredTable): { value: number; slope: Float64Array } => {
  const columns = table.X.shape[1]!;
  const zero = wrap(new Float64Array(columns), [columns, 1], "float64");
  const [value, slopes] = valueAndSlope(zero, table, wrap(Float64Array.of(0), [], "float64"));
  return { value: value.item(), slope: slopes.data as Float64Array };
};

const weightedMeans = jit((X: Tensor, Y: Tensor, weights: Tensor): [Tensor, Tensor] => {
  const share = div(weights, sum(weights));
  return [matmul(share, astype(X, "float64")), matmul(share, Y)];
});

/** Rows centred and multiplied by the roots of their weights: B with BᵀB half the Hessian of the squares. */
const weightedRows = (X: Tensor, mean: Tensor, weights: Tensor): Tensor =>
  mul(sub(astype(X, "float64"), mean), expandDims(sqrt(weights), 1));

/** Sums of products of columns: BᵀB, [columns, columns]. */
export const gramOfColumns = jit((X: Tensor, mean: Tensor, weights: Tensor): Tensor => {
  const rows = weightedRows(X, mean, weights);
  return matmul(transpose(rows), rows);
});

/** Sums of products of rows: BBᵀ, [rows, rows]; and the targets that belong to it. */
const gramOfRows = jit((table: CentredTable): [Tensor, Tensor] => {
  const rows = weightedRows(table.X, table.xMean, table.weights);
  return [matmul(rows, transpose(rows)), weightedRows(table.Y, table.yMean, table.weights)];
});

const fromRows = jit((table: CentredTable, factors: Tensor): Tensor =>
  matmul(transpose(weightedRows(table.X, table.xMean, table.weights)), factors),
);

/** The table with its weighted means (zeros if there is no intercept to absorb them). */
export const centredTable = (
  X: Tensor,
  Y: Tensor,
  weights: Float64Array,
  fitIntercept: boolean,
): CentredTable => {
  const columns = X.shape[1]!;
  const targets = astype(Y, "float64");
  const s = wrap(weights, [weights.length], "float64");
  const count = targets.shape[1]!;
  const [xMean, yMean] = fitIntercept
    ? weightedMeans(X, targets, s)
    : [
        wrap(new Float64Array(columns), [columns], "float64"),
        wrap(new Float64Array(count), [count], "float64"),
      ];
  return { X: astype(X, "float64"), Y: targets, weights: s, xMean, yMean };
};

/**
 * Diagonal elements that are nothing but the rounding of a constant column become exact zeros, so that such a column
 * gets no coefficient. A deviation of fewer than 16 units in the last place of the mean counts as rounding.
 */
export const clearConstantColumns = (gram: Float64Array, xMean: Tensor, totalWeight: number): void => {
  const { data } = xMean;
  const size = data.length;
  for (let column = 0; column < size; column++) {
    const rounding = 16 * Number.EPSILON * Math.abs(data[column]!);
    if (gram[column * size + column]! > totalWeight * rounding ** 2) continue;
    for (let other = 0; other < size; other++) gram[column * size + other] = gram[other * size + column] = 0;
  }
};

const solveByColumns = (table: CentredTable, alpha: number): Float64Array => {
  const { X, Y, xMean, weights } = table;
  const columns = X.shape[1]!;
  const targets = Y.shape[1]!;
  const hessian = Float64Array.from(gramOfColumns(X, xMean, weights).data, (value) => 2 * value);
  clearConstantColumns(hessian, xMean, 2 * total(weights.data));
  for (let i = 0; i < columns; i++) hessian[i * columns + i]! += 2 * alpha;
  let W = new Float64Array(columns * targets);
  // The function is quadratic, so the first step arrives; the second takes back what the first one rounded.
  for (let step = 0; step < 2; step++) {
    const slopes = slope(
      wrap(W, [columns, targets], "float64"),
      table,
      wrap(Float64Array.of(alpha), [], "float64"),
    );
    const { x } = solveSymmetric(hessian, slopes.data as Float64Array, columns, targets);
    W = W.map((value, i) => value - x[i]!);
  }
  return W;
};

/** More columns than rows: the solution is a combination of the rows, W = Bᵀ(BBᵀ + α)⁺t. */
const solveByRows = (table: CentredTable, alpha: number): Float64Array => {
  const [gram, target] = gramOfRows(table);
  const rows = gram.shape[0]!;
  const matrix = Float64Array.from(gram.data);
  for (let i = 0; i < rows; i++) matrix[i * rows + i]! += alpha;
  const { x } = solveSymmetric(matrix, target.data as Float64Array, rows, target.shape[1]);
  return fromRows(table, wrap(x, target.shape, "float64")).data as Float64Array;
};

export interface LinearSolution {
  /** [columns, targets], flat. */
  readonly coef: Float64Array;
  /** [targets] */
  readonly intercept: Float64Array;
}

/** The intercepts at which the means lie on the plane. */
export const interceptAt = (coef: Float64Array, { xMean, yMean }: CentredTable): Float64Array => {
  const targets = yMean.size;
  return Float64Array.from(yMean.data, (mean, target) => {
    let sum = mean;
    for (let column = 0; column < xMean.size; column++)
      sum -= xMean.data[column]! * coef[column * targets + target]!;
    return sum;
  });
};

/**
 * Minimises Σ s·(y − xW − b)² + α Σ W² in float64. Where the minimum is not unique: the W of least norm.
 */
export const leastSquares = (table: CentredTable, alpha: number): LinearSolution => {
  const [rows, columns] = table.X.shape;
  const coef = columns! > rows! ? solveByRows(table, alpha) : solveByColumns(table, alpha);
  return { coef, intercept: interceptAt(coef, table) };
};
