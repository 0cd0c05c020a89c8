/** Trees of tensors as plain data: numbers and nested arrays, ready for JSON. */
import { type NestedArray, Tensor } from "../../tensor/tensor.ts";
import { flatten } from "../../tensor/tree.ts";

/** The same nesting with numbers in place of scalars and nested arrays in place of other tensors. */
export type Plain<T> = T extends number
  ? number
  : T extends Tensor
    ? NestedArray
    : T extends object
      ? { readonly [K in keyof T]: Plain<T[K]> }
      : T;

export const plain = <T>(tree: T): Plain<T> => {
  const { leaves, structure } = flatten(tree, (value) => value instanceof Tensor);
  return structure.unflatten(leaves.map((leaf) => leaf.toArray())) as unknown as Plain<T>;
};
