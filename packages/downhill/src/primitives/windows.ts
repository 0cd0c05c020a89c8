/** Cutting and joining: slice with its transpose pad, and concatenate. */
import type { Params, Region } from "../program/primitive.ts";
import { bindOne } from "../program/trace.ts";
import { DTypeError, ShapeError } from "../tensor/errors.ts";
import { allocate } from "../tensor/dtype.ts";
import { formatShape, sizeOf, stridesOf } from "../tensor/shape.ts";
import { ConcreteTensor, type Tensor, type TensorType } from "../tensor/tensor.ts";
import { jointlyLinear, linear, typeOfOperand } from "./kinds.ts";
import { broadcastTo, zerosLike } from "./movement.ts";
import { elementsOf, forEachIndex, generated, positionOf } from "./nested.ts";
import { countsParam, indexParam, numberParam } from "./params.ts";

/** How many indices start, start + step, … stay below stop. */
const countOf = (start: number, stop: number, step: number): number =>
  Math.max(0, Math.ceil((stop - start) / step));

/** Every `steps[i]`-th element from `starts[i]` up to but not including `stops[i]`, along each axis; steps ≥ 1. */
const slicePrimitive = linear({
  name: "slice",
  type: ([x], params) => {
    const { starts, stops, steps } = sliceParams(params, x!.shape.length);
    x!.shape.forEach((length, axis) => {
      if (starts[axis]! > stops[axis]! || stops[axis]! > length || steps[axis] === 0)
        throw new ShapeError(
          "slice",
          `[${starts[axis]!}, ${stops[axis]!}, ${steps[axis]!}] is no part of axis ${axis} of ${formatShape(x!.shape)}`,
          [x!.shape],
        );
    });
    return {
      shape: starts.map((start, axis) => countOf(start, stops[axis]!, steps[axis]!)),
      dtype: x!.dtype,
    };
  },
  evaluate: ([x], params, output) => {
    const { starts, steps } = sliceParams(params);
    const read = elementsOf(x!);
    return generated(output, (index) => read(index.map((i, axis) => starts[axis]! + i * steps[axis]!)));
  },
  transpose: (cotangent, { shape }, params) => {
    const { starts, steps } = sliceParams(params);
    const after = shape.map((length, axis) => {
      const count = cotangent.shape[axis]!;
      return length - starts[axis]! - (count === 0 ? 0 : (count - 1) * steps[axis]! + 1);
    });
    return pad(
      cotangent,
      starts,
      after,
      steps.map((step) => step - 1),
    );
  },
  batch: ([x], _batched, size, params) => {
    const { starts, stops, steps } = sliceParams(params);
    return slice(x!, [0, ...starts], [size, ...stops], [1, ...steps]);
  },
  lowering: {
    form: "view",
    map: (input, params) => {
      const { starts, steps } = sliceParams(params);
      return {
        offsets: starts,
        strides: input.map((_, axis) => input.map((_, other) => (axis === other ? steps[axis]! : 0))),
      };
    },
  },
  samples: [
    {
      params: { starts: [1, 0], stops: [4, 5], steps: [1, 2] },
      operands: [{ shape: [5, 6], low: -2, high: 2 }],
    },
    { params: { starts: [2], stops: [2], steps: [1] }, operands: [{ shape: [4], low: -2, high: 2 }] },
    { params: { starts: [1], stops: [8], steps: [3] }, operands: [{ shape: [9], low: -2, high: 2 }] },
    {
      params: { starts: [0, 1, 1], stops: [2, 3, 2], steps: [1, 1, 1] },
      operands: [{ shape: [2, 3, 4], low: -2, high: 2 }],
    },
    {
      params: { starts: [0, 0], stops: [0, 2], steps: [1, 2] },
      operands: [{ shape: [0, 3], low: -2, high: 2 }],
    },
  ],
});

const sliceParams = (params: Params, rank?: number) => ({
  starts: countsParam(params, "starts", rank),
  stops: countsParam(params, "stops", rank),
  steps: countsParam(params, "steps", rank),
});

export const slice = (
  x: Tensor,
  starts: readonly number[],
  stops: readonly number[],
  steps: readonly number[] = starts.map(() => 1),
): Tensor =>
  starts.every((start, axis) => start === 0 && stops[axis] === x.shape[axis] && steps[axis] === 1)
    ? x
    : bindOne(slicePrimitive, [x], { starts, stops, steps });

/** Zeros around the operand (`before`, `after`, both ≥ 0) and between its elements (`between`), for each axis. */
const padPrimitive = linear({
  name: "pad",
  type: ([x], params) => {
    const { before, after, between } = padParams(params, x!.shape.length);
    return {
      shape: x!.shape.map(
        (length, axis) => before[axis]! + after[axis]! + length + Math.max(0, length - 1) * between[axis]!,
      ),
      dtype: x!.dtype,
    };
  },
  evaluate: ([x], params, output) => inserted([x!], padRegions(params), output),
  transpose: (cotangent, { shape }, params) => {
    const { before, between } = padParams(params);
    return slice(
      cotangent,
      before,
      before.map((start, axis) => start + Math.max(0, (shape[axis]! - 1) * (between[axis]! + 1) + 1)),
      between.map((gap) => gap + 1),
    );
  },
  batch: ([x], _batched, _size, params) => {
    const { before, after, between } = padParams(params);
    return pad(x!, [0, ...before], [0, ...after], [0, ...between]);
  },
  lowering: { form: "insert", regions: (_, params) => padRegions(params) },
  samples: [
    {
      params: { before: [1, 0], after: [0, 2], between: [0, 1] },
      operands: [{ shape: [2, 3], low: -2, high: 2 }],
    },
    { params: { before: [2], after: [1], between: [0] }, operands: [{ shape: [4], low: -2, high: 2 }] },
    { params: { before: [0], after: [0], between: [2] }, operands: [{ shape: [1], low: -2, high: 2 }] },
    {
      params: { before: [2, 0], after: [1, 1], between: [1, 0] },
      operands: [{ shape: [0, 2], low: -2, high: 2 }],
    },
  ],
});

