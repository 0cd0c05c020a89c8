import { add, div, equal, logicalOr, mul, where } from "../functions/elementwise.ts";
import { norm } from "../functions/reductions.ts";
import { convert } from "../primitives/index.ts";
import { type AdamScaling, scaleByAdam } from "./adam.ts";
import { chain } from "./chain.ts";
import { addDecayedWeights, requireParams } from "./decayed-weights.ts";
import { type LearningRateOption, scaleByLearningRate } from "./scale.ts";
import type { GradientTransformation, Optimizer } from "./transformation.ts";
import { mapTree } from "./tree.ts";

export interface TrustRatioOptions {
  /** The length of an update as a share of its tensor's; 1 if left out. */
  readonly trustCoefficient?: number;
  /** Added to |update|; 0 if left out. */
  readonly eps?: number;
}

/**
 * Each tensor's update times trustCoefficient·|parameter| / (|update| + eps), or as it is if either length is zero (You et
 * al. 2017).
 */
export const scaleByTrustRatio = ({
  trustCoefficient = 1,
  eps = 0,
}: TrustRatioOptions = {}): GradientTransformation<[]> => ({
  init: () => [],
  update: (gradients, _, params) => [
    mapTree(
      "scaleByTrustRatio",
      (update, param) => {
        const [size, updateSize] = [convert(norm(param), update.dtype), norm(update)];
        const isZero = logicalOr(equal(size, 0), equal(updateSize, 0));
        const length = where(isZero, 1, eps === 0 ? updateSize : add(updateSize, eps));
        const trusted = trustCoefficient === 1 ? size : mul(size, trustCoefficient);
        return mul(update, where(isZero, 1, div(trusted, length)));
      },
      gradients,
      requireParams("scaleByTrustRatio", params),
    ),
    [],
  ],
});

export interface LambOptions extends LearningRateOption, AdamScaling {
  /** Decoupled; 0 if left out. */
  readonly weightDecay?: number;
}

/** LAMB (You et al. 2020): Adam whose steps are in proportion to the size of each tensor; `eps` is 1e-6 if left out. */
export const lamb = ({ learningRate, weightDecay = 0, eps = 1e-6, ...scaling }: LambOptions): Optimizer =>
  chain(
    scaleByAdam({ eps, ...scaling }),
    addDecayedWeights(weightDecay),
    scaleByTrustRatio(),
    scaleByLearningRate(learningRate),
  );
