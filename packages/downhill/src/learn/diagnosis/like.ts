/** Numbers as a tensor like another one. */
import { wrap } from "../../tensor/create.ts";
import type { Tensor } from "../../tensor/tensor.ts";

export const like =
  ({ shape, dtype }: Tensor) =>
  (values: Float64Array): Tensor =>
    wrap(dtype === "float32" ? Float32Array.from(values) : values, shape, dtype);
