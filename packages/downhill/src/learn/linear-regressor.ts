/** What linear models for numbers have in common. */
import { jit } from "../transforms/jit.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { wrap } from "../tensor/create.ts";
import { allocate } from "../tensor/dtype.ts";
import { zeros } from "../functions/create.ts";
import {
  designMatrix,
  floatVector,
  type MatrixData,
  sampleWeights,
  type TargetData,
  targetTensor,
} from "./data.ts";
import { Estimator, type WeightOption } from "./estimator.ts";
import { batchOf, type Judge } from "./held-out.ts";
import type { Batch } from "./loss.ts";
import { r2Score } from "./metrics/regression.ts";
import { type LinearParameters, linearScores, squaredErrorLoss } from "./objectives.ts";
import type { ValidationData } from "./watch.ts";

const compiledScores = jit(linearScores);

/** How parameters are judged on rows held out. */
export const regressionJudge: Judge<LinearParameters> = {
  loss: squaredErrorLoss,
  score: (parameters, { X, Y, weights }) =>
    r2Score(Y, compiledScores(parameters, X), { sampleWeight: weights }),
};

/** Predictions X·w + b. */
export abstract class LinearRegressor extends Estimator<LinearParameters, TargetData> {
  /** Slopes: [columns], or [targets, columns] if y had several targets. */
  get coef(): Tensor {
    return this.known("coef").parameters.coef;
  }

  /** The prediction where all columns are 0: [], or [targets]. Zero without `fitIntercept`. */
  get intercept(): Tensor {
    const { coef, intercept } = this.known("intercept").parameters;
    return intercept ?? zeros(coef.shape.slice(0, -1), { dtype: coef.dtype });
  }

  /** Predicted numbers: [rows], or [rows, targets]. */
  predict(X: MatrixData): Tensor {
    const { parameters, nFeatures } = this.known("predict");
    return compiledScores(parameters, designMatrix(`${this.kind}.predict`, X, "float64", nFeatures));
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
    const matrix = designMatrix(operation, X, "float64", columns);
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

/** Parameters of the shapes that the targets ask for, all 0. */
export const zeroParameters = ({ X, Y }: Batch, fitIntercept: boolean): LinearParameters => {
  const { dtype } = X;
  const targets = Y.shape.slice(1);
  const coef = zeros([...targets, X.shape[1]!], { dtype });
  return fitIntercept ? { coef, intercept: zeros(targets, { dtype }) } : { coef };
};

/** Parameters like `model` from coefficients [columns, targets] and intercepts [targets] in float64. */
export const parametersLike = (
  model: LinearParameters,
  coef: Float64Array,
  intercept: Float64Array,
): LinearParameters => {
  const { dtype, shape } = model.coef;
  const columns = shape.at(-1)!;
  const targets = coef.length / columns;
  const values = allocate(dtype, coef.length);
  for (let target = 0; target < targets; target++)
    for (let column = 0; column < columns; column++)
      values[target * columns + column] = coef[column * targets + target]!;
  const slopes = wrap(values, shape, dtype);
  if (model.intercept === undefined) return { coef: slopes };
  const constants = allocate(dtype, targets);
  constants.set(intercept);
  return { coef: slopes, intercept: wrap(constants, model.intercept.shape, dtype) };
};
