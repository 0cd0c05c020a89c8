/** Moving averages of updates and of parameters. */
import { add, mul, sub } from "../functions/elementwise.ts";
import { convert } from "../primitives/index.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { nextStep, noSteps } from "./count.ts";
import { biasCorrection, movingAverage, zerosTree } from "./moments.ts";
import type { GradientTransformation, OptimizerState } from "./transformation.ts";
import { mapTree } from "./tree.ts";

export interface EmaOptions {
  /** Whether the average is corrected for its start at 0; true if left out. */
  readonly debias?: boolean;
}

/** The exponential moving average of the gradients, decay·average + (1 − decay)·g, in place of them. */
export const ema = (
  decay: number,
  { debias = true }: EmaOptions = {},
): GradientTransformation<{ count: Tensor; average: OptimizerState }> => ({
  init: (params) => ({ count: noSteps(), average: zerosTree(params) }),
  update: (gradients, state) => {
    const count = nextStep(state.count);
    const average = mapTree("ema", (g, m) => movingAverage(g, m, decay), gradients, state.average);
    const correction = biasCorrection(decay, count);
    const updates = debias ? mapTree("ema", (m) => mul(m, correction(m.dtype)), average) : average;
    return [updates, { count, average }];
  },
});

/**
 * `old` moved towards `next` by the share `stepSize`: averages of parameters along a training (Polyak and Juditsky 1992)
 * are `average = incrementalUpdate(params, average, 0.001)` after each step.
 */
export const incrementalUpdate = <P extends object>(next: P, old: P, stepSize: number): P =>
  mapTree(
    "incrementalUpdate",
    (to, from) => convert(add(from, mul(sub(to, from), stepSize)), from.dtype),
    next,
    old,
  );
