/** Blocks at places that are computed: in loops, where a slice with JavaScript numbers cannot move. */
import * as p from "../primitives/index.ts";
import { ArgumentError } from "../tensor/errors.ts";
import { requireShape, requireWhole } from "../tensor/shape.ts";
import type { Operand, Tensor } from "../tensor/tensor.ts";
import { add, less, where } from "./elementwise.ts";
import { asTensor } from "./operands.ts";

/** One start for each axis as int32, counted from the beginning. */
const startTensor = (operation: string, x: Tensor, starts: readonly Operand[]): Tensor => {
  if (starts.length !== x.rank)
    throw new ArgumentError(operation, `${starts.length} starts for ${x.rank} axes; give one for each`);
  const parts = starts.map((start, axis) => {
    if (typeof start === "number") requireWhole(operation, "start", start);
    const given = typeof start === "number" ? asTensor(start, "int32") : asTensor(start);
    if (given.dtype !== "int32" || given.rank !== 0)
      throw new ArgumentError(operation, `start ${axis} is ${given.toString()}; write a whole number, int32`);
    return p.reshape(where(less(given, 0), add(given, x.shape[axis]!), given), [1]);
  });
  return parts.length === 0 ? p.iota([0], 0, "int32") : p.concatenate(parts, 0);
};

/**
 * The block of x of shape `sizes` that begins at `starts`, one for each axis: numbers, or int32 scalars that are computed
 * (a loop's counter). Negative ones count from the end; a block that would reach beyond x is moved inside.
 */
export const dynamicSlice = (x: Tensor, starts: readonly Operand[], sizes: readonly number[]): Tensor => {
  requireShape("dynamicSlice", sizes);
  return p.dynamicSlice(x, startTensor("dynamicSlice", x, starts), sizes);
};

/**
 * x with `block` in the place of what is there from `starts` on, which are as those of `dynamicSlice`. The slope of x is 0
 * where the block covers it.
 */
export const dynamicUpdateSlice = (x: Tensor, block: Tensor, starts: readonly Operand[]): Tensor =>
  p.dynamicUpdateSlice(x, p.convert(block, x.dtype), startTensor("dynamicUpdateSlice", x, starts));
