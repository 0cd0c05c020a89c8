/** The driver: a function, a start and a method in, its minimum out. */
import type { Tensor } from "../tensor/tensor.ts";
import { descendAlong, descendBy } from "./descent.ts";
import {
  follow,
  type FollowOptions,
  lastOf,
  lastOfAsync,
  type MinimizeEvent,
  type MinimizeResult,
  observed,
  requireParameters,
  type StepOptions,
} from "./follow.ts";
import { type DescentMethod, lbfgs } from "./lbfgs/lbfgs.ts";
import type { GradientTransformation } from "./transformation.ts";

export type { MinimizeEvent, MinimizeResult, MinimizeStep } from "./follow.ts";

type Method = "lbfgs" | DescentMethod | GradientTransformation;

export interface MinimizeOptions<P> extends FollowOptions<P> {
  /** `"lbfgs"` if left out, which suits deterministic functions; `lbfgs(options)`; or any optimizer. */
  readonly method?: Method;
}

/**
 * `minimize` step by step: yields the start and the point after each step, and returns the result. It is for those
 * who must do something else between steps; leaving the loop early leaves the result.
 */
export function* minimizeSteps<P extends object>(
  f: (params: P) => Tensor,
  start: P,
  { method = "lbfgs", ...options }: StepOptions & { readonly method?: Method } = {},
): Generator<MinimizeEvent<P>, MinimizeResult<P>> {
  requireParameters("minimize", start);
  const descent = method === "lbfgs" ? lbfgs() : method;
  const points = "descend" in descent ? descendAlong(f, start, descent) : descendBy(f, start, descent);
  return yield* follow(points, start, options);
}

const observedSteps = <P extends object>(
  f: (params: P) => Tensor,
  start: P,
  { method, ...options }: MinimizeOptions<P>,
): Generator<void, MinimizeResult<P>> =>
  observed((own) => minimizeSteps(f, start, { ...own, ...(method && { method }) }), options);

/**
 * Minimises a scalar function of a tree of float tensors from `start` on.
 *
 * The function is differentiated and compiled once; it may use tensors from outside (the data). Parameters keep their
 * dtypes; in float64 gradients of well-scaled convex functions come down to 1e-9 and below.
 *
 * @param f returns a float scalar.
 * @throws ShapeError if `f` returns no scalar, DTypeError if a tensor of `start` is no float.
 */
export const minimize = <P extends object>(
  f: (params: P) => Tensor,
  start: P,
  options: MinimizeOptions<P> = {},
): MinimizeResult<P> => lastOf(observedSteps(f, start, options));

/** `minimize` that gives the event loop a turn now and then, so that signals, timers and pages stay alive. */
export const minimizeAsync = <P extends object>(
  f: (params: P) => Tensor,
  start: P,
  options: MinimizeOptions<P> = {},
): Promise<MinimizeResult<P>> => lastOfAsync(observedSteps(f, start, options));
