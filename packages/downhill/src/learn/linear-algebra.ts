/** Small dense linear algebra in float64 on flat row-major arrays: what a Newton step needs. */

/** H x = g for symmetric positive semidefinite H: the solution of least norm, and the rank of H. */
export interface SymmetricSolution {
  /** [size, columns], flat. */
  readonly x: Float64Array;
  readonly rank: number;
}

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

/** A basis of the null space of the factored matrix, one vector of length `size` for each missing rank. */
const nullBasis = ({ lower, order, rank }: Factor, size: number): Float64Array[] =>
  Array.from({ length: size - rank }, (_, k) => {
    const row = rank + k;
    const head = lower.slice(row * size, row * size + rank);
    solveUpper(lower, size, rank, head);
    const vector = new Float64Array(size);
    for (let i = 0; i < rank; i++) vector[order[i]!] = -head[i]!;
    vector[order[row]!] = 1;
    return vector;
  });

/** Takes from `x` its part in the span of `basis`, which makes it the shortest of all x + span. */
const projectOut = (basis: readonly Float64Array[], x: Float64Array): void => {
  const count = basis.length;
  const inner = (a: Float64Array, b: Float64Array): number => {
    let sum = 0;
    for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
    return sum;
  };
  const gram = new Float64Array(count * count);
  basis.forEach((a, i) => basis.forEach((b, j) => (gram[i * count + j] = inner(a, b))));
  const scale = basis.map((vector) => 1 / Math.sqrt(inner(vector, vector)));
  for (let i = 0; i < count; i++)
    for (let j = 0; j < count; j++) gram[i * count + j]! *= scale[i]! * scale[j]!;
  const factor = pivotedCholesky(gram, count, 0);
  const coefficients = Float64Array.from(
    { length: factor.rank },
    (_, i) => inner(basis[factor.order[i]!]!, x) * scale[factor.order[i]!]!,
  );
  solveFactored(factor.lower, count, factor.rank, coefficients);
  coefficients.forEach((coefficient, i) => {
    const position = factor.order[i]!;
    const vector = basis[position]!;
    for (let k = 0; k < x.length; k++) x[k]! -= coefficient * scale[position]! * vector[k]!;
  });
};

/**
 * Solves H x = g for a symmetric positive semidefinite H [size, size] and right-hand sides g [size, columns].
 *
 * H is scaled to a unit diagonal first, so that columns of very different units do not look dependent. Where H is
 * singular the solution of least Euclidean norm is returned, as least squares by singular values gives it.
 *
 * @param tolerance pivots (shares of a diagonal element that are not explained by the others) up to this count as
 *   zero. Default: 16·size·2⁻⁵².
 */
export const solveSymmetric = (
  H: Float64Array,
  g: Float64Array,
  size: number,
  columns = 1,
  tolerance = 16 * size * Number.EPSILON,
): SymmetricSolution => {
  const scale = Float64Array.from({ length: size }, (_, i) => {
    const diagonal = H[i * size + i]!;
    return diagonal > 0 ? 1 / Math.sqrt(diagonal) : 0;
  });
  const scaled = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++) scaled[i * size + j] = H[i * size + j]! * scale[i]! * scale[j]!;
  const factor = pivotedCholesky(scaled, size, tolerance);
  const { lower, order, rank } = factor;
  const basis =
    rank === size
      ? []
      : nullBasis(factor, size).map((vector) => vector.map((v, i) => (scale[i] === 0 ? v : v * scale[i]!)));
  const x = new Float64Array(size * columns);
  for (let column = 0; column < columns; column++) {
    const part = Float64Array.from(
      { length: rank },
      (_, i) => g[order[i]! * columns + column]! * scale[order[i]!]!,
    );
    solveFactored(lower, size, rank, part);
    const solution = new Float64Array(size);
    for (let i = 0; i < rank; i++) solution[order[i]!] = part[i]! * scale[order[i]!]!;
    if (basis.length > 0) projectOut(basis, solution);
    for (let i = 0; i < size; i++) x[i * columns + column] = solution[i]!;
  }
  return { x, rank };
};
