/** Losses of yes-or-no predictions. They take logits or scores, and are finite for any finite ones. */
import { clip, softplus } from "../../functions/activations.ts";
import { mul, sub } from "../../functions/elementwise.ts";
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
