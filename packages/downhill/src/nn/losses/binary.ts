/** Losses of yes-or-no predictions. They take logits or scores, and are finite for any finite ones. */
import { clip, sigmoid, softplus } from "../../functions/activations.ts";
import { add, greater, mul, neg, pow, sub, where } from "../../functions/elementwise.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { type LossOptions, reduce, requireSameShape } from "./reduction.ts";

/**
 * Log loss of yes-or-no predictions: −y·ln σ(z) − (1 − y)·ln(1 − σ(z)) for the logit z and a target y from 0 to 1. It
 * is computed as softplus(z) − y·z; its slope is σ(z) − y. @throws ShapeError if shapes differ.
 */
export const binaryCrossEntropy = (logits: Tensor, targets: Tensor, options: LossOptions = {}): Tensor => {
  requireSameShape("binaryCrossEntropy", logits, targets);
  return reduce("binaryCrossEntropy", sub(softplus(logits), mul(targets, logits)), options);
};

/**
 * max(0, 1 − target·score) for targets −1 and 1 (Cortes and Vapnik 1995); at the margin, where target·score is 1, the
 * slope is that of the left side. @throws ShapeError if shapes differ.
 */
export const hinge = (scores: Tensor, targets: Tensor, options: LossOptions = {}): Tensor => {
  requireSameShape("hinge", scores, targets);
  return reduce("hinge", clip(sub(1, mul(targets, scores)), 0, null), options);
};

export interface FocalOptions extends LossOptions {
  /** How little examples count that are predicted well; 2 if left out, with 0 it is the log loss. */
  readonly gamma?: number;
  /** The weight of positive examples, 1 − alpha that of negative ones; none if left out. */
  readonly alpha?: number;
}

/**
 * The log loss times (1 − p)^gamma, p the probability given to what came true: for rare classes among many easy examples
 * (Lin et al. 2017). @throws ShapeError if shapes differ.
 */
export const focal = (
  logits: Tensor,
  targets: Tensor,
  { gamma = 2, alpha, ...options }: FocalOptions = {},
): Tensor => {
  requireSameShape("focal", logits, targets);
  if (!(gamma >= 0)) throw new ArgumentError("focal", `gamma is ${gamma}; write a number from 0`);
  const isNot = sub(1, targets);
  const logLoss = sub(softplus(logits), mul(targets, logits));
  // The probability given to what did not come true; 1 − σ(z) would lose digits.
  const missed = add(mul(targets, sigmoid(neg(logits))), mul(isNot, sigmoid(logits)));
  // Of what is met so surely that nothing is left of it, a root has an infinite slope.
  const isMissed = greater(missed, 0);
  const power = where(isMissed, pow(where(isMissed, missed, 1), gamma), 0);
  const factor = gamma === 0 ? logLoss : mul(logLoss, power);
  const weighted =
    alpha === undefined ? factor : mul(factor, add(mul(targets, alpha), mul(isNot, 1 - alpha)));
  return reduce("focal", weighted, options);
};
