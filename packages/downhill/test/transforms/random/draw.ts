/** Numbers for random programs, the same for the same text. */
import type { DType, Tensor } from "downhill";
import { wrap } from "../../../src/tensor/create.ts";
import { allocate } from "../../../src/tensor/dtype.ts";
import { sizeOf } from "../../../src/tensor/shape.ts";
import type { TensorType } from "../../../src/tensor/tensor.ts";
import { randomFrom } from "../../primitives/op-table/rows.ts";

/** Uniform between `low` and `high`, rounded to the dtype; whole for integers. */
export const draw = (seed: string, { shape, dtype }: TensorType, low: number, high: number): Tensor => {
  const random = randomFrom(seed);
  const values = allocate(dtype, sizeOf(shape));
  for (let i = 0; i < values.length; i++) {
    const value = low + (high - low) * random();
    values[i] = dtype === "bool" ? Number(value > (low + high) / 2) : value;
  }
  return wrap(values, shape, dtype);
};

/** A direction for each tensor: uniform in [−1, 1]. */
export const drawLike = (seed: string, tensors: readonly TensorType[]): Tensor[] =>
  tensors.map((tensor, i) => draw(`${seed} ${i}`, tensor, -1, 1));

/** The tensors in another float dtype; integers and booleans stay. */
export const inDType = (tensors: readonly Tensor[], dtype: DType): Tensor[] =>
  tensors.map((tensor) =>
    tensor.dtype === "float64" || tensor.dtype === "float32" ? tensor.astype(dtype) : tensor,
  );
