import type { DuckDBVector } from "@duckdb/node-api";
import { featureNamesOf } from "downhill-model/plan";
import type { ColumnPlan, NumberPlan, OneHotPlan } from "downhill-model/plan";
import { filledFeature, missingCode } from "./encode.ts";

/** Where a chunk's rows go: row i of it to `places[first + i]` of the matrix (-1: nowhere), or to `first + i`. */
export interface Destination {
  readonly places: Int32Array | null;
  readonly first: number;
}

/** Writes the features of one column, chunk by chunk. */
export interface ColumnWriter {
  /** Missing cells so far, among the rows that are wanted. */
  missing: number;
  /** Cells so far whose category the plan does not know. */
  unseen: number;
  /** Gives the row within the chunk whose cell cannot be used, or -1. */
  write(vector: DuckDBVector, to: Destination): number;
}

export function placeOf({ places, first }: Destination, i: number): number {
  return places === null ? first + i : (places[first + i] ?? -1);
}

/** @param offset - the column's first feature; @param width - features in all */
export function columnWriter(
  column: ColumnPlan,
  x: Float32Array | Float64Array,
  offset: number,
  width: number,
): ColumnWriter {
  return column.encoding === "number"
    ? numberWriter(column, x, offset, width)
    : oneHotWriter(column, x, offset, width);
}

function numberWriter(
  column: NumberPlan,
  x: Float32Array | Float64Array,
  offset: number,
  width: number,
): ColumnWriter {
  const filled = filledFeature(column);
  return {
    missing: 0,
    unseen: 0,
    write(vector, to) {
      for (let i = 0; i < vector.itemCount; i++) {
        const place = placeOf(to, i);
        if (place < 0) continue;
        const value = vector.getItem(i) as number | null;
        if (value === null) this.missing++;
        else if (!Number.isFinite(value)) return i;
        x[place * width + offset] = value ?? filled;
      }
      return -1;
    },
  };
}

function oneHotWriter(
  column: OneHotPlan,
  x: Float32Array | Float64Array,
  offset: number,
  width: number,
): ColumnWriter {
  const levels = column.levels.length;
  // Without a feature for missing cells, these have zeros throughout.
  const missingFeature = column.missing > 0 ? featureNamesOf(column).length - 1 : null;
  return {
    missing: 0,
    unseen: 0,
    write(vector, to) {
      for (let i = 0; i < vector.itemCount; i++) {
        const place = placeOf(to, i);
        if (place < 0) continue;
        const code = vector.getItem(i) as number;
        if (code === missingCode) this.missing++;
        else if (code < 0) this.unseen++;
        const feature = code < 0 ? missingFeature : Math.min(code, levels);
        if (feature !== null) x[place * width + offset + feature] = 1;
      }
      return -1;
    },
  };
}

/** Writes a chunk of targets; gives the row within the chunk whose target is missing or unknown, or -1. */
export function writeTarget(vector: DuckDBVector, to: Destination, y: Float64Array | Int32Array): number {
  const isCode = y instanceof Int32Array;
  for (let i = 0; i < vector.itemCount; i++) {
    const place = placeOf(to, i);
    if (place < 0) continue;
    const value = vector.getItem(i) as number | null;
    if (value === null || !Number.isFinite(value) || (isCode && value < 0)) return i;
    y[place] = value;
  }
  return -1;
}
