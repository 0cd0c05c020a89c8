/** Regression of counts. */
import { exp } from "../functions/elementwise.ts";
import { full } from "../functions/create.ts";
import { poisson } from "../nn/index.ts";
import { ArgumentError } from "../tensor/errors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { jit } from "../targets/jit.ts";
import { type MatrixData, type TargetData, total, weightedMean, type WeightOption } from "./data.ts";
import { startingAt, trainLinearByDescent } from "./descent.ts";
import type { Suspendable } from "./drive.ts";
import type { Learnt, LossOn } from "./estimator.ts";
import { withPenalty } from "./held-out.ts";
import { SingleTargetRegressor, zeroParameters } from "./linear-regressor.ts";
import type { Batch } from "./loss.ts";
import { finalLoss } from "./outcome.ts";
import { d2PoissonScore } from "./metrics/regression.ts";
import { linearLoss, type LinearParameters, linearScores } from "./objectives.ts";
import { requireCount, requireNonNegative, requireOneOf, withDefaults } from "./options.ts";
import type { Rows, RowsForm, TrainingTask } from "./training-task.ts";
import type { Watch } from "./watch.ts";

export interface PoissonRegressorOptions {
  /** The strength of the penalty ½ Σ w² beside the mean loss, from 0. */
  readonly alpha: number;
  readonly fitIntercept: boolean;
  /** `"lbfgs"` suits all sizes; `"newton"` needs few iterations if there are few columns. */
  readonly solver: "lbfgs" | "newton";
  /** Iterations. */
  readonly maxIter: number;
  /** Converged when no component of the gradient of the objective is larger; columns of very large or small numbers count as of size 1. */
  readonly tol: number;
  /** Begin at the last fit's parameters. */
  readonly warmStart: boolean;
}

const defaults: PoissonRegressorOptions = {
  alpha: 1,
  fitIntercept: true,
  solver: "lbfgs",
  maxIter: 100,
  tol: 1e-4,
  warmStart: false,
};

const poissonLoss = linearLoss((scores, Y, weights) => poisson(scores, Y, { weights }));

const rates = jit((parameters: LinearParameters, X: Tensor) => exp(linearScores(parameters, X)));

/**
 * Poisson regression: counts y ≥ 0 whose expected value is e^z, z = Xw + b (a generalised linear model with the logarithm as its link;
 * Nelder and Wedderburn 1972). It makes the mean of e^z − y·z plus ½·alpha·Σ w² small: half the mean deviance of Poisson's
 * distribution, but for a term of y alone that scikit-learn leaves out too. One target.
 */
export class PoissonRegressor extends SingleTargetRegressor {
  override readonly kind = "PoissonRegressor";
  override readonly options: PoissonRegressorOptions;

  constructor(options: Partial<PoissonRegressorOptions> = {}) {
    super();
    this.options = withDefaults(this.kind, defaults, options);
    const { alpha, solver, maxIter, tol } = this.options;
    requireNonNegative(this.kind, "alpha", alpha);
    requireOneOf(this.kind, "solver", solver, ["lbfgs", "newton"]);
    requireCount(this.kind, "maxIter", maxIter);
    requireNonNegative(this.kind, "tol", tol);
  }

  /** @internal */
  protected override predictions(parameters: LinearParameters, X: Tensor): Tensor {
    return rates(parameters, X);
  }

  /** D², the share of the deviance that is explained. */
  override score(X: MatrixData, y: TargetData, { sampleWeight }: WeightOption = {}): number {
    return d2PoissonScore(y, this.predict(X), { sampleWeight });
  }

  /** @internal */
  protected override rows(
    operation: string,
    X: MatrixData,
    y: TargetData,
    options: WeightOption,
    form?: RowsForm,
  ): Rows {
    const rows = super.rows(operation, X, y, options, form);
    const counts = rows.data.Y.data;
    const row = counts.findIndex((count) => count < 0);
    if (row >= 0) throw new ArgumentError(operation, `y[${row}] is ${counts[row]!}; counts are not negative`);
    return rows;
  }

  /** @internal */
  protected override lossOf({ data }: Rows): LossOn<LinearParameters> {
    return { loss: poissonLoss, data: withPenalty(data, this.options.alpha / 2) };
  }

  /** @internal */
  protected override *learn(
    task: TrainingTask<LinearParameters>,
    watch: Watch,
  ): Suspendable<Learnt<LinearParameters>> {
    const { solver, tol } = this.options;
    const { loss, data } = this.lossOf(task);
    const parameters = startingAt(this.untrained(task.operation, data), task.known);
    const training = { parameters, loss, data, solver, tol, isShiftable: true };
    const outcome = yield* trainLinearByDescent(training, watch);
    return {
      ...outcome,
      objective: this.describe(task),
      objectiveValue: finalLoss(outcome, loss, data),
    };
  }

  /** No slopes, and an intercept that predicts the mean. */
  private untrained(operation: string, data: Batch): LinearParameters {
    const zero = zeroParameters(data, this.options.fitIntercept);
    if (zero.intercept === undefined) return zero;
    const mean = weightedMean(data.Y.data, data.weights.data);
    if (mean === 0)
      throw new ArgumentError(operation, "all counts are 0: the logarithm of their mean is no number");
    return { ...zero, intercept: full([], Math.log(mean), { dtype: zero.coef.dtype }) };
  }

  private describe({ data: { weights }, isWeighted }: Rows): string {
    const { alpha, fitIntercept } = this.options;
    const count = Number(total(weights.data).toPrecision(6));
    const losses = `1/${count}·Σ ${isWeighted ? "s·" : ""}(e^z − y·z), z = Xw${fitIntercept ? " + b" : ""}`;
    return alpha === 0 ? losses : `${losses}; + ${alpha}/2·Σ w²`;
  }
}
