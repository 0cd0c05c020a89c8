/** Rates that are too high. */
import { stableRate, type StepRule } from "../../../curvature/stable-rate.ts";
import { convergence } from "../convergence.ts";
import { keepsFalling } from "../observation.ts";
import { type Case, isConvex, type Judgement, observed } from "./judgement.ts";
import { borderText, sentences, short, stepCount, tryInstead, twoDigits } from "./words.ts";

/** Beyond doubt above the border. */
const justAbove = 1 + 1e-9;

/** Whether the rate is above the border at the minimum. */
export const isAboveBorder = ({ rate, rule, end, isMinimum }: Case): boolean =>
  rate !== undefined && rule !== undefined && isMinimum && rate > justAbove * stableRate(end.largest, rule);

/** A rate at half of the sharper one of the borders that are known. */
const cautious = ({ rate, rule, start, end, isMinimum }: Case): Judgement["better"] => {
  if (rate === undefined) return undefined;
  const unknown = { learningRate: twoDigits(rate / 10), stepsToHalve: NaN };
  if (rule === undefined) return unknown;
  const known = [start.largest, isMinimum ? end.largest : NaN].filter((largest) => largest > 0);
  const safe = Math.min(...known.map((largest) => stableRate(largest, rule) / 2));
  if (!Number.isFinite(safe) || safe >= rate) return unknown;
  const learningRate = twoDigits(safe);
  // Where the start is flatter than the minimum, it is what takes long.
  const passed = start.smallest > start.smallestError ? [start, end] : [end];
  const stepsToHalve = isConvex(end, isMinimum)
    ? Math.max(...passed.map((range) => convergence(learningRate, rule, range).stepsToHalve))
    : NaN;
  return { learningRate, stepsToHalve };
};

const whyTooHigh = (evidence: Case): string | undefined => {
  const { rate, rule, start, end } = evidence;
  if (rate === undefined || rule === undefined) return undefined;
  const above = `the rate ${short(rate)} is above`;
  const overshoot = "each step overshoots by more than it had to go";
  if (isAboveBorder(evidence)) return `${above} ${borderText(rule, end, "at the minimum")}: ${overshoot}`;
  if (rate > stableRate(start.largest, rule))
    return `${above} ${borderText(rule, start, "at the start")}: ${overshoot}`;
  return undefined;
};

/** Whether the function fell at every step, to where it does not exist: no minimum holds a descent back from there. */
const isEdge = ({ broke, seen, track }: Case): boolean =>
  broke !== undefined && keepsFalling({ lowest: track.lowest, values: track.values.slice(0, seen.brokenAt) });

/** A smaller rate would come to the same edge, later. */
const overTheEdge = (evidence: Case): Judgement => ({
  verdict: "diverges",
  basis: "path",
  ...observed(evidence.seen),
  better: undefined,
  reason: sentences(
    evidence.broke,
    "no minimum was found downhill, the value falls up to the edge of where the function exists; a smaller rate only " +
      "comes there later: add a term that rises towards the edge, or write e^u for what has to stay above 0",
  ),
});

/** It runs away. */
export const diverging = (evidence: Case): Judgement => {
  const { seen, track, broke } = evidence;
  const better = cautious(evidence);
  const what =
    seen.brokenAt === undefined
      ? `the error grows to ${short(seen.perStep)} times its size at each step`
      : (broke ??
        `after ${stepCount(seen.brokenAt).replace(/^step$/, "1 step")} the value is ${short(track.values[seen.brokenAt]!)}`);
  if (isEdge(evidence)) return overTheEdge(evidence);
  const isBottomless = seen.brokenAt !== undefined && track.values[seen.brokenAt] === -Infinity;
  return {
    verdict: "diverges",
    basis: "path",
    ...observed(seen),
    better: isBottomless ? undefined : better,
    reason: isBottomless
      ? sentences(what, "the function has no minimum downhill of the start")
      : sentences(what, whyTooHigh(evidence), tryInstead(better)),
  };
};

/** Above the border, and yet neither running away nor coming to rest. */
export const restless = (evidence: Case): Judgement => {
  const better = cautious(evidence);
  return {
    verdict: "oscillating",
    basis: "path",
    ...observed(evidence.seen),
    better,
    reason: sentences(
      "it goes to and fro around the minimum without settling",
      whyTooHigh(evidence),
      tryInstead(better),
    ),
  };
};

/** Above the border, and yet it has arrived: nothing pushed it towards the walls of the valley. */
export const lucky = (evidence: Case, rate: number, rule: StepRule): Judgement => {
  const better = cautious(evidence);
  return {
    verdict: "diverges",
    basis: "curvature",
    ...convergence(rate, rule, evidence.end),
    better,
    reason: sentences(
      "it has arrived only because it never left the directions that are flat enough",
      whyTooHigh(evidence),
      tryInstead(better),
    ),
  };
};
