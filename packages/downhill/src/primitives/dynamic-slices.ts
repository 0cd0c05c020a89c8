/** Blocks read and written at places that are known only when the program runs: dynamicSlice and dynamicUpdateSlice. */
import type { Scalar } from "../program/loop.ts";
import type { Params } from "../program/primitive.ts";
import * as s from "../program/scalar.ts";
import { bindOne } from "../program/trace.ts";
import { DTypeError, ShapeError } from "../tensor/errors.ts";
import { formatShape, sameShape, type Shape } from "../tensor/shape.ts";
import type { Tensor, TensorType } from "../tensor/tensor.ts";
import { jointlyLinear, linear, typeOfOperand, valueOfOperand } from "./kinds.ts";
import { broadcastTo, zerosLike } from "./movement.ts";
import { elementsOf, generated } from "./nested.ts";
import { indexParam, numberParam, numbersParam, shapeParam } from "./params.ts";

/** Refuses starts that do not go with x: int32 [batch…, axes], one for each axis of x behind the `batchAxes`. */
const requireStarts = (operation: string, x: TensorType, starts: TensorType, params: Params): void => {
  const batchAxes = indexParam(params, "batchAxes", x.shape.length + 1);
  if (starts.dtype !== "int32")
    throw new DTypeError(operation, `starts must be int32, not ${starts.dtype}; write .astype("int32")`);
  if (!sameShape(starts.shape, [...x.shape.slice(0, batchAxes), x.shape.length - batchAxes]))
    throw new ShapeError(
      operation,
      `starts of shape ${formatShape(starts.shape)} for shape ${formatShape(x.shape)}; give one for each axis`,
      [x.shape, starts.shape],
    );
};

const requireFit = (operation: string, x: Shape, block: Shape): void => {
  if (block.length !== x.length || block.some((size, axis) => size > x[axis]!))
    throw new ShapeError(
      operation,
      `a block of shape ${formatShape(block)} does not fit into ${formatShape(x)}`,
      [x, block],
    );
};

/** Where the block begins along an axis: held within what leaves room for all of it. */
const startOf = (start: number, length: number, size: number): number =>
  Math.max(0, Math.min(length - size, start));

/** Where the block of a batch begins, on numbers; `startScalar` is the same in loop code. */
const startsOf = (starts: Parameters<typeof elementsOf>[0], x: Shape, block: Shape, batchAxes: number) => {
  const read = elementsOf(starts);
  return (index: readonly number[], axis: number): number =>
    axis < batchAxes
      ? 0
      : startOf(read([...index.slice(0, batchAxes), axis - batchAxes]), x[axis]!, block[axis]!);
};

const startScalar = (
  read: (indices: readonly Scalar[]) => Scalar,
  indices: readonly Scalar[],
  axis: number,
  x: Shape,
  block: Shape,
  batchAxes: number,
): Scalar => {
  const start = read([...indices.slice(0, batchAxes), s.constant("i32", axis - batchAxes)]);
  return s.max(s.min(start, x[axis]! - block[axis]!), 0);
};

const blockOf = (x: Shape, params: Params): Shape => [
  ...x.slice(0, numberParam(params, "batchAxes")),
  ...shapeParam(params, "sizes"),
];

/** All operands with the batch axis. */
const spread = (operands: readonly Tensor[], batched: readonly boolean[], size: number): Tensor[] =>
  operands.map((operand, i) => (batched[i] ? operand : broadcastTo(operand, [size, ...operand.shape])));

/** The block of x of the given sizes that begins at `starts` (int32, one for each axis), held inside of x. */
const dynamicSlicePrimitive = linear({
  name: "dynamicSlice",
  operands: 2,
  type: ([x, starts], params) => {
    requireStarts("dynamicSlice", x!, starts!, params);
    const shape = blockOf(x!.shape, params);
    requireFit("dynamicSlice", x!.shape, shape);
    return { shape, dtype: x!.dtype };
  },
  evaluate: ([x, starts], params, output) => {
    const start = startsOf(starts!, x!.shape, output.shape, numberParam(params, "batchAxes"));
    const read = elementsOf(x!);
    return generated(output, (index) => read(index.map((i, axis) => i + start(index, axis))));
  },
  transpose: (cotangent, operand, params, [starts]) =>
    dynamicUpdateSlice(zerosLike(operand), cotangent, starts!, numberParam(params, "batchAxes")),
  batch: (operands, batched, size, params) => {
    const [x, starts] = spread(operands, batched, size);
    return dynamicSlice(x!, starts!, numbersParam(params, "sizes"), numberParam(params, "batchAxes") + 1);
  },
  lowering: {
    form: "generate",
    scalar: (indices, read, [x], params, output) => {
      const batchAxes = numberParam(params, "batchAxes");
      const start = (axis: number): Scalar =>
        startScalar((at) => read(1, at), indices, axis, x!.shape, output.shape, batchAxes);
      return read(
        0,
        indices.map((index, axis) => (axis < batchAxes ? index : s.add(index, start(axis)))),
      );
    },
  },
  samples: [
    {
      params: { sizes: [2, 3], batchAxes: 0 },
      operands: [
        { shape: [4, 5], low: -2, high: 2 },
        { shape: [2], low: -1, high: 4, dtype: "int32" },
      ],
    },
    {
      params: { sizes: [2], batchAxes: 1 },
      operands: [
        { shape: [3, 6], low: -2, high: 2 },
        { shape: [3, 1], low: 0, high: 5, dtype: "int32" },
      ],
    },
    {
      params: { sizes: [0], batchAxes: 0 },
      operands: [
        { shape: [3], low: -2, high: 2 },
        { shape: [1], low: 0, high: 3, dtype: "int32" },
      ],
    },
  ],
});

