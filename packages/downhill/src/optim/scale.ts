/** Multiplying gradients: by a factor, by a schedule, by the learning rate. */
import { mul, neg } from "../functions/elementwise.ts";
import { convert } from "../primitives/index.ts";
import type { DType } from "../tensor/dtype.ts";
import { Tensor } from "../tensor/tensor.ts";
import { nextStep, noSteps } from "./count.ts";
import type { Schedule } from "./schedules/schedule.ts";
import { type GradientTransformation, stateless } from "./transformation.ts";
import { mapTree } from "./tree.ts";

/** A fixed rate, a scalar tensor (an argument of a compiled step, say), or a schedule of the step. */
export type LearningRate = number | Tensor | Schedule;

export interface LearningRateOption {
  readonly learningRate: LearningRate;
}

const scaled = (leaf: Tensor, factor: number | Tensor): Tensor =>
  mul(leaf, factor instanceof Tensor ? convert(factor, leaf.dtype) : factor);

/** Times `factor`. */
export const scale = (factor: number | Tensor): GradientTransformation<[]> =>
  stateless("scale", (leaf) => scaled(leaf, factor));

/**
 * Times `schedule(step)`, the step counted from 0. The schedule is given the step as a scalar of the gradients' dtype,
 * so that float64 training has float64 rates.
 */
export const scaleBySchedule = (schedule: Schedule): GradientTransformation<{ count: Tensor }> => ({
  init: () => ({ count: noSteps() }),
  update: (gradients, { count }) => {
    const factors = new Map<DType, number | Tensor>();
    const factor = (dtype: DType): number | Tensor => {
      let known = factors.get(dtype);
      if (known === undefined) factors.set(dtype, (known = schedule(convert(count, dtype))));
      return known;
    };
    const updates = mapTree("scaleBySchedule", (leaf) => scaled(leaf, factor(leaf.dtype)), gradients);
    return [updates, { count: nextStep(count) }];
  },
});

export interface RateOptions {
  /** Whether the sign changes too; true if left out. */
  readonly flipSign?: boolean;
}

/** Times minus the learning rate: the last link of nearly every optimizer, which turns ascent into descent. */
export const scaleByLearningRate = (
  learningRate: LearningRate,
  { flipSign = true }: RateOptions = {},
): GradientTransformation => {
  const signed = (rate: number | Tensor): number | Tensor =>
    !flipSign ? rate : typeof rate === "number" ? -rate : neg(rate);
  return typeof learningRate === "function"
    ? scaleBySchedule((step) => signed(learningRate(step)))
    : scale(signed(learningRate));
};
