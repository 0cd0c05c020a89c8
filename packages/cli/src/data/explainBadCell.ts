import type { ColumnPlan, Plan } from "downhill-model/plan";
import { cellText } from "./cells.ts";
import { asText, queryRows } from "./database.ts";
import { DataError } from "./DataError.ts";
import { locateRow } from "./locate.ts";
import { listNames } from "./nearest.ts";
import { badNumber, byModel } from "./requireNumbers.ts";
import { requireColumn } from "./table.ts";
import type { Column, Table } from "./table.ts";

async function cellAt(table: Table, column: Column, row: number): Promise<string> {
  const sql = `SELECT ${cellText(column)} FROM source WHERE row = ${row}`;
  const [found] = await queryRows(table.connection, sql);
  return asText(found?.[0]);
}

/** The error for a cell that the plan takes as number or date, and that is none. */
export async function explainBadCell(table: Table, plan: ColumnPlan, row: number): Promise<DataError> {
  const column = requireColumn(table, plan.name);
  const isNumber = plan.encoding === "number" && plan.holds === "number";
  const known = isNumber ? await badNumber(table, column, byModel) : null;
  if (known !== null) return known;
  const place = await locateRow(table, row, column);
  const cell = await cellAt(table, column, row);
  const holds = isNumber ? "a number" : "a date";
  return new DataError(
    `${place.text}: column ${JSON.stringify(plan.name)} should hold ${holds}, but holds ${JSON.stringify(cell)}`,
    `correct the cell, or write --missing ${JSON.stringify(cell)} if it means a missing value`,
    place,
  );
}

/** The error for a target cell that is missing, no number, or a class that the plan does not know. */
export async function explainBadTarget(
  table: Table,
  target: Plan["target"],
  row: number,
  isMissing: boolean,
): Promise<DataError> {
  const column = requireColumn(table, target.column);
  const name = JSON.stringify(target.column);
  const place = await locateRow(table, row, column);
  if (isMissing) {
    const remedy = "write --drop-missing-target to leave such rows out";
    return new DataError(`${place.text}: target ${name} is missing`, remedy, place);
  }
  const cell = JSON.stringify(await cellAt(table, column, row));
  if (target.task === "regression") {
    return new DataError(`${place.text}: target ${name} should hold a number, but holds ${cell}`, "", place);
  }
  return new DataError(
    `${place.text}: target ${name} holds ${cell}, a class that the model does not know`,
    `its classes are ${listNames(target.classes.map(String), 12)}`,
    place,
  );
}
