/** Adam, and AdamW that differs from it in a line. */
import { add, div, mul, sqrt, square } from "../functions/elementwise.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { chain } from "./chain.ts";
import { nextStep, noSteps } from "./count.ts";
import { addDecayedWeights } from "./decayed-weights.ts";
import { biasCorrection, movingAverage, zerosTree } from "./moments.ts";
import { type LearningRateOption, scaleByLearningRate } from "./scale.ts";
import type { GradientTransformation, Optimizer, OptimizerState } from "./transformation.ts";
import { mapTree } from "./tree.ts";

export interface AdamScaling {
  /** Decay of the average gradient; 0.9 if left out. */
  readonly beta1?: number;
  /** Decay of the average squared gradient; 0.999 if left out. */
  readonly beta2?: number;
  /** Added to the root of the average square; 1e-8 if left out. */
  readonly eps?: number;
  /** Added under the root, which keeps the slope of a step through the optimizer finite; 0 if left out. */
  readonly epsRoot?: number;
  /** Nesterov's look-ahead in the average gradient (Dozat 2016). */
  readonly nesterov?: boolean;
}

/** Steps done, average gradient, average square: what Adam and its relatives remember. */
export type AdamState = { count: Tensor; mu: OptimizerState; nu: OptimizerState };

/** The state of Adam and its relatives before the first step. */
export const initialAdamState = (params: object): AdamState => ({
  count: noSteps(),
  mu: zerosTree(params),
  nu: zerosTree(params),
});

/** Average gradient over the root of the average square, both corrected for their start at 0. */
export const scaleByAdam = ({
  beta1 = 0.9,
  beta2 = 0.999,
  eps = 1e-8,
  epsRoot = 0,
  nesterov = false,
}: AdamScaling = {}): GradientTransformation<AdamState> => ({
  init: initialAdamState,
  update: (gradients, state) => {
    const count = nextStep(state.count);
    const mu = mapTree("adam", (g, m) => movingAverage(g, m, beta1), gradients, state.mu);
    const nu = mapTree("adam", (g, v) => movingAverage(square(g), v, beta2), gradients, state.nu);
    const meanCorrection = biasCorrection(beta1, count);
    const squareCorrection = biasCorrection(beta2, count);
    const nextCorrection = nesterov ? biasCorrection(beta1, add(count, 1)) : undefined;
    const direction = (g: Tensor, m: Tensor): Tensor =>
      nextCorrection === undefined
        ? mul(m, meanCorrection(g.dtype))
        : add(mul(mul(m, beta1), nextCorrection(g.dtype)), mul(mul(g, 1 - beta1), meanCorrection(g.dtype)));
    const updates = mapTree(
      "adam",
      (g, m, v) => {
        const meanSquare = mul(v, squareCorrection(g.dtype));
        return div(direction(g, m), add(sqrt(epsRoot === 0 ? meanSquare : add(meanSquare, epsRoot)), eps));
      },
      gradients,
      mu,
      nu,
    );
    return [updates, { count, mu: mu, nu: nu }];
  },
});

export interface AdamOptions extends LearningRateOption, AdamScaling {}

/** Adam (Kingma and Ba 2015). */
export const adam = ({ learningRate, ...scaling }: AdamOptions): Optimizer =>
  chain(scaleByAdam(scaling), scaleByLearningRate(learningRate));

export interface AdamWOptions extends AdamOptions {
  /** 1e-4 if left out. */
  readonly weightDecay?: number;
}

/** Adam with decoupled weight decay (Loshchilov and Hutter 2019): the decay is not scaled by the gradients' size. */
export const adamw = ({ learningRate, weightDecay = 1e-4, ...scaling }: AdamWOptions): Optimizer =>
  chain(scaleByAdam(scaling), addDecayedWeights(weightDecay), scaleByLearningRate(learningRate));
