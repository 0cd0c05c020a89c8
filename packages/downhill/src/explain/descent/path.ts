/** The way that an optimizer takes, written down step by step. */
import { sub } from "../../functions/elementwise.ts";
import { flatObjective, fromFlat, toFlat } from "../../optim/lbfgs/flat.ts";
import type { Settled, Way } from "../../optim/lbfgs/lbfgs.ts";
import type { Evaluation } from "../../optim/lbfgs/objective.ts";
import type { DescentMethod, GradientTransformation, OptimizerState } from "../../optim/index.ts";
import { applyUpdates } from "../../optim/transformation.ts";
import { mapTree } from "../../optim/tree.ts";
import { literal, type Tensor } from "../../tensor/tensor.ts";
import { valueAndGrad } from "../../transforms/grad.ts";
import { jit } from "../../targets/jit.ts";

/** A point on the way. */
export interface Waypoint<P> {
  readonly params: P;
  readonly value: number;
  readonly gradient: P;
  /** What is added to the parameters next. */
  readonly move: P;
  /**
   * What the optimizer remembers, the gradient here included; of a method that walks by itself what it tells of the way from
   * here: `direction`, `length` (the move is their product), and the `columns` of the −H that made the direction of the gradient.
   */
  readonly state: OptimizerState;
}

const valueAndGradientOf = valueAndGrad as <P extends object>(
  f: (params: P) => Tensor,
) => (params: P) => [value: Tensor, gradient: P];

/** The points from `start` on, without end. */
function* walkBy<P extends object>(
  f: (params: P) => Tensor,
  start: P,
  optimizer: GradientTransformation,
): Generator<Waypoint<P>, void> {
  const slope = valueAndGradientOf(f);
  const step = jit((params: P, before: OptimizerState) => {
    const [value, gradient] = slope(params);
    const [move, state] = optimizer.update(gradient, before, params, { value });
    return { value, gradient, move, state, next: applyUpdates(params, move) };
  }) as (
    params: P,
    before: OptimizerState,
  ) => { value: Tensor; gradient: P; move: P; state: OptimizerState; next: P };
  let params = start;
  let state = optimizer.init(start);
  for (;;) {
    const { value, next, ...taken } = step(params, state);
    yield { params, value: value.item(), ...taken };
    params = next;
    ({ state } = taken);
  }
}

/** Of more variables the matrix that turns gradients would not be looked at. */
const mostTurned = 8;

/** What a method tells of its way, as a tree of tensors: its direction, how far it went, and the columns of its −H. */
const told = <P extends object>(start: P, { direction, length, turned }: Way): OptimizerState => ({
  direction: fromFlat(start, direction),
  length: literal(length, "float64"),
  columns:
    direction.length > mostTurned
      ? []
      : Array.from(direction, (_, i) =>
          fromFlat(start, turned(new Float64Array(direction.length).fill(1, i, i + 1))),
        ),
});

/** The points from `start` on, until the method cannot go on. */
function* walkAlong<P extends object>(
  f: (params: P) => Tensor,
  start: P,
  method: DescentMethod,
): Generator<Waypoint<P>, void> {
  const objective = flatObjective(jit(valueAndGradientOf(f)) as (params: P) => [Tensor, P], start);
  const waypoint = ({ point, value, gradient }: Evaluation, next: Settled): Waypoint<P> => {
    const params = fromFlat(start, point);
    return {
      params,
      value,
      gradient: fromFlat(start, gradient),
      move: mapTree("descend", (to, from) => sub(to, from), fromFlat(start, next.point), params),
      state: next.way === undefined ? [] : told(start, next.way),
    };
  };
  let here = objective.evaluate(toFlat(start));
  for (const next of method.descend(objective, here)) {
    yield waypoint(here, next);
    here = next;
  }
  yield waypoint(here, here);
}

/** The points from `start` on. */
export const walk = <P extends object>(
  f: (params: P) => Tensor,
  start: P,
  method: GradientTransformation | DescentMethod,
): Generator<Waypoint<P>, void> =>
  "descend" in method ? walkAlong(f, start, method) : walkBy(f, start, method);
