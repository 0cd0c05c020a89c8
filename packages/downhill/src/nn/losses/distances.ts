/** Losses of whole vectors, which lie along the last axis: distributions, directions, embeddings. */
import { clip } from "../../functions/activations.ts";
import { add, div, greater, log, maximum, mul, sub, where } from "../../functions/elementwise.ts";
import { logSoftmax, norm, sum } from "../../functions/reductions.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { type LossOptions, reduce, requireSameShape } from "./reduction.ts";

/**
 * Kullback and Leibler's divergence of softmax(logits) from the target probabilities, Σ t·(ln t − ln softmax(logits)) over
 * the last axis; classes of probability 0 contribute 0. Its slope by the logits is softmax(logits)·Σt − t.
 *
 * @param logits [..., classes]
 * @param targets probabilities of the same shape.
 * @throws ShapeError if shapes differ.
 */
export const klDivergence = (logits: Tensor, targets: Tensor, options: LossOptions = {}): Tensor => {
  requireSameShape("klDivergence", logits, targets);
  const isThere = greater(targets, 0);
  // A logarithm that is not used must not have an infinite slope either.
  const logTargets = where(isThere, log(where(isThere, targets, 1)), 0);
  const terms = where(isThere, mul(targets, sub(logTargets, logSoftmax(logits, -1))), 0);
  return reduce("klDivergence", sum(terms, -1), options);
};

/** Vectors shorter than this count as this long. */
const leastLength = 1e-8;

/**
 * 1 − the cosine of the angle between vectors [..., n]: 0 for the same direction, 2 for opposite ones; 1 if one of them is
 * zero. @throws ShapeError if shapes differ.
 */
export const cosineDistance = (predictions: Tensor, targets: Tensor, options: LossOptions = {}): Tensor => {
  requireSameShape("cosineDistance", predictions, targets);
  const lengthOf = (x: Tensor): Tensor => maximum(norm(x, -1), leastLength);
  const cosine = div(sum(mul(predictions, targets), -1), mul(lengthOf(predictions), lengthOf(targets)));
  return reduce("cosineDistance", sub(1, cosine), options);
};

export interface TripletOptions extends LossOptions {
  /** How much further away than the positive the negative is to be; 1 if left out. */
  readonly margin?: number;
}

/**
 * max(0, |anchor − positive| − |anchor − negative| + margin) of vectors [..., n] (Schroff, Kalenichenko and Philbin 2015, with
 * distances in place of their squares): like comes near like. @throws ShapeError if shapes differ.
 */
export const triplet = (
  anchors: Tensor,
  positives: Tensor,
  negatives: Tensor,
  { margin = 1, ...options }: TripletOptions = {},
): Tensor => {
  requireSameShape("triplet", anchors, positives);
  requireSameShape("triplet", anchors, negatives);
  const distance = (others: Tensor): Tensor => norm(sub(anchors, others), -1);
  const excess = add(sub(distance(positives), distance(negatives)), margin);
  return reduce("triplet", clip(excess, 0, null), options);
};
