/** Exponential moving averages of gradients, and the correction of their start from zero. */
import { add, expm1, mul, neg, reciprocal } from "../functions/elementwise.ts";
import { full, zerosLike } from "../functions/create.ts";
import { broadcastTo, convert } from "../primitives/index.ts";
import type { DType } from "../tensor/dtype.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { OptimizerState } from "./transformation.ts";
import { mapTree } from "./tree.ts";

/** Zeros like the parameters. */
export const zerosTree = (params: object): OptimizerState => mapTree("init", zerosLike, params);

/** Tensors like the parameters, filled with `value`. */
export const fullTree = (params: object, value: number | Tensor): OptimizerState =>
  mapTree(
    "init",
    ({ shape, dtype }) =>
      value instanceof Tensor ? broadcastTo(convert(value, dtype), shape) : full(shape, value, { dtype }),
    params,
  );

/** decay·average + (1 − decay)·value. */
export const movingAverage = (value: Tensor, average: Tensor, decay: number): Tensor =>
  add(mul(average, decay), mul(value, 1 - decay));

/** What `make` says of a dtype, made once for all the leaves that have it. */
export const ofEachDType = <Made>(make: (dtype: DType) => Made): ((dtype: DType) => Made) => {
  const made = new Map<DType, Made>();
  return (dtype) => {
    if (!made.has(dtype)) made.set(dtype, make(dtype));
    return made.get(dtype)!;
  };
};

/**
 * 1 / (1 − decay^count) as a scalar of a dtype: averages that start at 0 are too small by this factor after `count`
 * steps (Kingma and Ba 2015, section 3). 1 − decay^count is computed as −expm1(count·ln decay), since in float32 the
 * subtraction would lose four digits at the first steps.
 */
export const biasCorrection = (decay: number, count: Tensor): ((dtype: DType) => Tensor) =>
  ofEachDType((dtype) => reciprocal(neg(expm1(mul(convert(count, dtype), Math.log(decay))))));
