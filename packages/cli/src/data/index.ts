/**
 * Tables in, typed arrays out. The way of a table through `train`:
 *
 *     const table = await openTable("penguins.csv");
 *     const task = await inferTask(table, "species");
 *     const split = splitRows(table.rows, { ...(await readTarget(table, task)), validation: 0.2, seed: 0 });
 *     const plan = await planPreprocessing(table, task, { rows: split.train });
 *     const train = await applyPreprocessing(plan, table, { rows: split.train, target: true });
 *
 * and through `predict`: `openTable`, `applyPreprocessing(plan, table)`, `writeTable`.
 */
export { applyPreprocessing, applyToParts } from "./applyPreprocessing.ts";
export type { ApplyOptions } from "./applyPreprocessing.ts";
export { DataError } from "./DataError.ts";
export type { DataPlace } from "./DataError.ts";
export type { ExtraColumn } from "./extraColumns.ts";
export { locateRow } from "./locate.ts";
export { listNames, nearestName } from "./nearest.ts";
export { openTable } from "./openTable.ts";
export type { OpenOptions } from "./openTable.ts";
export { planPreprocessing } from "./planPreprocessing.ts";
export type { PlanOptions } from "./planPreprocessing.ts";
export { readRow } from "./readRow.ts";
export type { Row } from "./readRow.ts";
export { readTarget, rowsWithTarget } from "./readTarget.ts";
export type { Target } from "./readTarget.ts";
export { findColumn, requireColumn } from "./table.ts";
export type { Column, ColumnKind, Table } from "./table.ts";
export { inferTask } from "./task.ts";
export type { TaskOptions } from "./task.ts";
export { writeTable, writeTableTo } from "./writeTable.ts";
