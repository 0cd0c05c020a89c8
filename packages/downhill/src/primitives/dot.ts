/** Sums of products: matrix products of any rank. */
import type { Params } from "../program/primitive.ts";
import { bindOne } from "../program/trace.ts";
import { allocate } from "../tensor/dtype.ts";
import { ArgumentError, DTypeError, ShapeError } from "../tensor/errors.ts";
import { allAxes, formatShape, type Shape, sizeOf, stridesOf } from "../tensor/shape.ts";
import { ConcreteTensor, type Tensor, type TensorType } from "../tensor/tensor.ts";
import { add } from "./arithmetic.ts";
import { bilinear, numericDTypes } from "./kinds.ts";
import { transpose } from "./movement.ts";
import { forEachIndex, positionOf } from "./nested.ts";
import { axisListParam, numbersParam } from "./params.ts";

/** Which axes are multiplied and summed (`contract`), and which run along in both operands (`batch`). */
export interface DotAxes {
  readonly leftContract: readonly number[];
  readonly rightContract: readonly number[];
  readonly leftBatch: readonly number[];
  readonly rightBatch: readonly number[];
}

export const dotAxes = (params: Params): DotAxes => ({
  leftContract: numbersParam(params, "leftContract"),
  rightContract: numbersParam(params, "rightContract"),
  leftBatch: numbersParam(params, "leftBatch"),
  rightBatch: numbersParam(params, "rightBatch"),
});

/** Refuses axes that the operands do not have, or that have two roles. */
const checkAxes = (params: Params, left: TensorType, right: TensorType): void => {
  for (const [side, { shape }] of [
    ["left", left],
    ["right", right],
  ] as const) {
    const contract = axisListParam(params, `${side}Contract`, shape.length);
    const batch = axisListParam(params, `${side}Batch`, shape.length);
    const twice = batch.find((axis) => contract.includes(axis));
    if (twice !== undefined)
      throw new ArgumentError("dot", `axis ${twice} of the ${side} operand is both summed and batch`);
  }
};

/** The axes of an operand that are neither contracted nor batch, in order. */
export const freeAxes = (rank: number, contract: readonly number[], batch: readonly number[]): number[] =>
  allAxes(rank).filter((axis) => !contract.includes(axis) && !batch.includes(axis));

const pick = (shape: Shape, axes: readonly number[]): number[] => axes.map((axis) => shape[axis]!);

