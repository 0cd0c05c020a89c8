/** The words around a picture of descents. */
import type { Descent } from "downhill/explain";
import { formatCount } from "../../terminal/numbers.ts";
import { short } from "../numbers.ts";
import type { Descents, Point } from "../run.ts";
import { subtitleOf } from "../subtitle.ts";
import type { LegendEntry } from "./legend.ts";
import type { Caption } from "./picture.ts";

/** `gd, rate 0.25`. */
const nameOf = ({ optimizer, learningRate }: Descent<Point>): string =>
  learningRate === undefined ? optimizer : `${optimizer}, rate ${short(learningRate, 3)}`;

const resultOf = ({ path, judgement }: Descent<Point>): string => {
  const { step, value } = path.at(-1)!;
  return `${judgement.verdict}; value ${short(value)} after ${formatCount(step)} ${step === 1 ? "step" : "steps"}`;
};

export const captionOf = ({ landscape, descents }: Descents): Caption => ({
  title: landscape.text,
  subtitle: subtitleOf(landscape, descents),
  legend: descents.map((descent): LegendEntry => ({
    name: nameOf(descent),
    result: resultOf(descent),
    reason: descent.judgement.reason,
  })),
});
