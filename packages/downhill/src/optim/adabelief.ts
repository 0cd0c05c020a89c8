import { add, div, mul, sqrt, square, sub } from "../functions/elementwise.ts";
import { type AdamState, initialAdamState } from "./adam.ts";
import { chain } from "./chain.ts";
import { nextStep } from "./count.ts";
import { biasCorrection, movingAverage } from "./moments.ts";
import { type LearningRateOption, scaleByLearningRate } from "./scale.ts";
import type { GradientTransformation, Optimizer } from "./transformation.ts";
import { mapTree } from "./tree.ts";

export interface BeliefScaling {
  /** Decay of the average gradient; 0.9 if left out. */
  readonly beta1?: number;
  /** Decay of the average squared surprise; 0.999 if left out. */
  readonly beta2?: number;
  /** 1e-16 if left out. */
  readonly eps?: number;
  /** Added to the average squared surprise at every step; 1e-16 if left out. */
  readonly epsRoot?: number;
}

/** Average gradient over the root mean square of the gradients' deviation from it. */
export const scaleByBelief = ({
  beta1 = 0.9,
  beta2 = 0.999,
  eps = 1e-16,
  epsRoot = 1e-16,
}: BeliefScaling = {}): GradientTransformation<AdamState> => ({
  init: initialAdamState,
  update: (gradients, state) => {
    const count = nextStep(state.count);
    const mu = mapTree("adabelief", (g, m) => movingAverage(g, m, beta1), gradients, state.mu);
    const nu = mapTree(
      "adabelief",
      (g, m, s) => add(movingAverage(square(sub(g, m)), s, beta2), epsRoot),
      gradients,
      mu,
      state.nu,
    );
    const meanCorrection = biasCorrection(beta1, count);
    const squareCorrection = biasCorrection(beta2, count);
    const updates = mapTree(
      "adabelief",
      (m, s) => div(mul(m, meanCorrection(m.dtype)), add(sqrt(mul(s, squareCorrection(m.dtype))), eps)),
      mu,
      nu,
    );
    return [updates, { count, mu: mu, nu: nu }];
  },
});

export interface AdabeliefOptions extends LearningRateOption, BeliefScaling {}

/** AdaBelief (Zhuang et al. 2020): long steps where gradients are as expected. */
export const adabelief = ({ learningRate, ...scaling }: AdabeliefOptions): Optimizer =>
  chain(scaleByBelief(scaling), scaleByLearningRate(learningRate));
