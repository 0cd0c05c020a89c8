/** Attention: sums of values, weighted by how well their keys go with a query. */
import * as p from "../primitives/index.ts";
import { ShapeError } from "../tensor/errors.ts";
import { broadcastShapes, formatShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { add, div, equal, exp, mul, sub, where } from "./elementwise.ts";
import { floating } from "./operands.ts";
import { matmul } from "./products.ts";
import { max, sum } from "./reductions.ts";
import { swapaxes } from "./shapes.ts";

export interface AttentionOptions {
  /** Of booleans: which keys a query sees; of floats: added to the products. Broadcast to [..., queries, keys]. */
  readonly mask?: Tensor;
  /** Whether each query sees only the keys up to its own place. */
  readonly isCausal?: boolean;
  /** Factor of the products; 1/√(length of the keys) if left out. */
  readonly scale?: number;
}

/**
 * softmax(scale·Q·Kᵀ + mask)·V (Vaswani et al. 2017), for queries [..., queries, features], keys [..., keys, features] and
 * values [..., keys, outputs] → [..., queries, outputs]; leading axes broadcast. A query that sees no key gives zeros.
 *
 * @throws ShapeError if features or the numbers of keys and values differ.
 */
export const scaledDotProductAttention = (
  queries: Tensor,
  keys: Tensor,
  values: Tensor,
  { mask, isCausal = false, scale }: AttentionOptions = {},
): Tensor => {
  const operation = "scaledDotProductAttention";
  if ([queries, keys, values].some(({ rank }) => rank < 2) || keys.shape.at(-2) !== values.shape.at(-2))
    throw new ShapeError(
      operation,
      `keys of shape ${formatShape(keys.shape)} with values of shape ${formatShape(values.shape)}; ` +
        "write [..., keys, features] and [..., keys, outputs]",
      [queries.shape, keys.shape, values.shape],
    );
  const factor = scale ?? 1 / Math.sqrt(keys.shape.at(-1)!);
  let scores = mul(matmul(floating(queries), swapaxes(floating(keys), -1, -2)), factor);
  const hide = (sees: Tensor): void => {
    const shape = broadcastShapes(operation, [scores.shape, sees.shape]);
    scores = where(sees, p.broadcastTo(scores, shape), -Infinity);
  };
  if (isCausal) {
    const shape = scores.shape.slice(-2);
    hide(p.ge(p.iota(shape, 0, "int32"), p.iota(shape, 1, "int32")));
  }
  if (mask?.dtype === "bool") hide(mask);
  else if (mask !== undefined) scores = add(scores, mask);
  const top = max(scores, { axis: -1, keepdims: true });
  // Where a query sees no key the maximum is −∞, which must not be subtracted from itself.
  const weights = exp(sub(scores, p.stopGradient(where(equal(top, -Infinity), 0, top))));
  const total = sum(weights, { axis: -1, keepdims: true });
  return matmul(div(weights, where(equal(total, 0), 1, total)), values);
};