export const dynamicSlice = (x: Tensor, starts: Tensor, sizes: Shape, batchAxes = 0): Tensor =>
  bindOne(dynamicSlicePrimitive, [x, starts], { sizes, batchAxes });

/** x with `block` in the place of what is there from `starts` on (int32, one for each axis), held inside of x. */
const dynamicUpdateSlicePrimitive = jointlyLinear({
  name: "dynamicUpdateSlice",
  operands: 3,
  isData: (position) => position < 2,
  zero: zerosLike,
  type: ([x, block, starts], params) => {
    requireStarts("dynamicUpdateSlice", x!, starts!, params);
    requireFit("dynamicUpdateSlice", x!.shape, block!.shape);
    if (block!.dtype !== x!.dtype)
      throw new DTypeError(
        "dynamicUpdateSlice",
        `the block is ${block!.dtype}, not ${x!.dtype}; write .astype("${x!.dtype}") first`,
      );
    return { shape: x!.shape, dtype: x!.dtype };
  },
  evaluate: ([x, block, starts], params, output) => {
    const start = startsOf(starts!, x!.shape, block!.shape, numberParam(params, "batchAxes"));
    const [outside, inside] = [elementsOf(x!), elementsOf(block!)];
    return generated(output, (index) => {
      const at = index.map((i, axis) => i - start(index, axis));
      return at.every((i, axis) => i >= 0 && i < block!.shape[axis]!) ? inside(at) : outside(index);
    });
  },
  transpose: (cotangent, [x, block, starts], params) => {
    const batchAxes = numberParam(params, "batchAxes");
    const at = valueOfOperand(starts!);
    const { shape, dtype } = typeOfOperand(block!);
    return [
      x!.linear ? dynamicUpdateSlice(cotangent, zerosLike({ shape, dtype }), at, batchAxes) : undefined,
      block!.linear ? dynamicSlice(cotangent, at, shape.slice(batchAxes), batchAxes) : undefined,
      undefined,
    ];
  },
  batch: (operands, batched, size, params) => {
    const [x, block, starts] = spread(operands, batched, size);
    return dynamicUpdateSlice(x!, block!, starts!, numberParam(params, "batchAxes") + 1);
  },
  lowering: {
    form: "generate",
    scalar: (indices, read, [x, block], params) => {
      const batchAxes = numberParam(params, "batchAxes");
      if (block!.shape.includes(0)) return read(0, indices);
      let isInside: Scalar | undefined;
      const at = indices.map((index, axis): Scalar => {
        if (axis < batchAxes) return index;
        const start = startScalar((of) => read(2, of), indices, axis, x!.shape, block!.shape, batchAxes);
        const place = s.sub(index, start);
        const size = block!.shape[axis]!;
        const fits = s.and(s.ge(place, 0), s.lt(place, size));
        isInside = isInside === undefined ? fits : s.and(isInside, fits);
        // Read in any case, so that it must be somewhere.
        return s.max(s.min(place, size - 1), 0);
      });
      const value = read(1, at);
      return isInside === undefined ? value : s.select(isInside, value, read(0, indices));
    },
  },
  samples: [
    {
      params: { batchAxes: 0 },
      operands: [
        { shape: [4, 5], low: -2, high: 2 },
        { shape: [2, 3], low: -2, high: 2 },
        { shape: [2], low: -1, high: 4, dtype: "int32" },
      ],
    },
    {
      params: { batchAxes: 1 },
      operands: [
        { shape: [3, 6], low: -2, high: 2 },
        { shape: [3, 2], low: -2, high: 2 },
        { shape: [3, 1], low: 0, high: 5, dtype: "int32" },
      ],
    },
    {
      params: { batchAxes: 0 },
      operands: [
        { shape: [3], low: -2, high: 2 },
        { shape: [0], low: -2, high: 2 },
        { shape: [1], low: 0, high: 3, dtype: "int32" },
      ],
    },
  ],
});

export const dynamicUpdateSlice = (x: Tensor, block: Tensor, starts: Tensor, batchAxes = 0): Tensor =>
  bindOne(dynamicUpdateSlicePrimitive, [x, block, starts], { batchAxes });
