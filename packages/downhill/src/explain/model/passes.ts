/** The numbers of a forward and a backward pass, layer by layer. */
import { sigmoid } from "../../functions/activations.ts";
import { softmax } from "../../functions/reductions.ts";
import { activations, type MlpActivation } from "../../learn/mlp-model.ts";
import { type NetworkOutput, scoreLosses } from "../../learn/network/network-model.ts";
import { tensor } from "../../tensor/create.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { grad } from "../../transforms/grad.ts";
import type { ExplainedLayer, ExplainedUnit, LayerSizes, UnitSlopes } from "./explanation.ts";
import { type Signal, signalsThrough, type Weights } from "./layers.ts";

/** A model of layers, apart from its estimator. */
export interface Network {
  readonly layers: readonly Weights[];
  readonly activation: MlpActivation;
  readonly output: NetworkOutput;
  /** How many times the mean squared error or log loss the loss is: ½ for the lasso and the elastic net. */
  readonly lossFactor: number;
}

/** The loss of scores [1, outputs]. @param target the row's number(s) [1] or [1, targets], or the index of its class [1]. */
export const scoreLoss = ({ output, lossFactor }: Network, scores: Tensor, target: Tensor): Tensor => {
  const loss = scoreLosses[output](scores, target, tensor([1], { dtype: "float64" }));
  return lossFactor === 1 ? loss : loss.mul(lossFactor);
};

/** What scores [1, outputs] predict: numbers, the probability of the second class, or one of each class. */
export const predictionOf = (output: NetworkOutput, scores: Tensor): Tensor =>
  output === "numbers" ? scores : output === "binary" ? sigmoid(scores) : softmax(scores, 1);

/** What flowed back to each layer: ∂L/∂a and ∂L/∂z. */
interface Backward {
  readonly values: ArrayLike<number>;
  readonly sums: ArrayLike<number>;
}

/** ∂a/∂z of each unit, by the engine. */
const slopesOf = (activation: MlpActivation, sums: Tensor): ArrayLike<number> =>
  grad((z: Tensor) => activations[activation](z).sum())(sums).data;

/** The slope of the loss by each prediction. */
const slopesByPrediction = (
  network: Network,
  { sums, values }: { sums: Tensor; values: ArrayLike<number> },
  byScore: ArrayLike<number>,
  target: Tensor,
): number[] => {
  const scores = Array.from(byScore);
  if (network.output === "numbers") return scores;
  const truth = target.item();
  if (network.output === "classes") return scores.map((_, k) => (k === truth ? -1 / values[k]! : 0));
  // Of the true class the probability is p, or 1 − p = σ(−z), which is more than 0 where p rounds to 1.
  const ofTruth = truth === 1 ? values[0]! : sigmoid(sums.neg()).data[0]!;
  return [truth === 1 ? -1 / ofTruth : 1 / ofTruth];
};

/** A product in which nothing is 0, not −0. */
const times = (a: number, b: number): number => a * b + 0;

const norm = (values: ArrayLike<number>): number => Math.hypot(...Array.from(values));

/** ∂L/∂a of a layer's values: from each unit after it ∂L/∂z times the weight that leads there, added up. */
const flowBack = ({ kernel }: Weights, sums: ArrayLike<number>): number[] => {
  const [inputs, outputs] = kernel.shape as [number, number];
  const { data } = kernel;
  return Array.from({ length: inputs }, (_, i) => {
    let total = 0;
    for (let k = 0; k < outputs; k++) total += sums[k]! * data[i * outputs + k]!;
    return total;
  });
};

const backwardOf = (
  network: Network,
  signals: readonly Signal[],
  slopes: readonly (ArrayLike<number> | null)[],
  predictions: ArrayLike<number>,
  target: Tensor,
): Backward[] => {
  const { layers } = network;
  const { sums } = signals.at(-1)!;
  const byScore = grad((scores: Tensor) => scoreLoss(network, scores, target))(sums).data;
  const backward: Backward[] = [
    { sums: byScore, values: slopesByPrediction(network, { sums, values: predictions }, byScore, target) },
  ];
  for (let i = layers.length - 2; i >= 0; i--) {
    const values = flowBack(layers[i + 1]!, backward[0]!.sums);
    backward.unshift({ values, sums: values.map((slope, unit) => times(slope, slopes[i]![unit]!)) });
  }
  return backward;
};

/** @param target null if it is not known: then nothing flows back. */
export const explainLayers = (
  network: Network,
  row: Tensor,
  target: Tensor | null,
  labels: readonly string[],
): ExplainedLayer[] => {
  const { layers, activation, output } = network;
  const signals = signalsThrough(layers, activation, row);
  const last = layers.length - 1;
  const scores = signals[last]!.sums;
  const predictions = predictionOf(output, scores).data;
  const values = signals.map((signal, i) => (i === last ? predictions : signal.values.data));
  const slopes = signals.map(({ sums }, i) => {
    if (i < last) return slopesOf(activation, sums);
    if (output === "classes") return null;
    return grad((z: Tensor) => predictionOf(output, z).sum())(sums).data;
  });
  const backward = target === null ? null : backwardOf(network, signals, slopes, predictions, target);

  return layers.map((weights, i): ExplainedLayer => {
    const [inputs, outputs] = weights.kernel.shape as [number, number];
    const before = i === 0 ? row.data : values[i - 1]!;
    const { data } = weights.kernel;
    const units = Array.from({ length: outputs }, (_, k): ExplainedUnit => {
      const bias = weights.bias?.data[k] ?? null;
      const bySum = backward?.[i]!.sums[k];
      const found: UnitSlopes | null =
        bySum === undefined
          ? null
          : {
              value: backward![i]!.values[k]!,
              sum: bySum,
              weights: Array.from(before, (value) => times(bySum, value)),
              bias: bias === null ? null : bySum,
            };
      return {
        address: `${i + 1}.${k + 1}`,
        label: i === last ? labels[k]! : null,
        weights: Array.from({ length: inputs }, (_unused, j) => data[j * outputs + k]!),
        bias,
        sum: signals[i]!.sums.data[k]!,
        value: values[i]![k]!,
        slope: slopes[i]?.[k] ?? null,
        slopes: found,
      };
    });
    const size = norm(values[i]!);
    const slopeSize = backward === null ? null : norm(backward[i]!.sums);
    const sizes: LayerSizes = {
      values: size,
      gain: size / norm(before),
      slopes: slopeSize,
      backwardGain: slopeSize === null || i === last ? null : slopeSize / norm(backward![i + 1]!.sums),
      weightSlopes:
        slopeSize === null ? null : slopeSize * Math.hypot(norm(before), weights.bias === undefined ? 0 : 1),
    };
    return {
      index: i + 1,
      activation:
        i < last
          ? activation
          : output === "numbers"
            ? "identity"
            : output === "binary"
              ? "sigmoid"
              : "softmax",
      units,
      sizes,
    };
  });
};
