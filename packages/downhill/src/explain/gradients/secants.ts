/** Slopes of secants along a line, with what is known of their errors. */
import { clear, type Line } from "./noise.ts";

/** The slopes of the secants from 0 to h and to −h. */
export interface Secants {
  readonly h: number;
  readonly left: number;
  readonly right: number;
  /** Their mean: the central difference. */
  readonly slope: number;
  /** Whether the function has another value on some side. */
  readonly moves: boolean;
}

const widest = 1 / 8;

/** As many as kinks and errors are told from. */
const fewest = 5;

/** At `widest` and its halvings, down to steps that rounding makes useless. */
export const secantsOf = ({ value, rounding, epsilon }: Line, derivative: number): Secants[] => {
  const at0 = value(0);
  const found: Secants[] = [];
  let steepest = Math.abs(derivative);
  for (let h = widest; h > epsilon / 2; h /= 2) {
    const [before, after] = [value(-h), value(h)];
    const [left, right] = [(at0 - before) / h, (after - at0) / h];
    found.push({ h, left, right, slope: (left + right) / 2, moves: before !== at0 || after !== at0 });
    steepest = Math.max(steepest, Math.abs(left), Math.abs(right));
    if (rounding / h > steepest && found.length >= fewest) break;
  }
  return found;
};

/** A central difference, and how far it may be from the derivative. */
export interface Difference extends Secants {
  readonly error: number;
  /** What of it is rounding. */
  readonly rough: number;
}

/**
 * Central differences with their errors: a third of what doubling the step changes, which is the error of the smaller one where the
 * function is smooth (it grows with h²), and rounding. That is what is known of it, or more where smaller steps show more: how far
 * their differences of values, h·slope, stray. So steps across many waves of a function, or within a stair that roundings inside of
 * it make, are known to tell little.
 */
export const differencesOf = (secants: readonly Secants[], { rounding }: Line): Difference[] => {
  let stray = rounding;
  const found: Difference[] = [];
  for (let k = secants.length - 1; k > 0; k--) {
    const own = secants[k]!;
    const finer = secants[k + 1];
    if (finer !== undefined) stray = Math.max(stray, finer.h * Math.abs(own.slope - finer.slope));
    const rough = stray / own.h;
    found.push({ ...own, rough, error: Math.abs(secants[k - 1]!.slope - own.slope) / 3 + rough });
  }
  return found.reverse();
};

const gapOf = ({ left, right }: Secants): number => Math.abs(right - left);

/** Where the slopes of the sides stay apart as far down as rounding lets them be seen. */
export const kinkOf = (differences: readonly Difference[]): Difference | undefined => {
  const last = differences.findLastIndex((own) => gapOf(own) > clear * own.rough);
  if (last < 3) return undefined;
  const near = differences[last]!;
  // Over three halvings curvature makes gaps 8 times smaller, rounding as much larger.
  const isSame = (own: Difference): boolean => Math.abs(Math.log2(gapOf(near) / gapOf(own))) < 1;
  return differences.slice(last - 3, last).every(isSame) ? differences[last - 3] : undefined;
};

/** Whether smaller steps show the same but for rounding; otherwise what is seen is the shape of the function farther away. */
export const isSteadyBelow = (
  at: Difference,
  differences: readonly Difference[],
  { rounding }: Line,
): boolean =>
  differences.every(({ h, slope, left, right }) => {
    const room = clear * at.error + (2 * rounding) / h;
    const aside = Math.max(Math.abs(left - at.left), Math.abs(right - at.right));
    return h >= at.h || (Math.abs(slope - at.slope) <= room && aside <= gapOf(at) + 2 * room);
  });
