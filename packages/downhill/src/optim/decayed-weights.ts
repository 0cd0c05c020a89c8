import { add, mul } from "../functions/elementwise.ts";
import { convert } from "../primitives/index.ts";
import { ArgumentError } from "../tensor/errors.ts";
import type { GradientTransformation } from "./transformation.ts";
import { mapTree } from "./tree.ts";

/** The parameters, for a transformation that cannot do without. */
export const requireParams = <P extends object>(operation: string, params: P | undefined): P => {
  if (params === undefined)
    throw new ArgumentError(
      operation,
      "needs the parameters: write optimizer.update(gradients, state, params)",
    );
  return params;
};

/**
 * Gradients plus `weightDecay` times the parameters. Before an adaptive scaling this is the gradient of an L2 penalty;
 * after it, decoupled weight decay (Loshchilov and Hutter 2019).
 */
export const addDecayedWeights = (weightDecay: number): GradientTransformation<[]> => ({
  init: () => [],
  update: (gradients, _, params) => [
    mapTree(
      "addDecayedWeights",
      (gradient, param) => add(gradient, convert(mul(param, weightDecay), gradient.dtype)),
      gradients,
      requireParams("addDecayedWeights", params),
    ),
    [],
  ],
});
