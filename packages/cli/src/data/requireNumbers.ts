import { isNonFinite, numberIn, largestToLearnFrom } from "downhill-model/numbers";
import { cellIsMissing, cellNumber } from "./cells.ts";
import type { CellRules } from "./cells.ts";
import { DataError } from "./DataError.ts";
import { firstRowWhere, locateRow } from "./locate.ts";
import type { Column, Table } from "./table.ts";

export function cellRules(table: Table): CellRules {
  return { missingMarkers: table.missingMarkers, comma: table.dialect?.comma ?? "none" };
}

/** What a column's numbers are for: which of them serve, and options that make do with cells that do not; null where there is none. */
export interface Use {
  readonly largest: number;
  readonly asCategory: string | null;
  readonly leaveOut: string | null;
}

const asTarget: Use = { largest: largestToLearnFrom, asCategory: "--task classification", leaveOut: null };

function asFeature({ name }: Column): Use {
  const quoted = JSON.stringify(name);
  return { largest: largestToLearnFrom, asCategory: `--categorical ${quoted}`, leaveOut: `--drop ${quoted}` };
}

/** For a model that exists, what its columns are is settled. */
export const byModel: Use = { largest: Number.MAX_VALUE, asCategory: null, leaveOut: null };

/**
 * The error for the first cell of `column` that is neither missing nor a number that serves, or null if all are.
 * One query, and one reading of the file up to that line: call it when something is known to be wrong.
 */
export async function badNumber(
  table: Table,
  column: Column,
  { largest, asCategory, leaveOut }: Use = asFeature(column),
): Promise<DataError | null> {
  const rules = cellRules(table);
  const number = cellNumber(column, rules);
  const found = await firstRowWhere(
    table,
    column,
    `NOT ${cellIsMissing(column, rules)} AND NOT coalesce(abs(${number}) <= ${largest}, false)`,
  );
  if (found === null) return null;
  const place = await locateRow(table, found.row, column);
  const name = JSON.stringify(column.name);
  const cell = JSON.stringify(found.cell);
  const markMissing = `write --missing ${/^[\w./#?-]+$/.test(found.cell) ? found.cell : cell} if it means a missing value`;
  if (isNonFinite(found.cell)) {
    return new DataError(
      `${place.text}: column ${name} holds ${found.cell}, which no model can learn from`,
      `${markMissing}${leaveOut === null ? "" : `, or leave the column out with ${leaveOut}`}`,
      place,
    );
  }
  const value = numberIn(found.cell.trim(), rules.comma);
  if (Number.isNaN(value)) {
    const others = column.nonNumeric > 1 ? `; ${column.nonNumeric} cells of this column are no numbers` : "";
    return new DataError(
      `${place.text}: column ${name} holds numbers, but here ${cell}${others}`,
      `correct the cell, or ${markMissing}${asCategory === null ? "" : `, or ${asCategory} if the column names categories`}`,
      place,
    );
  }
  if (Number.isFinite(value)) {
    return new DataError(
      `${place.text}: column ${name} holds ${cell}, which is too large: its square is no 64-bit number`,
      `divide the column by a power of ten${leaveOut === null ? "" : `, or leave it out with ${leaveOut}`}`,
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
 * @throws DataError naming the first cell that cannot be learnt from, if the profile says that there is one.
 */
export async function requireNumbers(
  table: Table,
  column: Column,
  role: "feature" | "target" = "feature",
): Promise<void> {
  const use = role === "target" ? asTarget : asFeature(column);
  const size = Math.max(Math.abs(column.least ?? 0), Math.abs(column.greatest ?? 0));
  if (column.nonNumeric === 0 && size <= use.largest) return;
  const error = await badNumber(table, column, use);
  if (error !== null) throw error;
}
