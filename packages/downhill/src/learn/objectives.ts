/** What models are trained to make small, written with the library's functions. */
import { add, div, mul, square } from "../functions/elementwise.ts";
import { matmul } from "../functions/products.ts";
import { sum } from "../functions/reductions.ts";
import { astype, reshape, transpose } from "../functions/shapes.ts";
import { binaryCrossEntropy, mse, softmaxCrossEntropy } from "../nn/index.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { forRows } from "./for-rows.ts";
import type { Batch, Loss } from "./loss.ts";

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

/** `linearScores` for predictions. */
export const evaluatedScores = forRows(linearScores);

/** The weighted mean loss of rows, given their scores and targets. */
export type ScoreLoss = (scores: Tensor, Y: Tensor, weights: Tensor) => Tensor;

export const squaredError: ScoreLoss = (scores, Y, weights) => mse(scores, Y, { weights });

/** For scores [rows, 1], and labels 0 or 1 [rows]. */
export const binaryLogLossOfScores: ScoreLoss = (scores, Y, weights) =>
  binaryCrossEntropy(reshape(scores, Y.shape), astype(Y, scores.dtype), { weights });

/** For scores [rows, classes], and labels [rows]. */
export const multinomialLogLossOfScores: ScoreLoss = (scores, Y, weights) =>
  softmaxCrossEntropy(scores, Y, { weights });

/** penalty · Σ w², of coefficients as they are for columns as they were given. */
export const penaltyOnSquares = (coef: Tensor, { penalty, sizes }: Batch): Tensor =>
  mul(sum(square(sizes === undefined ? coef : div(coef, sizes))), penalty);

/** Weighted mean of the rows' losses + penalty · Σ w²; the intercept is not penalised. */
export const linearLoss =
  (scoreLoss: ScoreLoss): Loss<LinearParameters> =>
  (parameters, batch) =>
    add(
      scoreLoss(linearScores(parameters, batch.X), batch.Y, batch.weights),
      penaltyOnSquares(parameters.coef, batch),
    );

export const squaredErrorLoss = linearLoss(squaredError);
export const binaryLogLoss = linearLoss(binaryLogLossOfScores);
export const multinomialLogLoss = linearLoss(multinomialLogLossOfScores);
