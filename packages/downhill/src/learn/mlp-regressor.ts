/** A neural network for numbers. */
import type { MlpParams } from "../nn/index.ts";
import { reshape } from "../functions/shapes.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { MatrixData, TargetData } from "./data.ts";
import { run, type Suspendable } from "./drive.ts";
import type { Fitted, WeightOption, LossOn } from "./estimator.ts";
import {
  checkMlpOptions,
  mlpDefaults,
  type MlpOptions,
  modelOf,
  penalised,
  trainMlp,
} from "./mlp-training.ts";
import type { Batch } from "./loss.ts";
import { withDefaults } from "./options.ts";
import type { Resumption } from "./outcome.ts";
import { requirePart } from "./parts.ts";
import { Regressor } from "./regressor.ts";
import { type FitOptions, watchTraining } from "./watch.ts";

/**
 * A multi-layer perceptron for one number or several, trained on the mean squared error (over rows and targets) plus
 * alpha/(rows of a step)·Σ w²: twice scikit-learn's objective, with the same minimum. Nested arrays become float32; tensors keep
 * their float dtype. Columns and targets should be of size around 1: standardise them.
 */
export class MLPRegressor extends Regressor<MlpParams> {
  override readonly kind = "MLPRegressor";
  readonly options: MlpOptions;
  /** @internal */
  override readonly nestedDType = "float32";

  constructor(options: Partial<MlpOptions> = {}) {
    super();
    this.options = withDefaults(this.kind, mlpDefaults, options);
    checkMlpOptions(this.kind, this.options);
  }

  /** The kernel of each layer: [inputs, outputs]. */
  get coefs(): readonly Tensor[] {
    return this.known("coefs").parameters.layers.map(({ kernel }) => kernel);
  }

  /** The bias of each layer: [outputs]. */
  get intercepts(): readonly Tensor[] {
    return this.known("intercepts").parameters.layers.map(({ bias }) => bias!);
  }

  /** @internal */
  protected override predictions(parameters: MlpParams, X: Tensor): Tensor {
    const scores = modelOf("numbers", this.options).scores(parameters, X);
    return scores.shape[1] === 1 ? reshape(scores, [scores.shape[0]!]) : scores;
  }

  /** One epoch of steps over these rows, from where the last rows led: for tables that come in parts. */
  partialFit(X: MatrixData, y: TargetData, options: WeightOption = {}): this {
    const operation = requirePart(this.kind, this.options);
    const data = this.batch(operation, X, y, options, this.fitted?.nFeatures);
    const part = this.fitted?.resumption ?? null;
    return this.accept(run(this.trained(operation, data, undefined, options, part)));
  }

  /** @internal */
  protected *training(
    X: MatrixData,
    y: TargetData,
    options: FitOptions<TargetData>,
  ): Suspendable<Fitted<MlpParams>> {
    const operation = `${this.kind}.fit`;
    const data = this.batch(operation, X, y, options);
    const validation = this.validationBatch(options.validation, data);
    return yield* this.trained(operation, data, validation, options);
  }

  private *trained(
    operation: string,
    data: Batch,
    validation: Batch | undefined,
    options: FitOptions<TargetData>,
    part?: Resumption | null,
  ): Suspendable<Fitted<MlpParams>> {
    return yield* trainMlp(
      {
        operation,
        output: "numbers",
        outputs: data.Y.shape[1] ?? 1,
        options: this.options,
        data,
        isWeighted: options.sampleWeight !== undefined,
        validation,
        known: this.fitted?.parameters,
        part,
      },
      watchTraining(options, this.options.maxIter),
    );
  }

  /** @internal */
  protected override lossOn(
    asked: string,
    X: MatrixData,
    y: TargetData,
    options: WeightOption,
  ): LossOn<MlpParams> {
    const { nFeatures } = this.known(asked);
    const batch = this.batch(`${this.kind}.${asked}`, X, y, options, nFeatures);
    return { loss: modelOf("numbers", this.options).loss, data: penalised("numbers", this.options, batch) };
  }
}
