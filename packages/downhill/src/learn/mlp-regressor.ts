/** A neural network for numbers. */
import type { MlpParams } from "../nn/index.ts";
import { reshape } from "../functions/shapes.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { MatrixData, TargetData, WeightOption } from "./data.ts";
import type { Suspendable } from "./drive.ts";
import type { Learnt, LossOn } from "./estimator.ts";
import {
  checkMlpOptions,
  mlpDefaults,
  type MlpOptions,
  modelOf,
  penalised,
  trainMlp,
} from "./mlp-training.ts";
import { withDefaults } from "./options.ts";
import { Regressor } from "./regressor.ts";
import type { Rows, TrainingTask } from "./training-task.ts";
import type { Watch } from "./watch.ts";

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

  /**
   * One epoch of steps over these rows, from where the last rows led: for tables that come in parts. A model that was loaded goes
   * on with the steps it was saved with, but its optimizer has forgotten what it remembered.
   */
  partialFit(X: MatrixData, y: TargetData, options: WeightOption = {}): this {
    return this.learnPart(X, y, options);
  }

  /** @internal */
  protected override lossOf({ data }: Rows): LossOn<MlpParams> {
    return { loss: modelOf("numbers", this.options).loss, data: penalised("numbers", this.options, data) };
  }

  /** @internal */
  protected override learn(task: TrainingTask<MlpParams>, watch: Watch): Suspendable<Learnt<MlpParams>> {
    return trainMlp(task, "numbers", task.data.Y.shape[1] ?? 1, this.options, watch);
  }
}
