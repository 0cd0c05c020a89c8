/** Nonlinear least squares. */
import { eye } from "../functions/create.ts";
import { lstsq } from "../functions/linear-algebra.ts";
import { broadcastTo, concatenate, convert, mul, neg, reshape, zerosLike } from "../primitives/index.ts";
import { wrap } from "../tensor/create.ts";
import { isFloating } from "../tensor/dtype.ts";
import { ArgumentError, DTypeError } from "../tensor/errors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { jit } from "../targets/jit.ts";
import { flattenTensors } from "../transforms/arguments.ts";
import { jacfwd, jacrev } from "../transforms/jacobian.ts";
import type { Point } from "./descent.ts";
import {
  type Ending,
  follow,
  type FollowOptions,
  lastOf,
  type MinimizeResult,
  observed,
  requireParameters,
} from "./follow.ts";
import { fromFlat, toFlat } from "./lbfgs/flat.ts";
import { dot, maxNorm } from "./lbfgs/vector.ts";
import { asVector, leavesOf } from "./tree.ts";

const operation = "leastSquares";

/**
 * When it has converged: MINPACK's tests (Moré, Garbow and Hillstrom, User Guide for MINPACK-1, 1980), which know no units. Left out,
 * `ftol` is 1e-15, the others are 1e-12; each is 1e-6 if a parameter is float32.
 */
export interface LeastSquaresTests {
  /** When a step, as it was foretold and as it was, changes the sum of squares by no larger share. */
  readonly ftol: number;
  /** When a step is no longer, as a share of the parameters, each times the length of its column of the Jacobian. */
  readonly xtol: number;
  /** When no column of the Jacobian has an angle to the residuals with a larger cosine. */
  readonly gtol: number;
}

/** Where residuals stay large, steps shrink slowly: the sum of squares is looked at down to its rounding. */
const double: LeastSquaresTests = { ftol: 1e-15, xtol: 1e-12, gtol: 1e-12 };
const single: LeastSquaresTests = { ftol: 1e-6, xtol: 1e-6, gtol: 1e-6 };

export interface LeastSquaresOptions<P>
  extends Omit<FollowOptions<P>, "tolerance">, Partial<LeastSquaresTests> {
  /** The damping μ at the start; 1e-3 if left out: nearly a Gauss–Newton step. Write 1 for a start far from the solution. */
  readonly damping?: number;
}

/** All residuals one after another. */
const joined = (tree: unknown): Tensor => {
  const { leaves } = flattenTensors(tree, operation);
  const [first] = leaves;
  if (first === undefined)
    throw new ArgumentError(operation, "the function returns no residuals; return a tensor");
  for (const { dtype } of leaves)
    if (!isFloating(dtype))
      throw new DTypeError(operation, `a residual has dtype ${dtype}, which has no slope; return floats`);
  return asVector(leaves);
};

/** Residuals and their Jacobian [residuals, parameters] in float64, by the mode that takes fewer passes. */
const jacobianOf =
  <P extends object>(residuals: (params: P) => unknown) =>
  (params: P): Linearization => {
    const flat = (own: P): Tensor => joined(residuals(own));
    const r = flat(params);
    const leaves = leavesOf(operation, params);
    const size = leaves.reduce((sum, leaf) => sum + leaf.size, 0);
    const jacobian = (size <= r.size ? jacfwd : jacrev) as (f: typeof flat) => (own: P) => object;
    const blocks = leavesOf(operation, jacobian(flat)(params)).map((block, i) =>
      convert(reshape(block, [r.size, leaves[i]!.size]), "float64"),
    );
    return { r: convert(r, "float64"), jacobian: concatenate(blocks, 1) };
  };

interface Linearization {
  readonly r: Tensor;
  readonly jacobian: Tensor;
}

const vector = (values: Float64Array): Tensor => wrap(values, [values.length], "float64");

/**
 * The h that makes |J·h + r|² + |D·h|² least for diagonal D (its elements): by reflections of [J; D], which keep the digits
 * that JᵀJ would lose.
 */
const dampedStep = ({ r, jacobian }: Linearization, diagonal: Tensor): Tensor => {
  const size = jacobian.shape[1]!;
  const damped = concatenate(
    [jacobian, mul(eye(size, size, { dtype: "float64" }), broadcastTo(diagonal, [size, size]))],
    0,
  );
  return lstsq(damped, concatenate([neg(r), zerosLike({ shape: [size], dtype: "float64" })], 0));
};

/** An evaluation as plain numbers. */
interface Here<P> {
  readonly params: P;
  readonly point: Float64Array;
  readonly value: number;
  readonly gradient: Float64Array;
  /** Lengths of the columns of J. */
  readonly lengths: Float64Array;
  readonly at: Linearization;
}

/** The largest cosine of an angle between the residuals and a column of J; 0 if there is nothing left of either. */
const cosineOf = ({ value, gradient, lengths }: Here<unknown>): number =>
  gradient.reduce((largest, slope, i) => {
    const length = lengths[i]! * Math.sqrt(2 * value);
    return length === 0 ? largest : Math.max(largest, Math.abs(slope) / length);
  }, 0);

const figure = (x: number): string => x.toExponential(1);

