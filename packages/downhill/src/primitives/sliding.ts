/** Windows that slide along an axis, as a view, and their transpose, which adds them up again. */
import type { Scalar, Statement } from "../program/loop.ts";
import type { Params } from "../program/primitive.ts";
import * as s from "../program/scalar.ts";
import { bindOne } from "../program/trace.ts";
import { allocate } from "../tensor/dtype.ts";
import { ShapeError } from "../tensor/errors.ts";
import { allAxes, formatShape, type Shape, sizeOf } from "../tensor/shape.ts";
import { ConcreteTensor, type Tensor } from "../tensor/tensor.ts";
import { linear, numericDTypes } from "./kinds.ts";
import { transpose } from "./movement.ts";
import { elementsOf, generated } from "./nested.ts";
import { indexParam, numberParam } from "./params.ts";

/** How windows lie on an axis: element k of window i is element `stride`·i + `dilation`·k. */
export interface Windows {
  readonly size: number;
  readonly stride: number;
  readonly dilation: number;
}

/** How many elements a window spans, those between its own included. */
const spanOf = ({ size, dilation }: Windows): number => (size - 1) * dilation + 1;

/** How many windows fit into `length` elements; below 1 if none does. */
export const windowCount = (length: number, windows: Windows): number =>
  Math.floor((length - spanOf(windows)) / windows.stride) + 1;

const windowsParam = (params: Params): Windows => ({
  size: indexParam(params, "size", Infinity, 1),
  stride: indexParam(params, "stride", Infinity, 1),
  dilation: indexParam(params, "dilation", Infinity, 1),
});

/** The batch axis of a result, which comes behind the axis of the windows' elements, put first. */
const batchFirst = (x: Tensor): Tensor => transpose(x, [1, 0, ...allAxes(x.rank).slice(2)]);

/**
 * Windows along `axis`: element k of all of them at k along a new first axis, and one window after another along the axis
 * itself: [..., length, ...] → [size, ..., count, ...].
 */
const slidingWindowsPrimitive = linear({
  name: "slidingWindows",
  type: ([x], params) => {
    const axis = indexParam(params, "axis", x!.shape.length);
    const windows = windowsParam(params);
    const count = windowCount(x!.shape[axis]!, windows);
    if (count < 1)
      throw new ShapeError(
        "slidingWindows",
        `a window over ${spanOf(windows)} elements does not fit into axis ${axis} of ${formatShape(x!.shape)}`,
        [x!.shape],
      );
    const shape = [windows.size, ...x!.shape];
    shape[axis + 1] = count;
    return { shape, dtype: x!.dtype };
  },
  evaluate: ([x], params, output) => {
    const axis = numberParam(params, "axis");
    const { stride, dilation } = windowsParam(params);
    const read = elementsOf(x!);
    return generated(output, ([k, ...index]) => {
      index[axis] = index[axis]! * stride + k! * dilation;
      return read(index);
    });
  },
  transpose: (cotangent, { shape }, params) => {
    const axis = numberParam(params, "axis");
    return overlapAdd(cotangent, axis, shape[axis]!, windowsParam(params));
  },
  batch: ([x], _batched, _size, params) =>
    batchFirst(slidingWindows(x!, numberParam(params, "axis") + 1, windowsParam(params))),
  lowering: {
    form: "view",
    map: (input, params) => {
      const axis = numberParam(params, "axis");
      const { stride, dilation } = windowsParam(params);
      return {
        offsets: input.map(() => 0),
        strides: input.map((_, own) => [
          own === axis ? dilation : 0,
          ...input.map((__, other) => (other !== own ? 0 : own === axis ? stride : 1)),
        ]),
      };
    },
  },
  samples: [
    {
      params: { axis: 1, size: 3, stride: 1, dilation: 1 },
      operands: [{ shape: [2, 5], low: -2, high: 2 }],
    },
    { params: { axis: 0, size: 2, stride: 3, dilation: 2 }, operands: [{ shape: [9, 2], low: -2, high: 2 }] },
    { params: { axis: 0, size: 4, stride: 1, dilation: 1 }, operands: [{ shape: [4], low: -2, high: 2 }] },
    {
      params: { axis: 1, size: 2, stride: 2, dilation: 1 },
      operands: [{ shape: [2, 5, 3], low: -2, high: 2 }],
    },
    { params: { axis: 1, size: 2, stride: 1, dilation: 1 }, operands: [{ shape: [0, 3], low: -2, high: 2 }] },
  ],
});

export const slidingWindows = (x: Tensor, axis: number, { size, stride, dilation }: Windows): Tensor =>
  bindOne(slidingWindowsPrimitive, [x], { axis, size, stride, dilation });

/** The shape of the windows as [size, outer, count, inner]. */
const layout = (shape: Shape, axis: number) => ({
  size: shape[0]!,
  outer: sizeOf(shape.slice(1, axis + 1)),
  count: shape[axis + 1]!,
  inner: sizeOf(shape.slice(axis + 2)),
});

