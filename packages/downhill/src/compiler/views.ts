/** Strided views: how an operation that only moves elements is done by reading elsewhere. */
import type { IndexMap } from "../program/primitive.ts";
import type { DType } from "../tensor/dtype.ts";
import { type Shape, sizeOf, stridesOf } from "../tensor/shape.ts";

/** Elements that are computed into memory (or held in registers of one kernel, if nobody else reads them). */
export interface Storage {
  readonly dtype: DType;
  /** Number of elements. */
  readonly size: number;
  readonly name: string;
}

/** A tensor as elements of a storage: element i stands at offset + Σ strides·i. */
export interface StorageView {
  readonly kind: "view";
  readonly storage: Storage;
  readonly shape: Shape;
  readonly offset: number;
  readonly strides: readonly number[];
}

/** One number throughout. */
export interface Splat {
  readonly kind: "splat";
  readonly dtype: DType;
  readonly value: number;
  readonly shape: Shape;
}

export type View = StorageView | Splat;

/** All elements of a storage in row-major order. */
export const wholeView = (storage: Storage, shape: Shape): StorageView => ({
  kind: "view",
  storage,
  shape,
  offset: 0,
  strides: stridesOf(shape),
});

/** Whether the view is all of its storage in row-major order. Strides of axes of length 1 do not matter. */
export const isWhole = (view: StorageView): boolean =>
  view.offset === 0 && view.storage.size === sizeOf(view.shape) && isContiguous(view);

/** Whether the view is a stretch of its storage in row-major order. */
export const isContiguous = ({ shape, strides }: StorageView): boolean => {
  let dense = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const length = shape[axis]!;
    if (length !== 1 && strides[axis] !== dense) return false;
    dense *= length;
  }
  return true;
};

/** The view seen through an index map. */
export const mappedView = (view: View, map: IndexMap, shape: Shape): View => {
  if (view.kind === "splat") return { ...view, shape };
  const offset = map.offsets.reduce((sum, start, axis) => sum + start * view.strides[axis]!, view.offset);
  const strides = shape.map((_, axis) =>
    map.strides.reduce((sum, row, inputAxis) => sum + row[axis]! * view.strides[inputAxis]!, 0),
  );
  return { kind: "view", storage: view.storage, shape, offset, strides };
};

/**
 * Merges neighbouring axes into one where every view steps through both as through one. `mayJoin(axis)` tells
 * whether axis may merge with the one before it at all. Gives the groups of axes.
 */
export const mergeableAxes = (
  shape: Shape,
  views: readonly (readonly number[])[],
  mayJoin: (axis: number) => boolean = () => true,
): number[][] => {
  const groups: number[][] = [];
  // The last axis of the current group that is longer than 1, if any.
  let last: number | undefined;
  for (let axis = 0; axis < shape.length; axis++) {
    const length = shape[axis]!;
    const before = last;
    const steps =
      length === 1 ||
      before === undefined ||
      views.every((strides) => strides[before] === strides[axis]! * length);
    if (groups.length > 0 && mayJoin(axis) && steps) groups.at(-1)!.push(axis);
    else {
      groups.push([axis]);
      last = undefined;
    }
    if (length !== 1) last = axis;
  }
  return groups;
};

/** The stride of merged axes: that of the last one longer than 1. */
export const mergedStride = (shape: Shape, strides: readonly number[], axes: readonly number[]): number => {
  for (let i = axes.length - 1; i >= 0; i--) if (shape[axes[i]!] !== 1) return strides[axes[i]!]!;
  return 0;
};

export const mergedLength = (shape: Shape, axes: readonly number[]): number =>
  axes.reduce((length, axis) => length * shape[axis]!, 1);

/** The strides of the same elements in the same order under another shape; undefined if they need a copy. */
export const reshapedStrides = (
  shape: Shape,
  strides: readonly number[],
  target: Shape,
): number[] | undefined => {
  if (sizeOf(shape) === 0) return target.map(() => 0);
  const result = new Array<number>(target.length).fill(0);
  // Axes of length 1 carry no stride; the others are matched in runs of equal size.
  const from = shape
    .map((length, axis) => ({ length, stride: strides[axis]! }))
    .filter(({ length }) => length !== 1);
  let axis = 0;
  let i = 0;
  while (i < from.length) {
    while (target[axis] === 1) axis++;
    let j = i + 1;
    let k = axis + 1;
    let have = from[i]!.length;
    let want = target[axis]!;
    while (have !== want) {
      if (have < want) have *= from[j++]!.length;
      else want *= target[k++]!;
    }
    for (let m = i; m + 1 < j; m++)
      if (from[m]!.stride !== from[m + 1]!.stride * from[m + 1]!.length) return undefined;
    let stride = from[j - 1]!.stride;
    for (let m = k - 1; m >= axis; m--) {
      result[m] = target[m] === 1 ? 0 : stride;
      stride *= target[m]!;
    }
    i = j;
    axis = k;
  }
  return result;
};
