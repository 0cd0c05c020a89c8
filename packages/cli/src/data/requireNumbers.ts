import { cellIsMissing, cellNumber } from "./cells.ts";
import type { CellRules } from "./cells.ts";
import { DataError } from "./DataError.ts";
import { firstRowWhere, locateRow } from "./locate.ts";
import type { Column, Table } from "./table.ts";

export function cellRules(table: Table): CellRules {
  return { missingMarkers: table.missingMarkers, comma: table.dialect?.comma ?? "none" };
}

/** Options that make do with cells that are no numbers; null where there is none. */
export interface Remedies {
  readonly asCategory: string | null;
  readonly leaveOut: string | null;
}

const targetRemedies: Remedies = { asCategory: "--task classification", leaveOut: null };

function columnRemedies({ name }: Column): Remedies {
  const quoted = JSON.stringify(name);
  return { asCategory: `--categorical ${quoted}`, leaveOut: `--drop ${quoted}` };
}

/** For a model that exists, what its columns are is settled. */
export const noRemedies: Remedies = { asCategory: null, leaveOut: null };

/**
 * The error for the first cell of `column` that is neither missing nor a finite number, or null if all are.
 * One query, and one reading of the file up to that line: call it when something is known to be wrong.
 */
export async function badNumber(
  table: Table,
  column: Column,
  { asCategory, leaveOut }: Remedies = columnRemedies(column),
): Promise<DataError | null> {
  const rules = cellRules(table);
  const number = cellNumber(column, rules);
  const found = await firstRowWhere(
    table,
    column,
    `NOT ${cellIsMissing(column, rules)} AND NOT coalesce(isfinite(${number}), false)`,
  );
  if (found === null) return null;
  const place = await locateRow(table, found.row, column);
  const name = JSON.stringify(column.name);
  const cell = JSON.stringify(found.cell);
  const markMissing = `write --missing ${/^[\w./#?-]+$/.test(found.cell) ? found.cell : cell} if it means a missing value`;
  if (/^[+-]?(nan|inf|infinity)$/i.test(found.cell)) {
    return new DataError(
      `${place.text}: column ${name} holds ${found.cell}, which no model can learn from`,
      `${markMissing}${leaveOut === null ? "" : `, or leave the column out with ${leaveOut}`}`,
      place,
    );
  }
  if (Number.isNaN(Number(found.cell.replace(",", ".")))) {
    const others = column.nonNumeric > 1 ? `; ${column.nonNumeric} cells of this column are no numbers` : "";
    return new DataError(
      `${place.text}: column ${name} holds numbers, but here ${cell}${others}`,
      `correct the cell, or ${markMissing}${asCategory === null ? "" : `, or ${asCategory} if the column names categories`}`,
      place,
    );
  }
  return new DataError(
    `${place.text}: column ${name} holds ${cell}, which is too large for a 64-bit number`,
    "correct the cell",
    place,
  );
}

/**
 * @throws DataError naming the first cell that is not a number, if the profile says that there is one.
 */
export async function requireNumbers(
  table: Table,
  column: Column,
  role: "feature" | "target" = "feature",
): Promise<void> {
  const finite = Number.isFinite(column.least ?? 0) && Number.isFinite(column.greatest ?? 0);
  if (column.nonNumeric === 0 && finite) return;
  const error = await badNumber(table, column, role === "target" ? targetRemedies : columnRemedies(column));
  if (error !== null) throw error;
}
