import { chain } from "./chain.ts";
import { addDecayedWeights } from "./decayed-weights.ts";
import { scaleByTrustRatio, type TrustRatioOptions } from "./lamb.ts";
import { type LearningRateOption, scaleByLearningRate } from "./scale.ts";
import { trace } from "./sgd.ts";
import type { Optimizer } from "./transformation.ts";

export interface LarsOptions extends LearningRateOption, TrustRatioOptions {
  /** 1e-3 if left out. */
  readonly trustCoefficient?: number;
  /** Factor of the parameters added to their gradients; 0 if left out. */
  readonly weightDecay?: number;
  /** 0.9 if left out. */
  readonly momentum?: number;
  readonly nesterov?: boolean;
}

/** LARS (You, Gitman and Ginsburg 2017): momentum whose steps are in proportion to the size of each tensor. */
export const lars = ({
  learningRate,
  weightDecay = 0,
  trustCoefficient = 1e-3,
  eps = 0,
  momentum = 0.9,
  nesterov = false,
}: LarsOptions): Optimizer =>
  chain(
    ...(weightDecay === 0 ? [] : [addDecayedWeights(weightDecay)]),
    scaleByTrustRatio({ trustCoefficient, eps }),
    scaleByLearningRate(learningRate),
    trace({ decay: momentum, nesterov }),
  );