/** The result's axes are: batch, free axes of the left operand, free axes of the right operand. */
const dotPrimitive = bilinear({
  name: "dot",
  dtypes: numericDTypes,
  sum: add,
  type: ([left, right], params) => {
    const { leftContract, rightContract, leftBatch, rightBatch } = dotAxes(params);
    checkAxes(params, left!, right!);
    if (left!.dtype !== right!.dtype)
      throw new DTypeError(
        "dot",
        `operands are ${left!.dtype} and ${right!.dtype}; write .astype to make them equal`,
      );
    const [l, r] = [left!.shape, right!.shape];
    if (
      pick(l, leftContract).join() !== pick(r, rightContract).join() ||
      pick(l, leftBatch).join() !== pick(r, rightBatch).join()
    )
      throw new ShapeError(
        "dot",
        `axes [${leftContract.join()}] and [${rightContract.join()}] of ${formatShape(l)} · ${formatShape(r)} differ in length`,
        [l, r],
      );
    return {
      shape: [
        ...pick(l, leftBatch),
        ...pick(l, freeAxes(l.length, leftContract, leftBatch)),
        ...pick(r, freeAxes(r.length, rightContract, rightBatch)),
      ],
      dtype: left!.dtype,
    };
  },
  evaluate: ([left, right], params, output) => {
    const { leftContract, rightContract, leftBatch, rightBatch } = dotAxes(params);
    const leftFree = freeAxes(left!.rank, leftContract, leftBatch);
    const rightFree = freeAxes(right!.rank, rightContract, rightBatch);
    /** Where an operand's elements along some axes stand, relative to the first. */
    const places = ({ shape }: TensorType, axes: readonly number[]): number[] => {
      const found: number[] = [];
      const strides = pick(stridesOf(shape), axes);
      forEachIndex(pick(shape, axes), (index) => found.push(positionOf(index, strides)));
      return found;
    };
    const [x, y] = [left!.values, right!.values];
    const [lefts, rights] = [places(left!, leftContract), places(right!, rightContract)];
    const [leftStarts, rightStarts] = [places(left!, leftBatch), places(right!, rightBatch)];
    const [rows, columns] = [places(left!, leftFree), places(right!, rightFree)];
    const multiply = output.dtype === "int32" ? Math.imul : (a: number, b: number): number => a * b;
    const values = allocate(output.dtype, sizeOf(output.shape));
    // A row of results at a time: each is summed in the order of its factors, which are read in the order of memory.
    const sums = new Float64Array(columns.length);
    leftStarts.forEach((leftStart, batch) => {
      rows.forEach((row, i) => {
        sums.fill(0);
        for (let p = 0; p < lefts.length; p++) {
          const factor = x[leftStart + row + lefts[p]!]!;
          const start = rightStarts[batch]! + rights[p]!;
          for (let j = 0; j < columns.length; j++) sums[j]! += multiply(factor, y[start + columns[j]!]!);
        }
        values.set(sums, (batch * rows.length + i) * columns.length);
      });
    });
    return new ConcreteTensor(values, output.shape, output.dtype);
  },
  transpose: (cotangent, position, operand, other, params) => {
    const axes = dotAxes(params);
    const batchCount = axes.leftBatch.length;
    const isLeft = position === 0;
    const contract = isLeft ? axes.leftContract : axes.rightContract;
    const ownBatch = isLeft ? axes.leftBatch : axes.rightBatch;
    const otherContract = isLeft ? axes.rightContract : axes.leftContract;
    const otherBatch = isLeft ? axes.rightBatch : axes.leftBatch;
    const free = freeAxes(operand.shape.length, contract, ownBatch);
    const otherFree = freeAxes(other.rank, otherContract, otherBatch);
    // Axes of the cotangent: batch, left free, right free.
    const otherStart = isLeft ? batchCount + free.length : batchCount;
    const cotangentContract = otherFree.map((_, i) => otherStart + i);
    // The contracted axes come out in the order of the other operand's axes; whichever of them and the free axes
    // comes first in the operand is put on the left, so that no transposition is left over in the usual cases.
    const freeFirst = free.length === 0 || contract.length === 0 || free[0]! < contract[0]!;
    const product = freeFirst
      ? dot(cotangent, other, {
          leftContract: cotangentContract,
          rightContract: otherFree,
          leftBatch: allAxes(batchCount),
          rightBatch: otherBatch,
        })
      : dot(other, cotangent, {
          leftContract: otherFree,
          rightContract: cotangentContract,
          leftBatch: otherBatch,
          rightBatch: allAxes(batchCount),
        });
    const order = [...otherContract].sort((a, b) => a - b);
    const freeStart = batchCount + (freeFirst ? 0 : contract.length);
    const contractStart = batchCount + (freeFirst ? free.length : 0);
    const at = (axis: number): number => {
      const batchPosition = ownBatch.indexOf(axis);
      if (batchPosition >= 0) return batchPosition;
      const freePosition = free.indexOf(axis);
      if (freePosition >= 0) return freeStart + freePosition;
      return contractStart + order.indexOf(otherContract[contract.indexOf(axis)]!);
    };
    return transpose(product, allAxes(operand.shape.length).map(at));
  },
  batch: ([left, right], [leftBatched, rightBatched], _size, params) => {
    const axes = dotAxes(params);
    const shift = (list: readonly number[], by: boolean): number[] => list.map((axis) => axis + Number(by));
    const shifted = {
      leftContract: shift(axes.leftContract, leftBatched!),
      rightContract: shift(axes.rightContract, rightBatched!),
      leftBatch: shift(axes.leftBatch, leftBatched!),
      rightBatch: shift(axes.rightBatch, rightBatched!),
    };
    if (leftBatched && rightBatched)
      return dot(left!, right!, {
        ...shifted,
        leftBatch: [0, ...shifted.leftBatch],
        rightBatch: [0, ...shifted.rightBatch],
      });
    // The batch axis is a free axis of one operand; it comes out after the axes before it.
    const out = dot(left!, right!, shifted);
    const before = leftBatched ? axes.leftBatch.length : left!.rank - axes.leftContract.length;
    return transpose(out, [before, ...allAxes(out.rank).filter((axis) => axis !== before)]);
  },
  lowering: { form: "contract" },
  samples: [
    {
      params: { leftContract: [1], rightContract: [0], leftBatch: [], rightBatch: [] },
      operands: [
        { shape: [3, 4], low: -2, high: 2 },
        { shape: [4, 2], low: -2, high: 2 },
      ],
    },
    {
      params: { leftContract: [1, 3], rightContract: [3, 0], leftBatch: [0], rightBatch: [2] },
      operands: [
        { shape: [2, 3, 5, 4], low: -2, high: 2 },
        { shape: [4, 3, 2, 3], low: -2, high: 2 },
      ],
    },
    {
      params: { leftContract: [0], rightContract: [0], leftBatch: [], rightBatch: [] },
      operands: [
        { shape: [5], low: -2, high: 2 },
        { shape: [5], low: -2, high: 2 },
      ],
    },
    {
      params: { leftContract: [], rightContract: [], leftBatch: [], rightBatch: [] },
      operands: [
        { shape: [3], low: -2, high: 2 },
        { shape: [2, 2], low: -2, high: 2 },
      ],
    },
    {
      params: { leftContract: [0], rightContract: [1], leftBatch: [], rightBatch: [] },
      operands: [
        { shape: [4, 3], low: -2, high: 2 },
        { shape: [2, 4], low: -2, high: 2 },
      ],
    },
    {
      params: { leftContract: [2], rightContract: [1], leftBatch: [0], rightBatch: [0] },
      operands: [
        { shape: [2, 3, 4], low: -2, high: 2 },
        { shape: [2, 4, 3], low: -2, high: 2 },
      ],
    },
    {
      params: { leftContract: [1], rightContract: [0], leftBatch: [], rightBatch: [] },
      operands: [
        { shape: [2, 0], low: -2, high: 2 },
        { shape: [0, 3], low: -2, high: 2 },
      ],
    },
    {
      params: { leftContract: [1], rightContract: [0], leftBatch: [], rightBatch: [] },
      operands: [
        { shape: [0, 2], low: -2, high: 2 },
        { shape: [2, 3], low: -2, high: 2 },
      ],
    },
    {
      params: { leftContract: [], rightContract: [], leftBatch: [0], rightBatch: [0] },
      operands: [
        { shape: [4], low: -2, high: 2 },
        { shape: [4, 2], low: -2, high: 2 },
      ],
    },
    {
      params: { leftContract: [1], rightContract: [0], leftBatch: [], rightBatch: [] },
      operands: [
        { shape: [3, 4], low: -2, high: 2 },
        { shape: [4], low: -2, high: 2 },
      ],
    },
  ],
});

export const dot = (left: Tensor, right: Tensor, axes: DotAxes): Tensor =>
  bindOne(dotPrimitive, [left, right], { ...axes });
