/** Operations that only move elements: reshape, transpose, broadcast with its transpose sum, flip. */
import type { IndexMap } from "../program/primitive.ts";
import { bindOne } from "../program/trace.ts";
import { ShapeError } from "../tensor/errors.ts";
import { allAxes, formatShape, sameShape, type Shape, sizeOf, withoutAxes } from "../tensor/shape.ts";
import { ConcreteTensor, literal, type Tensor, type TensorType } from "../tensor/tensor.ts";
import { linear, numericDTypes } from "./kinds.ts";
import { elementsOf, forEachIndex, generated, positionOf } from "./nested.ts";
import { axesParam, axisListParam, numbersParam, shapeParam } from "./params.ts";
import { allocate } from "../tensor/dtype.ts";
import { stridesOf } from "../tensor/shape.ts";

/** The same elements in row-major order under another shape. */
export const reshapePrimitive = linear({
  name: "reshape",
  type: ([x], params) => {
    const shape = shapeParam(params, "shape");
    if (sizeOf(shape) !== sizeOf(x!.shape))
      throw new ShapeError(
        "reshape",
        `${formatShape(x!.shape)} has ${sizeOf(x!.shape)} elements, ${formatShape(shape)} has ${sizeOf(shape)}\n` +
          "  the number of elements must stay; write -1 for one length to have it worked out",
        [x!.shape, shape],
      );
    return { shape, dtype: x!.dtype };
  },
  evaluate: ([x], _params, output) => new ConcreteTensor(x!.values, output.shape, output.dtype),
  transpose: (cotangent, operand) => reshape(cotangent, operand.shape),
  batch: ([x], _batched, size, params) => reshape(x!, [size, ...numbersParam(params, "shape")]),
  lowering: { form: "reshape" },
  samples: [
    { params: { shape: [3, 2] }, operands: [{ shape: [2, 3], low: -2, high: 2 }] },
    { params: { shape: [] }, operands: [{ shape: [1, 1], low: -2, high: 2 }] },
    { params: { shape: [1, 1] }, operands: [{ shape: [], low: -2, high: 2 }] },
    { params: { shape: [3, 0] }, operands: [{ shape: [0, 2], low: -2, high: 2 }] },
    { params: { shape: [2, 3, 4] }, operands: [{ shape: [4, 3, 2], low: -2, high: 2 }] },
  ],
});

export const reshape = (x: Tensor, shape: Shape): Tensor =>
  sameShape(x.shape, shape) ? x : bindOne(reshapePrimitive, [x], { shape });

/** Axes in another order: axis `permutation[i]` of the operand becomes axis i. */
export const transposePrimitive = linear({
  name: "transpose",
  type: ([x], params) => {
    const rank = x!.shape.length;
    const permutation = axisListParam(params, "permutation", rank);
    if (permutation.length !== rank)
      throw new ShapeError("transpose", `${permutation.length} axes for shape ${formatShape(x!.shape)}`, [
        x!.shape,
      ]);
    return { shape: permutation.map((axis) => x!.shape[axis]!), dtype: x!.dtype };
  },
  evaluate: ([x], params, output) => {
    const permutation = numbersParam(params, "permutation");
    const read = elementsOf(x!);
    const source = new Array<number>(permutation.length);
    return generated(output, (index) => {
      permutation.forEach((axis, position) => (source[axis] = index[position]!));
      return read(source);
    });
  },
  transpose: (cotangent, _operand, params) => {
    const inverse: number[] = [];
    numbersParam(params, "permutation").forEach((axis, position) => (inverse[axis] = position));
    return transpose(cotangent, inverse);
  },
  batch: ([x], _batched, _size, params) =>
    transpose(x!, [0, ...numbersParam(params, "permutation").map((axis) => axis + 1)]),
  lowering: {
    form: "view",
    map: (input, params, output) => {
      const permutation = numbersParam(params, "permutation");
      return indexMap(input, output, (axis) => ({ from: permutation.indexOf(axis) }));
    },
  },
  samples: [
    { params: { permutation: [1, 0] }, operands: [{ shape: [2, 3], low: -2, high: 2 }] },
    { params: { permutation: [2, 0, 1] }, operands: [{ shape: [2, 3, 4], low: -2, high: 2 }] },
    { params: { permutation: [0, 2, 1, 3] }, operands: [{ shape: [2, 3, 4, 2], low: -2, high: 2 }] },
    { params: { permutation: [1, 0] }, operands: [{ shape: [0, 2], low: -2, high: 2 }] },
  ],
});

