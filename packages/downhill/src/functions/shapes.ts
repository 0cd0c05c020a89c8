/** Shapes changed, tensors cut and joined, elements picked: NumPy's names and conventions. */
import * as p from "../primitives/index.ts";
import { ArgumentError, ShapeError } from "../tensor/errors.ts";
import { type DType, promote, requireDType } from "../tensor/dtype.ts";
import type { Axes, Operand, SliceArgument } from "../tensor/tensor.ts";
import {
  allAxes,
  broadcastShapes,
  formatShape,
  normalizeAxes,
  normalizeAxis,
  sameShape,
  type Shape,
  requireShape,
  requireWhole,
  sizeOf,
} from "../tensor/shape.ts";
import { literal, type Tensor } from "../tensor/tensor.ts";
import { where } from "./elementwise.ts";
import { asTensor } from "./operands.ts";

/** The same elements in row-major order under another shape; one length may be −1. */
export const reshape = (x: Operand, shape: readonly number[]): Tensor => {
  const value = asTensor(x);
  const unknown = shape.indexOf(-1);
  requireShape(
    "reshape",
    shape.map((length, i) => (i === unknown ? 0 : length)),
  );
  if (unknown < 0) return p.reshape(value, [...shape]);
  const known = sizeOf(shape.filter((_, i) => i !== unknown));
  if (known === 0 || value.size % known !== 0)
    throw new ShapeError(
      "reshape",
      `cannot work out ${formatShape(shape)} from ${formatShape(value.shape)} with ${value.size} elements`,
      [value.shape, shape],
    );
  return p.reshape(
    value,
    shape.map((length, i) => (i === unknown ? value.size / known : length)),
  );
};

/** Axes in another order: `permutation[i]` becomes axis i; reversed if left out. */
export const transpose = (x: Operand, permutation?: readonly number[] | null): Tensor => {
  const value = asTensor(x);
  const order =
    permutation?.map((axis) => normalizeAxis("transpose", axis, value.rank)) ?? allAxes(value.rank).reverse();
  if (order.length !== value.rank || new Set(order).size !== value.rank)
    throw new ArgumentError(
      "transpose",
      `[${order.join(", ")}] is no permutation of the ${value.rank} axes of ${formatShape(value.shape)}`,
    );
  return p.transpose(value, order);
};

/** Moves one axis to another place, keeping the order of the others. */
export const moveaxis = (x: Operand, source: number, destination: number): Tensor => {
  const value = asTensor(x);
  const from = normalizeAxis("moveaxis", source, value.rank);
  const order = allAxes(value.rank).filter((axis) => axis !== from);
  order.splice(normalizeAxis("moveaxis", destination, value.rank), 0, from);
  return p.transpose(value, order);
};

/** Exchanges two axes. */
export const swapaxes = (x: Operand, a: number, b: number): Tensor => {
  const value = asTensor(x);
  const [i, j] = [normalizeAxis("swapaxes", a, value.rank), normalizeAxis("swapaxes", b, value.rank)];
  return p.transpose(
    value,
    allAxes(value.rank).map((axis) => (axis === i ? j : axis === j ? i : axis)),
  );
};

/** Repeats axes of length 1 (and new leading axes) to reach `shape`. */
export const broadcastTo = (x: Operand, shape: Shape): Tensor => {
  const value = asTensor(x);
  requireShape("broadcastTo", shape);
  if (!sameShape(broadcastShapes("broadcastTo", [value.shape, shape]), shape))
    throw new ShapeError(
      "broadcastTo",
      `${formatShape(value.shape)} does not broadcast to ${formatShape(shape)}`,
      [value.shape, shape],
    );
  return p.broadcastTo(value, [...shape]);
};

/** Without the given axes, which must have length 1; without all such axes if left out. */
export const squeeze = (x: Operand, axis?: Axes): Tensor => {
  const value = asTensor(x);
  const axes =
    axis === undefined || axis === null
      ? allAxes(value.rank).filter((i) => value.shape[i] === 1)
      : normalizeAxes("squeeze", axis, value.rank);
  for (const i of axes)
    if (value.shape[i] !== 1)
      throw new ShapeError(
        "squeeze",
        `axis ${i} of ${formatShape(value.shape)} has length ${value.shape[i]!}, not 1`,
        [value.shape],
      );
  return p.reshape(
    value,
    value.shape.filter((_, i) => !axes.includes(i)),
  );
};

/** With a new axis of length 1 at position `axis` of the result. */
export const expandDims = (x: Operand, axis: number): Tensor => {
  const value = asTensor(x);
  const shape = [...value.shape];
  shape.splice(normalizeAxis("expandDims", axis, value.rank + 1), 0, 1);
  return p.reshape(value, shape);
};

/** Elements in reverse order along the given axes; along all if left out. */
export const flip = (x: Operand, axis?: Axes): Tensor => {
  const value = asTensor(x);
  return p.flip(value, normalizeAxes("flip", axis, value.rank));
};

