import { cellIsMissing, cellNumber } from "./cells.ts";
import type { CellRules } from "./cells.ts";
import { DataError } from "./DataError.ts";
import { firstRowWhere, locateRow } from "./locate.ts";
import type { Column, Table } from "./table.ts";

export function cellRules(table: Table): CellRules {
  return { missingMarkers: table.missingMarkers, decimalComma: table.dialect?.decimalComma ?? false };
}

/**
 * The error for the first cell of `column` that is neither missing nor a finite number, or null if all are.
 * One query, and one reading of the file up to that line: call it when something is known to be wrong.
 *
 * @param asCategory - the option that makes the column one of categories, if it can still be
 */
export async function badNumber(
  table: Table,
  column: Column,
  asCategory: string | null = `--categorical ${JSON.stringify(column.name)}`,
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
      `${markMissing}${asCategory === null ? "" : `, or leave the column out with --drop ${name}`}`,
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

/** @throws DataError naming the first cell that is not a number, if the profile says that there is one. */
export async function requireNumbers(table: Table, column: Column, asCategory?: string): Promise<void> {
  const finite = Number.isFinite(column.least ?? 0) && Number.isFinite(column.greatest ?? 0);
  if (column.nonNumeric === 0 && finite) return;
  const error = await badNumber(table, column, asCategory);
  if (error !== null) throw error;
}
