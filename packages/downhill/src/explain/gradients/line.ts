/** A derivative held against the function's values along a line, in the precision that those have. */
import { clear, type Line, withNoise } from "./noise.ts";
import { remainderSlopeOf } from "./remainder.ts";
import { type Difference, differencesOf, isSteadyBelow, kinkOf, secantsOf } from "./secants.ts";

export type LineVerdict =
  /** The values have this slope. */
  | "right"
  /** They have another, and neither rounding nor the shape of the function explains that. */
  | "wrong"
  /** The two sides have slopes of their own; the derivative lies between them, or is one of them. */
  | "kink"
  /** The values are not finite, or rounding hides what there is to see. */
  | "unclear";

export interface LineCheck {
  readonly verdict: LineVerdict;
  /** The derivative that is checked, along v. */
  readonly derivative: number;
  /** Central differences at the step that tells most, and their estimated error. */
  readonly difference: number;
  readonly differenceError: number;
  /** How far rounding carries values near the point: what is known of it, or what neighbouring values show. */
  readonly rounding: number;
  /**
   * The slope of log |φ(h) − φ(0) − h·φ′(0)| over log h: 2 (or more) for a right derivative, 1 for a wrong one. Undefined where the
   * remainder is nothing but rounding, as of a linear function.
   */
  readonly remainderSlope: number | undefined;
  /** The slopes of both sides, at a kink. */
  readonly sides?: readonly [left: number, right: number];
}

/** Between 1 and 2: a cubic beginning, or a kink nearby, moves the figure by less. */
export const rightFrom = 1.5;

/** Holds a derivative along a line against its values. */
export const checkLine = (given: Line, derivative: number): LineCheck => {
  const line = withNoise(given);
  const secants = secantsOf(line, derivative);
  const differences = differencesOf(secants, line);
  const remainderSlope = remainderSlopeOf(secants, line, derivative);
  // Within a stair nothing is seen, unless the function is level altogether.
  const finite = differences.filter(({ error }) => Number.isFinite(error));
  const moving = finite.filter(({ moves }) => moves);
  const telling = moving.length > 0 ? moving : finite;
  const [first = differences[0]!, ...others] = telling;
  const best = others.reduce((a, b) => (b.error < a.error ? b : a), first);
  const { slope: difference, error } = best;
  const { rounding } = line;
  const common = { derivative, difference, differenceError: error, rounding, remainderSlope };
  if (![line.value(0), difference, error].every(Number.isFinite)) return { ...common, verdict: "unclear" };
  if (!Number.isFinite(derivative)) return { ...common, verdict: "wrong" };
  // A kink beside the point lies within the wider steps: there the remainder tells, which vanishes before it.
  const isSmooth = remainderSlope !== undefined && remainderSlope >= rightFrom;
  const kink = isSmooth ? undefined : kinkOf(differences);
  if (kink !== undefined) {
    const { left, right, rough } = kink;
    const sides = [left, right] as const;
    if (!isSteadyBelow(kink, differences, line)) return { ...common, verdict: "unclear" };
    const room = 0.01 * Math.abs(right - left) + clear * rough;
    const isBetween = derivative >= Math.min(...sides) - room && derivative <= Math.max(...sides) + room;
    return { ...common, verdict: isBetween ? "kink" : "wrong", sides };
  }
  const excludes = (own: Difference): boolean =>
    Math.abs(derivative - own.slope) > clear * (own.error + line.epsilon * Math.abs(derivative));
  if (!excludes(best)) {
    // What is nothing beside the values, as the slope of a saturated unit, may as well be zero.
    const isHidden = clear * error > Math.abs(derivative) && Math.abs(derivative) > rounding;
    return { ...common, verdict: isHidden ? "unclear" : "right" };
  }
  // One step may be misled by chance, two in a row are not; and none may be sure of the derivative.
  const place = telling.indexOf(best);
  const isConfirmed = [telling[place - 1], telling[place + 1]].some((own) => own && excludes(own));
  const isDenied = telling.some(
    (own) => !excludes(own) && Math.abs(own.slope - difference) > clear * (own.error + error),
  );
  // Where neighbouring values are spread as far as all others, whatever slope there is lies hidden among them.
  const reach = Math.max(
    ...telling.map(({ h, left, right }) => h * Math.max(Math.abs(left), Math.abs(right))),
  );
  const isHidden = clear * line.inside > reach;
  const isWrong = isConfirmed && !isDenied && !isHidden && isSteadyBelow(best, differences, line);
  return { ...common, verdict: isWrong ? "wrong" : "unclear" };
};
