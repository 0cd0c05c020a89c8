/** Small dense linear algebra in float64 on flat row-major arrays: what a Newton step needs. */
import { nullVector, orthonormal, takeOut } from "./null-space.ts";

interface Factor {
  /** Lower triangular factor of the permuted matrix: its leading `rank` columns, row-major [size, size]. */
  readonly lower: Float64Array;
  readonly order: Int32Array;
  readonly rank: number;
}

/**
 * Cholesky factorisation with complete pivoting, stopped at the first pivot below `tolerance`
 * (Higham, "Analysis of the Cholesky decomposition of a semi-definite matrix", 1990). Overwrites `a`.
 */
const pivotedCholesky = (a: Float64Array, size: number, tolerance: number): Factor => {
  const order = Int32Array.from({ length: size }, (_, i) => i);
  const swap = (i: number, j: number): void => {
    for (let k = 0; k < size; k++) {
      const held = a[i * size + k]!;
      a[i * size + k] = a[j * size + k]!;
      a[j * size + k] = held;
    }
    for (let k = 0; k < size; k++) {
      const held = a[k * size + i]!;
      a[k * size + i] = a[k * size + j]!;
      a[k * size + j] = held;
    }
    const held = order[i]!;
    order[i] = order[j]!;
    order[j] = held;
  };
  for (let k = 0; k < size; k++) {
    let pivot = k;
    for (let i = k + 1; i < size; i++) if (a[i * size + i]! > a[pivot * size + pivot]!) pivot = i;
    if (!(a[pivot * size + pivot]! > tolerance)) return { lower: a, order, rank: k };
    if (pivot !== k) swap(k, pivot);
    const diagonal = Math.sqrt(a[k * size + k]!);
    a[k * size + k] = diagonal;
    for (let i = k + 1; i < size; i++) a[i * size + k]! /= diagonal;
    // Only the lower triangle of the rest is right, and mirrored so that rows and columns can be exchanged.
    for (let i = k + 1; i < size; i++) {
      const factor = a[i * size + k]!;
      if (factor === 0) continue;
      for (let j = k + 1; j <= i; j++) {
        const value = a[i * size + j]! - factor * a[j * size + k]!;
        a[i * size + j] = value;
        a[j * size + i] = value;
      }
    }
  }
  return { lower: a, order, rank: size };
};

/** Solves L Lᵀ x = b in place for the leading `rank` rows of L (rows of length `stride`). */
const solveFactored = (lower: Float64Array, stride: number, rank: number, b: Float64Array): void => {
  for (let i = 0; i < rank; i++) {
    let sum = b[i]!;
    for (let k = 0; k < i; k++) sum -= lower[i * stride + k]! * b[k]!;
    b[i] = sum / lower[i * stride + i]!;
  }
  solveUpper(lower, stride, rank, b);
};

/** Solves Lᵀ x = b in place. */
const solveUpper = (lower: Float64Array, stride: number, rank: number, b: Float64Array): void => {
  for (let i = rank - 1; i >= 0; i--) {
    let sum = b[i]!;
    for (let k = i + 1; k < rank; k++) sum -= lower[k * stride + i]! * b[k]!;
    b[i] = sum / lower[i * stride + i]!;
  }
};

/**
 * Sums of products square the condition number of a table. Where less than this share of a column is unexplained by the
 * others, too much of that share is rounding.
 */
export const leastPivot = 1e-8;

/** A factored symmetric positive semidefinite matrix H [size, size]. */
export interface SymmetricFactor {
  readonly rank: number;
  /** The columns of H, the independent ones first. */
  readonly order: readonly number[];
  /** Of H x = g for g [size, columns] in the range of H: the solution of least norm, [size, columns]. */
  readonly solve: (g: Float64Array, columns?: number) => Float64Array;
}

/**
 * Factors a symmetric positive semidefinite H [size, size]. It is scaled to a unit diagonal first, so that columns of
 * very different units do not look dependent.
 *
 * @param tolerance pivots (shares of a diagonal element that are not explained by the others) up to this count as
 *   zero. Default: 16·size·2⁻⁵².
 */
export const factorSymmetric = (
  H: Float64Array,
  size: number,
  tolerance = 16 * size * Number.EPSILON,
): SymmetricFactor => {
  const scale = Float64Array.from({ length: size }, (_, i) => {
    const diagonal = H[i * size + i]!;
    return diagonal > 0 ? 1 / Math.sqrt(diagonal) : 0;
  });
  const scaled = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++) scaled[i * size + j] = H[i * size + j]! * scale[i]! * scale[j]!;
  const factor = pivotedCholesky(scaled, size, tolerance);
  const { lower, order, rank } = factor;
  const independent = Array.from(order.subarray(0, rank));
  const findNullSpace = (): Float64Array[] => {
    const lengths = scale.map((value) => (value === 0 ? 1 : 1 / value));
    return orthonormal(
      Array.from(order.subarray(rank), (column, k) => {
        const coefficients = lower.slice((rank + k) * size, (rank + k) * size + rank);
        solveUpper(lower, size, rank, coefficients);
        independent.forEach((other, i) => (coefficients[i]! *= lengths[column]! / lengths[other]!));
        return nullVector({ column, others: independent, coefficients }, lengths, tolerance);
      }),
    );
  };
  let nullSpace: Float64Array[] | undefined;
  const solve = (g: Float64Array, columns = 1): Float64Array => {
    const x = new Float64Array(size * columns);
    for (let column = 0; column < columns; column++) {
      const part = Float64Array.from(
        { length: rank },
        (_, i) => g[order[i]! * columns + column]! * scale[order[i]!]!,
      );
      solveFactored(lower, size, rank, part);
      const solution = new Float64Array(size);
      for (let i = 0; i < rank; i++) solution[order[i]!] = part[i]! * scale[order[i]!]!;
      takeOut((nullSpace ??= findNullSpace()), solution);
      for (let i = 0; i < size; i++) x[i * columns + column] = solution[i]!;
    }
    return x;
  };
  return { rank, order: Array.from(order), solve };
};
