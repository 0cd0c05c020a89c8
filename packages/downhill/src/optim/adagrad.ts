import { add, div, greater, mul, rsqrt, sqrt, square, where } from "../functions/elementwise.ts";
import { chain } from "./chain.ts";
import { fullTree } from "./moments.ts";
import { type LearningRateOption, scaleByLearningRate } from "./scale.ts";
import type { GradientTransformation, Optimizer } from "./transformation.ts";
import { mapTree } from "./tree.ts";

export interface AdagradScaling {
  /** Where the sums of squares start; 0.1 if left out. */
  readonly initialAccumulatorValue?: number;
  /** 1e-7 if left out. */
  readonly eps?: number;
  /** Whether eps is added under the root (optax) or to it (PyTorch); under it if left out. */
  readonly epsInSqrt?: boolean;
}

/** Gradients over the root of the sum of all their squares so far. */
export const scaleByAdagrad = ({
  initialAccumulatorValue = 0.1,
  eps = 1e-7,
  epsInSqrt = true,
}: AdagradScaling = {}): GradientTransformation => ({
  init: (params) => fullTree(params, initialAccumulatorValue),
  update: (gradients, state) => {
    const sums = mapTree("adagrad", (g, s) => add(s, square(g)), gradients, state);
    const updates = mapTree(
      "adagrad",
      // With eps 0 a parameter that has had no gradient yet must stay where it is.
      (g, s) => (epsInSqrt ? where(greater(s, 0), mul(g, rsqrt(add(s, eps))), 0) : div(g, add(sqrt(s), eps))),
      gradients,
      sums,
    );
    return [updates, sums];
  },
});

export interface AdagradOptions extends LearningRateOption, AdagradScaling {}

/** AdaGrad (Duchi, Hazan and Singer 2011): steps shrink most where gradients have been largest. */
export const adagrad = ({ learningRate, ...scaling }: AdagradOptions): Optimizer =>
  chain(scaleByAdagrad(scaling), scaleByLearningRate(learningRate));
