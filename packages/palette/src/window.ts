/** Which part of the plane, or of the line, a picture shows. */
import type { Descent } from "downhill/explain";

/** Values by variable. */
type Point = Readonly<Record<string, number>>;

export type Interval = readonly [low: number, high: number];

/** How far the picture goes beyond what must be on it. */
const margin = 0.14;
/** Paths that run away are shown to so many times the size of the rest, their first points a little further. */
const [beyond, atFirst] = [0.8, 1.6];
const firstPoints = 3;
/** Variables whose ranges differ by less than this factor are drawn to the same scale. */
const alike = 5;

const isFinitePoint = (point: readonly number[]): boolean => point.every(Number.isFinite);

const hull = (values: readonly number[]): Interval => [Math.min(...values), Math.max(...values)];

const widen = ([low, high]: Interval, by: number): Interval => [low - by, high + by];

const size = ([low, high]: Interval): number => high - low;

/** A range that is not empty: around a single value its own size. */
const opened = (range: Interval): Interval =>
  size(range) > 1e-9 * Math.max(Math.abs(range[0]), Math.abs(range[1])) && size(range) > 0
    ? range
    : widen(range, Math.max(Math.abs(range[0]), 1) / 2);

/**
 * For each variable the range in which a picture shows the descents: start, minimum and the whole of each path, but of those
 * that run away only the part that stays near.
 */
export function windowOf(descents: readonly Descent<Point>[], variables: readonly string[]): Interval[] {
  const coordinates = (point: Point): number[] => variables.map((name) => point[name] ?? NaN);
  const points = ({ path }: Descent<Point>): number[][] =>
    path.map(({ params }) => coordinates(params)).filter(isFinitePoint);
  const calm = descents.filter(({ judgement }) => judgement.verdict !== "diverges");
  const anchors = [
    ...descents.map(({ path }) => coordinates(path[0]!.params)),
    ...descents.flatMap(({ minimum }) => (minimum === null ? [] : [coordinates(minimum.params)])),
    ...calm.flatMap(points),
  ].filter(isFinitePoint);
  const core = variables.map((_, i) => opened(hull(anchors.map((point) => point[i]!))));
  const isNear = (point: readonly number[], share: number): boolean =>
    point.every((value, i) => {
      const [low, high] = widen(core[i]!, share * size(core[i]!));
      return value >= low && value <= high;
    });
  const wild = descents.filter((descent) => !calm.includes(descent)).map(points);
  const shown = [
    ...anchors,
    ...wild.flatMap((path) =>
      path.filter((point, step) => isNear(point, step < firstPoints ? atFirst : beyond)),
    ),
  ];
  return variables.map((_, i) => {
    const range = opened(hull(shown.map((point) => point[i]!)));
    return widen(range, margin * size(range));
  });
}

/**
 * Ranges as wide and high as a picture of this shape (width over height) shows them: to the same scale, so that gradients
 * stand upright on contours, unless the variables differ too much in size.
 */
export function toShape([x, y]: readonly [Interval, Interval], shape: number): [Interval, Interval] {
  const [width, height] = [size(x), size(y)];
  if (Math.max(width / height, height / width) > alike) return [x, y];
  return width / height < shape
    ? [widen(x, (height * shape - width) / 2), y]
    : [x, widen(y, (width / shape - height) / 2)];
}
