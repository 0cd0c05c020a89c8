import { ArgumentError } from "../tensor/errors.ts";
import type { DescentMethod } from "./lbfgs/lbfgs.ts";
import { search } from "./lbfgs/line-search.ts";
import { addScaled, dot } from "./lbfgs/vector.ts";

export interface NewtonCgOptions {
  /** How many products with the Hessian a step may take; twice the number of parameters if left out. */
  readonly maxProducts?: number;
}

/**
 * Roughly the solution of H·x = −g by conjugate gradients, which end at a direction in which the curvature is not positive
 * (Nocedal and Wright 2006, algorithm 7.1). The nearer the minimum, the more exactly: steps become Newton's.
 */
const direction = (
  product: (vector: Float64Array) => Float64Array,
  g: Float64Array,
  maxProducts: number,
): Float64Array => {
  const size = Math.sqrt(dot(g, g));
  const tolerance = Math.min(0.5, Math.sqrt(size)) * size;
  const x = new Float64Array(g.length);
  const residual = g.slice();
  let along = g.map((slope) => -slope);
  let squares = dot(residual, residual);
  for (let i = 0; i < maxProducts; i++) {
    const curved = product(along);
    const curvature = dot(along, curved);
    if (!(curvature > 0)) return i === 0 ? along : x;
    const length = squares / curvature;
    addScaled(x, length, along);
    addScaled(residual, length, curved);
    const next = dot(residual, residual);
    if (Math.sqrt(next) <= tolerance) return x;
    const share = next / squares;
    along = along.map((value, k) => share * value - residual[k]!);
    squares = next;
  }
  return x;
};

/**
 * Newton's method by Hessian–vector products, with a line search: for smooth functions of many parameters of which L-BFGS
 * takes too many steps. No Hessian is formed; a product costs about as much as two gradients.
 */
export const newtonCg = ({ maxProducts }: NewtonCgOptions = {}): DescentMethod => {
  if (maxProducts !== undefined && (!Number.isInteger(maxProducts) || maxProducts < 1))
    throw new ArgumentError("newtonCg", `maxProducts ${maxProducts}; write a whole number from 1`);
  return {
    *descend(objective, start) {
      let current = start;
      for (;;) {
        const { point, gradient } = current;
        const towards = direction(objective.hessianAt(point), gradient, maxProducts ?? 2 * gradient.length);
        const slope = dot(towards, gradient);
        if (!(slope < 0)) return "the gradient is zero";
        const taken = search(objective, current, towards, slope, 1);
        if (taken === undefined) return "no lower value along Newton's direction: at the limit of rounding";
        current = taken.evaluation;
        yield current;
      }
    },
  };
};