/** Start, stop (as in a loop) and step of a Python slice over `length` elements. */
const pythonSlice = ([start, stop, step]: readonly (number | null | undefined)[], length: number) => {
  const by = step ?? 1;
  if (!Number.isInteger(by) || by === 0)
    throw new ArgumentError("slice", `step ${by}; write a whole number other than 0`);
  const clampTo = (index: number, low: number, high: number): number => {
    requireWhole("slice", "bound", index);
    return Math.max(low, Math.min(high, index < 0 ? index + length : index));
  };
  const from = by > 0 ? clampTo(start ?? 0, 0, length) : clampTo(start ?? length - 1, -1, length - 1);
  const to =
    by > 0
      ? clampTo(stop ?? length, 0, length)
      : stop === null || stop === undefined
        ? -1
        : clampTo(stop, -1, length - 1);
  return { from, to, by, count: Math.max(0, Math.ceil((to - from) / by)) };
};

/**
 * A part of the tensor: for each leading axis `[start, stop, step]` as in Python (negative and out-of-range values
 * too), or null for the whole axis. `slice(x, [1, 3], null, [null, null, -1])` is Python's `x[1:3, :, ::-1]`.
 */
export const slice = (x: Operand, ...slices: readonly SliceArgument[]): Tensor => {
  const value = asTensor(x);
  if (slices.length > value.rank)
    throw new ArgumentError(
      "slice",
      `${slices.length} slices for the ${value.rank} axes of ${formatShape(value.shape)}`,
    );
  const parts = value.shape.map((length, axis) => pythonSlice(slices[axis] ?? [], length));
  // Backward steps: the same elements forwards, then flipped.
  const forward = parts.map(({ from, by, count }) =>
    by > 0
      ? { start: from, stop: count === 0 ? from : from + (count - 1) * by + 1, step: by }
      : { start: count === 0 ? 0 : from + (count - 1) * by, stop: count === 0 ? 0 : from + 1, step: -by },
  );
  const cut = p.slice(
    value,
    forward.map(({ start }) => start),
    forward.map(({ stop }) => stop),
    forward.map(({ step }) => step),
  );
  return p.flip(
    cut,
    allAxes(value.rank).filter((axis) => parts[axis]!.by < 0),
  );
};

const joint = (tensors: readonly Operand[], operation: string): Tensor[] => {
  if (tensors.length === 0) throw new ArgumentError(operation, "no tensors to join");
  const values = tensors.map((part) => asTensor(part));
  const dtype = values.map((value) => value.dtype).reduce(promote);
  return values.map((value) => p.convert(value, dtype));
};

/** Tensors side by side along an existing axis. */
export const concatenate = (tensors: readonly Operand[], axis = 0): Tensor => {
  const values = joint(tensors, "concatenate");
  return p.concatenate(values, normalizeAxis("concatenate", axis, values[0]!.rank));
};

/** Tensors of equal shape side by side along a new axis. */
export const stack = (tensors: readonly Operand[], axis = 0): Tensor => {
  const values = joint(tensors, "stack");
  const [first] = values;
  const along = normalizeAxis("stack", axis, first!.rank + 1);
  for (const value of values)
    if (!sameShape(value.shape, first!.shape))
      throw new ShapeError(
        "stack",
        `shapes ${values.map((part) => formatShape(part.shape)).join(", ")} differ; they must be equal`,
        values.map((part) => part.shape),
      );
  return p.concatenate(
    values.map((value) => expandDims(value, along)),
    along,
  );
};

/** Equal parts (a number of them) or parts cut at the given indices, along `axis`. */
export const split = (x: Operand, parts: number | readonly number[], axis = 0): Tensor[] => {
  const value = asTensor(x);
  const along = normalizeAxis("split", axis, value.rank);
  const length = value.shape[along]!;
  if (typeof parts === "number" && (!Number.isInteger(parts) || parts < 1 || length % parts !== 0))
    throw new ShapeError(
      "split",
      `axis ${along} of length ${length} does not fall into ${parts} equal parts`,
      [value.shape],
    );
  const cuts =
    typeof parts === "number"
      ? Array.from({ length: parts - 1 }, (_, i) => ((i + 1) * length) / parts)
      : parts;
  return [0, ...cuts].map((start, i) =>
    slice(
      value,
      ...value.shape.map((_, other): SliceArgument => (other === along ? [start, cuts[i] ?? null] : null)),
    ),
  );
};

/** With `value` around: `[before, after]` for each axis, or one pair for all. */
export const pad = (
  x: Operand,
  padWidth: readonly [number, number] | readonly (readonly [number, number])[],
  value = 0,
): Tensor => {
  const operand = asTensor(x);
  const pairs = (
    typeof padWidth[0] === "number" ? operand.shape.map(() => padWidth) : padWidth
  ) as readonly (readonly [number, number])[];
  if (pairs.length !== operand.rank)
    throw new ArgumentError(
      "pad",
      `${pairs.length} pairs for the ${operand.rank} axes of ${formatShape(operand.shape)}`,
    );
  for (const count of pairs.flat())
    if (!Number.isInteger(count) || count < 0)
      throw new ArgumentError("pad", `width ${count}; write whole numbers, 0 or more (slice cuts off)`);
  const before = pairs.map(([count]) => count);
  const after = pairs.map(([, count]) => count);
  const padded = p.pad(operand, before, after);
  if (value === 0) return padded;
  const inside = p.pad(p.broadcastTo(literal(1, "bool"), operand.shape), before, after);
  return where(inside, padded, value);
};

/** The same numbers in another dtype; floats become integers by cutting off the fraction. */
export const astype = (x: Operand, dtype: DType): Tensor => {
  requireDType("astype", dtype);
  return p.convert(asTensor(x), dtype);
};
