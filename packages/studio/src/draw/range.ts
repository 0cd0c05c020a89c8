/** What part of a function's values a plot shows. */
import type { Interval } from "./frame.ts";

/**
 * All values, but of walls that are many times higher than the rest only the foot; with those that must be seen.
 *
 * @param seen values that must be within.
 */
export const valueRange = (values: ArrayLike<number>, seen: readonly number[] = []): Interval => {
  const sorted = Float64Array.from(values).filter(Number.isFinite).sort();
  const anchors = seen.filter(Number.isFinite);
  if (sorted.length === 0 && anchors.length === 0) return [-1, 1];
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? anchors[0]!;
  const [q1, q3] = [at(0.1), at(0.9)];
  const room = 1.5 * (q3 - q1);
  const low = Math.min(Math.max(at(0), q1 - room), ...anchors);
  const high = Math.max(Math.min(at(1), q3 + room), ...anchors);
  const size = high - low || Math.max(Math.abs(high), 1);
  return [low - 0.08 * size, high + 0.08 * size];
};
