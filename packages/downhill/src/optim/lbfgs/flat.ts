/** A function of a tree of tensors as a function of one flat vector of doubles. */
import { wrap } from "../../tensor/create.ts";
import { allocate } from "../../tensor/dtype.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { jit } from "../../targets/jit.ts";
import { jvp } from "../../transforms/jvp.ts";
import { mapTree, leavesOf } from "../tree.ts";
import type { Objective } from "./objective.ts";

const epsilonOf = (tensor: Tensor): number => (tensor.dtype === "float64" ? 2 ** -52 : 2 ** -23);

/** All elements of a tree one after another. */
export const toFlat = (tree: object): Float64Array => {
  const leaves = leavesOf("minimize", tree);
  const flat = new Float64Array(leaves.reduce((size, leaf) => size + leaf.size, 0));
  let position = 0;
  for (const leaf of leaves) {
    flat.set(leaf.data, position);
    position += leaf.size;
  }
  return flat;
};

/** The tree like `model` whose elements are those of `flat`, in the dtypes of `model`. */
export const fromFlat = <P extends object>(model: P, flat: Float64Array): P => {
  let position = 0;
  return mapTree(
    "minimize",
    ({ shape, dtype, size }) => {
      const values = allocate(dtype, size);
      values.set(flat.subarray(position, position + size));
      position += size;
      return wrap(values, shape, dtype);
    },
    model,
  );
};

/** `valueAndGradient` seen as a function of flat vectors. */
export const flatObjective = <P extends object>(
  valueAndGradient: (params: P) => readonly [value: Tensor, gradient: P],
  model: P,
): Objective => {
  // The value of a function of float32 parameters is no more precise than they are.
  const epsilon = Math.max(...leavesOf("minimize", model).map(epsilonOf));
  const gradient = (params: P): P => valueAndGradient(params)[1];
  let product: ((params: P, vector: P) => P) | undefined;
  return {
    epsilon,
    hessianAt: (point) => {
      // The derivative of the gradient along the vector (Pearlmutter 1994).
      product ??= jit((params: P, vector: P) => jvp(gradient, [params as never], [vector as never])[1]) as (
        params: P,
        vector: P,
      ) => P;
      const params = fromFlat(model, point);
      const times = product;
      return (vector) => toFlat(times(params, fromFlat(model, vector)));
    },
    evaluate: (point) => {
      const [value, gradient] = valueAndGradient(fromFlat(model, point));
      return { point, value: value.item(), gradient: toFlat(gradient) };
    },
  };
};
