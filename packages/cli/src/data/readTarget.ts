import { queryChunks } from "./database.ts";
import { encodeTarget, missingCode } from "./encode.ts";
import { cellRules } from "./requireNumbers.ts";
import { requireColumn } from "./table.ts";
import type { Table } from "./table.ts";
import { planTarget } from "./task.ts";
import type { Task } from "./task.ts";

/** The target of every row, in the form that splitRows takes. */
export type Target =
  | { readonly classes: Int32Array; readonly values: null }
  | { readonly classes: null; readonly values: Float64Array };

/** Reads the target: indices into the task's classes, -1 where missing; or numbers, NaN where missing. */
export async function readTarget(table: Table, task: Task): Promise<Target> {
  const column = requireColumn(table, task.target, "target column");
  const value = encodeTarget(planTarget(task), cellRules(table), column);
  const isClass = task.kind === "classification";
  const target = isClass ? new Int32Array(table.rows) : new Float64Array(table.rows);
  let row = 0;
  for await (const chunk of queryChunks(table.connection, `SELECT ${value} FROM source WHERE row >= 0`)) {
    const vector = chunk.getColumnVector(0);
    for (let i = 0; i < chunk.rowCount; i++) {
      target[row++] = (vector.getItem(i) as number | null) ?? (isClass ? missingCode : NaN);
    }
  }
  return target instanceof Int32Array ? { classes: target, values: null } : { classes: null, values: target };
}
