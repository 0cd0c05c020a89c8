/** Multi-layer perceptrons as networks that estimators are made of. */
import { sigmoid, relu } from "../functions/activations.ts";
import { add, square, tanh } from "../functions/elementwise.ts";
import * as random from "../functions/random.ts";
import { sum } from "../functions/reductions.ts";
import { astype } from "../functions/shapes.ts";
import { glorotUniform, heUniform, mlp, type MlpParams } from "../nn/index.ts";
import { mapTree } from "../optim/tree.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { FloatDType } from "./data.ts";
import { networkModel, type NetworkModel, type NetworkOutput } from "./network/network-model.ts";

export type MlpActivation = "identity" | "logistic" | "tanh" | "relu";

export const activations: Readonly<Record<MlpActivation, (x: Tensor) => Tensor>> = {
  identity: (x) => x,
  logistic: sigmoid,
  tanh,
  relu,
};

export const mlpActivations = Object.keys(activations) as readonly MlpActivation[];

/** What a perceptron is, apart from its parameters, whose shapes tell the widths. */
export type MlpModel = NetworkModel<MlpParams>;

const widthsOf = ({ layers }: MlpParams): number[] => [
  layers[0]!.kernel.shape[0]!,
  ...layers.map(({ kernel }) => kernel.shape[1]!),
];

const makeModel = (output: NetworkOutput, activation: MlpActivation, dropout: number): MlpModel =>
  networkModel<MlpParams>({
    output,
    apply: (parameters, X, options) =>
      mlp(widthsOf(parameters), { activation: activations[activation], dropout }).apply(
        parameters,
        X,
        options,
      ),
    penalty: ({ layers }) => layers.map(({ kernel }) => sum(square(kernel))).reduce((a, b) => add(a, b)),
  });

const models = new Map<string, MlpModel>();

/**
 * The model with these outputs: the same object for the same arguments, so that what is compiled is shared.
 *
 * Its loss is the weighted mean of squared errors (over rows and targets) or of log losses, plus penalty · Σ w² over all
 * kernels.
 */
export const mlpModel = (output: NetworkOutput, activation: MlpActivation, dropout: number): MlpModel => {
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
