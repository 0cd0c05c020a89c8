import { add } from "../functions/elementwise.ts";
import { matmul } from "../functions/products.ts";
import * as random from "../functions/random.ts";
import { ArgumentError, ShapeError } from "../tensor/errors.ts";
import { formatShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { glorotUniform, type Initializer, zeros } from "./initializers.ts";
import type { Layer } from "./layer.ts";

export interface DenseParams {
  /** [inputs, outputs] */
  readonly kernel: Tensor;
  /** [outputs]; absent without bias. */
  readonly bias?: Tensor;
}

export interface DenseOptions {
  /** Whether a bias is added; true if left out. */
  readonly bias?: boolean;
  /** `glorotUniform` if left out. */
  readonly kernelInit?: Initializer;
  /** `zeros` if left out. */
  readonly biasInit?: Initializer;
}

/**
 * A fully connected layer: x·kernel + bias over the last axis of x, [..., inputs] → [..., outputs].
 *
 * @throws ShapeError when applied to another number of inputs.
 */
export const dense = (
  inputs: number,
  outputs: number,
  { bias: hasBias = true, kernelInit = glorotUniform, biasInit = zeros }: DenseOptions = {},
): Layer<DenseParams> => {
  for (const count of [inputs, outputs])
    if (!Number.isInteger(count) || count < 1)
      throw new ArgumentError("dense", `${inputs} inputs and ${outputs} outputs; write whole numbers from 1`);
  return {
    init: (key, options) => {
      const keys = random.split(key);
      const kernel = kernelInit(keys.take(0), [inputs, outputs], options);
      return hasBias ? { kernel, bias: biasInit(keys.take(1), [outputs], options) } : { kernel };
    },
    apply: ({ kernel, bias }, x) => {
      if (x.shape.at(-1) !== kernel.shape[0])
        throw new ShapeError(
          "dense",
          `the input of shape ${formatShape(x.shape)} has ${x.shape.at(-1) ?? "no"} features, ` +
            `the kernel of shape ${formatShape(kernel.shape)} takes ${kernel.shape[0] ?? "none"}`,
          [x.shape, kernel.shape],
        );
      const product = matmul(x, kernel);
      return bias === undefined ? product : add(product, bias);
    },
  };
};
