/** Regression that outliers pull no harder than other rows. */
import { full } from "../functions/create.ts";
import { abs, add, div, exp, mul, sub } from "../functions/elementwise.ts";
import { huber } from "../nn/index.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type ColumnStatistics, columnStatistics } from "./column-statistics.ts";
import { type MatrixData, type TargetData, total } from "./data.ts";
import { startingAt, trainLinearByDescent } from "./descent.ts";
import type { Suspendable } from "./drive.ts";
import type { Learnt, LossOn } from "./estimator.ts";
import { withPenalty } from "./held-out.ts";
import { SingleTargetRegressor, zeroParameters } from "./linear-regressor.ts";
import type { Batch, Loss } from "./loss.ts";
import { finalLoss } from "./outcome.ts";
import { type LinearParameters, linearScores, penaltyOnSquares } from "./objectives.ts";
import { requireCount, requireNonNegative, requireNumber, withDefaults } from "./options.ts";
import type { Rows, TrainingTask } from "./training-task.ts";
import { isOrdinary, nearestPowerOfTwo } from "./units.ts";
import type { Watch } from "./watch.ts";

export interface HuberRegressorOptions {
  /** The residual, in units of the scale, beyond which a row is an outlier: above 1. */
  readonly epsilon: number;
  /** The strength of the penalty Σ w² beside the sum of the losses, from 0. */
  readonly alpha: number;
  readonly fitIntercept: boolean;
  /** Iterations of L-BFGS. */
  readonly maxIter: number;
  /** Converged when no component of the gradient of the loss per row is larger; columns of very large or small numbers count as of size 1. */
  readonly tol: number;
  /** Begin at the last fit's parameters. */
  readonly warmStart: boolean;
}

const defaults: HuberRegressorOptions = {
  epsilon: 1.35,
  alpha: 1e-4,
  fitIntercept: true,
  maxIter: 100,
  tol: 1e-5,
  warmStart: false,
};

/** A plane, and the size of the residuals of rows that are no outliers. */
export interface HuberParameters extends LinearParameters {
  /** []: the logarithm of the scale σ, which is above 0. */
  readonly logScale: Tensor;
}

const makeLoss =
  (epsilon: number): Loss<HuberParameters> =>
  ({ logScale, ...plane }, batch) => {
    const { X, Y, weights } = batch;
    const scale = exp(logScale);
    const losses = huber(div(linearScores(plane, X), scale), div(Y, scale), { delta: epsilon, weights });
    // Huber's function has a ½ before its squares, which scikit-learn's has not.
    return add(mul(scale, add(1, mul(losses, 2))), penaltyOnSquares(plane.coef, batch));
  };

/** Where targets are all met at the start their scale is 0, which has no logarithm: it begins at scikit-learn's least, 10·2⁻⁵². */
const leastScale = 10 * Number.EPSILON;

/** A power of two near the size of the targets; 1 unless they are very large or small. */
const targetUnit = ({ Y, weights }: Batch): number => {
  const [{ size }] = columnStatistics(Y, weights.data) as [ColumnStatistics];
  return isOrdinary(size) || !(size > 0 && size < Infinity) ? 1 : nearestPowerOfTwo(size);
};

/** The same for targets that are larger by `factor`. */
const scaled = ({ coef, intercept, logScale }: HuberParameters, factor: number): HuberParameters =>
  factor === 1
    ? { coef, ...(intercept && { intercept }), logScale }
    : {
        coef: mul(coef, factor),
        ...(intercept && { intercept: mul(intercept, factor) }),
        logScale: add(logScale, Math.log(factor)),
      };

const made = new Map<number, Loss<HuberParameters>>();

/** The same function for the same epsilon, so that what is compiled is shared. */
const lossFor = (epsilon: number): Loss<HuberParameters> => {
  let loss = made.get(epsilon);
  if (loss === undefined) made.set(epsilon, (loss = makeLoss(epsilon)));
  return loss;
};

