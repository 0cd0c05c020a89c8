/** Every estimator as what it is: layers of weighted sums, one after another, in double precision. */
import { astype, reshape, transpose } from "../../functions/shapes.ts";
import type { LinearParameters } from "../../learn/objectives.ts";
import { activations, type MlpActivation } from "../../learn/mlp-model.ts";
import type { NetworkOutput } from "../../learn/network/network-model.ts";
import type { MlpParams } from "../../nn/index.ts";
import { mapTree } from "../../optim/tree.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Explainable } from "./explainable.ts";

/** z = a·kernel + bias of the values a before it. */
export interface Weights {
  /** [inputs, outputs] */
  readonly kernel: Tensor;
  /** [outputs] */
  readonly bias?: Tensor;
}

/** The parameters of an estimator, or a gradient by them. */
export type ParameterTree = LinearParameters | MlpParams;

const areLayers = (tree: ParameterTree): tree is MlpParams => "layers" in tree;

const linearWeights = ({ coef, intercept }: LinearParameters): Weights => {
  const rows = coef.rank === 1 ? reshape(coef, [1, coef.size]) : coef;
  const kernel = transpose(rows);
  return intercept === undefined ? { kernel } : { kernel, bias: reshape(intercept, [rows.shape[0]!]) };
};

/** A tree of parameters, or a gradient by them, as layers. */
export const weightsOf = (tree: ParameterTree): readonly Weights[] =>
  areLayers(tree) ? tree.layers : [linearWeights(tree)];

/** The tree of the form of `like` whose layers these are: the way back from `weightsOf`. */
export const treeOf = (layers: readonly Weights[], like: ParameterTree): ParameterTree => {
  if (areLayers(like)) return { layers };
  const { kernel, bias } = layers[0]!;
  const coef = reshape(transpose(kernel), like.coef.shape);
  return bias === undefined ? { coef } : { coef, intercept: reshape(bias, like.intercept!.shape) };
};

/** The parameters in double precision: single precision has its numbers among these. */
export const doubleParameters = ({ parameters }: Explainable): ParameterTree =>
  mapTree("explainPrediction", (leaf) => astype(leaf, "float64"), parameters);

/** The activation of the hidden layers; linear models have none. */
export const hiddenActivation = (model: Explainable): MlpActivation =>
  model.kind === "MLPClassifier" || model.kind === "MLPRegressor" ? model.options.activation : "identity";

/** What the scores of the last layer mean. */
export const outputOf = (model: Explainable): NetworkOutput =>
  !("classes" in model) ? "numbers" : model.classes.length === 2 ? "binary" : "classes";

/** The weighted sums and the values of one layer. */
export interface Signal {
  /** [1, outputs] */
  readonly sums: Tensor;
  readonly values: Tensor;
}

/** Values [1, inputs] through all layers; those of the last one stay what they are. */
export const signalsThrough = (
  layers: readonly Weights[],
  activation: MlpActivation,
  inputs: Tensor,
): Signal[] => {
  const signals: Signal[] = [];
  let values = inputs;
  layers.forEach(({ kernel, bias }, i) => {
    const product = values.matmul(kernel);
    const sums = bias === undefined ? product : product.add(bias);
    values = i === layers.length - 1 ? sums : activations[activation](sums);
    signals.push({ sums, values });
  });
  return signals;
};
