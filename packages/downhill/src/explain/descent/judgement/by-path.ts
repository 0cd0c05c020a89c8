/** Where only the path itself can tell: adaptive steps, flat valleys, no minimum in sight. */
import type { CurvatureRange } from "../../../curvature/extremes.ts";
import { stableRate } from "../../../curvature/stable-rate.ts";
import { type Case, type Judgement, observed } from "./judgement.ts";
import { borderText, halved, percent, sentences, short, tryInstead, twoDigits } from "./words.ts";

/** An error that is halved in so many steps goes fast, whatever else it does. */
const soon = 3;
/** Halving the error takes too long. */
const tooLong = 20;
/** A path on which the error grows at so many of the steps wavers. */
const wavering = 0.3;

const isSaddle = ({ smallest, smallestError }: CurvatureRange, isMinimum: boolean): boolean =>
  !isMinimum && smallest < -smallestError;

const onSaddle = "it has come to rest on a saddle, from which the function falls in other directions";

/** No minimum is known, and the value falls on and on. */
export const falling = ({ seen, track, rate, rule, start }: Case): Judgement => ({
  verdict: "good",
  basis: "path",
  ...observed(seen),
  better: undefined,
  reason: sentences(
    `the value keeps falling, to ${short(track.values.at(-1)!)}, and no minimum was found downhill`,
    rate === undefined || rule === undefined || !(start.largest > 0)
      ? undefined
      : `the rate is ${percent(rate / stableRate(start.largest, rule))} of ${borderText(rule, start, "at the start")}`,
  ),
});

export const byPath = (evidence: Case): Judgement => {
  const { seen, rate, rule, start, end, isMinimum } = evidence;
  const { stepsToHalve, perStep } = observed(seen);
  const judged = { basis: "path", perStep, stepsToHalve } as const;
  const lower = rate === undefined ? undefined : { learningRate: twoDigits(rate / 2), stepsToHalve: NaN };
  const border = rule !== undefined && start.largest > 0 ? stableRate(start.largest, rule) : Infinity;
  const higher =
    rate === undefined || rate * 3 > border
      ? undefined
      : { learningRate: twoDigits(rate * 3), stepsToHalve: NaN };
  const turns = seen.turns > 0.5 && stepsToHalve > soon;
  const wavers = (seen.rises > wavering || perStep >= 1) && stepsToHalve > tooLong;
  if ((turns || wavers) && !seen.isSettled)
    return {
      ...judged,
      verdict: "oscillating",
      better: lower,
      reason: sentences(
        turns
          ? "most of the later steps go back where the step before came from"
          : "the error rises about as often as it falls, and does not get smaller",
        tryInstead(lower),
      ),
    };
  if (stepsToHalve > tooLong && !seen.isSettled)
    return {
      ...judged,
      verdict: "slow",
      better: higher,
      reason: sentences(
        `on the later half of the way ${halved(stepsToHalve)}`,
        rate !== undefined && rate > border
          ? `the rate ${short(rate)} is above ${borderText(rule!, start, "at the start")}: the first steps led far away`
          : undefined,
        tryInstead(higher),
      ),
    };
  return {
    ...judged,
    verdict: "good",
    better: undefined,
    reason: seen.isSettled
      ? sentences(
          isSaddle(end, isMinimum) ? onSaddle : "it has arrived",
          Number.isFinite(stepsToHalve) ? `on the way ${halved(stepsToHalve)}` : undefined,
        )
      : `on the later half of the way ${halved(stepsToHalve)}`,
  };
};
