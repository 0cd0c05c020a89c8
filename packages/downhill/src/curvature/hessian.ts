/** The Hessian of a function as an operator on flat vectors: never formed, only multiplied with. */
import { fromFlat, toFlat } from "../optim/lbfgs/flat.ts";
import { leavesOf } from "../optim/tree.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { hvp } from "../transforms/jacobian.ts";
import { jit } from "../targets/jit.ts";
import type { SymmetricOperator } from "./lanczos.ts";

/** H(params)·vector, nested and shaped like the parameters. */
export type HessianProduct<P extends object, Rest extends readonly unknown[]> = (
  params: P,
  vector: P,
  ...rest: Rest
) => P;

/** The product with the Hessian of `f` by its first argument, compiled: once for all points of the same shapes. */
export const hessianProduct = <P extends object, Rest extends readonly unknown[] = []>(
  f: (params: P, ...rest: Rest) => Tensor,
): HessianProduct<P, Rest> =>
  jit((params: P, vector: P, ...rest: Rest) =>
    hvp<[P, ...Rest]>(f, [params, ...rest] as never, vector as never),
  ) as HessianProduct<P, Rest>;

/** The Hessian at a point. */
export const hessianAt = <P extends object, Rest extends readonly unknown[]>(
  product: HessianProduct<P, Rest>,
  params: P,
  ...rest: Rest
): SymmetricOperator => {
  const leaves = leavesOf("curvature", params);
  const isDouble = leaves.every(({ dtype }) => dtype === "float64");
  return {
    size: leaves.reduce((size, leaf) => size + leaf.size, 0),
    precision: 16 * (isDouble ? 2 ** -52 : 2 ** -23),
    multiply: (vector) => toFlat(product(params, fromFlat(params, vector), ...rest)),
  };
};

/** The Hessian of a function of one tree at a point. */
export const hessianOf = <P extends object>(f: (params: P) => Tensor, params: P): SymmetricOperator =>
  hessianAt(hessianProduct<P>(f), params);
