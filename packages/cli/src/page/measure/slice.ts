/** The loss on a plane through the parameters that were kept. */
import { tensor, zeros } from "downhill";
import type { Tensor } from "downhill";
import { lossSlice, principalPlane } from "downhill/explain";
import type { Plane } from "downhill/explain";
import type { LinearParameters } from "downhill/learn";
import { terrain } from "../../descent/terrain.ts";
import type { Contour } from "../../descent/terrain.ts";
import { toShape } from "downhill-palette/window";
import type { Interval } from "downhill-palette/window";
import type { Weight } from "../../training/weights.ts";
import type { CoursePoint } from "./course.ts";
import type { MeasuredLoss, Parameters } from "./loss.ts";

type Spot = readonly [x: number, y: number];

interface Map {
  /** In the plane's coordinates. */
  readonly window: readonly [Interval, Interval];
  readonly contours: readonly Contour[];
  /** Lowest and highest loss that a colour was given to. */
  readonly lowest: number;
}

/** Along the way: the plane in which it lies best. */
export interface PathSlice extends Map {
  readonly kind: "path";
  readonly shares: readonly [number, number];
  /** Where the course's points are. */
  readonly spots: readonly Spot[];
}

/** Without a way: around the solution, along two of its weights. */
export interface SolutionSlice extends Map {
  readonly kind: "solution";
  readonly weights: readonly [Weight | null, Weight];
  /** From the plane's coordinates to changes of the weights in their own units. */
  readonly units: readonly [number, number];
}

export type Slice = PathSlice | SolutionSlice;

/** Width over height of the maps. */
export const mapShape = 1.3;

const levels = 13;

interface Grid {
  readonly columns: number;
  readonly rows: number;
}

function mapOf(
  { f }: MeasuredLoss,
  plane: Plane<Parameters>,
  window: readonly [Interval, Interval],
  { columns, rows }: Grid,
): Map {
  let lowest = Infinity;
  const values = (places: readonly ArrayLike<number>[]): Float64Array => {
    const found = lossSlice(f, plane, places[0]!, places[1]!);
    lowest = found.reduce((a, b) => Math.min(a, b), lowest);
    return found;
  };
  const contours = terrain({ values }, window, Infinity, { columns, rows, levels });
  return { window, contours, lowest };
}

const around = (values: readonly number[], margin: number): Interval => {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return [low - margin, high + margin];
};

/** Null for a path without two different points, or through a single parameter. */
export function sliceAlong(
  course: readonly CoursePoint[],
  origin: Parameters,
  loss: MeasuredLoss,
  grid: Grid,
): PathSlice | null {
  const isStill = course.every(({ norms }) => norms.every((norm) => norm === 0));
  if (course.length < 2 || isStill) return null;
  const plane = principalPlane<Parameters>(
    course.map(({ parameters }) => parameters),
    origin,
  );
  const spots = plane.coordinates;
  const [xs, ys] = [
    [0, ...spots.map(([x]) => x)],
    [0, ...spots.map(([, y]) => y)],
  ];
  const size = Math.max(Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys));
  const margin = 0.16 * size;
  const window = toShape([around(xs, margin), around(ys, margin)], mapShape);
  return { kind: "path", shares: plane.shares, spots, ...mapOf(loss, plane, window, grid) };
}

/** A tensor like this one, 1 at a place and 0 elsewhere. */
function unitLike({ shape, dtype, size }: Tensor, place: number): Tensor {
  const values = new Float64Array(size);
  values[place] = 1;
  return tensor(values, { shape: [...shape], dtype: dtype as "float64" });
}

/** By how much the loss rises at one unit to either side, on average. */
function rise({ f }: MeasuredLoss, plane: Plane<Parameters>, direction: 0 | 1): number {
  const [xs, ys] =
    direction === 0
      ? [
          [0, 1, -1],
          [0, 0, 0],
        ]
      : [
          [0, 0, 0],
          [0, 1, -1],
        ];
  const [at = 0, above = 0, below = 0] = lossSlice(f, plane, xs, ys);
  return (above + below) / 2 - at;
}

/**
 * Around a linear regression's solution, along the two weights that move predictions most, or the only one and the
 * intercept.
 *
 * @param weights - those that move predictions most first
 */
export function sliceAround(
  origin: LinearParameters,
  weights: readonly Weight[],
  /** Of the target's scale. */
  deviation: number,
  loss: MeasuredLoss,
  grid: Grid,
): SolutionSlice | null {
  const [first, second] = weights;
  const { coef, intercept } = origin;
  if (first === undefined || (second === undefined && intercept === undefined)) return null;
  const still: LinearParameters = {
    coef: zeros([...coef.shape], { dtype: coef.dtype as "float64" }),
    ...(intercept === undefined
      ? {}
      : { intercept: zeros([...intercept.shape], { dtype: coef.dtype as "float64" }) }),
  };
  const along = (weight: { readonly place: number }): LinearParameters => ({
    ...still,
    coef: unitLike(coef, weight.place),
  });
  const alongIntercept = (): LinearParameters => ({ ...still, intercept: unitLike(intercept!, 0) });
  const plane: Plane<Parameters> = {
    origin,
    directions: [second === undefined ? alongIntercept() : along(second), along(first)],
  };
  const bottom = loss.f(origin).item();
  // As far as the loss doubles; where it is nearly zero, as far as the weight is from zero.
  const reach = ([0, 1] as const).map((direction) => {
    const steepness = rise(loss, plane, direction);
    return steepness > 0 ? Math.sqrt(Math.max(bottom, 0.05) / steepness) * 1.1 : 1;
  });
  const [across = 1, up = 1] = reach;
  const window: [Interval, Interval] = [
    [-across, across],
    [-up, up],
  ];
  return {
    kind: "solution",
    weights: [second ?? null, first],
    units: [second?.unit ?? deviation, first.unit],
    ...mapOf(loss, plane, window, grid),
  };
}
