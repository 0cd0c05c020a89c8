/** The explanation of one prediction: forward, backward, checked, and what a step would change. */
import type { Label } from "../../learn/labels.ts";
import type { AnyEstimator } from "../../learn/saved/rules.ts";
import { tensor } from "../../tensor/create.ts";
import { ArgumentError, ShapeError } from "../../tensor/errors.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { type Explainable, lossFactorOf, requireExplainable } from "./explainable.ts";
import { checkSlopes, objectiveOnRow } from "./check.ts";
import type {
  ExplainedInput,
  ExplainedLayer,
  Feature,
  Output,
  PredictionExplanation,
  Scale,
} from "./explanation.ts";
import { doubleParameters, hiddenActivation, outputOf, type Weights, weightsOf } from "./layers.ts";
import { explainLayers, type Network, scoreLoss } from "./passes.ts";
import { penaltyBesideRow } from "./penalty.ts";
import { slopesBySize } from "./slopes.ts";
import { explainStep } from "./step.ts";
import { explainInWords } from "./words.ts";

export interface ExplainOptions {
  /**
   * What is true of the row: the label of its class, or the number(s) to predict in their own unit. Left out where it is
   * not known: then there is no loss, and nothing flows back.
   */
  readonly truth?: Label | readonly number[];
  /** How the numbers that the model takes came about; x1, x2, … if left out. */
  readonly features?: readonly Feature[];
  /** What is predicted; how its numbers were standardised before the model saw them, or what its classes are called. */
  readonly target?: {
    readonly name: string;
    readonly scale?: Scale | null;
    readonly classNames?: readonly string[];
  };
  /** The rows that the model learnt from (1 if left out): they share the penalty. */
  readonly trainingRows?: number;
  /** Of the one step; 0.01 if left out. */
  readonly learningRate?: number;
}

const operation = "explainPrediction";

const rowOf = (row: ArrayLike<number> | Tensor, columns: number): Tensor => {
  const values = Float64Array.from(row instanceof Tensor ? row.data : row);
  if (values.length !== columns)
    throw new ShapeError(
      operation,
      `the row has ${values.length} numbers, but the model was fitted with ${columns} columns`,
      [[values.length]],
    );
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0)
    throw new ArgumentError(operation, `the row has ${values[bad]!} in column ${bad}; fill in such numbers`);
  return tensor(values, { shape: [1, columns], dtype: "float64" });
};

const standardised = (value: number, scale: Scale | null): number =>
  scale === null ? value : (value - scale.mean) / scale.deviation;

/** The target as losses take it; null if it is not known. */
const targetOf = (
  model: Explainable,
  truth: ExplainOptions["truth"],
  scale: Scale | null,
  outputs: number,
): Tensor | null => {
  if (truth === undefined) return null;
  if ("classes" in model) {
    const index = truthIndex(model, truth);
    if (index >= 0) return tensor([index], { dtype: "int32" });
    throw new ArgumentError(
      operation,
      `the truth ${JSON.stringify(truth)} is none of the classes ${model.classes.map((label) => JSON.stringify(label)).join(", ")}`,
    );
  }
  const numbers = typeof truth === "number" ? [truth] : truth;
  const areNumbers = Array.isArray(numbers) && numbers.every(Number.isFinite);
  if (!areNumbers || numbers.length !== outputs)
    throw new ArgumentError(
      operation,
      `the truth is ${JSON.stringify(truth)}; write ${outputs === 1 ? "a number" : `a list of ${outputs} numbers`}`,
    );
  const values = (numbers as number[]).map((value) => standardised(value, scale));
  const isList = Array.isArray(truth);
  return tensor(values, { shape: isList ? [1, outputs] : [1], dtype: "float64" });
};

/** The gradient of the row's loss, gathered from the units. */
const gradientOf = (layers: readonly ExplainedLayer[], weights: readonly Weights[]): Weights[] =>
  layers.map(({ units }, i) => {
    const { shape } = weights[i]!.kernel;
    const outputs = shape[1]!;
    const kernel = new Float64Array(shape[0]! * outputs);
    units.forEach(({ slopes }, k) =>
      slopes!.weights.forEach((slope, j) => (kernel[j * outputs + k] = slope)),
    );
    return {
      kernel: tensor(kernel, { shape, dtype: "float64" }),
      ...(weights[i]!.bias !== undefined && {
        bias: tensor(
          units.map(({ slopes }) => slopes!.bias!),
          { dtype: "float64" },
        ),
      }),
    };
  });

/** How many of the steepest weights an explanation names. */
const named = 3;

const outputsOf = (
  model: Explainable,
  layer: ExplainedLayer,
  labels: readonly string[],
  classes: readonly string[] | null,
  truth: ExplainOptions["truth"],
  scale: Scale | null,
): Output[] => {
  const values = layer.units.map(({ value }) => value);
  if (classes !== null) {
    const index = truthIndex(model, truth);
    const probabilities = classes.length === 2 ? [1 - values[0]!, values[0]!] : values;
    return classes.map((label, k) => ({
      label,
      value: probabilities[k]!,
      truth: truth === undefined ? null : Number(k === index),
    }));
  }
  const truths = typeof truth === "number" ? [truth] : (truth as readonly number[] | undefined);
  return values.map((value, k) => ({
    label: labels[k]!,
    value: scale === null ? value : value * scale.deviation + scale.mean,
    truth: truths?.[k] ?? null,
  }));
};

