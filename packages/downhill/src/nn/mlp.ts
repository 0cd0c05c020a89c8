import { relu } from "../functions/activations.ts";
import { ArgumentError } from "../tensor/errors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { dense, type DenseOptions, type DenseParams } from "./dense.ts";
import { dropout } from "./dropout.ts";
import type { Layer } from "./layer.ts";
import { sequential } from "./sequential.ts";

export interface MlpOptions extends DenseOptions {
  /** After each layer but the last; `relu` if left out. */
  readonly activation?: (x: Tensor) => Tensor;
  /** After the last layer; none if left out, since losses take logits. */
  readonly outputActivation?: (x: Tensor) => Tensor;
  /** The rate of dropout after each activation; 0 if left out. */
  readonly dropout?: number;
}

export interface MlpParams {
  readonly layers: readonly DenseParams[];
}

/**
 * A multi-layer perceptron: dense layers of the given widths with an activation between each two. `mlp([4, 8, 3])` has
 * 4 inputs, 8 hidden units and 3 outputs.
 */
export const mlp = (
  widths: readonly number[],
  { activation = relu, outputActivation, dropout: rate = 0, ...options }: MlpOptions = {},
): Layer<MlpParams> => {
  if (widths.length < 2)
    throw new ArgumentError("mlp", `widths [${widths.join(", ")}]; write at least inputs and outputs`);
  const layers = widths.slice(1).map((outputs, i) => dense(widths[i]!, outputs, options));
  const drop = dropout(rate);
  const last = layers.length - 1;
  const whole = sequential(
    layers.map((layer, i) =>
      i < last
        ? withAfter(layer, activation, drop)
        : outputActivation === undefined
          ? layer
          : withAfter(layer, outputActivation),
    ),
  );
  return {
    init: (key, initOptions) => ({ layers: whole.init(key, initOptions) }),
    apply: (params, x, applyOptions) => whole.apply(params.layers, x, applyOptions),
  };
};

/** A dense layer with what follows it, which has no parameters. */
const withAfter = (
  layer: Layer<DenseParams>,
  activation: (x: Tensor) => Tensor,
  drop?: Layer<Readonly<Record<string, never>>>,
): Layer<DenseParams> => ({
  init: (key, options) => layer.init(key, options),
  apply: (params, x, options) => {
    const activated = activation(layer.apply(params, x));
    return drop === undefined ? activated : drop.apply({}, activated, options);
  },
});
