/** How far rounding carries the values of a function along a line. */

/** φ(h), the function at x + h·v, and how much of it may be rounding. */
export interface Line {
  /** The value at h. */
  readonly value: (h: number) => number;
  /** How far rounding may carry the value at 0. */
  readonly rounding: number;
  /** The spacing of numbers near 1 in the precision of the function. */
  readonly epsilon: number;
}

export interface MeasuredLine extends Line {
  /** What neighbouring values show of rounding inside of the function: 0 where it is no more than that of the values. */
  readonly inside: number;
}

/** So far above rounding a figure says something. */
export const clear = 8;

/**
 * What is known of rounding, or more where the function itself rounds more than its results tell (differences of large
 * numbers inside): how rough neighbouring values are, by their fourth differences, in which what is smooth cancels
 * (Hamming; Moré and Wild, Estimating Computational Noise, 2011).
 */
export const withNoise = (line: Line): MeasuredLine => {
  const step = Math.cbrt(line.epsilon) ** 2 / 4;
  const around = Array.from({ length: 9 }, (_, k) => line.value((k - 4) * step));
  let row = around;
  for (let order = 0; order < 4; order++) row = row.slice(1).map((value, i) => value - row[i]!);
  // Independent roundings of variance σ² have fourth differences of variance 70·σ².
  const noise = 2 * Math.sqrt(row.reduce((sum, value) => sum + value * value, 0) / row.length / 70);
  const ofValues = clear * line.epsilon * Math.max(...around.map(Math.abs));
  return { ...line, rounding: Math.max(line.rounding, noise), inside: noise > ofValues ? noise : 0 };
};
