/** What neural networks made from layers have in common as estimators. */
import * as random from "../../functions/random.ts";
import type { Layer } from "../../nn/index.ts";
import type { Optimizer } from "../../optim/index.ts";
import { mapTree } from "../../optim/tree.ts";
import { astype, reshape } from "../../functions/shapes.ts";
import { ArgumentError, ShapeError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { type FloatDType, total } from "../data.ts";
import type { Suspendable } from "../drive.ts";
import {
  checkFirstOrderOptions,
  firstOrderDefaults,
  firstOrderSolvers,
  solverDefaults,
} from "../first-order.ts";
import { type Batch, compiledLoss } from "../loss.ts";
import type { Learnt } from "../estimator.ts";
import { requireOneOf, withDefaults } from "../options.ts";
import type { TrainingTask } from "../training-task.ts";
import type { Watch } from "../watch.ts";
import { networkModel, type NetworkModel, type NetworkOutput } from "./network-model.ts";
import { type NetworkOptions, trainNetwork } from "./network-training.ts";

/** A loss as `nn` has them: of predictions and targets, the mean over rows by their weights. */
export type NetworkLoss = (
  predictions: Tensor,
  targets: Tensor,
  options: { readonly weights: Tensor },
) => Tensor;

export interface NeuralNetOptions extends NetworkOptions {
  /** One of `optim`, with its rate, in place of `solver` and `learningRate`. */
  readonly optimizer: Optimizer | null;
  /**
   * Of `nn`, such as `nn.huber`: predictions have the shape of the targets, [rows] or [rows, targets]. For classes predictions are
   * scores (logits): [rows] for one score of two classes, with targets 0 and 1, otherwise [rows, classes], with indices of classes.
   * Null: squared errors, or log loss.
   */
  readonly loss: NetworkLoss | null;
}

export const neuralNetDefaults: NeuralNetOptions = {
  ...firstOrderDefaults,
  ...solverDefaults,
  solver: "adam",
  optimizer: null,
  loss: null,
  batchSize: "auto",
  maxIter: 200,
  tol: 1e-4,
  nIterNoChange: 10,
  warmStart: false,
};

export const checkedOptions = (
  kind: string,
  layers: Layer,
  options: Partial<NeuralNetOptions>,
): NeuralNetOptions => {
  if (typeof (layers as Partial<Layer> | undefined)?.apply !== "function")
    throw new ArgumentError(
      kind,
      "the first argument is no layer; write nn.sequential([nn.dense(4, 16), tanh, nn.dense(16, 1)])",
    );
  const all = withDefaults(kind, neuralNetDefaults, options);
  requireOneOf(kind, "solver", all.solver, ["lbfgs", ...firstOrderSolvers]);
  const { solver, learningRate } = neuralNetDefaults;
  if (all.optimizer !== null && (all.solver !== solver || all.learningRate !== learningRate))
    throw new ArgumentError(
      kind,
      "an optimizer has its own rate: leave out solver and learningRate, or the optimizer",
    );
  checkFirstOrderOptions(kind, all);
  return all;
};

interface Known {
  readonly output: NetworkOutput;
  readonly loss: NetworkLoss | null;
  readonly model: NetworkModel<object>;
}

const models = new WeakMap<Layer, Known[]>();

/** The same object for the same layers, loss and outputs, so that clones share what is compiled. */
export const modelOfLayers = (
  layers: Layer,
  output: NetworkOutput,
  loss: NetworkLoss | null,
): NetworkModel<object> => {
  let known = models.get(layers);
  if (known === undefined) models.set(layers, (known = []));
  const found = known.find((one) => one.output === output && one.loss === loss);
  if (found !== undefined) return found.model;
  const model = networkModel<object>({
    output,
    apply: (parameters, X, options) => {
      const outputs = layers.apply(parameters, X, options);
      return outputs.rank === 1 ? reshape(outputs, [outputs.size, 1]) : outputs;
    },
    ...(loss !== null && {
      scoreLoss: (scores: Tensor, Y: Tensor, weights: Tensor) =>
        output === "binary"
          ? loss(reshape(scores, Y.shape), astype(Y, scores.dtype), { weights })
          : loss(output === "numbers" ? reshape(scores, Y.shape) : scores, Y, { weights }),
    }),
  });
  known.push({ output, loss, model });
  return model;
};

/** Drawn in float64, so that they are the same (but for rounding) in every dtype. */
export const startOfLayers = (layers: Layer, seed: number, dtype: FloatDType): object => {
  const drawn = layers.init(random.key(seed), { dtype: "float64" });
  return mapTree("startOfLayers", (leaf) => astype(leaf, dtype), drawn);
};

/**
 * How many numbers the layers give for a row.
 *
 * @throws ShapeError if they give anything but numbers in a row.
 */
export const outputsOf = (operation: string, layers: Layer, seed: number, { X }: Batch): number => {
  const parameters = startOfLayers(layers, seed, X.dtype as FloatDType);
  const { shape } = layers.apply(parameters, X, {});
  if (shape[0] !== X.shape[0] || shape.length > 2)
    throw new ShapeError(operation, `the layers make [${X.shape.join(", ")}] into [${shape.join(", ")}]; the last of them must give [rows, outputs]`, [shape]); // prettier-ignore
  return shape[1] ?? 1;
};

/**
 * Carries out a training, suspended after each step.
 *
 * @param losses of rows as text.
 */
export function* trainLayers(
  task: TrainingTask<object>,
  layers: Layer,
  model: NetworkModel<object>,
  options: NeuralNetOptions,
  losses: string,
  watch: Watch,
): Suspendable<Learnt<object>> {
  const { outcome, train } = yield* trainNetwork(
    {
      task,
      model,
      options,
      optimizer: options.optimizer,
      untrained: ({ X }) => startOfLayers(layers, options.randomState, X.dtype as FloatDType),
      isRandom: true,
    },
    watch,
  );
  const count = Number(total(train.weights.data).toPrecision(6));
  const name = options.loss === null ? losses : options.loss.name || "loss";
  return {
    ...outcome,
    objective: `1/${count}·Σ ${task.isWeighted ? "s·" : ""}${name}`,
    objectiveValue: compiledLoss(model.loss)(outcome.parameters, train).item(),
  };
}
