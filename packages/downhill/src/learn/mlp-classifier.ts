/** A neural network for classes. */
import type { MlpParams } from "../nn/index.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { Classifier, probabilitiesOf } from "./classifier.ts";
import type { MatrixData } from "./data.ts";
import type { Suspendable } from "./drive.ts";
import type { Learnt, LossOn } from "./estimator.ts";
import type { ClassWeight, Label, LabelData } from "./labels.ts";
import type { NetworkOutput } from "./network/network-model.ts";
import {
  checkMlpOptions,
  mlpDefaults,
  type MlpOptions,
  modelOf,
  penalised,
  trainMlp,
} from "./mlp-training.ts";
import { withDefaults } from "./options.ts";
import type { PartOptions } from "./parts.ts";
import type { Rows, TrainingTask } from "./training-task.ts";
import type { Watch } from "./watch.ts";

export interface MlpClassifierOptions extends MlpOptions {
  readonly classWeight: ClassWeight | null;
}

const outputFor = (classes: readonly Label[]): NetworkOutput => (classes.length === 2 ? "binary" : "classes");

/**
 * A multi-layer perceptron for two classes or several, trained on the log loss of its logits plus
 * alpha/(2·rows of a step)·Σ w². Nested arrays become float32; tensors keep their float dtype. Columns should be of size
 * around 1: standardise them.
 */
export class MLPClassifier extends Classifier<MlpParams> {
  override readonly kind = "MLPClassifier";
  readonly options: MlpClassifierOptions;
  /** @internal */
  override readonly nestedDType = "float32";

  constructor(options: Partial<MlpClassifierOptions> = {}) {
    super();
    this.options = withDefaults(this.kind, { ...mlpDefaults, classWeight: null }, options);
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

  /** Probabilities [rows, classes], in the order of `classes`. */
  predictProba(X: MatrixData): Tensor {
    return probabilitiesOf(this.scores("predictProba", X));
  }

  /** @internal */
  protected override get classWeight(): ClassWeight | null {
    return this.options.classWeight;
  }

  /** @internal */
  protected override scoresOf(parameters: MlpParams, X: Tensor): Tensor {
    return modelOf(outputFor(this.classes), this.options).scores(parameters, X);
  }

  /**
   * One epoch of steps over these rows, from where the last rows led: for tables that come in parts. A model that was loaded goes
   * on with the steps it was saved with, but its optimizer has forgotten what it remembered.
   */
  partialFit(X: MatrixData, y: LabelData, options: PartOptions = {}): this {
    return this.learnPart(X, y, options);
  }

  /** @internal */
  protected override lossOf({ data, classes }: Rows): LossOn<MlpParams> {
    const output = outputFor(classes);
    return { loss: modelOf(output, this.options).loss, data: penalised(output, this.options, data) };
  }

  /** @internal */
  protected override learn(task: TrainingTask<MlpParams>, watch: Watch): Suspendable<Learnt<MlpParams>> {
    const { classes } = task;
    const outputs = classes.length === 2 ? 1 : classes.length;
    return trainMlp(task, outputFor(classes), outputs, this.options, watch);
  }
}
