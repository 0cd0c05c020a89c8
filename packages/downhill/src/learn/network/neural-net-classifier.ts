/** Layers as a model for classes. */
import type { Layer } from "../../nn/index.ts";
import { ShapeError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Classifier, probabilitiesOf } from "../classifier.ts";
import type { FloatDType, MatrixData } from "../data.ts";
import type { Suspendable } from "../drive.ts";
import type { Learnt, LossOn } from "../estimator.ts";
import type { ClassWeight, LabelData } from "../labels.ts";
import type { PartOptions } from "../parts.ts";
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

export interface NeuralNetClassifierOptions extends NeuralNetOptions {
  readonly classWeight: ClassWeight | null;
}

/**
 * A network of layers of your own for two classes or several: its training, early stopping, best weights, history and events are those
 * of all estimators.
 *
 *     new NeuralNetClassifier(nn.sequential([nn.dense(4, 16), relu, nn.dropout(0.2), nn.dense(16, 3)]), { maxIter: 100 })
 *
 * The last layer gives a score (logit) for each class; for two classes one score, of the second, will do. Nested arrays become float32;
 * tensors keep their float dtype. Columns should be of size around 1: standardise them.
 */
export class NeuralNetClassifier extends Classifier<object> {
  override readonly kind = "NeuralNetClassifier";
  readonly options: NeuralNetClassifierOptions;
  readonly layers: Layer;
  /** @internal */
  override readonly nestedDType = "float32";

  /** @param layers [rows, columns] → [rows, classes], or [rows, 1] for two classes */
  constructor(layers: Layer, { classWeight = null, ...options }: Partial<NeuralNetClassifierOptions> = {}) {
    super();
    this.layers = layers;
    this.options = { ...checkedOptions(this.kind, layers, options), classWeight };
  }

  /** @internal Parameters before any training. */
  start(dtype: FloatDType): object {
    return startOfLayers(this.layers, this.options.randomState, dtype);
  }

  /** @internal */
  protected override withOptions(changes: object): this {
    return new NeuralNetClassifier(this.layers, { ...this.options, ...changes }) as this;
  }

  /** @internal */
  protected override get classWeight(): ClassWeight | null {
    return this.options.classWeight;
  }

  private modelFor(outputs: number): NetworkModel<object> {
    return modelOfLayers(this.layers, outputs === 1 ? "binary" : "classes", this.options.loss);
  }

  /** @internal */
  protected override scoresOf(parameters: object, X: Tensor): Tensor {
    // Scores are the same function for one output and for several.
    return this.modelFor(this.classes.length).scores(parameters, X);
  }

  /** Probabilities [rows, classes], in the order of `classes`. */
  predictProba(X: MatrixData): Tensor {
    return probabilitiesOf(this.scores("predictProba", X));
  }

  /** One epoch of steps over these rows, from where the last rows led: for tables that come in parts. */
  partialFit(X: MatrixData, y: LabelData, options: PartOptions = {}): this {
    return this.learnPart(X, y, options);
  }

  /** @internal */
  protected override lossOf({ data }: Rows): LossOn<object> {
    const outputs = outputsOf(`${this.kind}.lossFunction`, this.layers, this.options.randomState, data);
    return { loss: this.modelFor(outputs).loss, data };
  }

  /** @internal */
  protected override learn(task: TrainingTask<object>, watch: Watch): Suspendable<Learnt<object>> {
    const { operation, data, classes } = task;
    const { layers, options } = this;
    const outputs = outputsOf(operation, layers, options.randomState, data);
    if (outputs !== classes.length && !(outputs === 1 && classes.length === 2))
      throw new ShapeError(
        operation,
        `the layers give ${outputs} numbers for a row, but there are ${classes.length} classes; ` +
          `make the last layer nn.dense(…, ${classes.length === 2 ? 1 : classes.length})`,
      );
    return trainLayers(task, layers, this.modelFor(outputs), options, "log loss", watch);
  }
}
