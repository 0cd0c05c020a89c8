/** Regression that outliers pull no harder than other rows. */
import { full } from "../functions/create.ts";
import { abs, add, div, exp, mul, square, sub } from "../functions/elementwise.ts";
import { sum } from "../functions/reductions.ts";
import { lbfgs } from "../optim/index.ts";
import { huber } from "../nn/index.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type MatrixData, type TargetData, total, weightedMean } from "./data.ts";
import { startingAt, trainByDescent } from "./descent.ts";
import type { Suspendable } from "./drive.ts";
import type { Learnt, LossOn } from "./estimator.ts";
import { withPenalty } from "./held-out.ts";
import { SingleTargetRegressor, zeroParameters } from "./linear-regressor.ts";
import type { Batch, Loss } from "./loss.ts";
import { finalLoss } from "./outcome.ts";
import { type LinearParameters, linearScores } from "./objectives.ts";
import { requireCount, requireNonNegative, requireNumber, withDefaults } from "./options.ts";
import type { Rows, TrainingTask } from "./training-task.ts";
import type { Watch } from "./watch.ts";

export interface HuberRegressorOptions {
  /** The residual, in units of the scale, beyond which a row is an outlier: above 1. */
  readonly epsilon: number;
  /** The strength of the penalty Σ w² beside the sum of the losses, from 0. */
  readonly alpha: number;
  readonly fitIntercept: boolean;
  /** Iterations of L-BFGS. */
  readonly maxIter: number;
  /** Converged when no component of the gradient of the loss per row is larger. */
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
  ({ logScale, ...plane }, { X, Y, weights, penalty }) => {
    const scale = exp(logScale);
    const losses = huber(div(linearScores(plane, X), scale), div(Y, scale), { delta: epsilon, weights });
    // Huber's function has a ½ before its squares, which scikit-learn's has not.
    return add(mul(scale, add(1, mul(losses, 2))), mul(sum(square(plane.coef)), penalty));
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
    const { tol } = this.options;
    const outcome = yield* trainByDescent({ parameters, loss, data, method: lbfgs(), tol }, watch);
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
    const [targets, weights] = [Float64Array.from(data.Y.data), data.weights.data];
    const mean = zero.intercept === undefined ? 0 : weightedMean(targets, weights);
    const squares = targets.map((y) => (y - mean) ** 2);
    const deviation = Math.sqrt(weightedMean(squares, weights));
    return {
      ...zero,
      ...(zero.intercept && { intercept: full([], mean, { dtype }) }),
      logScale: full([], deviation > 0 ? Math.log(deviation) : 0, { dtype }),
    };
  }

  private describe(isWeighted: boolean): string {
    const { epsilon, alpha, fitIntercept } = this.options;
    const losses = `Σ ${isWeighted ? "s·" : ""}(σ + σ·H((y − Xw${fitIntercept ? " − b" : ""})/σ))`;
    return `${losses}${alpha === 0 ? "" : ` + ${alpha}·Σ w²`}, H quadratic up to ${epsilon}`;
  }
}
