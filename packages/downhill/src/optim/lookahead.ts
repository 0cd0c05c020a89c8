import { add, equal, mul, sub, where } from "../functions/elementwise.ts";
import { convert } from "../primitives/index.ts";
import { ArgumentError } from "../tensor/errors.ts";
import { literal, type Tensor } from "../tensor/tensor.ts";
import { requireParams } from "./decayed-weights.ts";
import type { GradientTransformation, Optimizer, OptimizerState } from "./transformation.ts";
import { chooseTree, mapTree } from "./tree.ts";

export interface LookaheadOptions {
  /** How many steps of the fast optimizer come before each of the slow weights; 6 if left out. */
  readonly syncPeriod?: number;
  /** How far the slow weights follow the fast ones; 0.5 if left out. */
  readonly slowStepSize?: number;
  /** Whether the fast optimizer forgets what it knows at each of these steps; false if left out. */
  readonly resetState?: boolean;
}

export type LookaheadState = { sinceSync: Tensor; slow: OptimizerState; fast: OptimizerState };

/**
 * Lookahead (Zhang et al. 2019): every few steps slow weights follow part of the way that the optimizer went, and it goes on
 * from there. The parameters are the fast weights; the slow ones are `slow` of the state.
 */
export const lookahead = (
  optimizer: Optimizer,
  { syncPeriod = 6, slowStepSize = 0.5, resetState = false }: LookaheadOptions = {},
): GradientTransformation<LookaheadState> => {
  if (!Number.isInteger(syncPeriod) || syncPeriod < 1)
    throw new ArgumentError("lookahead", `syncPeriod is ${syncPeriod}; write a whole number from 1`);
  return {
    init: (params) => ({ sinceSync: literal(0, "int32"), slow: params, fast: optimizer.init(params) }),
    update: (gradients, state, params, extras) => {
      const here = requireParams("lookahead", params);
      const [steps, fast] = optimizer.update(gradients, state.fast, here, extras);
      const isSync = equal(state.sinceSync, syncPeriod - 1);
      const slow = mapTree(
        "lookahead",
        (before, param, step) => {
          const way = sub(convert(add(param, step), before.dtype), before);
          return where(isSync, add(before, mul(way, slowStepSize)), before);
        },
        state.slow,
        here,
        steps,
      );
      const updates = mapTree(
        "lookahead",
        (step, param, to) => where(isSync, convert(sub(to, param), step.dtype), step),
        steps,
        here,
        slow,
      );
      return [
        updates,
        {
          sinceSync: where(isSync, 0, add(state.sinceSync, 1)),
          slow,
          fast: resetState ? chooseTree("lookahead", isSync, optimizer.init(here), fast) : fast,
        },
      ];
    },
  };
};
