import { abs, add, div, maximum, mul } from "../functions/elementwise.ts";
import { type AdamState, initialAdamState } from "./adam.ts";
import { chain } from "./chain.ts";
import { nextStep } from "./count.ts";
import { biasCorrection, movingAverage } from "./moments.ts";
import { type LearningRateOption, scaleByLearningRate } from "./scale.ts";
import type { GradientTransformation, Optimizer } from "./transformation.ts";
import { mapTree } from "./tree.ts";

export interface AdamaxScaling {
  /** Decay of the average gradient; 0.9 if left out. */
  readonly beta1?: number;
  /** Decay of the largest gradient; 0.999 if left out. */
  readonly beta2?: number;
  /** 1e-8 if left out. */
  readonly eps?: number;
}

/** Average gradient over the largest recent one. */
export const scaleByAdamax = ({
  beta1 = 0.9,
  beta2 = 0.999,
  eps = 1e-8,
}: AdamaxScaling = {}): GradientTransformation<AdamState> => ({
  init: initialAdamState,
  update: (gradients, state) => {
    const count = nextStep(state.count);
    const mu = mapTree("adamax", (g, m) => movingAverage(g, m, beta1), gradients, state.mu);
    const nu = mapTree("adamax", (g, u) => maximum(mul(u, beta2), add(abs(g), eps)), gradients, state.nu);
    const correction = biasCorrection(beta1, count);
    const updates = mapTree("adamax", (m, u) => div(mul(m, correction(m.dtype)), u), mu, nu);
    return [updates, { count, mu: mu, nu: nu }];
  },
});

export interface AdamaxOptions extends LearningRateOption, AdamaxScaling {}

/** Adam with the infinity norm in place of the root mean square (Kingma and Ba 2015, section 7.1). */
export const adamax = ({ learningRate, ...scaling }: AdamaxOptions): Optimizer =>
  chain(scaleByAdamax(scaling), scaleByLearningRate(learningRate));
