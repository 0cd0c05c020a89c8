/** Losses of margins: of a score times its target, which is 1 or −1. Several classes have one score each, against the rest. */
import { clip, softplus } from "../functions/activations.ts";
import { equal, mul, neg, square, sub, where } from "../functions/elementwise.ts";
import { sum } from "../functions/reductions.ts";
import { reshape } from "../functions/shapes.ts";
import { iota } from "../primitives/index.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Batch } from "./loss.ts";

/** What a margin costs, element by element. */
export type MarginLoss = (margins: Tensor) => Tensor;

/** max(0, least − margin); where they are equal the slope is that of the left side, −1, as scikit-learn has it. */
const shortfall = (margins: Tensor, least: number): Tensor => clip(sub(least, margins), 0, null);

export const marginLosses = {
  /** max(0, 1 − m) (Cortes and Vapnik 1995) */
  hinge: (margins) => shortfall(margins, 1),
  /** max(0, 1 − m)² */
  squaredHinge: (margins) => square(shortfall(margins, 1)),
  /** ln(1 + e^−m) */
  logLoss: (margins) => softplus(neg(margins)),
  /** max(0, 1 − m)², from m = −1 down −4m (Zhang 2004) */
  modifiedHuber: (margins) => {
    const missing = sub(1, margins);
    const held = clip(missing, 0, 2);
    return mul(held, sub(mul(missing, 2), held));
  },
  /** max(0, −m) (Rosenblatt 1958) */
  perceptron: (margins) => shortfall(margins, 0),
} satisfies Record<string, MarginLoss>;

/**
 * What the margins of all scores [rows, classes] or [rows, 1] of each row cost, times its weight: [rows]. A single score is that of the
 * second of two classes. The factor of a class counts for its own score alone: to the others its rows are rows of the rest.
 */
export const rowMarginLosses =
  (loss: MarginLoss) =>
  (scores: Tensor, { Y, weights, factors }: Batch): Tensor => {
    const [rows, columns] = scores.shape as readonly [number, number];
    const own = columns === 1 ? 1 : iota(scores.shape, 1, "int32");
    const isOwn = equal(reshape(Y, [rows, 1]), own);
    const losses = loss(mul(scores, where(isOwn, 1, -1)));
    const counted = factors === undefined ? losses : mul(losses, where(isOwn, factors, 1));
    return mul(sum(counted, 1), weights);
  };
