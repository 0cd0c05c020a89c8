/** The sharpest and the flattest curvature of a function at a point. */
import type { Tensor } from "../tensor/tensor.ts";
import { hessianAt, hessianOf, hessianProduct } from "./hessian.ts";
import { lanczos, type SymmetricOperator } from "./lanczos.ts";
import { type CurvatureOptions, effortOf } from "./options.ts";
import { asParameters, type Tensors } from "./parameters.ts";

/** The ends of the spectrum of a Hessian. */
export interface CurvatureRange {
  /** The largest eigenvalue, λmax: along its eigenvector the function curves upwards most. NaN where nothing is finite. */
  readonly largest: number;
  /** The smallest one: negative if the function curves downwards somewhere. */
  readonly smallest: number;
  /** The larger one of their magnitudes. */
  readonly magnitude: number;
  /** Bounds on the errors of the two. */
  readonly largestError: number;
  readonly smallestError: number;
  /** Products with the Hessian that it took. */
  readonly products: number;
}

/** Which end is wanted to the tolerance; the other one comes as good as it comes. */
export type Wanted = "largest" | "both" | "smallestToItsOwnSize";

/** Both ends of the spectrum of a Hessian. */
export const extremesOf = (
  operation: string,
  operator: SymmetricOperator,
  options: CurvatureOptions,
  wanted: Wanted,
): CurvatureRange => {
  const { tolerance, maxSteps, seed } = effortOf(operation, options, operator);
  const { values, residuals, steps } = lanczos(operator, {
    maxSteps,
    seed,
    isDone: ({ values: found, residuals: errors }) => {
      const last = found.length - 1;
      const [low, high] = [found[0]!, found[last]!];
      const size = Math.max(Math.abs(low), Math.abs(high));
      if (!(errors[last]! <= tolerance * size)) return false;
      if (wanted === "largest") return true;
      return errors[0]! <= tolerance * (wanted === "both" ? size : Math.max(Math.abs(low), tolerance * size));
    },
  });
  const last = values.length - 1;
  const [smallest, largest] = [values[0] ?? NaN, values[last] ?? NaN];
  const magnitude = Math.max(Math.abs(smallest), Math.abs(largest));
  const rounding = operator.precision * magnitude;
  return {
    largest,
    smallest,
    magnitude,
    largestError: (residuals[last] ?? NaN) + rounding,
    smallestError: (residuals[0] ?? NaN) + rounding,
    products: steps,
  };
};

const extremes = <T>(
  operation: string,
  f: (params: Tensors<T>) => Tensor,
  params: T,
  options: CurvatureOptions,
  wanted: Wanted,
): CurvatureRange =>
  extremesOf(
    operation,
    hessianOf(f as (at: object) => Tensor, asParameters(operation, params)),
    options,
    wanted,
  );

/**
 * The sharpness of a function at a point: λmax, the largest eigenvalue of its Hessian, by Lanczos's method on
 * Hessian–vector products. Gradient descent with learning rates above 2/λmax cannot stay there (see `stableRate`).
 *
 * It is negative where the function curves downwards in all directions; for the largest magnitude see `curvatureRange`.
 * NaN where the curvature is not finite.
 *
 * @param f returns a float scalar; it is compiled, so that it cannot read values of its parameters.
 * @param params any nesting of float tensors and numbers (which count as float64).
 * @throws DTypeError, ArgumentError if there is nothing to differentiate by.
 */
export const sharpness = <T>(
  f: (params: Tensors<T>) => Tensor,
  params: T,
  options: CurvatureOptions = {},
): number => extremes("sharpness", f, params, options, "largest").largest;

/** `sharpness` at each of several points of the same shapes, such as those of a training's path; compiled once. */
export const sharpnessAlong = <T>(
  f: (params: Tensors<T>) => Tensor,
  points: readonly T[],
  options: CurvatureOptions = {},
): number[] => {
  const product = hessianProduct(f as (at: object) => Tensor);
  return points.map((point) => {
    const operator = hessianAt(product, asParameters("sharpnessAlong", point));
    return extremesOf("sharpnessAlong", operator, options, "largest").largest;
  });
};

/** Largest and smallest eigenvalue of the Hessian of a function at a point, and the larger one of their magnitudes. */
export const curvatureRange = <T>(
  f: (params: Tensors<T>) => Tensor,
  params: T,
  options: CurvatureOptions = {},
): CurvatureRange => extremes("curvatureRange", f, params, options, "both");

/** λmax/λmin; infinite unless the smallest is above 0 beyond doubt. */
export const conditionOf = ({ largest, smallest, smallestError }: CurvatureRange): number => {
  if (Number.isNaN(largest)) return NaN;
  return smallest > smallestError ? largest / smallest : Infinity;
};

/**
 * The condition number κ = λmax/λmin of the Hessian of a function at a point: how much sharper the sharpest curvature is
 * than the flattest. At its best learning rate, 2/(λmax + λmin), plain gradient descent shortens the way to the minimum
 * of a quadratic by the factor (κ − 1)/(κ + 1) at each step (Nocedal and Wright 2006, theorem 3.3): in a ravine, where κ
 * is large, hardly at all.
 *
 * Infinite where some direction is flat (as far as rounding lets us see) or curves downwards.
 */
export const conditionNumber = <T>(
  f: (params: Tensors<T>) => Tensor,
  params: T,
  options: CurvatureOptions = {},
): number => conditionOf(extremes("conditionNumber", f, params, options, "smallestToItsOwnSize"));
