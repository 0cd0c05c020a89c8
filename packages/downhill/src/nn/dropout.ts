import { mul, where } from "../functions/elementwise.ts";
import * as random from "../functions/random.ts";
import { ArgumentError } from "../tensor/errors.ts";
import type { Layer, NoParams } from "./layer.ts";

/**
 * In training each element is set to 0 with probability `rate`, and the others are divided by 1 − rate, so that the
 * expected output is the input (Srivastava et al. 2014); otherwise the input unchanged.
 *
 * @throws ArgumentError when applied in training without a key, or if the rate is not in [0, 1).
 */
export const dropout = (rate: number): Layer<NoParams> => {
  if (!(rate >= 0 && rate < 1))
    throw new ArgumentError("dropout", `rate ${rate}; write the share to drop, at least 0 and below 1`);
  return {
    init: () => ({}),
    apply: (_, x, { key, training = false } = {}) => {
      if (!training || rate === 0) return x;
      if (key === undefined)
        throw new ArgumentError(
          "dropout",
          "needs a random key in training: write apply(params, x, { key, training: true }), with a new key for each step",
        );
      return where(random.bernoulli(key, 1 - rate, x.shape), mul(x, 1 / (1 - rate)), 0);
    },
  };
};
