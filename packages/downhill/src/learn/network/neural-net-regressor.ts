/** Layers as a model for numbers. */
import { reshape } from "../../functions/shapes.ts";
import type { Layer } from "../../nn/index.ts";
import { ShapeError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { FloatDType, MatrixData, TargetData, WeightOption } from "../data.ts";
import type { Suspendable } from "../drive.ts";
import type { Learnt, LossOn } from "../estimator.ts";
import { Regressor } from "../regressor.ts";
import type { Rows, TrainingTask } from "../training-task.ts";
import type { Watch } from "../watch.ts";
import {
  checkedOptions,
  modelOfLayers,
  type NeuralNetOptions,
  outputsOf,
  startOfLayers,
  trainLayers,
} from "./neural-net.ts";
import type { NetworkModel } from "./network-model.ts";

/**
 * A network of layers of your own for one number or several: its training, early stopping, best weights, history and events are
 * those of all estimators.
 *
 *     new NeuralNetRegressor(nn.sequential([nn.dense(3, 16), tanh, nn.dense(16, 1)]), { optimizer: optim.adam({ learningRate: 0.01 }) })
 *
 * Nested arrays become float32; tensors keep their float dtype. Columns and targets should be of size around 1: standardise them.
 */
export class NeuralNetRegressor extends Regressor<object> {
  override readonly kind = "NeuralNetRegressor";
  readonly options: NeuralNetOptions;
  readonly layers: Layer;
  /** @internal */
  override readonly nestedDType = "float32";

  /** @param layers [rows, columns] → [rows, targets] */
  constructor(layers: Layer, options: Partial<NeuralNetOptions> = {}) {
    super();
    this.layers = layers;
    this.options = checkedOptions(this.kind, layers, options);
  }

  /** @internal Parameters before any training. */
  start(dtype: FloatDType): object {
    return startOfLayers(this.layers, this.options.randomState, dtype);
  }

  /** @internal */
  protected override withOptions(changes: object): this {
    return new NeuralNetRegressor(this.layers, { ...this.options, ...changes }) as this;
  }

  private get model(): NetworkModel<object> {
    return modelOfLayers(this.layers, "numbers", this.options.loss);
  }

  /** @internal */
  protected override predictions(parameters: object, X: Tensor): Tensor {
    const scores = this.model.scores(parameters, X);
    return scores.shape[1] === 1 ? reshape(scores, [scores.shape[0]!]) : scores;
  }

  /** One epoch of steps over these rows, from where the last rows led: for tables that come in parts. */
  partialFit(X: MatrixData, y: TargetData, options: WeightOption = {}): this {
    return this.learnPart(X, y, options);
  }

  /** @internal */
  protected override lossOf({ data }: Rows): LossOn<object> {
    return { loss: this.model.loss, data };
  }

  /** @internal */
  protected override learn(task: TrainingTask<object>, watch: Watch): Suspendable<Learnt<object>> {
    const { operation, data } = task;
    const { layers, model, options } = this;
    const outputs = outputsOf(operation, layers, options.randomState, data);
    const targets = data.Y.shape[1] ?? 1;
    if (outputs !== targets)
      throw new ShapeError(
        operation,
        `the layers give ${outputs} numbers for a row, but y has ${targets}; make the last layer nn.dense(…, ${targets})`,
      );
    return trainLayers(task, layers, model, options, "(y − ŷ)²", watch);
  }
}
