/** Layers as a model for numbers. */
import { reshape } from "../../functions/shapes.ts";
import type { Layer } from "../../nn/index.ts";
import { ShapeError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { FloatDType, MatrixData, TargetData } from "../data.ts";
import type { Suspendable } from "../drive.ts";
import type { Fitted, LossOn, WeightOption } from "../estimator.ts";
import { Regressor } from "../regressor.ts";
import { type FitOptions, watchTraining } from "../watch.ts";
import {
  checkedOptions,
  fittedNetwork,
  modelOfLayers,
  type NeuralNetOptions,
  outputsOf,
  startOfLayers,
} from "./neural-net.ts";
import type { NetworkModel } from "./network-model.ts";
import { trainNetwork } from "./network-training.ts";

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

  /** @internal */
  protected *training(
    X: MatrixData,
    y: TargetData,
    options: FitOptions<TargetData>,
  ): Suspendable<Fitted<object>> {
    const operation = `${this.kind}.fit`;
    const { layers, model } = this;
    const { randomState, loss } = this.options;
    const data = this.batch(operation, X, y, options);
    const outputs = outputsOf(operation, layers, randomState, data);
    const targets = data.Y.shape[1] ?? 1;
    if (outputs !== targets)
      throw new ShapeError(
        operation,
        `the layers give ${outputs} numbers for a row, but y has ${targets}; make the last layer nn.dense(…, ${targets})`,
      );
    const { outcome, train } = yield* trainNetwork(
      {
        operation,
        model,
        options: this.options,
        optimizer: this.options.optimizer,
        data,
        validation: this.validationBatch(options.validation, data),
        untrained: (rows) => this.start(rows.X.dtype as FloatDType),
        known: this.fitted?.parameters,
        isRandom: true,
      },
      watchTraining(options, this.options.maxIter),
    );
    const weighted = options.sampleWeight === undefined ? "" : "s·";
    return fittedNetwork(
      model,
      outcome,
      train,
      weighted + (loss === null ? "(y − ŷ)²" : loss.name || "loss"),
    );
  }

  /** @internal */
  protected override lossOn(
    asked: string,
    X: MatrixData,
    y: TargetData,
    options: WeightOption,
  ): LossOn<object> {
    const { nFeatures } = this.known(asked);
    return { loss: this.model.loss, data: this.batch(`${this.kind}.${asked}`, X, y, options, nFeatures) };
  }
}
