/** Judging a learning rate: too slow, good, oscillating, diverging. */
import { keepsFalling, observe } from "../observation.ts";
import { byCurvature } from "./by-curvature.ts";
import { byPath, falling } from "./by-path.ts";
import { type Case, type Evidence, isConvex, type Judgement } from "./judgement.ts";
import { diverging, isAboveBorder, lucky, restless } from "./too-high.ts";

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
  return isConvex(end, isMinimum) ? byCurvature(known, rate, rule) : byPath(known);
};
