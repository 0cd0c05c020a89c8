/** Gradient transformations: what optimizers are made of, with the conventions of optax (DeepMind 2020). */
import { add } from "../functions/elementwise.ts";
import { convert } from "../primitives/index.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { mapTree } from "./tree.ts";

/**
 * What an optimizer remembers between steps: a tree of tensors, to be passed on unread through compiled steps. (What
 * is in it differs between optimizers, so that its type says no more than that.)
 */
export type OptimizerState = object;

/** What an update may know besides gradients and parameters. */
export interface UpdateExtras {
  /** The loss at the parameters, a scalar: `reduceOnPlateau` needs it. */
  readonly value?: Tensor;
}

/**
 * A pure function from gradients to updates, with a state that is passed along.
 *
 * Parameters may be any tree of float tensors. Updates have the structure, shapes and dtypes of the gradients, and
 * are added to the parameters by `applyUpdates`. Both functions work eagerly and under every transform.
 */
export interface GradientTransformation<State extends object = OptimizerState> {
  /** The state before the first step. */
  init(params: object): State;
  /**
   * Updates for these gradients and the state after this step.
   *
   * @param params the parameters at which the gradients were taken; weight decay and trust ratios need them.
   */
  update<P extends object>(
    gradients: P,
    state: State,
    params?: P,
    extras?: UpdateExtras,
  ): [updates: P, state: State];
}

/** A gradient transformation complete with its learning rate: its updates go downhill. */
export type Optimizer = GradientTransformation;

/** The parameters moved by the updates, in the parameters' dtypes. */
export const applyUpdates = <P extends object>(params: P, updates: P): P =>
  mapTree("applyUpdates", (param, update) => convert(add(param, update), param.dtype), params, updates);

/** A transformation without memory: `f` of each gradient leaf and the parameter leaf that it belongs to. */
export const stateless = (
  operation: string,
  f: (gradient: Tensor) => Tensor,
): GradientTransformation<[]> => ({
  init: () => [],
  update: (gradients) => [mapTree(operation, f, gradients), []],
});

/** Leaves gradients as they are. */
export const identity = (): GradientTransformation<[]> => stateless("identity", (gradient) => gradient);
