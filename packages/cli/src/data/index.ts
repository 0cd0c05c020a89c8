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
export { applyPreprocessing } from "./applyPreprocessing.ts";
export type { ApplyOptions, Matrix } from "./applyPreprocessing.ts";
export { DataError } from "./DataError.ts";
export type { DataPlace } from "./DataError.ts";
export type { ExtraColumn } from "./extraColumns.ts";
export { locateRow } from "./locate.ts";
export { nearestName } from "./nearest.ts";
export { openTable } from "./openTable.ts";
export type { OpenOptions } from "./openTable.ts";
export { describePlan, featureNames, featureNamesOf, summarisePlan } from "./plan.ts";
export type { ColumnPlan, NumberPlan, OneHotPlan, Plan } from "./plan.ts";
export { planPreprocessing } from "./planPreprocessing.ts";
export type { Fill } from "./planColumn.ts";
export type { PlanOptions } from "./planPreprocessing.ts";
export { readRow } from "./readRow.ts";
export type { Row } from "./readRow.ts";
export { readTarget, rowsWithTarget } from "./readTarget.ts";
export type { Target } from "./readTarget.ts";
export { splitRows } from "./splitRows.ts";
export type { Split, SplitOptions } from "./splitRows.ts";
export { findColumn, requireColumn } from "./table.ts";
export type { Column, ColumnKind, Table } from "./table.ts";
export { inferTask } from "./task.ts";
export type { ClassValue, Task, TaskOptions } from "./task.ts";
export { writeTable, writeTableTo } from "./writeTable.ts";
