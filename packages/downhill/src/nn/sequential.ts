import * as random from "../functions/random.ts";
import { ArgumentError } from "../tensor/errors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { activation, type Layer, type NoParams } from "./layer.ts";

/** A layer, or a function such as `tanh` in its place. */
export type SequentialPart = Layer | ((x: Tensor) => Tensor);

/** The list of the parts' parameters; functions have none. */
export type SequentialParams<Parts extends readonly SequentialPart[]> = {
  readonly [K in keyof Parts]: Parts[K] extends Layer<infer Params> ? Params : NoParams;
};

/** Layers one after another. The parameters are the list of theirs; each layer has a random key of its own. */
export const sequential = <const Parts extends readonly SequentialPart[]>(
  parts: Parts,
): Layer<SequentialParams<Parts>> => {
  const layers = parts.map((part): Layer =>
    typeof part === "function" ? (activation(part) as Layer) : part,
  );
  return {
    init: (key, options) => {
      const keys = random.split(key, layers.length);
      return layers.map((layer, i) =>
        layer.init(keys.take(i), options),
      ) as unknown as SequentialParams<Parts>;
    },
    apply: (params, x, { key, ...options } = {}) => {
      if (params.length !== layers.length)
        throw new ArgumentError(
          "sequential",
          `parameters of ${params.length} layers for ${layers.length}; take them from init of the same layers`,
        );
      const keys = key === undefined ? undefined : random.split(key, layers.length);
      return layers.reduce(
        (signal, layer, i) =>
          layer.apply(params[i]!, signal, keys === undefined ? options : { ...options, key: keys.take(i) }),
        x,
      );
    },
  };
};
