/** A derivative held against the function's values along a line, in the precision that those have. */

/** φ(h), the function at x + h·v, and how much of it may be rounding. */
export interface Line {
  /** The value at h. */
  readonly value: (h: number) => number;
  /** How far rounding may carry the value at 0. */
  readonly rounding: number;
  /** The spacing of numbers near 1 in the precision of the function. */
  readonly epsilon: number;
}

export type LineVerdict =
  /** Both tests say that the derivative is right. */
  | "right"
  | "wrong"
  /** The two sides have slopes of their own; the derivative lies between them, or is one of them. */
  | "kink"
  /** The values are not finite, or rounding hides what there is to see. */
  | "unclear";

export interface LineCheck {
  readonly verdict: LineVerdict;
  /** The derivative that is checked, along v. */
  readonly derivative: number;
  /** Central differences, and their estimated error. */
  readonly difference: number;
  readonly differenceError: number;
  /**
   * The slope of log |φ(h) − φ(0) − h·φ′(0)| over log h: 2 (or more) for a right derivative, 1 for a wrong one. Undefined where the
   * remainder is nothing but rounding, as of a linear function.
   */
  readonly remainderSlope: number | undefined;
  /** The slopes of both sides, at a kink. */
  readonly sides?: readonly [left: number, right: number];
}

/** Remainders are taken at this many halvings of h, from `widest` on. */
const widest = 1 / 8;
const halvings = 24;

/** So far above rounding a remainder says something. */
const clear = 8;

/** Pairs of the smallest clear remainders that the slope is the median of. */
const pairs = 5;

/** Between 1 and 2: a cubic beginning, or a kink nearby, moves the figure by less. */
const rightFrom = 1.5;

/** A halving that takes more than this power of a remainder away left something behind: a kink beside the point. */
const sudden = 2.5;

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

/**
 * What is known of rounding, or more where the function itself rounds more than its results tell (differences of large
 * numbers inside): how rough neighbouring values are, by their fourth differences, in which what is smooth cancels
 * (Hamming; Moré and Wild, Estimating Computational Noise, 2011).
 */
const withNoise = (line: Line): Line => {
  const step = Math.cbrt(line.epsilon) ** 2 / 4;
  let row = Array.from({ length: 9 }, (_, k) => line.value((k - 4) * step));
  for (let order = 0; order < 4; order++) row = row.slice(1).map((value, i) => value - row[i]!);
  // Independent roundings of variance σ² have fourth differences of variance 70·σ².
  const noise = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0) / row.length / 70);
  return { ...line, rounding: Math.max(line.rounding, 2 * noise) };
};

/** How fast the remainder on both sides vanishes; undefined if it is rounding. */
const remainderSlopeOf = ({ value, rounding }: Line, derivative: number): number | undefined => {
  const at0 = value(0);
  const floor = clear * rounding;
  const remainders: number[] = [];
  for (let k = 0, h = widest; k < halvings; k++, h /= 2) {
    const remainder = Math.max(...[h, -h].map((step) => Math.abs(value(step) - at0 - step * derivative)));
    // Rounding of the values, and of the product.
    if (remainder > floor) remainders.push(remainder);
    else if (remainders.length > 0) {
      const drop = Math.log2(remainders.at(-1)! / floor);
      if (drop > sudden) return drop;
      break;
    }
  }
  const slopes = remainders.slice(1).map((remainder, i) => Math.log2(remainders[i]! / remainder));
  return slopes.length < 2 ? undefined : median(slopes.slice(-pairs));
};

interface Differences {
  readonly difference: number;
  readonly error: number;
  /** Whether the function is as good as straight over the steps, so that the error can be told. */
  readonly isSteady: boolean;
}

/** Central differences at ε^⅓, where rounding and curvature weigh about the same, and at twice that. */
const centralDifference = ({ value, rounding, epsilon }: Line, derivative: number): Differences => {
  const h = 2 ** Math.round(Math.log2(Math.cbrt(epsilon)));
  const slope = (step: number): number => (value(step) - value(-step)) / (2 * step);
  const [near, far] = [slope(h), slope(2 * h)];
  const apart = Math.abs(far - near);
  return {
    difference: near,
    // The error of a central difference grows with h²: it is a third of what it gains by doubling.
    error: apart / 3 + rounding / h,
    isSteady: apart <= Math.max(...[near, far, derivative].map(Math.abs)) / 8 + (clear * rounding) / h,
  };
};

/** The slopes of the sides if they stay apart as h becomes smaller. */
const sidesOf = ({ value, rounding, epsilon }: Line): [number, number] | undefined => {
  const at0 = value(0);
  const sides = (h: number): [number, number] => [(at0 - value(-h)) / h, (value(h) - at0) / h];
  const h = Math.sqrt(epsilon) * 16;
  const [near, far] = [sides(h), sides(4 * h)];
  const gaps = [near, far].map(([left, right]) => Math.abs(right - left));
  // Curvature would make the gap 4 times smaller.
  return gaps[0]! > clear * (rounding / h) && gaps[0]! > gaps[1]! / 2 ? near : undefined;
};

/** Holds a derivative along a line against its values. */
export const checkLine = (given: Line, derivative: number): LineCheck => {
  const line = withNoise(given);
  const { difference, error, isSteady } = centralDifference(line, derivative);
  const remainderSlope = remainderSlopeOf(line, derivative);
  const common = { derivative, difference, differenceError: error, remainderSlope };
  if (![line.value(0), difference, error].every(Number.isFinite)) return { ...common, verdict: "unclear" };
  if (!Number.isFinite(derivative)) return { ...common, verdict: "wrong" };
  const isSmooth = remainderSlope === undefined || remainderSlope >= rightFrom;
  // A kink beside the point lies within the steps of differences: there only the remainder tells, which vanishes before it.
  const sides = remainderSlope !== undefined && isSmooth ? undefined : sidesOf(line);
  if (!isSteady)
    return { ...common, verdict: remainderSlope !== undefined && isSmooth ? "right" : "unclear" };
  if (sides !== undefined) {
    const [low, high] = [Math.min(...sides), Math.max(...sides)];
    const room = 0.01 * (high - low);
    const isBetween = derivative >= low - room && derivative <= high + room;
    return { ...common, verdict: isBetween ? "kink" : "wrong", sides };
  }
  const agrees =
    Math.abs(derivative - difference) <= clear * error + clear * line.epsilon * Math.abs(derivative);
  // What is nothing beside the values, as the slope of a saturated unit, may as well be zero.
  const isHidden = clear * error > Math.abs(derivative) && Math.abs(derivative) > line.rounding;
  if (agrees && isSmooth) return { ...common, verdict: isHidden ? "unclear" : "right" };
  if (agrees !== isSmooth && error > 0.1 * Math.abs(difference)) return { ...common, verdict: "unclear" };
  return { ...common, verdict: "wrong" };
};