/** Windows added up where they were cut out: [size, ..., count, ...] → [..., length, ...]. */
const overlapAddPrimitive = linear({
  name: "overlapAdd",
  dtypes: numericDTypes,
  type: ([x], params) => {
    const axis = indexParam(params, "axis", x!.shape.length - 1);
    const windows = windowsParam(params);
    const length = indexParam(params, "length", Infinity);
    if (x!.shape[0] !== windows.size || x!.shape[axis + 1] !== windowCount(length, windows))
      throw new ShapeError(
        "overlapAdd",
        `shape ${formatShape(x!.shape)} is not that of windows of ${windows.size} along ${length} elements`,
        [x!.shape],
      );
    const shape = x!.shape.slice(1);
    shape[axis] = length;
    return { shape, dtype: x!.dtype };
  },
  evaluate: ([x], params, output) => {
    const axis = numberParam(params, "axis");
    const { stride, dilation } = windowsParam(params);
    const { size, outer, count, inner } = layout(x!.shape, axis);
    const length = output.shape[axis]!;
    const sums = new Float64Array(sizeOf(output.shape));
    let position = 0;
    for (let k = 0; k < size; k++)
      for (let o = 0; o < outer; o++)
        for (let i = 0; i < count; i++)
          for (let j = 0; j < inner; j++)
            sums[(o * length + i * stride + k * dilation) * inner + j]! += x!.values[position++]!;
    const values = allocate(output.dtype, sums.length);
    values.set(sums);
    return new ConcreteTensor(values, output.shape, output.dtype);
  },
  transpose: (cotangent, _operand, params) =>
    slidingWindows(cotangent, numberParam(params, "axis"), windowsParam(params)),
  batch: ([x], _batched, _size, params) =>
    overlapAdd(
      batchFirst(x!),
      numberParam(params, "axis") + 1,
      numberParam(params, "length"),
      windowsParam(params),
    ),
  lowering: {
    form: "loops",
    isDivisible: true,
    statements: ([x], output, params): Statement[] => {
      const axis = numberParam(params, "axis");
      const { stride, dilation } = windowsParam(params);
      const { size, outer, count, inner } = layout(x!.type.shape, axis);
      const length = output.type.shape[axis]!;
      const type = s.scalarOf(x!.buffer.dtype);
      const [k, o, i, j, e] = ["k", "o", "i", "j", "e"].map((name) => ({ name }));
      const target = {
        offset: 0,
        terms: [
          { loop: k!, stride: dilation * inner },
          { loop: o!, stride: length * inner },
          { loop: i!, stride: stride * inner },
          { loop: j!, stride: 1 },
        ],
      };
      const source = {
        offset: 0,
        terms: [
          { loop: k!, stride: outer * count * inner },
          { loop: o!, stride: count * inner },
          { loop: i!, stride: inner },
          { loop: j!, stride: 1 },
        ],
      };
      const load = (buffer: typeof output.buffer, at: typeof target): Scalar => ({
        kind: "load",
        type,
        buffer,
        at,
      });
      const sum = s.add(load(output.buffer, target), load(x!.buffer, source));
      const everywhere = {
        offset: 0,
        terms: [
          { loop: o!, stride: length * inner },
          { loop: e!, stride: 1 },
        ],
      };
      const zero: Statement = {
        kind: "store",
        buffer: output.buffer,
        at: everywhere,
        value: s.constant(type, 0),
      };
      return [
        s.nest(
          [[o!, outer]],
          [
            s.nest([[e!, length * inner]], [zero], 0),
            // One element of all windows at a time: no two of them lie in the same place.
            s.nest(
              [
                [k!, size],
                [i!, count],
                [j!, inner],
              ],
              [{ kind: "store", buffer: output.buffer, at: target, value: sum }],
              inner > 1 ? 2 : 1,
            ),
          ],
        ),
      ];
    },
  },
  samples: [
    {
      params: { axis: 1, length: 5, size: 3, stride: 1, dilation: 1 },
      operands: [{ shape: [3, 2, 3], low: -2, high: 2 }],
    },
    {
      params: { axis: 0, length: 9, size: 2, stride: 3, dilation: 2 },
      operands: [{ shape: [2, 3, 2], low: -2, high: 2 }],
    },
    {
      params: { axis: 1, length: 5, size: 2, stride: 2, dilation: 1 },
      operands: [{ shape: [2, 2, 2, 3], low: -2, high: 2 }],
    },
    {
      params: { axis: 0, length: 20, size: 3, stride: 1, dilation: 1 },
      operands: [{ shape: [3, 18], low: -2, high: 2 }],
    },
    {
      params: { axis: 1, length: 3, size: 2, stride: 1, dilation: 1 },
      operands: [{ shape: [2, 0, 2], low: -2, high: 2 }],
    },
  ],
});

const overlapAdd = (x: Tensor, axis: number, length: number, { size, stride, dilation }: Windows): Tensor =>
  bindOne(overlapAddPrimitive, [x], { axis, length, size, stride, dilation });
