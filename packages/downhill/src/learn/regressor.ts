/** What models for numbers have in common. */
import type { Tensor } from "../tensor/tensor.ts";
import {
  designMatrix,
  weightVector,
  type MatrixData,
  sampleWeights,
  type TargetData,
  targetTensor,
  type WeightOption,
} from "./data.ts";
import { Estimator } from "./estimator.ts";
import { withPenalty } from "./held-out.ts";
import { r2Score } from "./metrics/regression.ts";
import type { Rows, RowsForm } from "./training-task.ts";

export abstract class Regressor<P extends object> extends Estimator<P, TargetData> {
  /** Whether it tells classes apart or predicts numbers. */
  readonly task = "numbers";

  /** @internal Predictions for rows: [rows], or [rows, targets]. */
  protected abstract predictions(parameters: P, X: Tensor): Tensor;

  /** Predicted numbers: [rows], or [rows, targets] if y had several targets. */
  predict(X: MatrixData): Tensor {
    const { parameters, nFeatures } = this.known("predict");
    return this.predictions(parameters, designMatrix(`${this.kind}.predict`, X, this.nestedDType, nFeatures));
  }

  /** R². */
  override score(X: MatrixData, y: TargetData, { sampleWeight }: WeightOption = {}): number {
    return r2Score(y, this.predict(X), { sampleWeight });
  }

  /** @internal */
  protected override rows(
    operation: string,
    X: MatrixData,
    y: TargetData,
    { sampleWeight }: WeightOption,
    { nFeatures }: RowsForm = {},
  ): Rows {
    const matrix = designMatrix(operation, X, this.nestedDType, nFeatures);
    const rows = matrix.shape[0]!;
    const Y = targetTensor(operation, y, rows, matrix.dtype);
    const weights = weightVector(operation, sampleWeights(operation, sampleWeight, rows), matrix.dtype);
    return {
      data: withPenalty({ X: matrix, Y, weights }, 0),
      classes: [],
      isWeighted: sampleWeight !== undefined,
    };
  }
}
