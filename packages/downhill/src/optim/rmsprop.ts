import { add, div, maximum, mul, rsqrt, sqrt, square, sub } from "../functions/elementwise.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { chain } from "./chain.ts";
import { nextStep, noSteps } from "./count.ts";
import { biasCorrection as startCorrection, movingAverage, zerosTree } from "./moments.ts";
import { type LearningRateOption, scaleByLearningRate } from "./scale.ts";
import { trace } from "./sgd.ts";
import type { GradientTransformation, Optimizer, OptimizerState } from "./transformation.ts";
import { mapTree } from "./tree.ts";

export interface RmsScaling {
  /** Decay of the average square; 0.9 if left out. */
  readonly decay?: number;
  /** 1e-8 if left out. */
  readonly eps?: number;
  /** Whether eps is added under the root (optax) or to it (PyTorch); under it if left out. */
  readonly epsInSqrt?: boolean;
  /** Divide by the deviation from the average gradient rather than by the average square. */
  readonly centered?: boolean;
  /** Correct the averages for their start at 0, as Adam does. */
  readonly biasCorrection?: boolean;
}

/** Gradients over the root of the moving average of their squares. */
export const scaleByRms = ({
  decay = 0.9,
  eps = 1e-8,
  epsInSqrt = true,
  centered = false,
  biasCorrection = false,
}: RmsScaling = {}): GradientTransformation<{
  nu: OptimizerState;
  mu: OptimizerState;
  count: Tensor | null;
}> => ({
  init: (params) => ({
    nu: zerosTree(params),
    mu: centered ? zerosTree(params) : [],
    count: biasCorrection ? noSteps() : null,
  }),
  update: (gradients, state) => {
    const nu = mapTree("rmsprop", (g, v) => movingAverage(square(g), v, decay), gradients, state.nu);
    const mu = centered
      ? mapTree("rmsprop", (g, m) => movingAverage(g, m, decay), gradients, state.mu)
      : undefined;
    const count = state.count && nextStep(state.count);
    const correction = count && startCorrection(decay, count);
    const corrected = (average: Tensor): Tensor =>
      correction === null ? average : mul(average, correction(average.dtype));
    // Both averages are corrected before the square of one is taken; rounding must not make the variance of equal
    // gradients negative.
    const variance =
      mu === undefined
        ? mapTree("rmsprop", corrected, nu)
        : mapTree("rmsprop", (v, m) => maximum(sub(corrected(v), square(corrected(m))), 0), nu, mu);
    const updates = mapTree(
      "rmsprop",
      (g, v) => (epsInSqrt ? mul(g, rsqrt(add(v, eps))) : div(g, add(sqrt(v), eps))),
      gradients,
      variance,
    );
    return [updates, { nu, mu: mu ?? [], count }];
  },
});

export interface RmspropOptions extends LearningRateOption, RmsScaling {
  /** 0 if left out: no momentum. It carries steps as they were taken, each at the rate of its time (optax). */
  readonly momentum?: number;
  readonly nesterov?: boolean;
}

/** RMSProp (Tieleman and Hinton 2012); centered as in Graves 2013. */
export const rmsprop = ({
  learningRate,
  momentum = 0,
  nesterov = false,
  ...scaling
}: RmspropOptions): Optimizer =>
  chain(
    scaleByRms(scaling),
    scaleByLearningRate(learningRate),
    ...(momentum === 0 ? [] : [trace({ decay: momentum, nesterov })]),
  );