export const transpose = (x: Tensor, permutation: readonly number[]): Tensor =>
  permutation.every((axis, position) => axis === position)
    ? x
    : bindOne(transposePrimitive, [x], { permutation });

/** The index map in which each axis of the input follows one axis of the output, or stands still. */
const indexMap = (
  input: Shape,
  output: Shape,
  rule: (inputAxis: number) => { from: number | undefined; offset?: number; step?: number },
): IndexMap => {
  const rules = input.map((_, axis) => rule(axis));
  return {
    offsets: rules.map(({ offset }) => offset ?? 0),
    strides: rules.map(({ from, step }) => output.map((_, axis) => (axis === from ? (step ?? 1) : 0))),
  };
};

/** Repeats the operand along new axes: its axis i becomes axis `axes[i]` of the result. */
export const broadcastPrimitive = linear({
  name: "broadcast",
  type: ([x], params) => {
    const shape = shapeParam(params, "shape");
    const axes = axesParam(params, "axes", shape.length);
    if (axes.length !== x!.shape.length || axes.some((axis, i) => shape[axis] !== x!.shape[i]))
      throw new Error(
        `internal: broadcast of ${formatShape(x!.shape)} to ${formatShape(shape)} along ${axes.join()}`,
      );
    return { shape, dtype: x!.dtype };
  },
  evaluate: ([x], params, output) => {
    const axes = numbersParam(params, "axes");
    const read = elementsOf(x!);
    return generated(output, (index) => read(axes.map((axis) => index[axis]!)));
  },
  transpose: (cotangent, _operand, params) => {
    const kept = numbersParam(params, "axes");
    return reduceSum(
      cotangent,
      allAxes(cotangent.rank).filter((axis) => !kept.includes(axis)),
    );
  },
  batch: ([x], _batched, size, params) =>
    broadcast(
      x!,
      [size, ...numbersParam(params, "shape")],
      [0, ...numbersParam(params, "axes").map((axis) => axis + 1)],
    ),
  lowering: {
    form: "view",
    map: (input, params, output) => {
      const axes = numbersParam(params, "axes");
      return indexMap(input, output, (axis) => ({ from: axes[axis] }));
    },
  },
  samples: [
    { params: { shape: [2, 3], axes: [1] }, operands: [{ shape: [3], low: -2, high: 2 }] },
    { params: { shape: [2, 3], axes: [] }, operands: [{ shape: [], low: -2, high: 2 }] },
    { params: { shape: [2, 3, 4], axes: [0, 2] }, operands: [{ shape: [2, 4], low: -2, high: 2 }] },
    { params: { shape: [0, 2], axes: [1] }, operands: [{ shape: [2], low: -2, high: 2 }] },
    { params: { shape: [2, 0], axes: [1] }, operands: [{ shape: [0], low: -2, high: 2 }] },
  ],
});

export const broadcast = (x: Tensor, shape: Shape, axes: readonly number[]): Tensor =>
  sameShape(x.shape, shape) ? x : bindOne(broadcastPrimitive, [x], { shape, axes });

/** Broadcasts by NumPy's rules: aligned at the last axis, lengths of 1 repeated. The shapes must be compatible. */
export const broadcastTo = (x: Tensor, shape: Shape): Tensor => {
  if (sameShape(x.shape, shape)) return x;
  const shift = shape.length - x.rank;
  const kept = allAxes(x.rank).filter((axis) => x.shape[axis] === shape[axis + shift]);
  const squeezed = reshape(
    x,
    kept.map((axis) => x.shape[axis]!),
  );
  return broadcast(
    squeezed,
    shape,
    kept.map((axis) => axis + shift),
  );
};

