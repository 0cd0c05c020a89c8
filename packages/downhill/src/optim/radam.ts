import { add, div, exp, greaterEqual, mul, sqrt, square, sub, where } from "../functions/elementwise.ts";
import { convert } from "../primitives/index.ts";
import type { DType } from "../tensor/dtype.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type AdamState, initialAdamState } from "./adam.ts";
import { chain } from "./chain.ts";
import { nextStep } from "./count.ts";
import { biasCorrection, movingAverage, ofEachDType } from "./moments.ts";
import { type LearningRateOption, scaleByLearningRate } from "./scale.ts";
import type { GradientTransformation, Optimizer } from "./transformation.ts";
import { mapTree } from "./tree.ts";

export interface RadamScaling {
  /** Decay of the average gradient; 0.9 if left out. */
  readonly beta1?: number;
  /** Decay of the average squared gradient; 0.999 if left out. */
  readonly beta2?: number;
  /** 1e-8 if left out. */
  readonly eps?: number;
  /** How many samples' worth the average square must have before it is used; 5 if left out. */
  readonly threshold?: number;
  /** Whether eps is added to the root of the average square `"corrected"` for its start (optax, the default) or `"raw"` (PyTorch). */
  readonly epsTo?: "corrected" | "raw";
}

/**
 * As Adam where the variance of the adaptive scale is tractable, times the factor r that rectifies it; the plain
 * average gradient before (Liu et al. 2020, algorithm 2).
 */
export const scaleByRadam = ({
  beta1 = 0.9,
  beta2 = 0.999,
  eps = 1e-8,
  threshold = 5,
  epsTo = "corrected",
}: RadamScaling = {}): GradientTransformation<AdamState> => {
  const limit = 2 / (1 - beta2) - 1;
  const rectification = (rho: Tensor): Tensor =>
    sqrt(div(mul(mul(sub(rho, 4), sub(rho, 2)), limit / ((limit - 4) * (limit - 2))), rho));
  /** The scalars of a step. */
  const scalars = (count: Tensor, dtype: DType) => {
    const correction = biasCorrection(beta2, count)(dtype);
    const steps = convert(count, dtype);
    const power = exp(mul(steps, Math.log(beta2)));
    /** The length of a plain average of the same variance. */
    const rho = sub(limit, mul(mul(mul(steps, 2), power), correction));
    const isTractable = greaterEqual(rho, threshold);
    // Of a shorter average the root would be that of a negative number.
    return { correction, isTractable, r: rectification(where(isTractable, rho, threshold)) };
  };
  return {
    init: initialAdamState,
    update: (gradients, state) => {
      const count = nextStep(state.count);
      const mu = mapTree("radam", (g, m) => movingAverage(g, m, beta1), gradients, state.mu);
      const nu = mapTree("radam", (g, v) => movingAverage(square(g), v, beta2), gradients, state.nu);
      const meanCorrection = biasCorrection(beta1, count);
      const scalarsOf = ofEachDType((dtype) => scalars(count, dtype));
      const updates = mapTree(
        "radam",
        (m, v) => {
          const mean = mul(m, meanCorrection(m.dtype));
          const { correction, isTractable, r } = scalarsOf(m.dtype);
          const root =
            epsTo === "raw" ? mul(add(sqrt(v), eps), sqrt(correction)) : add(sqrt(mul(v, correction)), eps);
          return where(isTractable, mul(div(mean, root), r), mean);
        },
        mu,
        nu,
      );
      return [updates, { count, mu: mu, nu: nu }];
    },
  };
};

export interface RadamOptions extends LearningRateOption, RadamScaling {}

/** Rectified Adam (Liu et al. 2020), which needs no warm-up. */
export const radam = ({ learningRate, ...scaling }: RadamOptions): Optimizer =>
  chain(scaleByRadam(scaling), scaleByLearningRate(learningRate));
