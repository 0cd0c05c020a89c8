/** Adam with Nesterov's look-ahead, in the two forms that are in use. */
import { add, div, exp, mul, sqrt, square, sub } from "../functions/elementwise.ts";
import { convert } from "../primitives/index.ts";
import { type DType, promote } from "../tensor/dtype.ts";
import { literal, type Tensor } from "../tensor/tensor.ts";
import { type AdamOptions, type AdamScaling, type AdamState, initialAdamState, scaleByAdam } from "./adam.ts";
import { chain } from "./chain.ts";
import { nextStep } from "./count.ts";
import { biasCorrection, movingAverage } from "./moments.ts";
import { scaleByLearningRate } from "./scale.ts";
import type { GradientTransformation, Optimizer } from "./transformation.ts";
import { leavesOf, mapTree } from "./tree.ts";

interface ScheduledScaling extends Pick<AdamScaling, "beta1" | "beta2" | "eps"> {
  /** ψ: how slowly the momentum approaches beta1. */
  readonly momentumDecay: number;
}

/**
 * Dozat's own form, PyTorch's: the momentum is μ(t) = beta1·(1 − ½·0.96^(t·ψ)), and averages are corrected by the
 * product of all μ so far, which the state keeps.
 */
const scaleByScheduledNadam = ({
  beta1 = 0.9,
  beta2 = 0.999,
  eps = 1e-8,
  momentumDecay,
}: ScheduledScaling): GradientTransformation<AdamState & { product: Tensor }> => {
  const momentumAt = (count: Tensor, dtype: DType): Tensor =>
    mul(sub(1, mul(exp(mul(convert(count, dtype), momentumDecay * Math.log(0.96))), 0.5)), beta1);
  return {
    init: (params) => {
      const dtypes = leavesOf("nadam", params).map(({ dtype }) => dtype);
      return { ...initialAdamState(params), product: literal(1, dtypes.reduce(promote, "float32")) };
    },
    update: (gradients, state) => {
      const count = nextStep(state.count);
      const { dtype } = state.product;
      const momentum = momentumAt(count, dtype);
      const nextMomentum = momentumAt(add(count, 1), dtype);
      const product = mul(state.product, momentum);
      const ofGradient = div(sub(1, momentum), sub(1, product));
      const ofAverage = div(nextMomentum, sub(1, mul(product, nextMomentum)));
      const mu = mapTree("nadam", (g, m) => movingAverage(g, m, beta1), gradients, state.mu);
      const nu = mapTree("nadam", (g, v) => movingAverage(square(g), v, beta2), gradients, state.nu);
      const correction = biasCorrection(beta2, count);
      const updates = mapTree(
        "nadam",
        (g, m, v) =>
          div(
            add(mul(g, convert(ofGradient, g.dtype)), mul(m, convert(ofAverage, g.dtype))),
            add(sqrt(mul(v, correction(g.dtype))), eps),
          ),
        gradients,
        mu,
        nu,
      );
      return [updates, { count, mu: mu, nu: nu, product }];
    },
  };
};

export interface NadamOptions extends Omit<AdamOptions, "nesterov" | "epsRoot"> {
  /** Lets the momentum grow towards beta1 (PyTorch's default: 0.004); constant (optax) if left out. */
  readonly momentumDecay?: number;
}

/** Adam with Nesterov's look-ahead (Dozat 2016). */
export const nadam = ({ learningRate, momentumDecay, ...scaling }: NadamOptions): Optimizer =>
  chain(
    momentumDecay === undefined
      ? scaleByAdam({ ...scaling, nesterov: true })
      : scaleByScheduledNadam({ ...scaling, momentumDecay }),
    scaleByLearningRate(learningRate),
  );
