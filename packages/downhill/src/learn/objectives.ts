/** What models are trained to make small, written with the library's functions. */
import { softplus } from "../functions/activations.ts";
import { add, div, mul, square, sub } from "../functions/elementwise.ts";
import { matmul } from "../functions/products.ts";
import { logsumexp, sum } from "../functions/reductions.ts";
import { astype, oneHot, reshape, transpose } from "../functions/shapes.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Loss } from "./loss.ts";

/** Of a model whose scores are X·w + b. Without `intercept`: b = 0. */
export interface LinearParameters {
  /** [columns], or [targets, columns]. */
  readonly coef: Tensor;
  /** [] or [targets] */
  readonly intercept?: Tensor;
}

/** X·w + b: [rows], or [rows, targets]. */
export const linearScores = ({ coef, intercept }: LinearParameters, X: Tensor): Tensor => {
  const products = matmul(X, coef.rank === 1 ? coef : transpose(coef));
  return intercept === undefined ? products : add(products, intercept);
};

/** Losses of rows given their scores: [rows]. */
export type RowLosses = (scores: Tensor, Y: Tensor) => Tensor;

/** (y − score)², summed over the targets if there are several. */
export const squaredErrors: RowLosses = (scores, Y) => {
  const squares = square(sub(Y, scores));
  return squares.rank === 1 ? squares : sum(squares, 1);
};

/** ln(1 + e^z) − t·z for scores z [rows, 1] and labels t (0 or 1) [rows]: log loss, straight from the logits. */
export const binaryLogLosses: RowLosses = (scores, Y) => {
  const z = reshape(scores, [scores.shape[0]!]);
  return sub(softplus(z), mul(astype(Y, z.dtype), z));
};

/** logsumexp(z) − z[label] for scores z [rows, classes] and labels [rows]. */
export const multinomialLogLosses: RowLosses = (scores, Y) => {
  const own = sum(mul(oneHot(Y, scores.shape[1]!, scores.dtype), scores), 1);
  return sub(logsumexp(scores, 1), own);
};

/** Σ s·loss / Σ s. */
export const weightedMean = (losses: Tensor, weights: Tensor): Tensor =>
  div(sum(mul(losses, weights)), sum(weights));

/** Weighted mean of the rows' losses + penalty · Σ w²; the intercept is not penalised. */
export const linearLoss =
  (rowLosses: RowLosses): Loss<LinearParameters> =>
  (parameters, { X, Y, weights, penalty }) =>
    add(
      weightedMean(rowLosses(linearScores(parameters, X), Y), weights),
      mul(sum(square(parameters.coef)), penalty),
    );

export const squaredErrorLoss = linearLoss(squaredErrors);
export const binaryLogLoss = linearLoss(binaryLogLosses);
export const multinomialLogLoss = linearLoss(multinomialLogLosses);
