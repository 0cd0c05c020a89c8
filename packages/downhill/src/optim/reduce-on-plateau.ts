import {
  add,
  div,
  equal,
  greater,
  less,
  logicalAnd,
  maximum,
  mul,
  sub,
  where,
} from "../functions/elementwise.ts";
import { convert } from "../primitives/index.ts";
import type { DType } from "../tensor/dtype.ts";
import { ArgumentError } from "../tensor/errors.ts";
import { literal, type Tensor } from "../tensor/tensor.ts";
import { noSteps } from "./count.ts";
import type { GradientTransformation } from "./transformation.ts";
import { leavesOf, mapTree } from "./tree.ts";

export interface ReduceOnPlateauOptions {
  /** By which the scale is multiplied when the loss falls no more, between 0 and 1; 0.1 if left out. */
  readonly factor?: number;
  /** How many losses without progress are waited for; 10 if left out. */
  readonly patience?: number;
  /** Progress is a loss below (1 − rtol)·best − atol; 1e-4 if left out. */
  readonly rtol?: number;
  /** 0 if left out. */
  readonly atol?: number;
  /** How many losses after a reduction are not counted; 0 if left out. */
  readonly cooldown?: number;
  /** How many losses are averaged to one; 1 if left out. */
  readonly accumulationSize?: number;
  /** The scale falls no lower; 0 if left out. */
  readonly minScale?: number;
}

export type PlateauState = {
  best: Tensor;
  average: Tensor;
  scale: Tensor;
  count: Tensor;
  plateauCount: Tensor;
  cooldownCount: Tensor;
};

/** float64 if any of the parameters is. */
const widest = (params: object): DType =>
  leavesOf("reduceOnPlateau", params).some(({ dtype }) => dtype === "float64") ? "float64" : "float32";

/**
 * Updates scaled down whenever the loss has stopped falling; it comes after an optimizer in a chain. Each update must be told
 * the loss: `update(gradients, state, params, { value })`.
 *
 * @throws ArgumentError if an update is not.
 */
export const reduceOnPlateau = ({
  factor = 0.1,
  patience = 10,
  rtol = 1e-4,
  atol = 0,
  cooldown = 0,
  accumulationSize = 1,
  minScale = 0,
}: ReduceOnPlateauOptions = {}): GradientTransformation<PlateauState> => {
  if (!(factor > 0 && factor < 1))
    throw new ArgumentError("reduceOnPlateau", `factor is ${factor}; write a number between 0 and 1`);
  if (!(rtol >= 0 && rtol <= 1 && atol >= 0 && rtol + atol > 0))
    throw new ArgumentError(
      "reduceOnPlateau",
      `rtol ${rtol} and atol ${atol}; write rtol from 0 to 1 and atol from 0, one of them above 0`,
    );
  return {
    init: (params) => {
      const dtype = widest(params);
      return {
        best: literal(Infinity, dtype),
        average: literal(0, dtype),
        scale: literal(1, dtype),
        count: noSteps(),
        plateauCount: noSteps(),
        cooldownCount: noSteps(),
      };
    },
    update: (gradients, state, _, extras) => {
      if (extras?.value === undefined)
        throw new ArgumentError(
          "reduceOnPlateau",
          "needs the loss: write optimizer.update(gradients, state, params, { value })",
        );
      const value = convert(extras.value, state.best.dtype);
      const seen = convert(state.count, value.dtype);
      const average = div(add(mul(seen, state.average), value), add(seen, 1));
      const isWhole = equal(state.count, accumulationSize - 1);
      const isBetter = less(average, sub(mul(state.best, 1 - rtol), atol));
      const waited = where(isBetter, 0, add(state.plateauCount, 1));
      const isCooling = greater(state.cooldownCount, 0);
      const isPlateau = logicalAnd(equal(waited, patience), equal(isCooling, false));
      const after = {
        best: where(isBetter, average, state.best),
        average: literal(0, value.dtype),
        scale: where(
          isCooling,
          state.scale,
          maximum(where(isPlateau, mul(state.scale, factor), state.scale), minScale),
        ),
        count: noSteps(),
        plateauCount: where(isCooling, 0, where(isPlateau, 0, waited)),
        cooldownCount: where(
          isCooling,
          sub(state.cooldownCount, 1),
          where(isPlateau, literal(cooldown, "int32"), 0),
        ),
      };
      const before = { ...state, average, count: add(state.count, 1) };
      const next = Object.fromEntries(
        Object.entries(after).map(([name, then]) => [
          name,
          where(isWhole, then, before[name as keyof PlateauState]),
        ]),
      ) as PlateauState;
      const updates = mapTree("reduceOnPlateau", (g) => mul(g, convert(next.scale, g.dtype)), gradients);
      return [updates, next];
    },
  };
};
