/** Least squares with or without a penalty on the squares of the coefficients. */
import { reshape } from "../functions/shapes.ts";
import { total } from "./data.ts";
import type { Suspendable } from "./drive.ts";
import type { Learnt, LossOn } from "./estimator.ts";
import {
  checkFirstOrderOptions,
  firstOrderDefaults,
  type FirstOrderOptions,
  firstOrderSolvers,
  type FirstOrderSolver,
} from "./first-order.ts";
import { leastSquares } from "./least-squares.ts";
import { fitByFirstOrder } from "./first-order-training.ts";
import { allRows, holdOut, withPenalty } from "./held-out.ts";
import { LinearRegressor, parametersLike, regressionJudge, zeroParameters } from "./linear-regressor.ts";
import { type Batch, compiledLoss } from "./loss.ts";
import { type LinearParameters, squaredErrorLoss } from "./objectives.ts";
import { requireNonNegative, requireOneOf, withDefaults } from "./options.ts";
import type { Outcome } from "./outcome.ts";
import type { Rows, TrainingTask } from "./training-task.ts";
import type { Watch } from "./watch.ts";

export interface LinearRegressionOptions extends FirstOrderOptions {
  readonly fitIntercept: boolean;
  /** `"newton"`: straight to the minimum, in float64. The others go there step by step. */
  readonly solver: "newton" | FirstOrderSolver;
}

export interface RidgeOptions extends LinearRegressionOptions {
  /** The strength of the penalty, from 0. */
  readonly alpha: number;
}

const linearRegressionDefaults: LinearRegressionOptions = {
  ...firstOrderDefaults,
  fitIntercept: true,
  solver: "newton",
};

const checkOptions = (operation: string, options: LinearRegressionOptions): void => {
  requireOneOf(operation, "solver", options.solver, ["newton", ...firstOrderSolvers]);
  checkFirstOrderOptions(operation, options);
};

abstract class LeastSquaresRegressor extends LinearRegressor {
  abstract override readonly options: LinearRegressionOptions;

  /** @internal The factor of Σ w² beside Σ r². */
  protected abstract readonly penalty: number;

  /** @internal The objective as text, and how many times the loss per row it is. */
  protected abstract describe(data: Batch, isWeighted: boolean): { text: string; factor: number };

  /** @internal */
  protected override get iterations(): number {
    return this.options.solver === "newton" ? 1 : this.options.maxIter;
  }

  /** @internal The penalty beside a mean instead of a sum of squared errors. */
  protected override lossOf({ data }: Rows): LossOn<LinearParameters> {
    return { loss: squaredErrorLoss, data: withPenalty(data, this.penalty / errorCount(data)) };
  }

  /** @internal */
  protected override *learn(
    task: TrainingTask<LinearParameters>,
    watch: Watch,
  ): Suspendable<Learnt<LinearParameters>> {
    const { options } = this;
    const { solver, fitIntercept } = options;
    const held =
      solver === "newton"
        ? allRows<LinearParameters>(task.data)
        : holdOut(task.operation, task.data, task.validation, regressionJudge, options);
    const { loss, data } = this.lossOf({ ...task, data: held.train });
    const parameters = zeroParameters(data, fitIntercept);
    const rows = { ...held, train: data };
    const outcome =
      solver === "newton"
        ? this.solve(parameters, data, watch)
        : yield* fitByFirstOrder(
            { task, solver, parameters, untrained: parameters, loss, rows, options },
            watch,
          );
    const { text, factor } = this.describe(data, task.isWeighted);
    const value =
      solver === "newton"
        ? outcome.history.loss.at(-1)!
        : compiledLoss(loss)(outcome.parameters, data).item();
    return { ...outcome, objective: text, objectiveValue: factor * value };
  }

  private solve(start: LinearParameters, data: Batch, watch: Watch): Outcome<LinearParameters> {
    const targets = data.Y.rank === 1 ? reshape(data.Y, [data.Y.size, 1]) : data.Y;
    const weights = new Float64Array(data.weights.data);
    const { fitIntercept } = this.options;
    const { coef, intercept } = leastSquares({ X: data.X, Y: targets, weights, fitIntercept }, this.penalty);
    const parameters = parametersLike(start, coef, intercept);
    watch.report({ loss: compiledLoss(squaredErrorLoss)(parameters, data).item(), improved: true });
    return { parameters, history: watch.history, nIter: 1, stopReason: "converged", bestEpoch: 1 };
  }
}

/** The (weighted) number of squared errors: one for each row and target. */
const errorCount = ({ Y, weights }: Batch): number => total(weights.data) * (Y.shape[1] ?? 1);

const residual = (fitIntercept: boolean, isWeighted: boolean): string =>
  `${isWeighted ? "s·" : ""}(y − Xw${fitIntercept ? " − b" : ""})²`;

/**
 * Ordinary least squares: the plane with the smallest mean squared error. If columns depend on each other, of all such
 * planes the one with the shortest w.
 */
export class LinearRegression extends LeastSquaresRegressor {
  override readonly kind = "LinearRegression";
  override readonly options: LinearRegressionOptions;
  /** @internal */
  protected override readonly penalty = 0;

  constructor(options: Partial<LinearRegressionOptions> = {}) {
    super();
    this.options = withDefaults(this.kind, linearRegressionDefaults, options);
    checkOptions(this.kind, this.options);
  }

  /** @internal */
  protected override describe(data: Batch, isWeighted: boolean): { text: string; factor: number } {
    const count = Number(errorCount(data).toPrecision(6));
    return {
      text: `mean squared error = 1/${count}·Σ ${residual(this.options.fitIntercept, isWeighted)}`,
      factor: 1,
    };
  }
}

/** Least squares with a penalty on large coefficients: Σ (y − Xw − b)² + alpha·Σ w² (Hoerl and Kennard 1970). */
export class Ridge extends LeastSquaresRegressor {
  override readonly kind = "Ridge";
  override readonly options: RidgeOptions;

  constructor(options: Partial<RidgeOptions> = {}) {
    super();
    this.options = withDefaults(this.kind, { ...linearRegressionDefaults, alpha: 1 }, options);
    requireNonNegative(this.kind, "alpha", this.options.alpha);
    checkOptions(this.kind, this.options);
  }

  /** @internal */
  protected override get penalty(): number {
    return this.options.alpha;
  }

  /** @internal */
  protected override describe(data: Batch, isWeighted: boolean): { text: string; factor: number } {
    return {
      text: `Σ ${residual(this.options.fitIntercept, isWeighted)} + ${this.options.alpha}·Σ w²`,
      factor: errorCount(data),
    };
  }
}
