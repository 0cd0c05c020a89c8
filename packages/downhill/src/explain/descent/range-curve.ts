/** The range test on functions of a tree of tensors. */
import { full } from "../../functions/create.ts";
import { lowestPoint, type RangeCurve, rangeTest, type RangeTestOptions } from "../../optim/range-test.ts";
import type { LearningRate, Optimizer, OptimizerState } from "../../optim/index.ts";
import { applyUpdates } from "../../optim/transformation.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { valueAndGrad } from "../../transforms/grad.ts";
import { jit } from "../../targets/jit.ts";

type Step<P, B> = (
  params: P,
  state: OptimizerState,
  rate: Tensor,
  batch: B,
) => { readonly value: Tensor; readonly params: P; readonly state: OptimizerState };

/**
 * One step of the optimizer for each rate, from `start` on, compiled once.
 *
 * @param batches what the function takes beside the parameters, a batch for each step; from the first on again when they
 *   are used up.
 */
export const rangeCurve = <P extends object, B>(
  f: (params: P, batch: B) => Tensor,
  start: P,
  make: (learningRate: LearningRate) => Optimizer,
  batches: readonly B[],
  options: RangeTestOptions,
): RangeCurve => {
  const slope = valueAndGrad as (g: typeof f) => (params: P, batch: B) => [value: Tensor, gradient: P];
  const step = jit((params: P, before: OptimizerState, rate: Tensor, batch: B) => {
    const [value, gradient] = slope(f)(params, batch);
    const [updates, state] = make(rate).update(gradient, before, params);
    return { value, params: applyUpdates(params, updates), state };
  }) as Step<P, B>;
  let params = start;
  let state = make(1).init(start);
  let next = 0;
  return rangeTest((rate) => {
    const taken = step(
      params,
      state,
      full([], rate, { dtype: "float64" }),
      batches[next++ % batches.length]!,
    );
    ({ params, state } = taken);
    return taken.value.item();
  }, options);
};

/** Wide enough for parameters of any size. */
const everything: RangeTestOptions = { lowest: 1e-6, highest: 100, trials: 97 };

/** A tenth of the rate at which the range test came lowest; undefined if no rate lowered the value. */
export const rangeTestedRate = <P extends object>(
  f: (params: P) => Tensor,
  start: P,
  make: (learningRate: LearningRate) => Optimizer,
): number | undefined => {
  const lowest = lowestPoint(rangeCurve((params: P) => f(params), start, make, [null], everything));
  return lowest && lowest.rate / 10;
};
