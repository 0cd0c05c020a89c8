/** Descents that run away, and what would hold them. */
import type { Interval } from "../../draw/frame.ts";
import { shown } from "../../ui/numbers.ts";
import type { PlainDescent } from "./tasks.ts";

export interface Runaway {
  /** A rate that was found to be better, if any was. */
  readonly better: number | undefined;
  /** The border that the rate is above, if it is known. */
  readonly border: number | undefined;
  /** What happened; the optimizer's name goes before it. */
  readonly said: string;
}

/** What there is to say of a descent that diverges and is outside of the picture at this step; undefined if it is not. */
export const runawayOf = (
  { path, judgement, learningRate, borders }: PlainDescent,
  step: number,
  ranges: readonly Interval[],
): Runaway | undefined => {
  const at = path[Math.min(step, path.length - 1)]!;
  const isOut = Object.values(at.params).some((value, k) => {
    const [low, high] = ranges[k] ?? [-Infinity, Infinity];
    return value < low || value > high;
  });
  if (judgement.verdict !== "diverges" || !isOut || learningRate === undefined) return undefined;
  const border = Math.min(
    ...[borders.start, borders.end]
      .map(({ stableRate }) => stableRate ?? Infinity)
      .filter((one) => one > 0 && one < learningRate),
  );
  const isKnown = border < Infinity;
  return {
    better: judgement.better?.learningRate,
    border: isKnown ? border : undefined,
    said:
      `at α = ${shown(learningRate, 3)} has left the picture` +
      (isKnown
        ? `: its rate is above the border ${shown(border, 3)}, so that each step overshoots by more than it had to go.`
        : "."),
  };
};
