/** What models for numbers have in common. */
import type { Tensor } from "../tensor/tensor.ts";
import {
  designMatrix,
  floatVector,
  type MatrixData,
  sampleWeights,
  type TargetData,
  targetTensor,
} from "./data.ts";
import { Estimator, type WeightOption } from "./estimator.ts";
import { batchOf } from "./held-out.ts";
import type { Batch } from "./loss.ts";
import { r2Score } from "./metrics/regression.ts";
import type { ValidationData } from "./watch.ts";

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

  /** @internal Rows as a batch in the dtype of X. */
  protected batch(
    operation: string,
    X: MatrixData,
    y: TargetData,
    { sampleWeight }: WeightOption,
    columns?: number,
  ): Batch {
    const matrix = designMatrix(operation, X, this.nestedDType, columns);
    const rows = matrix.shape[0]!;
    const Y = targetTensor(operation, y, rows, matrix.dtype);
    return batchOf(matrix, Y, floatVector(sampleWeights(operation, sampleWeight, rows), matrix.dtype), 0);
  }

  /** @internal */
  protected validationBatch(
    validation: ValidationData<TargetData> | undefined,
    data: Batch,
  ): Batch | undefined {
    if (validation === undefined) return undefined;
    return this.batch(
      `${this.kind}.fit: validation`,
      validation.X,
      validation.y,
      validation,
      data.X.shape[1],
    );
  }
}
