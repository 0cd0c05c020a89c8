import { ArgumentError } from "../tensor/errors.ts";
import type { GradientTransformation, OptimizerState } from "./transformation.ts";

/**
 * Transformations one after another: the updates of each are the gradients of the next. The state is the list of
 * their states.
 */
export const chain = (
  ...transformations: readonly GradientTransformation[]
): GradientTransformation<readonly OptimizerState[]> => ({
  init: (params) => transformations.map((transformation) => transformation.init(params)),
  update: (gradients, state, params, extras) => {
    if (state.length !== transformations.length)
      throw new ArgumentError(
        "chain",
        `a state of ${state.length} parts for ${transformations.length} transformations; take it from init of the same chain`,
      );
    let updates = gradients;
    const states = transformations.map((transformation, i) => {
      const [next, nextState] = transformation.update(updates, state[i]!, params, extras);
      updates = next;
      return nextState;
    });
    return [updates, states];
  },
});
