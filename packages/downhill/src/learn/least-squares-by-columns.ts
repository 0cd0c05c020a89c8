/** Least squares from the sums of products of columns: fast, with all rows in a few passes. */
import { sub } from "../functions/elementwise.ts";
import { matmul } from "../functions/products.ts";
import { norm } from "../functions/reductions.ts";
import { take } from "../functions/picking.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { jit } from "../targets/jit.ts";
import { type CentredTable, clearConstantColumns } from "./centred-table.ts";
import { dependenceTolerance } from "./dependence.ts";
import { factorSymmetric, leastPivot } from "./linear-algebra.ts";
import type { Moments } from "./moments.ts";
import { nullVector, orthonormal, takeOut } from "./null-space.ts";
import { matrixOf, minimum, refine } from "./quadratic.ts";

/** The lengths of the columns of T − B·W. */
const remainders = jit((B: Tensor, T: Tensor, W: Tensor): Tensor => norm(sub(T, matmul(B, W)), { axis: 0 }));

const remainder = jit((B: Tensor, T: Tensor, W: Tensor): Tensor => sub(T, matmul(B, W)));

/**
 * Where some columns depend on the others: a solution on the independent ones, shortened. Undefined if what remains of
 * the dependent columns beside the others is more than rounding.
 */
const solveOnIndependent = (
  table: CentredTable,
  gram: Float64Array,
  independent: readonly number[],
  dependent: readonly number[],
  unused: readonly number[],
): Float64Array | undefined => {
  const { B, T, xMean } = table;
  const [columns, targets] = [xMean.length, T.shape[1]!];
  const count = independent.length;
  const part = new Float64Array(count * count);
  independent.forEach((i, row) =>
    independent.forEach((j, column) => (part[row * count + column] = gram[i * columns + j]!)),
  );
  const factor = factorSymmetric(part, count);
  const [A, D] = [take(B, independent, 1), take(B, dependent, 1)];
  const still = [...independent.keys()].filter((i) => unused.includes(independent[i]!));
  const combinations = minimum(A, D, factor, still);
  const lengths = Array.from(xMean, (_, i) => (unused.includes(i) ? 0 : Math.sqrt(gram[i * columns + i]!)));
  const tolerance = dependenceTolerance(table, xMean, lengths);
  const left = remainders(A, D, matrixOf(combinations, dependent.length)).data;
  if (dependent.some((column, k) => left[k]! > tolerance * lengths[column]!)) return undefined;

  const nullSpace = orthonormal(
    dependent.map((column, k) => {
      const coefficients = independent.map((_, i) => combinations[i * dependent.length + k]!);
      return nullVector({ column, others: independent, coefficients }, lengths, tolerance);
    }),
  );
  /** A solution in which the dependent columns have no part: [columns, targets]. */
  const basic = (goal: Tensor): Float64Array => {
    const W = new Float64Array(columns * targets);
    const solution = minimum(A, goal, factor, still);
    independent.forEach((column, i) =>
      W.set(solution.subarray(i * targets, (i + 1) * targets), column * targets),
    );
    return W;
  };
  const W = basic(T);
  for (let target = 0; target < targets; target++) {
    const x = Float64Array.from(xMean, (_, column) => W[column * targets + target]!);
    takeOut(nullSpace, x);
    x.forEach((value, column) => (W[column * targets + target] = value));
  }
  // Columns in very different units leave rounding in the null space: whatever became worse by it is mended.
  const mended = basic(remainder(B, T, matrixOf(W, targets)));
  return W.map((value, i) => value + mended[i]!);
};

/**
 * W [columns, targets], flat; undefined where sums of products have lost too much to rounding.
 *
 * @param table the rows themselves, which are needed only where columns depend on each other.
 */
export const solveByColumns = (
  moments: Moments,
  table: () => CentredTable,
  alpha: number,
): Float64Array | undefined => {
  const { xMean, yMean, remainderAt } = moments;
  const [columns, targets] = [xMean.length, yMean.length];
  const gram = moments.gram.slice();
  const constant = clearConstantColumns(gram, moments);
  // So that they do not make the matrix singular.
  for (const column of constant) gram[column * columns + column] = 1;
  for (let i = 0; i < columns; i++) gram[i * columns + i]! += alpha;
  const factor = factorSymmetric(gram, columns, leastPivot);
  if (factor.rank === columns)
    return refine(columns * targets, (W) => {
      const downhill = remainderAt(W).map((value, i) => value - alpha * W[i]!);
      for (const column of constant) downhill.fill(0, column * targets, (column + 1) * targets);
      return factor.solve(downhill, targets);
    });
  if (alpha > 0) return undefined;
  const independent = factor.order.slice(0, factor.rank);
  const dependent = factor.order.slice(factor.rank);
  return solveOnIndependent(table(), gram, independent, dependent, constant);
};
