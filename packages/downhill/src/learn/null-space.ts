/** Shortening solutions by what changes nothing. */
import { addScaled, dot } from "../optim/lbfgs/vector.ts";

/** A column of a table as a combination of others. */
export interface Dependence {
  readonly column: number;
  readonly others: readonly number[];
  /** One for each of the others. */
  readonly coefficients: ArrayLike<number>;
}

/**
 * The coefficients of all columns with which a dependence adds up to zero.
 *
 * @param lengths of the columns: their units.
 * @param tolerance parts up to this share of the column's length are rounding. In another unit they might be large.
 */
export const nullVector = (
  { column, others, coefficients }: Dependence,
  lengths: ArrayLike<number>,
  tolerance: number,
): Float64Array => {
  const vector = new Float64Array(lengths.length);
  others.forEach((other, i) => {
    const coefficient = coefficients[i]!;
    if (Math.abs(coefficient) * lengths[other]! > tolerance * lengths[column]!) vector[other] = -coefficient;
  });
  vector[column] = 1;
  return vector;
};

const unitOf = (vector: Float64Array): Float64Array => {
  const length = Math.sqrt(dot(vector, vector));
  return vector.map((value) => value / length);
};

/** Unit vectors at right angles with the same span (Gram and Schmidt, twice, which is enough). */
export const orthonormal = (basis: readonly Float64Array[]): Float64Array[] => {
  const units: Float64Array[] = [];
  for (const vector of basis) {
    let rest = unitOf(vector);
    for (let pass = 0; pass < 2; pass++) {
      takeOut(units, rest);
      rest = unitOf(rest);
    }
    units.push(rest);
  }
  return units;
};

/** Takes from `x` its part in the span of orthonormal vectors, which makes it the shortest of all x + span. */
export const takeOut = (units: readonly Float64Array[], x: Float64Array): void => {
  for (const unit of units) addScaled(x, -dot(unit, x), unit);
};
