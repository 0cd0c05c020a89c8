/** Indirect access: gather with its transpose scatterAdd. Indices are int32; out of range they are clamped. */
import type { Scalar } from "../program/loop.ts";
import type { Params } from "../program/primitive.ts";
import * as s from "../program/scalar.ts";
import { bindOne } from "../program/trace.ts";
import { allocate } from "../tensor/dtype.ts";
import { DTypeError, ShapeError } from "../tensor/errors.ts";
import { allAxes, formatShape, sameShape, type Shape, sizeOf } from "../tensor/shape.ts";
import { ConcreteTensor, type Tensor, type TensorType } from "../tensor/tensor.ts";
import { jointlyLinear, linear, numericDTypes, valueOfOperand } from "./kinds.ts";
import { broadcastTo, transpose, zerosLike } from "./movement.ts";
import { indexParam, numberParam } from "./params.ts";

/** Sizes of x as [batch, outer, length, inner] and the number of indices in each batch. */
const sizes = (x: Shape, indices: Shape, params: Params) => {
  const axis = numberParam(params, "axis");
  const batchAxes = numberParam(params, "batchAxes");
  return {
    batch: sizeOf(x.slice(0, batchAxes)),
    outer: sizeOf(x.slice(batchAxes, axis)),
    length: x[axis]!,
    inner: sizeOf(x.slice(axis + 1)),
    count: sizeOf(indices.slice(batchAxes)),
  };
};

const clamp = (index: number, length: number): number => Math.max(0, Math.min(length - 1, index));

const clampScalar = (index: Scalar, length: number): Scalar => s.max(s.min(index, length - 1), 0);

const gatheredShape = (x: Shape, indices: Shape, params: Params): number[] => {
  const axis = numberParam(params, "axis");
  return [...x.slice(0, axis), ...indices.slice(numberParam(params, "batchAxes")), ...x.slice(axis + 1)];
};

const requireIndices = (operation: string, indices: TensorType): void => {
  if (indices.dtype !== "int32")
    throw new DTypeError(operation, `indices must be int32, not ${indices.dtype}; write .astype("int32")`);
};

/** Refuses shapes that do not go together: the batch axes must agree, and something must be there to pick. */
const requirePicks = (operation: string, x: Shape, indices: Shape, params: Params): void => {
  const batchAxes = indexParam(params, "batchAxes", indices.length + 1);
  if (!sameShape(x.slice(0, batchAxes), indices.slice(0, batchAxes)))
    throw new ShapeError(operation, `batch axes of ${formatShape(x)} and ${formatShape(indices)} differ`, [
      x,
      indices,
    ]);
  const axis = indexParam(params, "axis", x.length, batchAxes);
  if (x[axis] === 0 && sizeOf(indices) > 0)
    throw new ShapeError(operation, `nothing to pick: axis ${axis} of ${formatShape(x)} is empty`, [x]);
};

/**
 * Elements of x at `indices` along `axis`: x [batch…, outer…, length, inner…] and indices [batch…, …] give
 * [batch…, outer…, (indices' own axes), inner…], where batch are the first `batchAxes` axes of both.
 */
