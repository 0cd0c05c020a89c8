/** A neural network for classes. */
import type { MlpParams } from "../nn/index.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { Classifier, type LabelledBatch, probabilitiesOf } from "./classifier.ts";
import type { MatrixData } from "./data.ts";
import { run, type Suspendable } from "./drive.ts";
import type { Fitted, WeightOption, LossOn } from "./estimator.ts";
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
import type { Batch } from "./loss.ts";
import { withDefaults } from "./options.ts";
import type { Resumption } from "./outcome.ts";
import { classesOfParts, type PartOptions, requirePart } from "./parts.ts";
import { type FitOptions, watchTraining } from "./watch.ts";

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

  /** One epoch of steps over these rows, from where the last rows led: for tables that come in parts. */
  partialFit(X: MatrixData, y: LabelData, { classes: given, ...options }: PartOptions = {}): this {
    const operation = requirePart(this.kind, this.options);
    const classes = classesOfParts(operation, this.fitted?.classes, given);
    const labelled = this.labelledBatch(operation, X, y, options, classes, this.fitted?.nFeatures);
    const part = this.fitted?.resumption ?? null;
    return this.accept(run(this.trained(operation, labelled, undefined, options, part)));
  }

  /** @internal */
  protected *training(
    X: MatrixData,
    y: LabelData,
    options: FitOptions<LabelData>,
  ): Suspendable<Fitted<MlpParams>> {
    const operation = `${this.kind}.fit`;
    const labelled = this.labelledBatch(operation, X, y, options);
    const validation = this.validationBatch(options, labelled);
    return yield* this.trained(operation, labelled, validation, options);
  }

  private *trained(
    operation: string,
    { data, classes }: LabelledBatch,
    validation: Batch | undefined,
    options: FitOptions<LabelData>,
    part?: Resumption | null,
  ): Suspendable<Fitted<MlpParams>> {
    const fitted = yield* trainMlp(
      {
        operation,
        output: outputFor(classes),
        outputs: classes.length === 2 ? 1 : classes.length,
        options: this.options,
        data,
        isWeighted: options.sampleWeight !== undefined || this.options.classWeight !== null,
        validation,
        known: this.fitted?.parameters,
        part,
      },
      watchTraining(options, this.options.maxIter),
    );
    return { ...fitted, classes };
  }

  /** @internal */
  protected override lossOn(
    asked: string,
    X: MatrixData,
    y: LabelData,
    options: WeightOption,
  ): LossOn<MlpParams> {
    const { classes, nFeatures } = this.known(asked);
    const batch = this.labelledBatch(`${this.kind}.${asked}`, X, y, options, classes, nFeatures);
    const output = outputFor(batch.classes);
    return { loss: modelOf(output, this.options).loss, data: penalised(output, this.options, batch.data) };
  }
}
