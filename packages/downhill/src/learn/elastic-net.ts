/** Least squares with a penalty on absolute values, which makes coefficients exactly 0. */
import { mul } from "../functions/elementwise.ts";
import { expandDims } from "../functions/shapes.ts";
import { coordinateDescent, type PenalisedQuadratic } from "./coordinate-descent.ts";
import { total } from "./data.ts";
import type { Suspendable } from "./drive.ts";
import type { Learnt, LossOn } from "./estimator.ts";
import { clearConstantColumns, interceptAt } from "./centred-table.ts";
import { withPenalty } from "./held-out.ts";
import { parametersLike, SingleTargetRegressor, zeroParameters } from "./linear-regressor.ts";
import type { Loss } from "./loss.ts";
import { type Moments, momentsOf } from "./moments.ts";
import { type LinearParameters, squaredErrorLoss } from "./objectives.ts";
import { requireCount, requireNonNegative, requireNumber, withDefaults } from "./options.ts";
import type { Rows, TrainingTask } from "./training-task.ts";
import type { Watch } from "./watch.ts";

export interface LassoOptions {
  /** The strength of the penalty, from 0. */
  readonly alpha: number;
  readonly fitIntercept: boolean;
  /** Sweeps over the coefficients. */
  readonly maxIter: number;
  /** Converged when the objective is at most tol·(mean of centred y²) above its minimum. */
  readonly tol: number;
  /** Begin at the last fit's coefficients. */
  readonly warmStart: boolean;
}

export interface ElasticNetOptions extends LassoOptions {
  /** The share of the penalty that is on absolute values: 1 is the lasso, 0 ridge. */
  readonly l1Ratio: number;
}

const lassoDefaults: LassoOptions = {
  alpha: 1,
  fitIntercept: true,
  maxIter: 1000,
  tol: 1e-4,
  warmStart: false,
};

const checkOptions = (operation: string, options: LassoOptions): void => {
  requireNonNegative(operation, "alpha", options.alpha);
  requireCount(operation, "maxIter", options.maxIter);
  requireNonNegative(operation, "tol", options.tol);
};

/** The differentiable part: half the mean squared error and the penalty on squares. */
const halfSquaredError: Loss<LinearParameters> = (parameters, batch) =>
  mul(squaredErrorLoss(parameters, batch), 0.5);

abstract class AbsolutePenaltyRegressor extends SingleTargetRegressor {
  abstract override readonly options: LassoOptions;

  /** @internal */
  protected abstract readonly l1Share: number;

  /** @internal */
  protected override lossOf({ data }: Rows): LossOn<LinearParameters> {
    return { loss: halfSquaredError, data: withPenalty(data, this.options.alpha * (1 - this.l1Share)) };
  }

  /** @internal */
  protected override *learn(
    task: TrainingTask<LinearParameters>,
    watch: Watch,
  ): Suspendable<Learnt<LinearParameters>> {
    const { maxIter, tol, fitIntercept } = this.options;
    const { data, known } = task;
    const columns = data.X.shape[1]!;
    const moments = momentsOf({
      X: data.X,
      Y: expandDims(data.Y, 1),
      weights: new Float64Array(data.weights.data),
      fitIntercept,
    });
    const start =
      known?.coef.size === columns ? Float64Array.from(known.coef.data) : new Float64Array(columns);
    const onSweep = (value: number): boolean => {
      watch.report({ loss: value, improved: true });
      return !watch.interrupted();
    };
    const problem = this.problem(moments);
    const { w, sweeps, converged } = yield* coordinateDescent(problem, start, { maxIter, tol, onSweep });
    return {
      parameters: parametersLike(zeroParameters(data, fitIntercept), w, interceptAt(w, moments)),
      history: watch.history,
      nIter: sweeps,
      bestEpoch: sweeps,
      stopReason: converged ? "converged" : watch.interrupted() ? "interrupted" : "maxIter",
      objective: this.describe(task),
      objectiveValue: watch.history.loss.at(-1)!,
    };
  }

  /** The objective as a function of w alone: the best intercept for each w is known. */
  private problem(moments: Moments): PenalisedQuadratic {
    const { alpha } = this.options;
    const { products, squares, totalWeight } = moments;
    const gram = moments.gram.slice();
    clearConstantColumns(gram, moments);
    return {
      gram: gram.map((v) => v / totalWeight),
      linear: products.map((v) => v / totalWeight),
      constant: squares[0]! / totalWeight,
      l1: alpha * this.l1Share,
      l2: alpha * (1 - this.l1Share),
    };
  }

  private describe({ data: { X, weights }, isWeighted }: Rows): string {
    const { alpha, fitIntercept } = this.options;
    const count = isWeighted ? Number(total(weights.data).toPrecision(6)) : X.shape[0]!;
    const [l1, l2] = [alpha * this.l1Share, (alpha * (1 - this.l1Share)) / 2];
    const penalties = [l1 > 0 ? ` + ${l1}·Σ |w|` : "", l2 > 0 ? ` + ${Number(l2.toPrecision(12))}·Σ w²` : ""];
    return (
      `1/(2·${count})·Σ ${isWeighted ? "s·" : ""}(y − Xw${fitIntercept ? " − b" : ""})²` + penalties.join("")
    );
  }
}

/** Least squares with alpha·Σ|w|: 1/(2n)·Σ (y − Xw − b)² + alpha·Σ |w| (Tibshirani 1996). One target. */
export class Lasso extends AbsolutePenaltyRegressor {
  override readonly kind = "Lasso";
  override readonly options: LassoOptions;
  /** @internal */
  protected override readonly l1Share = 1;

  constructor(options: Partial<LassoOptions> = {}) {
    super();
    this.options = withDefaults(this.kind, lassoDefaults, options);
    checkOptions(this.kind, this.options);
  }
}

/**
 * Least squares with both penalties: 1/(2n)·Σ (y − Xw − b)² + alpha·l1Ratio·Σ |w| + ½·alpha·(1 − l1Ratio)·Σ w² (Zou and
 * Hastie 2005). One target.
 */
export class ElasticNet extends AbsolutePenaltyRegressor {
  override readonly kind = "ElasticNet";
  override readonly options: ElasticNetOptions;

  constructor(options: Partial<ElasticNetOptions> = {}) {
    super();
    this.options = withDefaults(this.kind, { ...lassoDefaults, l1Ratio: 0.5 }, options);
    checkOptions(this.kind, this.options);
    requireNumber(
      this.kind,
      "l1Ratio",
      this.options.l1Ratio,
      (x) => x >= 0 && x <= 1,
      "a number from 0 to 1",
    );
  }

  /** @internal */
  protected override get l1Share(): number {
    return this.options.l1Ratio;
  }
}
