import { add, div, equal, sub, where } from "../functions/elementwise.ts";
import { convert } from "../primitives/index.ts";
import { ArgumentError } from "../tensor/errors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { nextStep, noSteps } from "./count.ts";
import { zerosTree } from "./moments.ts";
import type { GradientTransformation, Optimizer, OptimizerState } from "./transformation.ts";
import { chooseTree, mapTree } from "./tree.ts";

export interface MultiStepsOptions {
  /** Whether the optimizer is given the mean of the gradients (true if left out) or their sum. */
  readonly useGradMean?: boolean;
}

export type MultiStepsState = {
  miniStep: Tensor;
  gradientStep: Tensor;
  accumulated: OptimizerState;
  inner: OptimizerState;
};

/**
 * Gradients of several mini-batches for one step of the optimizer: a large batch in the memory of a small one. Between its
 * steps the updates are 0.
 *
 * @param every how many gradients make a step: a whole number, or a function of the optimizer's steps so far (an int32 scalar).
 */
export const multiSteps = (
  optimizer: Optimizer,
  every: number | ((gradientStep: Tensor) => Tensor),
  { useGradMean = true }: MultiStepsOptions = {},
): GradientTransformation<MultiStepsState> => {
  if (typeof every === "number" && (!Number.isInteger(every) || every < 1))
    throw new ArgumentError("multiSteps", `a step every ${every} gradients; write a whole number from 1`);
  return {
    init: (params) => ({
      miniStep: noSteps(),
      gradientStep: noSteps(),
      accumulated: zerosTree(params),
      inner: optimizer.init(params),
    }),
    update: (gradients, state, params, extras) => {
      const { miniStep, gradientStep } = state;
      const count = typeof every === "number" ? every : every(gradientStep);
      const accumulated = mapTree(
        "multiSteps",
        (g, sum) => add(sum, useGradMean ? div(sub(g, sum), convert(add(miniStep, 1), g.dtype)) : g),
        gradients,
        state.accumulated,
      );
      const [steps, inner] = optimizer.update(accumulated, state.inner, params, extras);
      const isStep = equal(miniStep, sub(count, 1));
      return [
        mapTree("multiSteps", (step) => where(isStep, step, 0), steps),
        {
          miniStep: where(isStep, 0, add(miniStep, 1)),
          gradientStep: where(isStep, nextStep(gradientStep), gradientStep),
          accumulated: mapTree("multiSteps", (sum) => where(isStep, 0, sum), accumulated),
          inner: chooseTree("multiSteps", isStep, inner, state.inner),
        },
      ];
    },
  };
};
