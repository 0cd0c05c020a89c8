/** Coordinate descent for quadratics with an absolute-value penalty (Friedman, Hastie and Tibshirani 2010). */
import type { Suspendable } from "./drive.ts";
import { factorSymmetric } from "./linear-algebra.ts";

/** F(w) = ½ wᵀGw − cᵀw + ½·constant + l1·Σ|w| + ½·l2·Σw². */
export interface PenalisedQuadratic {
  /** G, symmetric positive semidefinite, flat. */
  readonly gram: Float64Array;
  readonly linear: Float64Array;
  readonly constant: number;
  readonly l1: number;
  readonly l2: number;
}

export interface CoordinateDescentOptions {
  readonly maxIter: number;
  /** Ends when the duality gap is below `tol · constant`. */
  readonly tol: number;
  /** Told after each sweep; false ends the descent. */
  readonly onSweep: (value: number) => boolean;
}

export interface CoordinateDescentResult {
  readonly w: Float64Array;
  readonly sweeps: number;
  readonly converged: boolean;
}

const dot = (a: Float64Array, b: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
};

/** w with G·w, kept up to date. */
interface Point {
  readonly w: Float64Array;
  readonly product: Float64Array;
}

const pointAt = (gram: Float64Array, w: Float64Array): Point => {
  const size = w.length;
  const product = new Float64Array(size);
  for (let j = 0; j < size; j++)
    if (w[j] !== 0) for (let i = 0; i < size; i++) product[i]! += gram[j * size + i]! * w[j]!;
  return { w, product };
};

const valueAt = ({ linear, constant, l1, l2 }: PenalisedQuadratic, { w, product }: Point): number => {
  let absolute = 0;
  for (const value of w) absolute += Math.abs(value);
  return 0.5 * (dot(w, product) + constant) - dot(linear, w) + l1 * absolute + 0.5 * l2 * dot(w, w);
};

/** How far above the minimum F can be at most (the gap of Fenchel duality, as in scikit-learn's enet_coordinate_descent). */
const dualityGap = ({ linear, constant, l1, l2 }: PenalisedQuadratic, { w, product }: Point): number => {
  let largest = 0;
  let absolute = 0;
  for (let i = 0; i < w.length; i++) {
    largest = Math.max(largest, Math.abs(linear[i]! - product[i]! - l2 * w[i]!));
    absolute += Math.abs(w[i]!);
  }
  const residual = constant - 2 * dot(linear, w) + dot(w, product);
  const scale = largest > l1 ? l1 / largest : 1;
  const squares = dot(w, w);
  return (
    0.5 * residual * (1 + scale * scale) +
    l1 * absolute -
    scale * (constant - dot(linear, w)) +
    0.5 * l2 * (1 + scale * scale) * squares
  );
};

/** One pass over the coordinates, each moved to its minimum. */
const sweep = ({ gram, linear, l1, l2 }: PenalisedQuadratic, { w, product }: Point): void => {
  const size = w.length;
  for (let j = 0; j < size; j++) {
    const curvature = gram[j * size + j]!;
    const before = w[j]!;
    const pull = linear[j]! - product[j]! + curvature * before;
    // A constant column explains nothing, whatever rounding says.
    const after =
      curvature === 0 ? 0 : (Math.sign(pull) * Math.max(0, Math.abs(pull) - l1)) / (curvature + l2);
    if (after === before) continue;
    w[j] = after;
    const change = after - before;
    for (let i = 0; i < size; i++) product[i]! += gram[j * size + i]! * change;
  }
};

/**
 * The minimum under the assumption that the signs of w are right: a linear system for the coefficients that are not 0.
 * Undefined if the solution has other signs or another coefficient wants to move: then they were not.
 */
const solveOnSupport = ({ gram, linear, l1, l2 }: PenalisedQuadratic, w: Float64Array): Point | undefined => {
  const size = w.length;
  const support = [...w.keys()].filter((j) => w[j] !== 0);
  const count = support.length;
  const H = new Float64Array(count * count);
  support.forEach((i, row) =>
    support.forEach((j, column) => (H[row * count + column] = gram[i * size + j]! + (i === j ? l2 : 0))),
  );
  const g = Float64Array.from(support, (j) => linear[j]! - Math.sign(w[j]!) * l1);
  const factor = factorSymmetric(H, count);
  if (factor.rank < count) return undefined;
  const x = factor.solve(g);
  const solution = new Float64Array(size);
  support.forEach((j, i) => (solution[j] = x[i]!));
  const point = pointAt(gram, solution);
  const allowance = l1 + 1e-10 * Math.max(l1, ...linear.map(Math.abs));
  const holds = solution.every((value, j) =>
    w[j] !== 0
      ? l1 === 0 || Math.sign(value) === Math.sign(w[j]!)
      : Math.abs(linear[j]! - point.product[j]!) <= allowance || gram[j * size + j] === 0,
  );
  return holds ? point : undefined;
};

const isPowerOfTwo = (n: number): boolean => (n & (n - 1)) === 0;

/**
 * Sweeps until the duality gap is small, and then to the exact minimum: once the signs of the coefficients are known it
 * is the solution of a linear system, whose optimality conditions are checked. Suspended after each sweep.
 */
export function* coordinateDescent(
  problem: PenalisedQuadratic,
  start: Float64Array,
  { maxIter, tol, onSweep }: CoordinateDescentOptions,
): Suspendable<CoordinateDescentResult> {
  const point = pointAt(problem.gram, start.slice());
  let wasClose = false;
  for (let sweeps = 1; sweeps <= maxIter; sweeps++) {
    sweep(problem, point);
    const isClose = dualityGap(problem, point) <= tol * problem.constant;
    // Slow on columns that depend on each other, where the signs are often settled long before the values.
    const exact =
      isClose || (sweeps >= 8 && isPowerOfTwo(sweeps)) ? solveOnSupport(problem, point.w) : undefined;
    const goesOn = onSweep(valueAt(problem, exact ?? point));
    // Once more where the signs are not settled: coefficients that are all but 0 become 0.
    const isSettled = isClose && (wasClose || sweeps === maxIter);
    if (exact !== undefined || isSettled) return { w: (exact ?? point).w, sweeps, converged: true };
    wasClose = isClose;
    if (!goesOn) return { w: point.w, sweeps, converged: false };
    yield;
  }
  return { w: point.w, sweeps: maxIter, converged: false };
}
