/** How the value goes from step to step. */
import type { Descent } from "downhill/explain";
import type { Point } from "./run.ts";

export interface Courses {
  /** For each descent a number for each step, as far as they can be drawn. */
  readonly lines: readonly (readonly number[])[];
  readonly range: readonly [low: number, high: number];
  readonly isLogarithmic: boolean;
  readonly name: string;
}

/** Errors smaller than this share of the largest are all drawn alike. */
const floor = 1e-12;

/** The value above the minimum if it is known, over its powers of ten; the plain value otherwise. */
export function courses(descents: readonly Descent<Point>[]): Courses {
  const lowest = Math.min(...descents.flatMap(({ minimum }) => (minimum === null ? [] : [minimum.value])));
  const start = descents[0]!.path[0]!.value;
  const most = 1e6 * Math.max(Math.abs(start), 1e-300);
  const values = descents.map(({ path }) => {
    const end = path.findIndex(({ value }) => !(Math.abs(value) < most));
    return path.slice(0, end < 0 ? undefined : Math.max(end, 1)).map(({ value }) => value);
  });
  const isLogarithmic = Number.isFinite(lowest) && start > lowest;
  const lines = isLogarithmic
    ? values.map((list) => list.map((value) => Math.max(value - lowest, floor * (start - lowest))))
    : values;
  const all = lines.flat();
  const [low, high] = [Math.min(...all), Math.max(...all)];
  return {
    lines,
    range: low < high ? [low, high] : isLogarithmic ? [low / 2, high * 2] : [low - 1, high + 1],
    isLogarithmic,
    name: isLogarithmic ? "value above the minimum" : "value",
  };
}
