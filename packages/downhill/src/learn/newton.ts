/** Newton's method for convex objectives, as a method that walks downhill by itself. */
import type { DescentMethod } from "../optim/lbfgs/lbfgs.ts";
import type { Evaluation, Objective } from "../optim/lbfgs/objective.ts";
import { dot } from "../optim/lbfgs/vector.ts";
import { factorSymmetric } from "./linear-algebra.ts";

/** The share of the decrease promised by the slope that a step must bring (Armijo's c₁). */
const leastDecrease = 1e-4;

/** Halves the step until the value falls as the slope promises, or within rounding of it. */
const search = (
  objective: Objective,
  from: Evaluation,
  direction: Float64Array,
  slope: number,
): Evaluation | undefined => {
  const noise = 8 * objective.epsilon * Math.abs(from.value);
  for (let length = 1; length > 1e-10; length /= 2) {
    const next = objective.evaluate(from.point.map((x, i) => x + length * direction[i]!));
    if (next.value <= from.value + leastDecrease * length * slope) return next;
    // Where values no longer tell, a smaller gradient is progress.
    if (
      next.value <= from.value + noise &&
      dot(next.gradient, next.gradient) < dot(from.gradient, from.gradient)
    )
      return next;
  }
  return undefined;
};

/**
 * Steps −H⁺g with halving (Nocedal and Wright 2006, section 3.3). Directions in which the Hessian is flat, such as a
 * constant added to the scores of all classes, are left alone.
 *
 * @param hessianAt the Hessian at a point, flat, positive semidefinite.
 */
export const newton = (hessianAt: (point: Float64Array) => Float64Array): DescentMethod => ({
  *descend(objective, start) {
    let current = start;
    for (;;) {
      const { point, gradient } = current;
      const size = point.length;
      // Pivots below the rounding of the Hessian are zero: it may have been computed in single precision.
      const direction = factorSymmetric(hessianAt(point), size, 16 * size * objective.epsilon)
        .solve(gradient)
        .map((value) => -value);
      const slope = dot(direction, gradient);
      if (!(slope < 0)) return "the gradient is zero";
      const next = search(objective, current, direction, slope);
      if (next === undefined) return "no lower value along Newton's direction: at the limit of rounding";
      current = next;
      yield current;
    }
  },
});