const gatherPrimitive = linear({
  name: "gather",
  operands: 2,
  type: ([x, indices], params) => {
    requireIndices("gather", indices!);
    requirePicks("take", x!.shape, indices!.shape, params);
    return { shape: gatheredShape(x!.shape, indices!.shape, params), dtype: x!.dtype };
  },
  evaluate: ([x, indices], params, output) => {
    const { batch, outer, length, inner, count } = sizes(x!.shape, indices!.shape, params);
    const values = allocate(output.dtype, sizeOf(output.shape));
    let position = 0;
    for (let b = 0; b < batch; b++)
      for (let o = 0; o < outer; o++)
        for (let i = 0; i < count; i++) {
          const index = clamp(indices!.values[b * count + i]!, length);
          const start = ((b * outer + o) * length + index) * inner;
          for (let k = 0; k < inner; k++) values[position++] = x!.values[start + k]!;
        }
    return new ConcreteTensor(values, output.shape, output.dtype);
  },
  transpose: (cotangent, operand, params, [indices]) =>
    scatterAdd(
      zerosLike(operand),
      indices!,
      cotangent,
      numberParam(params, "axis"),
      numberParam(params, "batchAxes"),
    ),
  batch: ([x, indices], [xBatched, indicesBatched], size, params) => {
    const axis = numberParam(params, "axis");
    const batchAxes = numberParam(params, "batchAxes");
    if (batchAxes === 0 && !indicesBatched) return gather(x!, indices!, axis + 1);
    if (batchAxes === 0 && !xBatched) {
      const out = gather(x!, indices!, axis);
      const rest = allAxes(out.rank).filter((other) => other !== axis);
      return transpose(out, [axis, ...rest]);
    }
    return gather(
      xBatched ? x! : broadcastTo(x!, [size, ...x!.shape]),
      indicesBatched ? indices! : broadcastTo(indices!, [size, ...indices!.shape]),
      axis + 1,
      batchAxes + 1,
    );
  },
  lowering: {
    form: "generate",
    scalar: (indices, read, [x, chosen], params) => {
      const axis = numberParam(params, "axis");
      const batchAxes = numberParam(params, "batchAxes");
      const own = chosen!.shape.length - batchAxes;
      const batch = indices.slice(0, batchAxes);
      const index = read(1, [...batch, ...indices.slice(axis, axis + own)]);
      return read(0, [
        ...indices.slice(0, axis),
        clampScalar(index, x!.shape[axis]!),
        ...indices.slice(axis + own),
      ]);
    },
  },
  samples: [
    {
      params: { axis: 0, batchAxes: 0 },
      operands: [
        { shape: [4, 3], low: -2, high: 2 },
        { shape: [5], low: 0, high: 3, dtype: "int32" },
      ],
    },
    {
      params: { axis: 2, batchAxes: 1 },
      operands: [
        { shape: [2, 3, 4, 2], low: -2, high: 2 },
        { shape: [2, 2], low: 0, high: 3, dtype: "int32" },
      ],
    },
    {
      params: { axis: 0, batchAxes: 0 },
      operands: [
        { shape: [4, 3], low: -2, high: 2 },
        { shape: [], low: 0, high: 3, dtype: "int32" },
      ],
    },
    {
      params: { axis: 1, batchAxes: 0 },
      operands: [
        { shape: [2, 4, 3], low: -2, high: 2 },
        { shape: [2, 2], low: 0, high: 3, dtype: "int32" },
      ],
    },
    {
      params: { axis: 0, batchAxes: 0 },
      operands: [
        { shape: [4], low: -2, high: 2 },
        { shape: [0], low: 0, high: 3, dtype: "int32" },
      ],
    },
    {
      params: { axis: 1, batchAxes: 1 },
      operands: [
        { shape: [3, 4], low: -2, high: 2 },
        { shape: [3], low: 0, high: 3, dtype: "int32" },
      ],
    },
  ],
});

export const gather = (x: Tensor, indices: Tensor, axis: number, batchAxes = 0): Tensor =>
  bindOne(gatherPrimitive, [x, indices], { axis, batchAxes });

