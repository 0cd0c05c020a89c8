/** The largest or mean elements of windows. */
import * as p from "../primitives/index.ts";
import { ArgumentError, ShapeError } from "../tensor/errors.ts";
import { allAxes, formatShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type PerAxis, perAxis, requireFit, windowsOf } from "./convolution.ts";
import { div } from "./elementwise.ts";
import { floating } from "./operands.ts";
import { pad } from "./shapes.ts";

export interface PoolOptions {
  /** How far the windows move; as far as they are long if left out. */
  readonly stride?: PerAxis;
  /** Elements added on both sides, at most half a window; 0 if left out. */
  readonly padding?: PerAxis;
}

/** The operand with `filling` around it, and the windows along each axis of space. */
const prepared = (
  operation: string,
  rank: number,
  x: Tensor,
  size: PerAxis,
  { stride, padding = 0 }: PoolOptions,
  filling: number,
): { padded: Tensor; windows: readonly p.Windows[] } => {
  const value = floating(x);
  if (value.rank !== rank + 2)
    throw new ShapeError(
      operation,
      `takes shape [batch, channels, ${rank === 1 ? "length" : "height, width"}], not ${formatShape(x.shape)}`,
      [x.shape],
    );
  const sizes = perAxis(operation, "size", size, rank, 1);
  const strides = perAxis(operation, "stride", stride ?? sizes, rank, 1);
  const paddings = perAxis(operation, "padding", padding, rank, 0);
  paddings.forEach((width, axis) => {
    if (2 * width > sizes[axis]!)
      throw new ArgumentError(
        operation,
        `padding ${width} for a window of ${sizes[axis]!}; write at most half of it, so that no window is all padding`,
      );
  });
  const widths = [0, 0, ...paddings].map((width) => [width, width] as const);
  return {
    padded: paddings.every((width) => width === 0) ? value : pad(value, widths, filling),
    windows: sizes.map((length, axis) => ({ size: length, stride: strides[axis]!, dilation: 1 })),
  };
};

/** The first largest element of each window along one axis; NaN if any is. */
const largestAlong = (x: Tensor, axis: number, { size, stride, dilation }: p.Windows): Tensor => {
  const count = p.windowCount(x.shape[axis]!, { size, stride, dilation });
  /** Element k of every window. */
  const elements = (k: number): Tensor => {
    const at = (along: number, elsewhere: readonly number[]): number[] =>
      elsewhere.map((value, other) => (other === axis ? along : value));
    const start = k * dilation;
    return p.slice(
      x,
      at(
        start,
        x.shape.map(() => 0),
      ),
      at(start + (count - 1) * stride + 1, x.shape),
      at(
        stride,
        x.shape.map(() => 1),
      ),
    );
  };
  let largest = elements(0);
  for (let k = 1; k < size; k++) {
    const next = elements(k);
    const stays = p.or(p.le(next, largest), p.ne(largest, largest));
    largest = p.select(stays, largest, next);
  }
  return largest;
};

const maxPool =
  (operation: string, rank: number) =>
  (x: Tensor, size: PerAxis, options: PoolOptions = {}): Tensor => {
    const { padded, windows } = prepared(operation, rank, x, size, options, -Infinity);
    // From the last axis to the first: of equal elements the first in row-major order is kept.
    let largest = padded;
    windows.toReversed().forEach((setting, i) => {
      const axis = padded.rank - 1 - i;
      requireFit(operation, padded.shape[axis]!, axis, setting);
      largest = largestAlong(largest, axis, setting);
    });
    return largest;
  };

const avgPool =
  (operation: string, rank: number) =>
  (x: Tensor, size: PerAxis, options: PoolOptions = {}): Tensor => {
    const { padded, windows } = prepared(operation, rank, x, size, options, 0);
    const sums = p.reduceSum(windowsOf(operation, padded, windows, 2), allAxes(rank));
    return div(
      sums,
      windows.reduce((count, window) => count * window.size, 1),
    );
  };

/**
 * The largest element of each window, [batch, channels, length] → [batch, channels, places]. Padding never wins; among
 * equal elements the first has the whole slope. NaN if any element is. @throws ShapeError, ArgumentError
 */
export const maxPool1d = maxPool("maxPool1d", 1);
/**
 * The largest element of each window, [batch, channels, height, width] → [batch, channels, …]. Padding never wins; among
 * equal elements the first in row-major order has the whole slope. NaN if any element is. @throws ShapeError, ArgumentError
 */
export const maxPool2d = maxPool("maxPool2d", 2);
/** The mean of each window, [batch, channels, length] → [batch, channels, places]; padding counts as zeros. */
export const avgPool1d = avgPool("avgPool1d", 1);
/** The mean of each window, [batch, channels, height, width] → [batch, channels, …]; padding counts as zeros. */
export const avgPool2d = avgPool("avgPool2d", 2);