/**
 * Linear regression that is robust to outliers: Σ (σ + σ·H((y − Xw − b)/σ)) + alpha·Σ w² with H(z) = z² if |z| ≤ epsilon, beyond it
 * 2·epsilon·|z| − epsilon² (Huber 1981). The scale σ is learnt with the plane, so that epsilon means the same in every unit of y. With the
 * epsilon of 1.35 left as it is, it is 95 % as efficient as least squares where errors are normal. One target.
 */
export class HuberRegressor extends SingleTargetRegressor<HuberParameters> {
  override readonly kind = "HuberRegressor";
  override readonly options: HuberRegressorOptions;

  constructor(options: Partial<HuberRegressorOptions> = {}) {
    super();
    this.options = withDefaults(this.kind, defaults, options);
    const { epsilon, alpha, maxIter, tol } = this.options;
    requireNumber(this.kind, "epsilon", epsilon, (x) => x > 1 && x < Infinity, "a number above 1");
    requireNonNegative(this.kind, "alpha", alpha);
    requireCount(this.kind, "maxIter", maxIter);
    requireNonNegative(this.kind, "tol", tol);
  }

  /** σ: a row whose residual is above epsilon·scale counts as an outlier. */
  get scale(): number {
    return Math.exp(this.known("scale").parameters.logScale.item());
  }

  /** Which rows are outliers: those with a residual above epsilon·scale. */
  outliers(X: MatrixData, y: TargetData): boolean[] {
    const { parameters, nFeatures } = this.known("outliers");
    const { data } = this.rows(`${this.kind}.outliers`, X, y, {}, { nFeatures });
    const border = this.options.epsilon * this.scale;
    return Array.from(abs(sub(data.Y, this.predictions(parameters, data.X))).data, (size) => size > border);
  }

  /** @internal */
  protected override lossOf({ data }: Rows): LossOn<HuberParameters> {
    const { epsilon, alpha } = this.options;
    return { loss: lossFor(epsilon), data: withPenalty(data, alpha / total(data.weights.data)) };
  }

  /** @internal */
  protected override *learn(
    task: TrainingTask<HuberParameters>,
    watch: Watch,
  ): Suspendable<Learnt<HuberParameters>> {
    const { loss, data } = this.lossOf(task);
    const parameters = startingAt(this.untrained(data), task.known);
    const unit = targetUnit(data);
    const outcome = yield* trainLinearByDescent(
      {
        parameters: scaled(parameters, 1 / unit),
        loss,
        data: { ...data, Y: mul(data.Y, 1 / unit), penalty: mul(data.penalty, unit) },
        solver: "lbfgs",
        tol: this.options.tol,
        isShiftable: true,
        asGiven: (own) => scaled(own, unit),
        lossUnit: unit,
      },
      watch,
    );
    return {
      ...outcome,
      objective: this.describe(task.isWeighted),
      objectiveValue: total(data.weights.data) * finalLoss(outcome, loss, data),
    };
  }

  /** No slopes; the mean, and the size of the targets beside it. */
  private untrained(data: Batch): HuberParameters {
    const { dtype } = data.X;
    const zero = zeroParameters(data, this.options.fitIntercept);
    const [{ mean, deviation, size }] = columnStatistics(data.Y, data.weights.data) as [ColumnStatistics];
    const spread = zero.intercept === undefined ? size : deviation;
    return {
      ...zero,
      ...(zero.intercept && { intercept: full([], mean, { dtype }) }),
      logScale: full([], Math.log(spread > 0 ? spread : leastScale), { dtype }),
    };
  }

  private describe(isWeighted: boolean): string {
    const { epsilon, alpha, fitIntercept } = this.options;
    const losses = `Σ ${isWeighted ? "s·" : ""}(σ + σ·H((y − Xw${fitIntercept ? " − b" : ""})/σ))`;
    return `${losses}${alpha === 0 ? "" : ` + ${alpha}·Σ w²`}, H quadratic up to ${epsilon}`;
  }
}
