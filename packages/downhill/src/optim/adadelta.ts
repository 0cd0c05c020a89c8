import { add, mul, rsqrt, sqrt, square } from "../functions/elementwise.ts";
import { chain } from "./chain.ts";
import { movingAverage, zerosTree } from "./moments.ts";
import { type LearningRate, scaleByLearningRate } from "./scale.ts";
import type { GradientTransformation, Optimizer, OptimizerState } from "./transformation.ts";
import { mapTree } from "./tree.ts";

export interface AdadeltaScaling {
  /** Decay of both averages; 0.9 if left out. */
  readonly rho?: number;
  /** 1e-6 if left out. */
  readonly eps?: number;
}

/** Gradients times the ratio of the average sizes of past updates and of gradients. */
export const scaleByAdadelta = ({ rho = 0.9, eps = 1e-6 }: AdadeltaScaling = {}): GradientTransformation<{
  gradients: OptimizerState;
  updates: OptimizerState;
}> => ({
  init: (params) => ({ gradients: zerosTree(params), updates: zerosTree(params) }),
  update: (gradients, state) => {
    const squares = mapTree(
      "adadelta",
      (g, s) => movingAverage(square(g), s, rho),
      gradients,
      state.gradients,
    );
    const updates = mapTree(
      "adadelta",
      (g, s, d) => mul(g, mul(sqrt(add(d, eps)), rsqrt(add(s, eps)))),
      gradients,
      squares,
      state.updates,
    );
    const moved = mapTree("adadelta", (u, d) => movingAverage(square(u), d, rho), updates, state.updates);
    return [updates, { gradients: squares, updates: moved }];
  },
});

export interface AdadeltaOptions extends AdadeltaScaling {
  /** 1 if left out: the method finds its own scale. */
  readonly learningRate?: LearningRate;
}

/** AdaDelta (Zeiler 2012). */
export const adadelta = ({ learningRate = 1, ...scaling }: AdadeltaOptions = {}): Optimizer =>
  chain(scaleByAdadelta(scaling), scaleByLearningRate(learningRate));
