import { sign } from "../functions/elementwise.ts";
import { chain } from "./chain.ts";
import { addDecayedWeights } from "./decayed-weights.ts";
import { movingAverage, zerosTree } from "./moments.ts";
import { type LearningRateOption, scaleByLearningRate } from "./scale.ts";
import type { GradientTransformation, Optimizer } from "./transformation.ts";
import { mapTree } from "./tree.ts";

export interface LionScaling {
  /** The share of the average in the direction; 0.9 if left out. */
  readonly beta1?: number;
  /** Decay of the average; 0.99 if left out. */
  readonly beta2?: number;
}

/** The sign of a mixture of gradient and average gradient: every parameter moves equally far. */
export const scaleByLion = ({ beta1 = 0.9, beta2 = 0.99 }: LionScaling = {}): GradientTransformation => ({
  init: zerosTree,
  update: (gradients, average) => [
    mapTree("lion", (g, m) => sign(movingAverage(g, m, beta1)), gradients, average),
    mapTree("lion", (g, m) => movingAverage(g, m, beta2), gradients, average),
  ],
});

export interface LionOptions extends LearningRateOption, LionScaling {
  /** Decoupled; 1e-3 if left out. */
  readonly weightDecay?: number;
}

/** Lion (Chen et al. 2023). It wants learning rates three to ten times smaller than Adam's. */
export const lion = ({ learningRate, weightDecay = 1e-3, ...scaling }: LionOptions): Optimizer =>
  chain(scaleByLion(scaling), addDecayedWeights(weightDecay), scaleByLearningRate(learningRate));
