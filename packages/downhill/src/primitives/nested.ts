/** Small helpers for evaluating structural operations over row-major indices, plainly. */
import { allocate } from "../tensor/dtype.ts";
import { type Shape, sizeOf, stridesOf } from "../tensor/shape.ts";
import { ConcreteTensor, type TensorType } from "../tensor/tensor.ts";

/** Calls `visit` with each multi-index of `shape` in row-major order, and its flat position. The index is reused. */
export const forEachIndex = (
  shape: Shape,
  visit: (index: readonly number[], position: number) => void,
): void => {
  const size = sizeOf(shape);
  const index = new Array<number>(shape.length).fill(0);
  for (let position = 0; position < size; position++) {
    visit(index, position);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      if (++index[axis]! < shape[axis]!) break;
      index[axis] = 0;
    }
  }
};

/** The row-major position of a multi-index. */
export const positionOf = (index: readonly number[], strides: readonly number[]): number => {
  let position = 0;
  for (let axis = 0; axis < strides.length; axis++) position += index[axis]! * strides[axis]!;
  return position;
};

/** A tensor whose elements are given by a function of their index. */
export const generated = (
  type: TensorType,
  element: (index: readonly number[]) => number,
): ConcreteTensor => {
  const values = allocate(type.dtype, sizeOf(type.shape));
  forEachIndex(type.shape, (index, position) => {
    values[position] = element(index);
  });
  return new ConcreteTensor(values, type.shape, type.dtype);
};

/** A reader of a tensor's elements by multi-index. */
export const elementsOf = (tensor: ConcreteTensor): ((index: readonly number[]) => number) => {
  const strides = stridesOf(tensor.shape);
  return (index) => tensor.values[positionOf(index, strides)]!;
};