/** Labels of the last layer's units: of two classes the second, whose score it is. */
const labelsOf = (classes: readonly string[] | null, target: string, outputs: number): readonly string[] => {
  if (classes !== null) return classes.slice(-outputs);
  return outputs === 1 ? [target] : Array.from({ length: outputs }, (_, k) => `${target} ${k + 1}`);
};

/** The class with the highest score; of two classes the second if its score is above 0. */
const predictedOf = (classes: readonly string[] | null, { units }: ExplainedLayer): string | null => {
  if (classes === null) return null;
  const scores = units.map(({ sum }) => sum);
  return classes[scores.length === 1 ? Number(scores[0]! > 0) : scores.indexOf(Math.max(...scores))]!;
};

/** The number of the true class; −1 if unknown. */
const truthIndex = (model: Explainable, truth: ExplainOptions["truth"]): number =>
  "classes" in model ? model.classes.findIndex((label) => label === truth) : -1;

const defaultRate = 0.01;

/**
 * Explains what a fitted model makes of one row: the forward pass from the row to the loss, the backward pass from the
 * loss to every weight with each slope as a product of factors, the weights that the mistake moves most, and what one
 * step of gradient descent on this row would do to the prediction, by the gradient and in fact. All in double precision;
 * the slopes are checked against the engine's gradient of the model's objective and against central differences.
 *
 * @param row what the model takes: [columns], prepared as the rows that it was fitted on.
 * @throws ShapeError if the row has another number of columns, ArgumentError if it has numbers that are not finite or the
 *   truth is none that the model could predict, NotFittedError.
 */
export const explainPrediction = (
  estimator: AnyEstimator,
  row: ArrayLike<number> | Tensor,
  options: ExplainOptions = {},
): PredictionExplanation => {
  const model = requireExplainable(operation, estimator);
  const { truth, trainingRows = 1, learningRate = defaultRate } = options;
  const { name = "y", scale = null, classNames } = options.target ?? {};
  const classes = "classes" in model ? (classNames ?? model.classes.map(String)) : null;
  const x = rowOf(row, model.nFeatures);
  const parameters = doubleParameters(model);
  const weights = weightsOf(parameters);
  const network: Network = {
    layers: weights,
    activation: hiddenActivation(model),
    output: outputOf(model),
    lossFactor: lossFactorOf(model),
  };
  const count = weights.at(-1)!.kernel.shape[1]!;
  const labels = labelsOf(classes, name, count);
  const target = targetOf(model, truth, scale, count);
  const layers = explainLayers(network, x, target, labels);
  const last = layers.at(-1)!;
  const features = options.features ?? Array.from(x.data, (_, j) => ({ name: `x${j + 1}` }));
  if (features.length !== model.nFeatures)
    throw new ArgumentError(
      operation,
      `${features.length} features are described, but the model takes ${model.nFeatures}`,
    );
  const inputs = features.map((feature, j): ExplainedInput => ({ ...feature, value: x.data[j]! }));
  const penalty = penaltyBesideRow(model, trainingRows, count);
  const gradient = target === null ? null : gradientOf(layers, weights);
  const scores = tensor(
    last.units.map(({ sum }) => sum),
    { shape: [1, count], dtype: "float64" },
  );
  const known: Omit<PredictionExplanation, "words"> = {
    kind: model.kind,
    outputKind: network.output,
    target: { name, scale },
    classes,
    inputs,
    layers,
    outputs: outputsOf(model, last, labels, classes, truth, scale),
    predicted: predictedOf(classes, last),
    truth: truth === undefined ? null : (classes?.[truthIndex(model, truth)] ?? null),
    loss: target === null ? null : scoreLoss(network, scores, target).item(),
    objective: model.objective,
    penalty,
    steepest: layers
      .flatMap(({ index }) => slopesBySize({ inputs, layers }, index).slice(0, named))
      .sort((a, b) => Math.abs(b.slope) - Math.abs(a.slope))
      .slice(0, named),
    step: gradient && target && explainStep(network, x, target, gradient, learningRate),
    check:
      gradient &&
      checkSlopes(
        objectiveOnRow(model, x, modelTruth(truth!, scale), trainingRows),
        parameters,
        gradient,
        weights,
        penalty,
      ),
  };
  return { ...known, words: explainInWords(known) };
};

/** The truth in the model's scale. */
const modelTruth = (truth: Label | readonly number[], scale: Scale | null): Label | readonly number[] => {
  if (scale === null) return truth;
  if (typeof truth === "number") return standardised(truth, scale);
  return Array.isArray(truth) ? (truth as number[]).map((value) => standardised(value, scale)) : truth;
};
