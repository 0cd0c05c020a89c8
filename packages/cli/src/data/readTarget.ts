import type { Plan } from "downhill-model/plan";
import { planTarget } from "downhill-model/task";
import type { Task } from "downhill-model/task";
import { queryChunks } from "./database.ts";
import { encodeTarget, missingCode, planRules } from "./encode.ts";
import { cellRules } from "./requireNumbers.ts";
import { requireColumn } from "./table.ts";
import type { Table } from "./table.ts";

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
  const sql = `SELECT ${value} FROM source WHERE row >= 0`;
  for await (const chunk of queryChunks(table.connection, sql, table.rows)) {
    const vector = chunk.getColumnVector(0);
    for (let i = 0; i < chunk.rowCount; i++) {
      target[row++] = (vector.getItem(i) as number | null) ?? (isClass ? missingCode : NaN);
    }
  }
  return target instanceof Int32Array ? { classes: target, values: null } : { classes: null, values: target };
}

/** The rows whose target is not missing, in ascending order; what else may be wrong with it is not looked at. */
export async function rowsWithTarget(table: Table, plan: Plan): Promise<Uint32Array> {
  const column = requireColumn(table, plan.target.column, "target column");
  const value = encodeTarget(plan.target, planRules(plan, table), column);
  const rows = new Uint32Array(table.rows);
  let [row, count] = [0, 0];
  const sql = `SELECT ${value} FROM source WHERE row >= 0`;
  for await (const chunk of queryChunks(table.connection, sql, table.rows)) {
    const vector = chunk.getColumnVector(0);
    for (let i = 0; i < chunk.rowCount; i++, row++) {
      const cell = vector.getItem(i);
      const isMissing = cell === null || (plan.target.task === "classification" && cell === missingCode);
      if (!isMissing) rows[count++] = row;
    }
  }
  return rows.slice(0, count);
}
