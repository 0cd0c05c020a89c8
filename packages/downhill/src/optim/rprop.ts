import { clip } from "../functions/activations.ts";
import { equal, greater, less, mul, neg, sign, where } from "../functions/elementwise.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { fullTree, zerosTree } from "./moments.ts";
import type { GradientTransformation, OptimizerState } from "./transformation.ts";
import { mapTree } from "./tree.ts";

export interface RpropOptions {
  /** The length of every parameter's first step. */
  readonly learningRate: number | Tensor;
  /** The factor of a step's length after the slope has changed its sign; 0.5 if left out. */
  readonly etaMinus?: number;
  /** The factor while the slope keeps its sign; 1.2 if left out. */
  readonly etaPlus?: number;
  /** 1e-6 if left out. */
  readonly minStepSize?: number;
  /** 50 if left out. */
  readonly maxStepSize?: number;
}

/**
 * Rprop (Riedmiller and Braun 1993, in the variant without going back, Igel and Hüsken 2000): of gradients only the sign
 * counts, and every parameter has a step length of its own. For whole data, not for mini-batches.
 */
export const rprop = ({
  learningRate,
  etaMinus = 0.5,
  etaPlus = 1.2,
  minStepSize = 1e-6,
  maxStepSize = 50,
}: RpropOptions): GradientTransformation<{ steps: OptimizerState; signs: OptimizerState }> => ({
  init: (params) => ({ steps: fullTree(params, learningRate), signs: zerosTree(params) }),
  update: (gradients, state) => {
    const agreement = mapTree("rprop", (g, before) => mul(sign(g), before), gradients, state.signs);
    const steps = mapTree(
      "rprop",
      (same, step) =>
        where(
          equal(same, 0),
          step,
          clip(where(greater(same, 0), mul(step, etaPlus), mul(step, etaMinus)), minStepSize, maxStepSize),
        ),
      agreement,
      state.steps,
    );
    // Where the sign has changed the parameter rests for a step, after which no sign counts as the one before.
    const signs = mapTree("rprop", (same, g) => where(less(same, 0), 0, sign(g)), agreement, gradients);
    return [mapTree("rprop", (s, step) => neg(mul(s, step)), signs, steps), { steps, signs }];
  },
});
