/** Judging a learning rate: too slow, good, oscillating, diverging. */
import { stableRate, type StepRule } from "../../../curvature/stable-rate.ts";
import { bestRate, convergence } from "../convergence.ts";
import { keepsFalling, observe } from "../observation.ts";
import { byCurvature } from "./by-curvature.ts";
import { byPath, falling } from "./by-path.ts";
import { type Case, type Evidence, isConvex, type Judgement, observed } from "./judgement.ts";
import { diverging, isAboveBorder, lucky, restless } from "./too-high.ts";

/** So many times as slow as foretold is something else than what was foretold. */
const muchSlower = 10;

/**
 * Whether the curvature at the minimum tells of this way: it does not where the way goes much slower than it promises, and not
 * where the start is so much sharper that steps of the size that suits the minimum are too large for it.
 */
const isTold = ({ seen, track, start, end }: Case, rate: number, rule: StepRule): boolean => {
  const { stepsToHalve } = convergence(rate, rule, end);
  const isLate =
    track.moves.length > muchSlower * (1 + stepsToHalve) &&
    observed(seen).stepsToHalve > muchSlower * Math.max(1, stepsToHalve);
  const isTooSharp = start.largest > 0 && bestRate(rule, end).learningRate > stableRate(start.largest, rule);
  return seen.isSettled || !(isLate || isTooSharp);
};

/** What happened comes first; the curvature explains it, and foretells what will happen. */
export const judge = (evidence: Evidence): Judgement => {
  const seen = observe(evidence.track);
  const known: Case = { ...evidence, seen };
  const { rate, rule, end, isMinimum } = evidence;
  if (seen.brokenAt !== undefined) return diverging(known);
  if (!seen.isSettled) {
    if (keepsFalling(known.track)) return falling(known);
    const isAbove = isAboveBorder(known);
    if (seen.perStep > 1 && (seen.isHigher || isAbove)) return diverging(known);
    if (isAbove) return restless(known);
  }
  if (rate === undefined || rule === undefined) return byPath(known);
  if (isAboveBorder(known)) return lucky(known, rate, rule);
  return isConvex(end, isMinimum) && isTold(known, rate, rule)
    ? byCurvature(known, rate, rule)
    : byPath(known);
};
