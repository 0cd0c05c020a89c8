/** Layers: pairs of pure functions, one that makes parameters and one that uses them. */
import type { Tensor } from "../tensor/tensor.ts";
import type { InitializerOptions } from "./initializers.ts";

export interface ApplyOptions {
  /** A random key, for layers that are random in training. */
  readonly key?: Tensor;
  /** Whether the network is being trained; false if left out. */
  readonly training?: boolean;
}

export interface Layer<Params extends object = object> {
  /** Parameters to start from, in the given dtype: a function of the key alone. */
  init(key: Tensor, options?: InitializerOptions): Params;
  /** The layer's output for the input `x`. */
  apply(params: Params, x: Tensor, options?: ApplyOptions): Tensor;
}

/** The parameters of layers that have none. */
export type NoParams = Readonly<Record<string, never>>;

/** A function of one tensor, such as `tanh`, as a layer without parameters. */
export const activation = (f: (x: Tensor) => Tensor): Layer<NoParams> => ({
  init: () => ({}),
  apply: (_, x) => f(x),
});
