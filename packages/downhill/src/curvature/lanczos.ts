/** The method of Lanczos: the ends of the spectrum of a symmetric matrix that is known by its products with vectors. */
import { key, foldIn, normal } from "../functions/random.ts";
import { addScaled, dot } from "../optim/lbfgs/vector.ts";
import { tridiagonalEigenvalues } from "./tridiagonal.ts";

/** A symmetric matrix. */
export interface SymmetricOperator {
  readonly size: number;
  /**
   * How far its eigenvalues are uncertain whatever is done, as a share of the largest magnitude: a few units of rounding of
   * the dtype in which the products are computed.
   */
  readonly precision: number;
  /** Its product with a vector of `size` components (left as it is), as a new vector. */
  readonly multiply: (vector: Float64Array) => Float64Array;
}

/** What is known of the spectrum after some steps. */
export interface RitzValues {
  /** Approximate eigenvalues, ascending. */
  readonly values: Float64Array;
  /** An eigenvalue lies no further than this from each. */
  readonly residuals: Float64Array;
}

export interface LanczosOptions {
  /** Asked after each step. */
  readonly isDone: (found: RitzValues) => boolean;
  readonly maxSteps: number;
  /** Of the random directions to start from. */
  readonly seed: number;
  /** Orthonormal vectors: what is looked for is orthogonal to them. */
  readonly orthogonalTo?: readonly Float64Array[];
}

export interface LanczosResult extends RitzValues {
  readonly steps: number;
  /** Whether `isDone` was satisfied, or the whole space was gone through. */
  readonly isComplete: boolean;
  /** The unit vector that belongs to the i-th value. */
  vector(i: number): Float64Array;
}

/** Takes out of `vector` what lies along the orthonormal vectors of `basis`. */
const orthogonalise = (vector: Float64Array, basis: readonly Float64Array[]): void => {
  // Once is not enough where little remains; twice is (Kahan; Parlett 1998, section 6.9).
  for (let pass = 0; pass < 2; pass++)
    for (const direction of basis) addScaled(vector, -dot(vector, direction), direction);
};

const norm = (vector: Float64Array): number => Math.sqrt(dot(vector, vector));

const scaled = (vector: Float64Array, factor: number): Float64Array => vector.map((x) => x * factor);

/** Normally distributed numbers: every direction is equally likely. */
const randomVector = (size: number, seed: number, draw: number): Float64Array =>
  new Float64Array(normal(foldIn(key(seed), draw), [size], { dtype: "float64" }).data);

const unitRow = (size: number, at: number): Float64Array => {
  const row = new Float64Array(size);
  row[at] = 1;
  return row;
};

/**
 * Lanczos's iteration (1950) with full reorthogonalisation: an orthonormal basis grows by one product with the matrix at
 * a step, in which the matrix is tridiagonal; the extreme eigenvalues of that tridiagonal matrix converge first. Where
 * the space reached is closed under the matrix, it goes on from a new random direction outside of it.
 *
 * Everything but the products is computed in double precision. Each step keeps one vector. Products that are not finite
 * end it, with NaN among the values.
 */
export const lanczos = (
  { size, multiply }: Pick<SymmetricOperator, "size" | "multiply">,
  { isDone, maxSteps, seed, orthogonalTo = [] }: LanczosOptions,
): LanczosResult => {
  const basis: Float64Array[] = [];
  const diagonal: number[] = [];
  /** Entry i couples steps i and i + 1. */
  const couplings: number[] = [];
  const room = size - orthogonalTo.length;
  let draws = 0;
  /** A unit vector outside of everything there is; undefined where rounding leaves none. */
  const fresh = (): Float64Array | undefined => {
    const vector = randomVector(size, seed, draws++);
    const before = norm(vector);
    orthogonalise(vector, [...orthogonalTo, ...basis]);
    const after = norm(vector);
    return after > 1e-10 * before ? scaled(vector, 1 / after) : undefined;
  };
  const ritzValues = (): RitzValues => {
    const last = unitRow(diagonal.length, diagonal.length - 1);
    const values = tridiagonalEigenvalues(diagonal, couplings, [last]);
    const coupling = couplings.at(-1) ?? 0;
    return { values, residuals: last.map((component) => Math.abs(component * coupling)) };
  };
  const result = (found: RitzValues, isComplete: boolean): LanczosResult => ({
    ...found,
    steps: diagonal.length,
    isComplete,
    vector: (i) => {
      const rows = diagonal.map((_, row) => unitRow(diagonal.length, row));
      tridiagonalEigenvalues(diagonal, couplings, rows);
      const vector = new Float64Array(size);
      basis.forEach((direction, row) => addScaled(vector, rows[row]![i]!, direction));
      return scaled(vector, 1 / norm(vector));
    },
  });

  let found: RitzValues = { values: new Float64Array(0), residuals: new Float64Array(0) };
  let next = room > 0 ? fresh() : undefined;
  let largest = 0;
  while (next !== undefined && basis.length < maxSteps) {
    const direction = next;
    const product = multiply(direction);
    basis.push(direction);
    const along = dot(product, direction);
    diagonal.push(along);
    orthogonalise(product, [...orthogonalTo, ...basis]);
    const rest = norm(product);
    largest = Math.max(largest, Math.abs(along), rest);
    if (!Number.isFinite(along + rest)) {
      const unknown = new Float64Array(diagonal.length).fill(NaN);
      return result({ values: unknown, residuals: unknown }, false);
    }
    const isClosed = rest <= 16 * Number.EPSILON * largest;
    couplings.push(isClosed ? 0 : rest);
    found = ritzValues();
    if (basis.length === room) return result({ ...found, residuals: found.residuals.fill(0) }, true);
    if (isDone(found)) return result(found, true);
    next = isClosed ? fresh() : scaled(product, 1 / rest);
  }
  return result(found, next === undefined);
};
