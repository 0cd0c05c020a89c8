/** What surrounds a descent: curvature at points of it, and the minimum that it heads for. */
import { conditionOf, type CurvatureRange, extremesOf } from "../../curvature/extremes.ts";
import { hessianAt, hessianProduct } from "../../curvature/hessian.ts";
import { stableRate, type StepRule } from "../../curvature/stable-rate.ts";
import { toFlat } from "../../optim/lbfgs/flat.ts";
import { minimize } from "../../optim/minimize.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { plain } from "./plain.ts";

/** A point where a function goes up in all directions, or nowhere down. */
export interface Minimum<P> {
  readonly params: P;
  readonly value: number;
}

export interface Landscape<P extends object> {
  curvatureAt(params: P): CurvatureRange;
  /** The minimum downhill of a point; undefined if there is none, or it was not reached. */
  minimumFrom(params: P): Minimum<P> | undefined;
}

const length = (tree: object): number => Math.hypot(...toFlat(tree));

export const landscapeOf = <P extends object>(f: (params: P) => Tensor): Landscape<P> => {
  const product = hessianProduct<P>(f);
  const curvatureAt = (params: P): CurvatureRange =>
    extremesOf("descend", hessianAt(product, params), {}, "smallestToItsOwnSize");
  return {
    curvatureAt,
    minimumFrom: (from) => {
      const { params, value, gradientNorm } = minimize(f, from, { maxSteps: 500 });
      if (!Number.isFinite(value)) return undefined;
      const { largest, smallest, smallestError, magnitude } = curvatureAt(params);
      // Not a saddle.
      if (!(smallest >= -smallestError - 1e-6 * magnitude)) return undefined;
      // Nor a plain that falls for ever, as exp(−x) does: there the step that the curvature promises stays long.
      return gradientNorm <= 1e-3 * largest * (1 + length(params)) ? { params, value } : undefined;
    },
  };
};

/** The curvature at a point of interest, and what it means for the learning rate. */
export interface Border<V> {
  readonly where: "start" | "minimum" | "last";
  readonly params: V;
  /** λmax, the largest eigenvalue of the Hessian there. */
  readonly sharpness: number;
  /** The smallest one. */
  readonly flattest: number;
  /** λmax/λmin; infinite where the function does not curve upwards in all directions. */
  readonly condition: number;
  /**
   * The largest stable learning rate of the optimizer: 2/λmax for plain gradient descent, see `stableRate`; Infinity where
   * nothing curves upwards, undefined for optimizers whose steps are not multiples of gradients.
   */
  readonly stableRate: number | undefined;
}

export const borderOf = <P extends object, V>(
  where: Border<V>["where"],
  params: P,
  range: CurvatureRange,
  rule: StepRule | undefined,
): Border<V> => ({
  where,
  params: plain(params) as V,
  sharpness: range.largest,
  flattest: range.smallest,
  condition: conditionOf(range),
  stableRate: rule && stableRate(range.largest, rule),
});
