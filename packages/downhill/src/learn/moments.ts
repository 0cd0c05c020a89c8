/** Sums of squares and products of a table's columns about their means, from one pass over its rows. */
import { mul, sqrt, square, sub } from "../functions/elementwise.ts";
import { matmul } from "../functions/products.ts";
import { sum } from "../functions/reductions.ts";
import { astype, expandDims, transpose } from "../functions/shapes.ts";
import { wrap } from "../tensor/create.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { jit } from "../targets/jit.ts";
import { sampledStatistics, sampleOf } from "./column-statistics.ts";
import { total } from "./data.ts";
import { matrixOf } from "./quadratic.ts";

/** What least squares is about: a table, its targets, and how much each row counts. */
export interface WeightedTable {
  /** [rows, columns] */
  readonly X: Tensor;
  /** [rows, targets] */
  readonly Y: Tensor;
  /** [rows] */
  readonly weights: Float64Array;
  /** Whether the means are taken out, to be absorbed by an intercept. */
  readonly fitIntercept: boolean;
}

/** What centring a table takes out of it. */
export interface Means {
  /** [columns]; zeros if nothing is centred. */
  readonly xMean: Float64Array;
  /** [targets] */
  readonly yMean: Float64Array;
  readonly totalWeight: number;
}

/** Of the centred table B and its targets T, both times the roots of their weights, in float64. */
export interface Moments extends Means {
  /** BᵀB, [columns, columns]. */
  readonly gram: Float64Array;
  /** BᵀT, [columns, targets]. */
  readonly products: Float64Array;
  /** The sum of squares of each target: [targets]. */
  readonly squares: Float64Array;
  /** Bᵀ(T − B·W) for W [columns, targets], from a pass over the rows: right to the last digits where they cancel. */
  readonly remainderAt: (W: Float64Array) => Float64Array;
}

const shifted = (values: Tensor, shift: Tensor): Tensor => sub(astype(values, "float64"), shift);

const sums = jit((X: Tensor, Y: Tensor, weights: Tensor, xShift: Tensor, yShift: Tensor): Tensor[] => {
  const roots = expandDims(sqrt(weights), 1);
  const Z = mul(shifted(X, xShift), roots);
  const V = mul(shifted(Y, yShift), roots);
  const transposed = transpose(Z);
  return [
    matmul(transposed, Z),
    matmul(transposed, V),
    matmul(transposed, roots),
    sum(mul(V, roots), { axis: 0 }),
    sum(square(V), { axis: 0 }),
  ];
});

/** For r = s·(y − yShift − offset − (x − xShift)·W) in each row: the sums of (x − xShift)·r and of r. */
const remainders = jit(
  (
    X: Tensor,
    Y: Tensor,
    weights: Tensor,
    xShift: Tensor,
    yShift: Tensor,
    W: Tensor,
    offset: Tensor,
  ): Tensor[] => {
    const Z = shifted(X, xShift);
    const rest = mul(sub(sub(shifted(Y, yShift), offset), matmul(Z, W)), expandDims(weights, 1));
    return [matmul(transpose(Z), rest), sum(rest, { axis: 0 })];
  },
);

const vector = (values: Float64Array): Tensor => wrap(values, [values.length], "float64");

/**
 * The sums are taken about a shift near the mean and corrected for what the shift missed, which spares a pass for the means
 * and one for the centring (Chan, Golub and LeVeque, "Algorithms for computing the sample variance", 1983). The shift d from
 * the mean costs a column with deviation σ a factor of 1 + d²/σ² in precision. As the mean of a share p of the rows it has
 * p·d² ≤ σ², whatever rows those are, since they alone vary by so much about the mean: the factor is at most 1 + 1/p,
 * about 8 bits of 53, and close to 1 if the sample is anything like the rest. Constant columns are met exactly.
 */
export const momentsOf = ({ X, Y, weights, fitIntercept }: WeightedTable): Moments => {
  const [columns, targets] = [X.shape[1]!, Y.shape[1]!];
  const sample = fitIntercept ? sampleOf(weights) : new Int32Array();
  const shiftOf = (values: Tensor, size: number): Float64Array =>
    fitIntercept
      ? Float64Array.from(sampledStatistics(values, weights, sample), ({ mean }) => mean)
      : new Float64Array(size);
  const [xShift, yShift] = [shiftOf(X, columns), shiftOf(Y, targets)];
  const rows = [X, Y, vector(weights), vector(xShift), vector(yShift)] as const;
  const [gram, products, xSums, ySums, squares] = sums(...rows).map(({ data }) =>
    Float64Array.from(data),
  ) as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
  const totalWeight = total(weights);
  /** How far the means are from their shifts. */
  const [xMiss, yMiss] = [xSums, ySums].map((sums) =>
    sums.map((sum) => (fitIntercept ? sum / totalWeight : 0)),
  ) as [Float64Array, Float64Array];
  xMiss.forEach((miss, i) => {
    xSums.forEach((sum, j) => (gram[i * columns + j]! -= i < j ? miss * sum : xMiss[j]! * xSums[i]!));
    ySums.forEach((sum, j) => (products[i * targets + j]! -= miss * sum));
  });
  yMiss.forEach((miss, j) => (squares[j] = Math.max(0, squares[j]! - miss * ySums[j]!)));
  return {
    gram,
    products,
    squares,
    xMean: xShift.map((shift, i) => shift + xMiss[i]!),
    yMean: yShift.map((shift, i) => shift + yMiss[i]!),
    totalWeight,
    remainderAt: (W) => {
      if (W.every((value) => value === 0)) return products;
      const offset = yMiss.map((miss, target) =>
        xMiss.reduce((rest, x, column) => rest - x * W[column * targets + target]!, miss),
      );
      const [along, left] = remainders(...rows, matrixOf(W, targets), vector(offset));
      const missed = left!.data;
      return Float64Array.from(
        along!.data,
        (value, i) => value - xMiss[Math.floor(i / targets)]! * missed[i % targets]!,
      );
    },
  };
};
