/** Losses of predicted numbers. */
import { clip, softplus } from "../../functions/activations.ts";
import { abs, add, exp, maximum, mul, square, sub } from "../../functions/elementwise.ts";
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

export interface QuantileOptions extends LossOptions {
  /** Between 0 and 1; 0.5, the median, if left out. */
  readonly quantile?: number;
}

/**
 * Of an error d = target − prediction: quantile·d if the prediction is too low, (1 − quantile)·|d| if it is too high, so
 * that the best constant prediction is that quantile (Koenker and Bassett 1978; the pinball loss). Where they are equal the
 * slope is the mean of both sides'. @throws ShapeError if shapes differ.
 */
export const quantile = (
  predictions: Tensor,
  targets: Tensor,
  { quantile: share = 0.5, ...options }: QuantileOptions = {},
): Tensor => {
  requireSameShape("quantile", predictions, targets);
  if (!(share > 0 && share < 1))
    throw new ArgumentError("quantile", `quantile is ${share}; write a number between 0 and 1`);
  const error = sub(targets, predictions);
  return reduce("quantile", maximum(mul(error, share), mul(error, share - 1)), options);
};

/**
 * ln cosh of the error: about ½d² for small ones, |d| − ln 2 for large ones, and smooth between. Its slope is tanh d.
 * @throws ShapeError if shapes differ.
 */
export const logCosh = (predictions: Tensor, targets: Tensor, options: LossOptions = {}): Tensor => {
  requireSameShape("logCosh", predictions, targets);
  const error = sub(predictions, targets);
  // ln ½(eᵈ + e⁻ᵈ), whose exponentials alone would overflow.
  return reduce("logCosh", sub(add(error, softplus(mul(error, -2))), Math.LN2), options);
};

/**
 * Of counts y and predicted logarithms of rates z: eᶻ − y·z, the negative log likelihood of Poisson's distribution without
 * the term that depends on y alone. Its slope is eᶻ − y. @throws ShapeError if shapes differ.
 */
export const poisson = (logRates: Tensor, counts: Tensor, options: LossOptions = {}): Tensor => {
  requireSameShape("poisson", logRates, counts);
  return reduce("poisson", sub(exp(logRates), mul(counts, logRates)), options);
};
