/** The functions behind multi-layer perceptrons as estimators: their start, scores and losses. */
import { sigmoid, relu } from "../functions/activations.ts";
import { add, mul, square, tanh } from "../functions/elementwise.ts";
import * as random from "../functions/random.ts";
import { sum } from "../functions/reductions.ts";
import { astype, reshape } from "../functions/shapes.ts";
import { glorotUniform, heUniform, mlp, type MlpParams } from "../nn/index.ts";
import { mapTree } from "../optim/tree.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { jit } from "../targets/jit.ts";
import { scoreAccuracy } from "./classifier.ts";
import type { FloatDType } from "./data.ts";
import type { Judge } from "./held-out.ts";
import { r2Score } from "./metrics/regression.ts";
import {
  binaryLogLossOfScores,
  multinomialLogLossOfScores,
  type ScoreLoss,
  squaredError,
} from "./objectives.ts";

export type MlpActivation = "identity" | "logistic" | "tanh" | "relu";

export const activations: Readonly<Record<MlpActivation, (x: Tensor) => Tensor>> = {
  identity: (x) => x,
  logistic: sigmoid,
  tanh,
  relu,
};

export const mlpActivations = Object.keys(activations) as readonly MlpActivation[];

/** What the outputs mean: numbers, the logit of the second of two classes, or a logit for each class. */
export type MlpOutput = "numbers" | "binary" | "classes";

/** The loss of scores that mean this. */
export const scoreLosses: Readonly<Record<MlpOutput, ScoreLoss>> = {
  numbers: (scores, Y, weights) => squaredError(reshape(scores, Y.shape), Y, weights),
  binary: binaryLogLossOfScores,
  classes: multinomialLogLossOfScores,
};

/** What a perceptron is, apart from its parameters, whose shapes tell the widths. */
export interface MlpModel extends Judge<MlpParams> {
  /** Outputs [rows, outputs], compiled. */
  readonly scores: (parameters: MlpParams, X: Tensor) => Tensor;
}

const widthsOf = ({ layers }: MlpParams): number[] => [
  layers[0]!.kernel.shape[0]!,
  ...layers.map(({ kernel }) => kernel.shape[1]!),
];

const makeModel = (output: MlpOutput, activation: MlpActivation, dropout: number): MlpModel => {
  const outputs = (parameters: MlpParams, X: Tensor, key?: Tensor): Tensor =>
    mlp(widthsOf(parameters), { activation: activations[activation], dropout }).apply(
      parameters,
      X,
      key === undefined ? {} : { key, training: true },
    );
  const scores = jit((parameters: MlpParams, X: Tensor) => outputs(parameters, X));
  return {
    scores,
    loss: (parameters, { X, Y, weights, penalty, key }) => {
      const squares = parameters.layers.map(({ kernel }) => sum(square(kernel))).reduce((a, b) => add(a, b));
      return add(scoreLosses[output](outputs(parameters, X, key), Y, weights), mul(squares, penalty));
    },
    score: (parameters, batch) => {
      const found = scores(parameters, batch.X);
      if (output !== "numbers") return scoreAccuracy(found, batch);
      return r2Score(batch.Y, reshape(found, batch.Y.shape), { sampleWeight: batch.weights });
    },
  };
};

const models = new Map<string, MlpModel>();

/**
 * The model with these outputs: the same object for the same arguments, so that what is compiled is shared.
 *
 * Its loss is the weighted mean of squared errors (over rows and targets) or of log losses, plus penalty · Σ w² over all
 * kernels.
 */
export const mlpModel = (output: MlpOutput, activation: MlpActivation, dropout: number): MlpModel => {
  const key = `${output} ${activation} ${dropout}`;
  let model = models.get(key);
  if (model === undefined) models.set(key, (model = makeModel(output, activation, dropout)));
  return model;
};

/**
 * Random parameters: He's for relu, Glorot's for the others, both uniform; biases 0. They are drawn in float64, so that
 * they are the same (but for rounding) in every dtype.
 */
export const startParameters = (
  widths: readonly number[],
  activation: MlpActivation,
  seed: number,
  dtype: FloatDType,
): MlpParams => {
  const kernelInit = activation === "relu" ? heUniform : glorotUniform;
  const drawn = mlp(widths, { kernelInit }).init(random.key(seed), { dtype: "float64" });
  return mapTree("startParameters", (leaf) => astype(leaf, dtype), drawn);
};
