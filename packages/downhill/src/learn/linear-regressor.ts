/** What linear models for numbers have in common. */
import type { Tensor } from "../tensor/tensor.ts";
import { wrap } from "../tensor/create.ts";
import { allocate } from "../tensor/dtype.ts";
import { zeros } from "../functions/create.ts";
import { ShapeError } from "../tensor/errors.ts";
import { formatShape } from "../tensor/shape.ts";
import type { MatrixData, TargetData, WeightOption } from "./data.ts";
import type { Judge } from "./held-out.ts";
import type { Batch } from "./loss.ts";
import { r2Score } from "./metrics/regression.ts";
import { evaluatedScores, type LinearParameters, linearScores, squaredErrorLoss } from "./objectives.ts";
import { Regressor } from "./regressor.ts";
import type { Rows, RowsForm } from "./training-task.ts";

/** How parameters are judged on rows held out. */
export const regressionJudge: Judge<LinearParameters> = {
  loss: squaredErrorLoss,
  scores: linearScores,
  worth: (scores, { Y, weights }) => r2Score(Y, scores, { sampleWeight: weights }),
};

/** Predictions X·w + b. */
export abstract class LinearRegressor<P extends LinearParameters = LinearParameters> extends Regressor<P> {
  /** @internal */
  override readonly nestedDType = "float64";

  /** Slopes: [columns], or [targets, columns] if y had several targets. */
  get coef(): Tensor {
    return this.known("coef").parameters.coef;
  }

  /** The prediction where all columns are 0: [], or [targets]. Zero without `fitIntercept`. */
  get intercept(): Tensor {
    const { coef, intercept } = this.known("intercept").parameters;
    return intercept ?? zeros(coef.shape.slice(0, -1), { dtype: coef.dtype });
  }

  /** @internal */
  protected override predictions({ coef, intercept }: P, X: Tensor): Tensor {
    return evaluatedScores(intercept === undefined ? { coef } : { coef, intercept }, X);
  }
}

/** Those that learn one target. */
export abstract class SingleTargetRegressor<
  P extends LinearParameters = LinearParameters,
> extends LinearRegressor<P> {
  /** @internal */
  protected override rows(
    operation: string,
    X: MatrixData,
    y: TargetData,
    options: WeightOption,
    form?: RowsForm,
  ): Rows {
    const rows = super.rows(operation, X, y, options, form);
    const { shape, rank } = rows.data.Y;
    if (rank === 1) return rows;
    throw new ShapeError(operation, `y has shape ${formatShape(shape)}; fit one model for each target`, [
      shape,
    ]);
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
