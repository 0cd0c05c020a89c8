/** The plane of two inputs on which a model is looked at; the other inputs stay at their mean. */
import { tensor, type Tensor } from "downhill";
import { featureNamesOf } from "downhill-model/plan";
import type { Workshop } from "./ground.ts";

export type Interval = readonly [low: number, high: number];

/** A column of numbers along an axis. */
interface Axis {
  readonly name: string;
  /** Its place among the features. */
  readonly feature: number;
  readonly mean: number;
  readonly deviation: number;
  readonly range: Interval;
}

const axisOf = ({ prepared }: Workshop, name: string): Axis | undefined => {
  let feature = 0;
  for (const column of prepared.plan.columns) {
    if (column.name === name && column.encoding === "number") {
      const { mean, deviation, standardised } = column;
      const cells = prepared.table.columns
        .find((other) => other.name === name)!
        .cells.filter((cell) => typeof cell === "number");
      const [low, high] = [cells.reduce((a, b) => Math.min(a, b)), cells.reduce((a, b) => Math.max(a, b))];
      const margin = 0.06 * (high - low || 1);
      return {
        name,
        feature,
        mean: standardised ? mean : 0,
        deviation: standardised ? deviation : 1,
        range: [low - margin, high + margin],
      };
    }
    feature += featureNamesOf(column).length;
  }
  return undefined;
};

/** The columns of numbers that the model learns from: those that can be axes. */
export const axesOf = ({ prepared }: Workshop): string[] =>
  prepared.plan.columns.filter(({ encoding }) => encoding === "number").map(({ name }) => name);

export interface Plane {
  readonly x: Interval;
  /** [0, 0] along a single axis. */
  readonly y: Interval;
  readonly columns: number;
  readonly rows: number;
  /** [rows · columns, features], from low y to high. */
  readonly X: Tensor;
}

const along = ([low, high]: Interval, i: number, count: number): number =>
  count === 1 ? low : low + ((high - low) * i) / (count - 1);

/** Points over one column of numbers, or over two. */
export const planeOf = (
  workshop: Workshop,
  names: readonly string[],
  columns: number,
  rows: number,
): Plane | undefined => {
  const { means } = workshop;
  const axes = names.map((name) => axisOf(workshop, name));
  const [across, up] = axes;
  if (across === undefined || axes.includes(undefined)) return undefined;
  const width = means.length;
  const count = up === undefined ? 1 : rows;
  const X = new Float64Array(count * columns * width);
  for (let row = 0; row < count; row++)
    for (let column = 0; column < columns; column++) {
      const at = (row * columns + column) * width;
      X.set(means, at);
      X[at + across.feature] = (along(across.range, column, columns) - across.mean) / across.deviation;
      if (up !== undefined) X[at + up.feature] = (along(up.range, row, rows) - up.mean) / up.deviation;
    }
  return {
    x: across.range,
    y: up?.range ?? [0, 0],
    columns,
    rows: count,
    X: tensor(X, { shape: [count * columns, width], dtype: "float64" }),
  };
};

const kept = new WeakMap<Workshop, Map<string, Plane | undefined>>();

/** The same, made once. */
export const keptPlane = (
  workshop: Workshop,
  names: readonly string[],
  columns: number,
  rows: number,
): Plane | undefined => {
  const planes = kept.get(workshop) ?? new Map<string, Plane | undefined>();
  kept.set(workshop, planes);
  const key = JSON.stringify([names, columns, rows]);
  if (!planes.has(key)) planes.set(key, planeOf(workshop, names, columns, rows));
  return planes.get(key);
};
