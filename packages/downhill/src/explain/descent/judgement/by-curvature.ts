/** Where theory tells all: steps that are multiples of gradients, near a minimum that curves upwards in all directions. */
import type { CurvatureRange } from "../../../curvature/extremes.ts";
import { contraction, stableRate, type StepRule } from "../../../curvature/stable-rate.ts";
import { bestRate, type Convergence, convergence, nearBorder } from "../convergence.ts";
import type { Case, Judgement } from "./judgement.ts";
import { borderText, halved, percent, sentences, short, tryInstead, twoDigits } from "./words.ts";

/** An error that is halved in so many steps needs no better rate. */
const soon = 3;
/** A rate is slow if another one is so many times as fast. */
const muchFaster = 3;
/** Slow whatever the rate. */
const tooLong = 100;
/** A valley so many times sharper across than along is called a ravine. */
const ravine = 30;

/** What momentum would do for steps that have none. */
const withMomentum = (rule: StepRule, end: CurvatureRange, best: Convergence): string | undefined => {
  if ((rule.momentum ?? 0) > 0) return undefined;
  const { learningRate, stepsToHalve } = bestRate({ momentum: 0.9 }, end);
  return stepsToHalve < best.stepsToHalve / 2
    ? `with momentum 0.9 and rate ${short(twoDigits(learningRate))} ${halved(stepsToHalve)}`
    : undefined;
};

export const byCurvature = ({ end }: Case, rate: number, rule: StepRule): Judgement => {
  const predicted = convergence(rate, rule, end);
  const best = bestRate(rule, end);
  const border = stableRate(end.largest, rule);
  const share = `${percent(rate / border)} of ${borderText(rule, end, "at the minimum")}`;
  const condition = end.largest / end.smallest;
  const inRavine =
    condition > ravine
      ? `the valley is ${short(Number(condition.toPrecision(2)))} times sharper across than along`
      : undefined;
  const across = contraction(rate * end.largest, rule);
  const better = { learningRate: twoDigits(best.learningRate), stepsToHalve: best.stepsToHalve };
  const judged = { basis: "curvature", ...predicted } as const;
  if (rate > nearBorder * border)
    return {
      ...judged,
      verdict: "oscillating",
      better,
      reason: sentences(
        `each step crosses the valley, to ${percent(across.factor)} of the distance on its other side: the rate ${short(rate)} is ${share}`,
        tryInstead(better),
      ),
    };
  if (predicted.stepsToHalve > soon && predicted.stepsToHalve > muchFaster * best.stepsToHalve)
    return {
      ...judged,
      verdict: "slow",
      better,
      reason: sentences(
        `${halved(predicted.stepsToHalve)}: the rate ${short(rate)} is only ${share}`,
        tryInstead(better),
        inRavine,
      ),
    };
  if (predicted.stepsToHalve > tooLong)
    return {
      ...judged,
      verdict: "slow",
      better: undefined,
      reason: sentences(
        `${halved(predicted.stepsToHalve)}, and no rate is much faster: ${inRavine ?? "the function is flat"}`,
        withMomentum(rule, end, best),
        `the rate is ${share}`,
      ),
    };
  return {
    ...judged,
    verdict: "good",
    better: undefined,
    reason: sentences(`${halved(predicted.stepsToHalve)}, at ${share}`, inRavine),
  };
};