/** A zero of the given type. */
export const zerosLike = (type: TensorType): Tensor => broadcast(literal(0, type.dtype), type.shape, []);

/** Sum over `axes`; float32 is summed in double precision by the reference. */
export const sumPrimitive = linear({
  name: "sum",
  dtypes: numericDTypes,
  type: ([x], params) => ({
    shape: withoutAxes(x!.shape, axesParam(params, "axes", x!.shape.length)),
    dtype: x!.dtype,
  }),
  evaluate: ([x], params, output) => {
    const axes = numbersParam(params, "axes");
    const kept = allAxes(x!.rank).filter((axis) => !axes.includes(axis));
    const strides = stridesOf(output.shape);
    const sums = new Float64Array(sizeOf(output.shape));
    forEachIndex(x!.shape, (index, position) => {
      const target = positionOf(
        kept.map((axis) => index[axis]!),
        strides,
      );
      sums[target]! += x!.values[position]!;
    });
    const values = allocate(output.dtype, sums.length);
    values.set(sums);
    return new ConcreteTensor(values, output.shape, output.dtype);
  },
  transpose: (cotangent, operand, params) => {
    const axes = numbersParam(params, "axes");
    return broadcast(
      cotangent,
      operand.shape,
      allAxes(operand.shape.length).filter((axis) => !axes.includes(axis)),
    );
  },
  batch: ([x], _batched, _size, params) =>
    reduceSum(
      x!,
      numbersParam(params, "axes").map((axis) => axis + 1),
    ),
  lowering: { form: "reduce", combine: "add", initial: () => 0 },
  samples: [
    { params: { axes: [0] }, operands: [{ shape: [4, 3], low: -2, high: 2 }] },
    { params: { axes: [1] }, operands: [{ shape: [4, 3], low: -2, high: 2 }] },
    { params: { axes: [0, 2] }, operands: [{ shape: [2, 3, 4], low: -2, high: 2 }] },
    { params: { axes: [0, 1] }, operands: [{ shape: [4, 3], low: -2, high: 2 }] },
    { params: { axes: [0] }, operands: [{ shape: [0, 3], low: -2, high: 2 }] },
    { params: { axes: [0] }, operands: [{ shape: [3, 0], low: -2, high: 2 }] },
  ],
});

export const reduceSum = (x: Tensor, axes: readonly number[]): Tensor =>
  axes.length === 0 ? x : bindOne(sumPrimitive, [x], { axes });

/** Elements in reverse order along `axes`. */
export const flipPrimitive = linear({
  name: "flip",
  type: ([x], params) => {
    axesParam(params, "axes", x!.shape.length);
    return { shape: x!.shape, dtype: x!.dtype };
  },
  evaluate: ([x], params, output) => {
    const axes = numbersParam(params, "axes");
    const read = elementsOf(x!);
    return generated(output, (index) =>
      read(index.map((i, axis) => (axes.includes(axis) ? output.shape[axis]! - 1 - i : i))),
    );
  },
  transpose: (cotangent, _operand, params) => flip(cotangent, numbersParam(params, "axes")),
  batch: ([x], _batched, _size, params) =>
    flip(
      x!,
      numbersParam(params, "axes").map((axis) => axis + 1),
    ),
  lowering: {
    form: "view",
    map: (input, params, output) => {
      const axes = numbersParam(params, "axes");
      return indexMap(input, output, (axis) =>
        axes.includes(axis) ? { from: axis, offset: input[axis]! - 1, step: -1 } : { from: axis },
      );
    },
  },
  samples: [
    { params: { axes: [0] }, operands: [{ shape: [4, 3], low: -2, high: 2 }] },
    { params: { axes: [0, 1] }, operands: [{ shape: [2, 3], low: -2, high: 2 }] },
    { params: { axes: [1] }, operands: [{ shape: [2, 3, 2], low: -2, high: 2 }] },
    { params: { axes: [0] }, operands: [{ shape: [0, 2], low: -2, high: 2 }] },
  ],
});

export const flip = (x: Tensor, axes: readonly number[]): Tensor =>
  axes.length === 0 ? x : bindOne(flipPrimitive, [x], { axes });