/** x with `updates` added at `indices`, duplicates accumulating; the shapes are those of gather. */
const scatterAddPrimitive = jointlyLinear({
  name: "scatterAdd",
  operands: 3,
  dtypes: numericDTypes,
  isData: (position) => position !== 1,
  zero: zerosLike,
  type: ([x, indices, updates], params) => {
    requireIndices("scatterAdd", indices!);
    if (updates!.dtype !== x!.dtype)
      throw new DTypeError(
        "scatterAdd",
        `updates are ${updates!.dtype}, not ${x!.dtype}; write .astype("${x!.dtype}") first`,
      );
    requirePicks("scatterAdd", x!.shape, indices!.shape, params);
    const wanted = gatheredShape(x!.shape, indices!.shape, params);
    if (!sameShape(updates!.shape, wanted))
      throw new ShapeError(
        "scatterAdd",
        `updates of shape ${formatShape(updates!.shape)}, expected ${formatShape(wanted)}`,
        [updates!.shape, wanted],
      );
    return { shape: x!.shape, dtype: x!.dtype };
  },
  evaluate: ([x, indices, updates], params, output) => {
    const { batch, outer, length, inner, count } = sizes(x!.shape, indices!.shape, params);
    const sums = Float64Array.from(x!.values);
    let position = 0;
    for (let b = 0; b < batch; b++)
      for (let o = 0; o < outer; o++)
        for (let i = 0; i < count; i++) {
          const index = clamp(indices!.values[b * count + i]!, length);
          const start = ((b * outer + o) * length + index) * inner;
          for (let k = 0; k < inner; k++) sums[start + k]! += updates!.values[position++]!;
        }
    const values = allocate(output.dtype, sums.length);
    values.set(sums);
    return new ConcreteTensor(values, output.shape, output.dtype);
  },
  transpose: (cotangent, [x, indices, updates], params) => [
    x!.linear ? cotangent : undefined,
    undefined,
    updates!.linear
      ? gather(
          cotangent,
          valueOfOperand(indices!),
          numberParam(params, "axis"),
          numberParam(params, "batchAxes"),
        )
      : undefined,
  ],
  batch: (operands, batched, size, params) => {
    const [x, indices, updates] = operands.map((operand, i) =>
      batched[i] ? operand : broadcastTo(operand, [size, ...operand.shape]),
    );
    return scatterAdd(
      x!,
      indices!,
      updates!,
      numberParam(params, "axis") + 1,
      numberParam(params, "batchAxes") + 1,
    );
  },
  lowering: {
    form: "loops",
    statements: ([x, indices, updates], output, params) => {
      const { batch, outer, length, inner, count } = sizes(x!.type.shape, indices!.type.shape, params);
      const type = s.scalarOf(x!.buffer.dtype);
      const [e, b, o, i, k] = ["e", "b", "o", "i", "k"].map((name) => ({ name }));
      const index = clampScalar(
        {
          kind: "load",
          type: "i32",
          buffer: indices!.buffer,
          at: {
            offset: 0,
            terms: [
              { loop: b!, stride: count },
              { loop: i!, stride: 1 },
            ],
          },
        },
        length,
      );
      const target = {
        offset: 0,
        terms: [
          { loop: b!, stride: outer * length * inner },
          { loop: o!, stride: length * inner },
          { loop: k!, stride: 1 },
        ],
        dynamic: s.mul(index, inner),
      };
      const update: Scalar = {
        kind: "load",
        type,
        buffer: updates!.buffer,
        at: {
          offset: 0,
          terms: [
            { loop: b!, stride: outer * count * inner },
            { loop: o!, stride: count * inner },
            { loop: i!, stride: inner },
            { loop: k!, stride: 1 },
          ],
        },
      };
      const everywhere = { offset: 0, terms: [{ loop: e!, stride: 1 }] };
      const before: Scalar = { kind: "load", type, buffer: output.buffer, at: target };
      return [
        {
          kind: "loop",
          index: e!,
          extent: sizeOf(x!.type.shape),
          vector: true,
          body: [
            {
              kind: "store",
              buffer: output.buffer,
              at: everywhere,
              value: { kind: "load", type, buffer: x!.buffer, at: everywhere },
            },
          ],
        },
        s.nest(
          [
            [b!, batch],
            [o!, outer],
            [i!, count],
            [k!, inner],
          ],
          [{ kind: "store", buffer: output.buffer, at: target, value: s.add(before, update) }],
        ),
      ];
    },
  },
  samples: [
    {
      params: { axis: 0, batchAxes: 0 },
      operands: [
        { shape: [4, 3], low: -2, high: 2 },
        { shape: [5], low: 0, high: 3, dtype: "int32" },
        { shape: [5, 3], low: -2, high: 2 },
      ],
    },
    {
      params: { axis: 0, batchAxes: 0 },
      operands: [
        { shape: [4, 3], low: -2, high: 2 },
        { shape: [], low: 0, high: 3, dtype: "int32" },
        { shape: [3], low: -2, high: 2 },
      ],
    },
    {
      params: { axis: 1, batchAxes: 0 },
      operands: [
        { shape: [2, 4, 3], low: -2, high: 2 },
        { shape: [2, 2], low: 0, high: 3, dtype: "int32" },
        { shape: [2, 2, 2, 3], low: -2, high: 2 },
      ],
    },
    {
      params: { axis: 0, batchAxes: 0 },
      operands: [
        { shape: [4], low: -2, high: 2 },
        { shape: [0], low: 0, high: 3, dtype: "int32" },
        { shape: [0], low: -2, high: 2 },
      ],
    },
    {
      params: { axis: 2, batchAxes: 1 },
      operands: [
        { shape: [2, 3, 4], low: -2, high: 2 },
        { shape: [2, 5], low: 0, high: 3, dtype: "int32" },
        { shape: [2, 3, 5], low: -2, high: 2 },
      ],
    },
  ],
});

export const scatterAdd = (
  x: Tensor,
  indices: Tensor,
  updates: Tensor,
  axis: number,
  batchAxes = 0,
): Tensor => bindOne(scatterAddPrimitive, [x, indices, updates], { axis, batchAxes });
