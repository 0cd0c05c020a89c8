/** What models for classes have in common. */
import { sigmoid } from "../functions/activations.ts";
import { neg } from "../functions/elementwise.ts";
import { concatenate, reshape } from "../functions/shapes.ts";
import { softmax } from "../functions/reductions.ts";
import { wrap } from "../tensor/create.ts";
import { ArgumentError } from "../tensor/errors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { forRows } from "./for-rows.ts";
import {
  designMatrix,
  floatVector,
  type MatrixData,
  requireList,
  requireRows,
  sampleWeights,
  type WeightOption,
  weightVector,
} from "./data.ts";
import { Estimator } from "./estimator.ts";
import { withPenalty } from "./held-out.ts";
import {
  classFactors,
  classIndices,
  type ClassWeight,
  distinctLabels,
  type Label,
  type LabelData,
  labelsOf,
} from "./labels.ts";
import type { Batch } from "./loss.ts";
import { accuracyScore } from "./metrics/classification.ts";
import { classesOfParts } from "./parts.ts";
import type { Rows, RowsForm } from "./training-task.ts";

/** Probabilities [rows, classes] of logits [rows, 1] (two classes) or [rows, classes]. */
export const probabilitiesOf = forRows((scores: Tensor): Tensor =>
  scores.shape[1] === 1 ? concatenate([sigmoid(neg(scores)), sigmoid(scores)], 1) : softmax(scores, 1),
);

/** The class of each row: the one with the highest score; of two classes the second if its score is above 0. */
export const predictedIndices = ({ data, shape }: Tensor): Int32Array => {
  const [rows, columns] = shape as readonly [number, number];
  return Int32Array.from({ length: rows }, (_, row) => {
    if (columns === 1) return data[row]! > 0 ? 1 : 0;
    let best = row * columns;
    for (let i = best + 1; i < (row + 1) * columns; i++) if (data[i]! > data[best]!) best = i;
    return best - row * columns;
  });
};

/** Accuracy of scores on rows whose targets are indices of classes. */
export const scoreAccuracy = (scores: Tensor, { Y, weights }: Batch): number =>
  accuracyScore(Array.from(Y.data), Array.from(predictedIndices(scores)), { sampleWeight: weights });

export abstract class Classifier<P extends object> extends Estimator<P, LabelData> {
  /** Whether it tells classes apart or predicts numbers. */
  readonly task = "classes";

  /** @internal */
  protected abstract readonly classWeight: ClassWeight | null;

  /** @internal Whether each of several classes has a score of its own, against the rest, where its class weight counts. */
  protected readonly isAgainstRest: boolean = false;

  /** @internal Scores of rows: [rows, 1] for two classes, otherwise [rows, classes]. */
  protected abstract scoresOf(parameters: P, X: Tensor): Tensor;

  /** The labels, sorted, in the order of the columns of scores and probabilities. */
  get classes(): readonly Label[] {
    return this.known("classes").classes;
  }

  /** @internal */
  protected scores(asked: string, X: MatrixData): Tensor {
    const { parameters, nFeatures } = this.known(asked);
    return this.scoresOf(parameters, designMatrix(`${this.kind}.${asked}`, X, this.nestedDType, nFeatures));
  }

  /** Scores, of which the highest wins: [rows] for two classes, the second's if above 0; otherwise [rows, classes]. */
  decisionFunction(X: MatrixData): Tensor {
    const scores = this.scores("decisionFunction", X);
    return scores.shape[1] === 1 ? reshape(scores, [scores.shape[0]!]) : scores;
  }

  /** The label of each row: the one with the highest score. */
  predict(X: MatrixData): Label[] {
    const { classes } = this.known("predict");
    return Array.from(predictedIndices(this.scores("predict", X)), (index) => classes[index]!);
  }

  /** @internal */
  protected override predictedClasses(X: Tensor): Int32Array {
    return predictedIndices(this.scoresOf(this.known("predict").parameters, X));
  }

  /** The share of rows whose label is predicted. */
  override score(X: MatrixData, y: LabelData, { sampleWeight }: WeightOption = {}): number {
    return accuracyScore(y, this.predict(X), { sampleWeight });
  }

  /** @internal Weighted by sample and class weights. Without a form the classes are those of the labels. */
  protected override rows(
    operation: string,
    X: MatrixData,
    y: LabelData,
    { sampleWeight }: WeightOption,
    { nFeatures, classes: known }: RowsForm = {},
  ): Rows {
    const matrix = designMatrix(operation, X, this.nestedDType, nFeatures);
    const rows = matrix.shape[0]!;
    requireList(operation, "y", y);
    const labels = labelsOf(y);
    requireRows(operation, "y", labels.length, rows);
    const distinct = distinctLabels(operation, labels);
    const classes = known ?? distinct;
    if (classes.length < 2)
      throw new ArgumentError(
        operation,
        `all rows have the label ${JSON.stringify(classes[0])}; a classifier needs at least two classes`,
      );
    const indices = classIndices(operation, labels, classes);
    const given = sampleWeights(operation, sampleWeight, rows);
    const { classWeight } = this;
    const factors = classFactors(operation, classWeight, classes, indices, given);
    const isForScores = this.isAgainstRest && classes.length > 2;
    const weights = isForScores ? given : given.map((weight, row) => weight * factors[indices[row]!]!);
    const { dtype } = matrix;
    const data = {
      X: matrix,
      Y: wrap(indices, [rows], "int32"),
      weights: weightVector(operation, weights, dtype),
      ...(isForScores && classWeight !== null && { factors: floatVector(factors, dtype) }),
    };
    return {
      data: withPenalty(data, 0),
      classes,
      isWeighted: sampleWeight !== undefined || classWeight !== null,
    };
  }

  /** @internal */
  protected override formAsked(asked: string): RowsForm {
    return this.known(asked);
  }

  /** @internal */
  protected override formOfParts(operation: string, classes: readonly Label[] | undefined): RowsForm {
    const { fitted } = this;
    return { ...fitted, classes: classesOfParts(operation, fitted?.classes, classes) };
  }
}
