/** What a slope says in plain words. */
import type { Substituted } from "./substitution.ts";

/** The step of which the sentence speaks. */
const step = 0.01;

/** −0.06 with a real minus sign; `digits` significant ones. */
export const plainNumber = (value: number, digits = 6): string => {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "not a number" : value > 0 ? "∞" : "−∞";
  return String(Number(value.toPrecision(digits))).replace(/-/g, "−");
};

/** "w up by 0.01 → f down by about 0.06 (in fact 0.0599): step w up". */
export const sentenceOf = (
  variable: string,
  result: string,
  { value, slopes, moved }: Substituted,
  position: number,
): string => {
  const slope = slopes[position]!;
  const up = `${variable} up by ${step}`;
  // By its rule a part may have a slope where the whole has no value: 1/x that of ln(x), at −1.
  if (!Number.isFinite(value))
    return `${up}: ${result} is ${plainNumber(value)} here, so that its slope tells nothing`;
  if (!Number.isFinite(slope))
    return `${up}: the slope here is ${plainNumber(slope)}, so no step can be told from it`;
  const change = slope * step;
  const actual = moved(position, step) - value;
  const size = (of: number): string => plainNumber(Math.abs(of), 3);
  const way = (of: number): string => (of > 0 ? "up" : "down");
  // What is left of slopes that cancel is rounding.
  const isFlat = change === 0 || Math.abs(change) < 1e-12 * Math.abs(actual);
  const inFact = Number.isFinite(actual)
    ? ` (in fact ${Math.sign(actual) === Math.sign(change) || actual === 0 || change === 0 ? "" : `${way(actual)} `}by ${size(actual)})`
    : "";
  if (isFlat)
    return `${up} → ${result} stays about the same${inFact}: at this point ${variable} makes no difference`;
  return `${up} → ${result} ${way(change)} by about ${size(change)}${inFact}: step ${variable} ${way(-change)} to lower ${result}`;
};
