import { add, div, mul, sign, sqrt, square, sub } from "../functions/elementwise.ts";
import type { AdamState } from "./adam.ts";
import { chain } from "./chain.ts";
import { nextStep, noSteps } from "./count.ts";
import { biasCorrection, fullTree, movingAverage } from "./moments.ts";
import { type LearningRateOption, scaleByLearningRate } from "./scale.ts";
import type { GradientTransformation, Optimizer } from "./transformation.ts";
import { mapTree } from "./tree.ts";

export interface YogiScaling {
  /** Decay of the average gradient; 0.9 if left out. */
  readonly beta1?: number;
  /** How slowly the second moment follows the squared gradient; 0.999 if left out. */
  readonly beta2?: number;
  /** 1e-3 if left out. */
  readonly eps?: number;
  /** Where both moments start; 1e-6 if left out. */
  readonly initialAccumulatorValue?: number;
}

/** As Adam, but the second moment moves towards g² by (1 − beta2)·g², however far away it is. */
export const scaleByYogi = ({
  beta1 = 0.9,
  beta2 = 0.999,
  eps = 1e-3,
  initialAccumulatorValue = 1e-6,
}: YogiScaling = {}): GradientTransformation<AdamState> => ({
  init: (params) => ({
    count: noSteps(),
    mu: fullTree(params, initialAccumulatorValue),
    nu: fullTree(params, initialAccumulatorValue),
  }),
  update: (gradients, state) => {
    const count = nextStep(state.count);
    const mu = mapTree("yogi", (g, m) => movingAverage(g, m, beta1), gradients, state.mu);
    const nu = mapTree(
      "yogi",
      (g, v) => sub(v, mul(mul(sign(sub(v, square(g))), square(g)), 1 - beta2)),
      gradients,
      state.nu,
    );
    const meanCorrection = biasCorrection(beta1, count);
    const squareCorrection = biasCorrection(beta2, count);
    const updates = mapTree(
      "yogi",
      (m, v) => div(mul(m, meanCorrection(m.dtype)), add(sqrt(mul(v, squareCorrection(v.dtype))), eps)),
      mu,
      nu,
    );
    return [updates, { count, mu, nu }];
  },
});

export interface YogiOptions extends LearningRateOption, YogiScaling {}

/** Yogi (Zaheer et al. 2018): Adam whose scale shrinks no faster than gradients are large. */
export const yogi = ({ learningRate, ...scaling }: YogiOptions): Optimizer =>
  chain(scaleByYogi(scaling), scaleByLearningRate(learningRate));
