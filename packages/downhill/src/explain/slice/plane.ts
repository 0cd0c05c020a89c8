/** Planes through the space of a model's parameters. */
import { topPairsOf } from "../../curvature/eigenpairs.ts";
import { fromFlat, toFlat } from "../../optim/lbfgs/flat.ts";
import { leavesOf } from "../../optim/tree.ts";
import { ArgumentError } from "../../tensor/errors.ts";

/** The points origin + x·directions[0] + y·directions[1]. */
export interface Plane<P extends object> {
  readonly origin: P;
  /** Nested and shaped like the origin. */
  readonly directions: readonly [P, P];
}

/** The plane in which a path lies best. */
export interface PrincipalPlane<P extends object> extends Plane<P> {
  /** The share of the variance of the path's points along each direction: 1 together for a path that lies in the plane. */
  readonly shares: readonly [number, number];
  /** Where the points are in it: (x, y) of the nearest point of the plane. */
  readonly coordinates: readonly (readonly [number, number])[];
}

const dot = (a: Float64Array, b: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
};

/** Adds `factor` times `x` to `y`. */
const addTo = (y: Float64Array, factor: number, x: ArrayLike<number>, offset = 0): void => {
  for (let i = 0; i < x.length; i++) y[offset + i]! += factor * x[i]!;
};

/** The points without their mean, as the rows of a matrix that is not copied together. */
const centredRows = (points: readonly object[]) => {
  const leaves = points.map((point) => leavesOf("principalPlane", point).map(({ data }) => data));
  const mean = new Float64Array(leaves[0]!.reduce((size, data) => size + data.length, 0));
  /** Σ weights[i] · points[i] */
  const combined = (weights: ArrayLike<number>): Float64Array => {
    const sum = new Float64Array(mean.length);
    leaves.forEach((point, i) => {
      let offset = 0;
      for (const data of point) {
        addTo(sum, weights[i]!, data, offset);
        offset += data.length;
      }
    });
    return sum;
  };
  mean.set(combined(new Float64Array(points.length).fill(1 / points.length)));
  return {
    size: mean.length,
    /** Mᵀ·weights */
    combine: (weights: Float64Array): Float64Array => {
      const sum = combined(weights);
      addTo(sum, -weights.reduce((total, weight) => total + weight, 0), mean);
      return sum;
    },
    /** M·vector */
    products: (vector: Float64Array): Float64Array => {
      const ofMean = dot(mean, vector);
      return Float64Array.from(leaves, (point) => {
        let [sum, offset] = [-ofMean, 0];
        for (const data of point) {
          for (let i = 0; i < data.length; i++) sum += data[i]! * vector[offset + i]!;
          offset += data.length;
        }
        return sum;
      });
    },
    variance: (): number => {
      let sum = 0;
      for (const point of leaves) {
        let offset = 0;
        for (const data of point) {
          for (let i = 0; i < data.length; i++) sum += (data[i]! - mean[offset + i]!) ** 2;
          offset += data.length;
        }
      }
      return sum;
    },
  };
};

/** Along the axis that leans least towards the first direction. */
const acrossFrom = (first: Float64Array): Float64Array => {
  let least = 0;
  first.forEach((value, i) => {
    if (Math.abs(value) < Math.abs(first[least]!)) least = i;
  });
  const direction = new Float64Array(first.length);
  direction[least] = 1;
  addTo(direction, -first[least]!, first);
  return direction;
};

const unit = (vector: Float64Array): Float64Array => {
  const length = Math.sqrt(dot(vector, vector));
  return vector.map((value) => value / length);
};

/**
 * The two directions along which a path goes furthest: the leading principal components of its points (Li et al. 2018,
 * "Visualizing the loss landscape of neural nets", section 7), in the plane through `origin`.
 *
 * They are of length 1, at right angles, and turned so that the path begins at coordinates ≥ 0. The second direction of a
 * straight path is along the axis of a parameter that it leaves alone as far as any.
 *
 * @param points of equal shapes, at least two different ones, with at least two numbers each.
 * @throws ArgumentError if there are not.
 */
export const principalPlane = <P extends object>(points: readonly P[], origin: P): PrincipalPlane<P> => {
  if (points.length < 2)
    throw new ArgumentError("principalPlane", `a path of ${points.length} points has no direction; give two`);
  const rows = centredRows(points);
  if (rows.size < 2)
    throw new ArgumentError("principalPlane", "one parameter has no plane; draw its loss as a curve");
  const variance = rows.variance();
  if (!(variance > 0))
    throw new ArgumentError(
      "principalPlane",
      "all points of the path are the same, so that it has no direction",
    );
  // The eigenvectors of M·Mᵀ lead to those of Mᵀ·M, which are many times longer.
  const pairs = topPairsOf(
    {
      size: points.length,
      precision: 16 * 2 ** -52,
      multiply: (weights) => rows.products(rows.combine(weights)),
    },
    2,
    { tolerance: 1e-10, maxSteps: points.length, seed: 0 },
    (value) => value,
  );
  const first = unit(rows.combine(pairs[0]!.vector));
  // Below this share the second one is rounding.
  const hasSecond = pairs.length > 1 && pairs[1]!.value > 1e-12 * variance;
  const other = hasSecond ? rows.combine(pairs[1]!.vector) : acrossFrom(first);
  // Rounding may have left them not quite at right angles.
  addTo(other, -dot(other, first), first);
  const start = toFlat(points[0]!);
  addTo(start, -1, toFlat(origin));
  const [across, up] = [first, unit(other)].map((direction) =>
    dot(start, direction) < 0 ? direction.map((value) => -value) : direction,
  ) as [Float64Array, Float64Array];
  const [originAcross, originUp] = [dot(toFlat(origin), across), dot(toFlat(origin), up)];
  return {
    origin,
    directions: [fromFlat(origin, across), fromFlat(origin, up)],
    shares: [pairs[0]!.value / variance, hasSecond ? pairs[1]!.value / variance : 0],
    coordinates: points.map((point) => {
      const flat = toFlat(point);
      return [dot(flat, across) - originAcross, dot(flat, up) - originUp] as const;
    }),
  };
};