/** Points of lower and lower sums of squares, the start among them. */
function* descend<P extends object>(
  residuals: (params: P) => unknown,
  start: P,
  damping: number,
  { ftol, xtol, gtol }: LeastSquaresTests,
): Generator<Point<P>, Ending> {
  const linearize = jit(jacobianOf(residuals) as (params: object) => Linearization);
  const valueAt = jit(((params: P) =>
    convert(joined(residuals(params)), "float64")
      .square()
      .sum()
      .div(2)) as (params: object) => Tensor);
  const slopes = jit(({ r, jacobian }: Linearization) => ({
    value: r.square().sum().div(2),
    gradient: r.matmul(jacobian),
    lengths: jacobian.square().sum(0).sqrt(),
  }));
  const step = jit(dampedStep);
  const evaluate = (params: P): Here<P> => {
    const at = linearize(params);
    const { value, gradient, lengths } = slopes(at);
    return {
      params,
      point: toFlat(params),
      value: value.item(),
      gradient: Float64Array.from(gradient.data),
      lengths: Float64Array.from(lengths.data),
      at,
    };
  };
  const pointOf = ({ params, value, gradient }: Here<P>): Point<P> => ({
    value,
    gradientNorm: maxNorm(gradient),
    params: () => params,
  });
  let here = evaluate(start);
  yield pointOf(here);
  let mu = damping;
  let growth = 2;
  let scale = here.lengths;
  for (;;) {
    const cosine = cosineOf(here);
    if (cosine <= gtol)
      return {
        converged: `the residuals are at right angles to the columns of the Jacobian: cosine ${figure(cosine)} ≤ ${gtol}`,
      };
    const root = Math.sqrt(mu);
    // A parameter on which nothing depends stays where it is.
    const h = Float64Array.from(step(here.at, vector(scale.map((length) => root * (length || 1)))).data);
    const to = here.point.map((x, i) => x + h[i]!);
    const params = fromFlat(start, to);
    // In their own dtype.
    if (toFlat(params).every((x, i) => x === here.point[i]))
      return { converged: "the step is below the rounding of the parameters" };
    const value = valueAt(params).item();
    // What the linear model promises: ½ hᵀ(μD²h − g).
    const scaled = h.map((length, i) => scale[i]! * length);
    const promised = (mu * dot(scaled, scaled) - dot(h, here.gradient)) / 2;
    const ratio = (here.value - value) / promised;
    const before = here;
    const length = Math.sqrt(dot(scaled, scaled));
    const whole = Math.hypot(...here.point.map((x, i) => scale[i]! * x));
    if (promised > 0 && ratio > 0) {
      here = evaluate(params);
      scale = scale.map((length, i) => Math.max(length, here.lengths[i]!));
      // Nielsen's rule: smoothly less damping, the better the model was.
      mu *= Math.max(1 / 3, 1 - (2 * ratio - 1) ** 3);
      growth = 2;
      yield pointOf(here);
    } else {
      mu *= growth;
      growth *= 2;
      if (!(mu < Infinity)) return "no lower sum of squares however small the step";
    }
    const [change, foretold] = [Math.abs(before.value - value), promised].map((x) => x / before.value);
    if (change! <= ftol && foretold! <= ftol && ratio <= 2)
      return {
        converged: `the sum of squares changes by a share of ${figure(Math.max(change!, foretold!))} ≤ ${ftol}`,
      };
    if (length <= xtol * whole)
      return {
        converged: `the parameters change by a share of ${figure(length / whole)} ≤ ${xtol}`,
      };
  }
}

/**
 * Minimises half the sum of squares of residuals, ½ Σ rᵢ(θ)², by the method of Levenberg and Marquardt: Gauss–Newton steps,
 * (JᵀJ + μD²) h = −Jᵀr, whose damping μ follows how well the linear model foretold the last one (Nielsen's rule; Madsen,
 * Nielsen and Tingleff, Methods for Non-Linear Least Squares Problems, 2004, algorithm 3.16). D are the largest lengths of J's
 * columns so far (Moré 1978), so that units of parameters do not matter. The method of choice for
 * fitting a curve of up to some hundreds of parameters; near a solution with small residuals it converges like Newton's.
 *
 * It has converged when one of three tests holds: the sum of squares changes by a share of at most `ftol`, the parameters by at most
 * `xtol`, or the residuals are at right angles to the columns of J but for cosines of at most `gtol`.
 *
 * The Jacobian J is exact, and formed. Steps are computed in float64, from residuals in the dtype of the parameters.
 *
 * @param residuals returns a float tensor, or a tree of them: what should become zero.
 * @param start a tree of float tensors.
 * @returns as `minimize` does; `value` is half the sum of squares, and `gradientNorm` the largest component of Jᵀr.
 * @throws ArgumentError, DTypeError
 */
export const leastSquares = <P extends object>(
  residuals: (params: P) => unknown,
  start: P,
  { damping = 1e-3, ftol, xtol, gtol, ...options }: LeastSquaresOptions<P> = {},
): MinimizeResult<P> => {
  if (!(damping > 0 && damping < Infinity))
    throw new ArgumentError(operation, `damping ${damping}; write a number above 0`);
  requireParameters(operation, start);
  const isSingle = leavesOf(operation, start).some(({ dtype }) => dtype === "float32");
  const usual = isSingle ? single : double;
  const tests = { ftol: ftol ?? usual.ftol, xtol: xtol ?? usual.xtol, gtol: gtol ?? usual.gtol };
  for (const [name, value] of Object.entries(tests))
    if (!(value >= 0)) throw new ArgumentError(operation, `${name} ${value}; write a number from 0`);
  const points = descend(residuals, start, damping, tests);
  return lastOf(observed((own) => follow(points, start, { ...own, tolerance: null }), options));
};
