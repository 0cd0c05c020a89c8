/** Methods at work: the points that they visit, the start among them. */
import { abs, maximum } from "../functions/elementwise.ts";
import { max } from "../functions/reductions.ts";
import { convert } from "../primitives/index.ts";
import { literal, type Tensor } from "../tensor/tensor.ts";
import { valueAndGrad } from "../transforms/grad.ts";
import { jit } from "../targets/jit.ts";
import { flatObjective, fromFlat, toFlat } from "./lbfgs/flat.ts";
import type { DescentMethod } from "./lbfgs/lbfgs.ts";
import { maxNorm } from "./lbfgs/vector.ts";
import { applyUpdates, type GradientTransformation, type OptimizerState } from "./transformation.ts";
import { leavesOf } from "./tree.ts";

/** A point that a method has settled on. */
export interface Point<P> {
  readonly value: number;
  readonly gradientNorm: number;
  params(): P;
}

interface StepResult<P> {
  readonly value: Tensor;
  readonly norm: Tensor;
  readonly params: P;
  readonly state: OptimizerState;
}

/** `valueAndGrad` at the types that a parameter tree of unknown nesting has. */
const valueAndGradOf = valueAndGrad as <P extends object>(
  f: (params: P) => Tensor,
) => (params: P) => [value: Tensor, gradient: P];

/** Points that a gradient transformation visits; a whole step is one compiled function. */
export function* descendBy<P extends object>(
  f: (params: P) => Tensor,
  start: P,
  optimizer: GradientTransformation,
): Generator<Point<P>, string> {
  const slope = valueAndGradOf(f);
  const step = jit((params: P, state: OptimizerState) => {
    const [value, gradient] = slope(params);
    const [updates, nextState] = optimizer.update(gradient, state, params, { value });
    return {
      value,
      norm: largestComponent(gradient),
      params: applyUpdates(params, updates),
      state: nextState,
    };
  }) as (params: P, state: OptimizerState) => StepResult<P>;
  let params = start;
  let state = optimizer.init(start);
  for (;;) {
    const here = params;
    const next = step(here, state);
    yield { value: next.value.item(), gradientNorm: next.norm.item(), params: () => here };
    ({ params, state } = next);
  }
}

/** The largest magnitude among all elements. */
const largestComponent = (gradient: object): Tensor =>
  leavesOf("minimize", gradient)
    .filter((leaf) => leaf.size > 0)
    .map((leaf) => convert(max(abs(leaf)), "float64"))
    .reduce((a, b) => maximum(a, b), literal(0, "float64"));

/** Points that a line-search method visits, the start among them. */
export function* descendAlong<P extends object>(
  f: (params: P) => Tensor,
  start: P,
  method: DescentMethod,
): Generator<Point<P>, string> {
  const valueAndGradient = jit(valueAndGradOf(f)) as (params: P) => [Tensor, P];
  const objective = flatObjective(valueAndGradient, start);
  const first = objective.evaluate(toFlat(start));
  const pointOf = ({ point, value, gradient }: typeof first): Point<P> => ({
    value,
    gradientNorm: maxNorm(gradient),
    params: () => fromFlat(start, point),
  });
  yield pointOf(first);
  const descent = method.descend(objective, first);
  for (;;) {
    const next = descent.next();
    if (next.done) return next.value;
    yield pointOf(next.value);
  }
}
