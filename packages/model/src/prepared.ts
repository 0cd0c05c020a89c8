/** What models learn from: the numbers that a table gave. */
import { tensor } from "downhill";
import type { Tensor } from "downhill";
import type { TargetScale } from "./card.ts";
import type { Plan } from "./plan.ts";
import type { Split } from "./splitRows.ts";
import type { Task } from "./task.ts";

export interface Matrix {
  /** Features, row-major: feature j of row i is `x[i * columns.length + j]`. */
  readonly x: Float32Array | Float64Array;
  readonly rows: number;
  /** Names of the features. */
  readonly columns: readonly string[];
  /** Targets, or indices into the plan's classes; null unless asked for. */
  readonly y: Float64Array | Int32Array | null;
  /** For each column that has such: cells whose category the plan does not know; they count as missing. */
  readonly unseen: Readonly<Record<string, number>>;
  /** For each column that has such: missing cells. */
  readonly missing: Readonly<Record<string, number>>;
}

/** Features and targets of some rows: numbers as they stand in the table, or indices of classes. */
export interface Rows extends Matrix {
  readonly y: Float64Array | Int32Array;
}

/** A table, ready to be learnt from. */
export interface Prepared {
  readonly task: Task;
  readonly split: Split;
  readonly plan: Plan;
  readonly train: Rows;
  /** Null if no row was held out. */
  readonly validation: Rows | null;
  /** Models learn (target − mean) / deviation, so that rates and losses do not depend on its unit; null for classes. */
  readonly targetScale: TargetScale | null;
}

/** Features and targets as estimators take them. */
export interface Sample {
  readonly X: Tensor;
  readonly y: Tensor;
}

export function sampleOf(
  { x, y, rows, columns }: Rows,
  { targetScale }: Pick<Prepared, "targetScale">,
  dtype: "float32" | "float64",
): Sample {
  const X = tensor(x, { shape: [rows, columns.length], dtype });
  if (targetScale === null || y instanceof Int32Array) return { X, y: tensor(y) };
  const { mean, deviation } = targetScale;
  return {
    X,
    y: tensor(
      y.map((value) => (value - mean) / deviation),
      { dtype },
    ),
  };
}
