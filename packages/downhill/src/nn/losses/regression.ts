/** Losses of predicted numbers. */
import { clip } from "../../functions/activations.ts";
import { abs, mul, square, sub } from "../../functions/elementwise.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { type LossOptions, reduce, requireSameShape } from "./reduction.ts";

/** Squared errors (prediction − target)²; their mean is the mean squared error. @throws ShapeError if shapes differ. */
export const mse = (predictions: Tensor, targets: Tensor, options: LossOptions = {}): Tensor => {
  requireSameShape("mse", predictions, targets);
  return reduce("mse", square(sub(predictions, targets)), options);
};

/** Absolute errors |prediction − target|; slope 0 where they are equal. @throws ShapeError if shapes differ. */
export const mae = (predictions: Tensor, targets: Tensor, options: LossOptions = {}): Tensor => {
  requireSameShape("mae", predictions, targets);
  return reduce("mae", abs(sub(predictions, targets)), options);
};

export interface HuberOptions extends LossOptions {
  /** The error up to which the loss is quadratic; 1 if left out. */
  readonly delta?: number;
}

/**
 * Of an error d: ½d² if |d| ≤ delta, beyond it delta·(|d| − ½delta), so that outliers pull no harder than delta (Huber
 * 1964). @throws ShapeError if shapes differ.
 */
export const huber = (
  predictions: Tensor,
  targets: Tensor,
  { delta = 1, ...options }: HuberOptions = {},
): Tensor => {
  requireSameShape("huber", predictions, targets);
  if (!(delta > 0)) throw new ArgumentError("huber", `delta is ${delta}; write a number above 0`);
  const error = sub(predictions, targets);
  // With c the error held within ±delta both pieces are c·(d − ½c); a square of d, which may overflow, is not needed.
  const held = clip(error, -delta, delta);
  return reduce("huber", mul(held, sub(error, mul(held, 0.5))), options);
};
