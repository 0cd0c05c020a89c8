import { add, div, maximum, mul, sqrt, square } from "../functions/elementwise.ts";
import { type AdamState, initialAdamState } from "./adam.ts";
import { chain } from "./chain.ts";
import { nextStep } from "./count.ts";
import { biasCorrection, movingAverage, zerosTree } from "./moments.ts";
import { type LearningRateOption, scaleByLearningRate } from "./scale.ts";
import type { GradientTransformation, Optimizer, OptimizerState } from "./transformation.ts";
import { mapTree } from "./tree.ts";

export interface AmsgradScaling {
  /** Decay of the average gradient; 0.9 if left out. */
  readonly beta1?: number;
  /** Decay of the average squared gradient; 0.999 if left out. */
  readonly beta2?: number;
  /** 1e-8 if left out. */
  readonly eps?: number;
  /** The largest average is taken of those `"corrected"` for their start at 0 (optax, the default) or `"raw"` (PyTorch). */
  readonly maximumOf?: "corrected" | "raw";
}

/** As Adam, but with the largest average square so far, so that the scale never grows back. */
export const scaleByAmsgrad = ({
  beta1 = 0.9,
  beta2 = 0.999,
  eps = 1e-8,
  maximumOf = "corrected",
}: AmsgradScaling = {}): GradientTransformation<AdamState & { largest: OptimizerState }> => ({
  init: (params) => ({ ...initialAdamState(params), largest: zerosTree(params) }),
  update: (gradients, state) => {
    const count = nextStep(state.count);
    const mu = mapTree("amsgrad", (g, m) => movingAverage(g, m, beta1), gradients, state.mu);
    const nu = mapTree("amsgrad", (g, v) => movingAverage(square(g), v, beta2), gradients, state.nu);
    const meanCorrection = biasCorrection(beta1, count);
    const squareCorrection = biasCorrection(beta2, count);
    const isRaw = maximumOf === "raw";
    const largest = mapTree(
      "amsgrad",
      (v, top) => maximum(top, isRaw ? v : mul(v, squareCorrection(v.dtype))),
      nu,
      state.largest,
    );
    const updates = mapTree(
      "amsgrad",
      (m, top) =>
        div(
          mul(m, meanCorrection(m.dtype)),
          add(sqrt(isRaw ? mul(top, squareCorrection(m.dtype)) : top), eps),
        ),
      mu,
      largest,
    );
    return [updates, { count, mu: mu, nu: nu, largest: largest }];
  },
});

export interface AmsgradOptions extends LearningRateOption, AmsgradScaling {}

/** AMSGrad (Reddi, Kale and Kumar 2018). */
export const amsgrad = ({ learningRate, ...scaling }: AmsgradOptions): Optimizer =>
  chain(scaleByAmsgrad(scaling), scaleByLearningRate(learningRate));
