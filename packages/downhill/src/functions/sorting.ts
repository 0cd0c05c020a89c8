/** Sorting, with NumPy's names and conventions. */
import * as p from "../primitives/index.ts";
import { normalizeAxis } from "../tensor/shape.ts";
import type { Operand, Tensor } from "../tensor/tensor.ts";
import { asTensor, numeric } from "./operands.ts";
import { takeAlongAxis } from "./picking.ts";
import { moveaxis } from "./shapes.ts";

/**
 * Indices (int32) that sort the elements along `axis` from small to large: equal ones stay in order, NaN comes last, and
 * −0 equals 0.
 */
export const argsort = (x: Operand, axis = -1): Tensor => {
  const value = asTensor(x);
  const along = normalizeAxis("argsort", axis, value.rank);
  const last = moveaxis(p.convert(value, numeric(value.dtype)), along, value.rank - 1);
  return moveaxis(p.argsort(last), value.rank - 1, along);
};

/** The elements along `axis` from small to large, NaN last; the slope of each goes where it came from. */
export const sort = (x: Operand, axis = -1): Tensor => {
  const value = asTensor(x);
  return takeAlongAxis(value, argsort(value, axis), axis);
};
