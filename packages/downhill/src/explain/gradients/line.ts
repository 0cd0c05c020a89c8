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

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

/** How fast the remainder vanishes; undefined if it is rounding. */
const remainderSlopeOf = ({ value, rounding }: Line, derivative: number): number | undefined => {
  const at0 = value(0);
  const remainders: number[] = [];
  for (let k = 0, h = widest; k < halvings; k++, h /= 2) {
    const remainder = Math.abs(value(h) - at0 - h * derivative);
    // Rounding of the values, and of the product.
    if (!(remainder > clear * rounding)) {
      if (remainders.length > 0) break;
      continue;
    }
    remainders.push(remainder);
  }
  const slopes = remainders.slice(1).map((remainder, i) => Math.log2(remainders[i]! / remainder));
  return slopes.length < 2 ? undefined : median(slopes.slice(-pairs));
};

/** Central differences at ε^⅓, where rounding and curvature weigh about the same, and at twice that. */
const centralDifference = ({ value, rounding, epsilon }: Line): { difference: number; error: number } => {
  const h = 2 ** Math.round(Math.log2(Math.cbrt(epsilon)));
  const slope = (step: number): number => (value(step) - value(-step)) / (2 * step);
  const [near, far] = [slope(h), slope(2 * h)];
  // The error of a central difference grows with h²: it is a third of what it gains by doubling.
  return { difference: near, error: Math.abs(far - near) / 3 + rounding / h };
};

/** The slopes of the sides if they stay apart as h becomes smaller. */
const sidesOf = ({ value, rounding, epsilon }: Line): [number, number] | undefined => {
  const at0 = value(0);
  const sides = (h: number): [number, number] => [(at0 - value(-h)) / h, (value(h) - at0) / h];
  const h = Math.sqrt(epsilon) * 16;
  const [near, far] = [sides(h), sides(64 * h)];
  const gaps = [near, far].map(([left, right]) => Math.abs(right - left));
  // Curvature would make the gap 64 times smaller.
  return gaps[0]! > clear * (rounding / h) && gaps[0]! > gaps[1]! / 4 ? near : undefined;
};

/** Holds a derivative along a line against its values. */
export const checkLine = (line: Line, derivative: number): LineCheck => {
  const { difference, error } = centralDifference(line);
  const remainderSlope = remainderSlopeOf(line, derivative);
  const common = { derivative, difference, differenceError: error, remainderSlope };
  if (![line.value(0), difference, error].every(Number.isFinite)) return { ...common, verdict: "unclear" };
  if (!Number.isFinite(derivative)) return { ...common, verdict: "wrong" };
  const sides = sidesOf(line);
  if (sides !== undefined) {
    const [low, high] = [Math.min(...sides), Math.max(...sides)];
    const room = 0.01 * (high - low);
    const isBetween = derivative >= low - room && derivative <= high + room;
    return { ...common, verdict: isBetween ? "kink" : "wrong", sides };
  }
  const agrees =
    Math.abs(derivative - difference) <= clear * error + clear * line.epsilon * Math.abs(derivative);
  const isSmooth = remainderSlope === undefined || remainderSlope >= rightFrom;
  if (agrees && isSmooth) return { ...common, verdict: "right" };
  if (agrees !== isSmooth && error > 0.1 * Math.abs(difference)) return { ...common, verdict: "unclear" };
  return { ...common, verdict: "wrong" };
};