const padParams = (params: Params, rank?: number) => ({
  before: countsParam(params, "before", rank),
  after: countsParam(params, "after", rank),
  between: countsParam(params, "between", rank),
});

const padRegions = (params: Params): Region[] => {
  const { before, between } = padParams(params);
  return [{ offsets: before, steps: between.map((gap) => gap + 1) }];
};

/** Writes operands into regions of a zero tensor. */
const inserted = (
  operands: readonly ConcreteTensor[],
  regions: readonly Region[],
  output: TensorType,
): ConcreteTensor => {
  const values = allocate(output.dtype, sizeOf(output.shape));
  const strides = stridesOf(output.shape);
  operands.forEach((operand, i) => {
    const { offsets, steps } = regions[i]!;
    forEachIndex(operand.shape, (index, position) => {
      const target = index.map((k, axis) => offsets[axis]! + k * steps[axis]!);
      values[positionOf(target, strides)] = operand.values[position]!;
    });
  });
  return new ConcreteTensor(values, output.shape, output.dtype);
};

export const pad = (
  x: Tensor,
  before: readonly number[],
  after: readonly number[],
  between: readonly number[] = before.map(() => 0),
): Tensor =>
  [...before, ...after, ...between].every((count) => count === 0)
    ? x
    : bindOne(padPrimitive, [x], { before, after, between });

/** Operands side by side along `axis`. */
const concatenatePrimitive = jointlyLinear({
  name: "concatenate",
  operands: "several",
  isData: () => true,
  zero: zerosLike,
  type: (inputs, params) => {
    const [first] = inputs;
    const axis = indexParam(params, "axis", first!.shape.length);
    for (const { shape, dtype } of inputs) {
      if (dtype !== first!.dtype)
        throw new DTypeError(
          "concatenate",
          `operands are ${first!.dtype} and ${dtype}; write .astype to make them equal`,
        );
      if (
        shape.length !== first!.shape.length ||
        shape.some((length, other) => other !== axis && length !== first!.shape[other])
      )
        throw new ShapeError(
          "concatenate",
          `shapes ${inputs.map((input) => formatShape(input.shape)).join(", ")} differ outside of axis ${axis}\n` +
            "  all lengths but that of the axis must agree",
          inputs.map((input) => input.shape),
        );
    }
    const shape = [...first!.shape];
    shape[axis] = inputs.reduce((sum, input) => sum + input.shape[axis]!, 0);
    return { shape, dtype: first!.dtype };
  },
  evaluate: (inputs, params, output) => inserted(inputs, concatenateRegions(inputs, params), output),
  transpose: (cotangent, operands, params) => {
    const regions = concatenateRegions(operands.map(typeOfOperand), params);
    return operands.map((operand, i) => {
      if (!operand.linear) return undefined;
      const { offsets } = regions[i]!;
      return slice(
        cotangent,
        offsets,
        operand.type.shape.map((length, axis) => offsets[axis]! + length),
      );
    });
  },
  batch: (operands, batched, size, params) =>
    concatenate(
      operands.map((operand, i) => (batched[i] ? operand : broadcastTo(operand, [size, ...operand.shape]))),
      numberParam(params, "axis") + 1,
    ),
  lowering: { form: "insert", regions: (inputs, params) => concatenateRegions(inputs, params) },
  samples: [
    {
      params: { axis: 1 },
      operands: [
        { shape: [2, 3], low: -2, high: 2 },
        { shape: [2, 1], low: -2, high: 2 },
        { shape: [2, 2], low: -2, high: 2 },
      ],
    },
    {
      params: { axis: 0 },
      operands: [
        { shape: [2], low: -2, high: 2 },
        { shape: [3], low: -2, high: 2 },
      ],
    },
    {
      params: { axis: 1 },
      operands: [
        { shape: [2, 1, 3], low: -2, high: 2 },
        { shape: [2, 0, 3], low: -2, high: 2 },
        { shape: [2, 2, 3], low: -2, high: 2 },
      ],
    },
  ],
});

const concatenateRegions = (inputs: readonly TensorType[], params: Params): Region[] => {
  const axis = numberParam(params, "axis");
  let offset = 0;
  return inputs.map(({ shape }) => {
    const region = {
      offsets: shape.map((_, other) => (other === axis ? offset : 0)),
      steps: shape.map(() => 1),
    };
    offset += shape[axis]!;
    return region;
  });
};

/** What one equation joins at most: the code of a kernel grows with its operands. */
const mostJoined = 1024;

/** Tensors of equal dtype, joined along a non-negative axis. */
export const concatenate = (tensors: readonly Tensor[], axis: number): Tensor => {
  if (tensors.length === 1) return tensors[0]!;
  if (tensors.length <= mostJoined) return bindOne(concatenatePrimitive, tensors, { axis });
  const parts = Array.from({ length: Math.ceil(tensors.length / mostJoined) }, (_, i) =>
    concatenate(tensors.slice(i * mostJoined, (i + 1) * mostJoined), axis),
  );
  return concatenate(parts, axis);
};
