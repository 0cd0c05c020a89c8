import type { ClassValue, Task } from "downhill-model/task";
import { cellIsMissing, cellNumber, cellText } from "./cells.ts";
import { queryRows } from "./database.ts";
import { DataError } from "./DataError.ts";
import { firstRowWhere, locateRow } from "./locate.ts";
import { listNames } from "./nearest.ts";
import { cellRules, requireNumbers } from "./requireNumbers.ts";
import { requireColumn } from "./table.ts";
import type { Column, Table } from "./table.ts";

export interface TaskOptions {
  /** Overrides what the target's cells suggest. */
  readonly task?: "regression" | "classification";
  /** Leave rows without target out instead of refusing the table. */
  readonly dropMissingTarget?: boolean;
}

/** Whole numbers are classes when there are at most this many different ones … */
const mostNumberedClasses = 20;
/** … and each stands in this many rows on average. */
const rowsPerNumberedClass = 5;
const mostClasses = 1000;

/** SQL of the target's value: a number or a text; null when missing. */
function targetValue(table: Table, column: Column, asNumber: boolean): string {
  const rules = cellRules(table);
  if (asNumber) return cellNumber(column, rules);
  return `CASE WHEN ${cellIsMissing(column, rules)} THEN NULL ELSE ${cellText(column)} END`;
}

/** Every value of the target with its number of rows, as long as there are few enough to be classes. */
async function countValues(
  table: Table,
  column: Column,
  asNumber: boolean,
): Promise<{ value: ClassValue; count: number }[]> {
  const value = targetValue(table, column, asNumber);
  const rows = await queryRows(
    table.connection,
    `SELECT value, count(*) FROM (SELECT ${value} AS value FROM source)
     WHERE value IS NOT NULL GROUP BY value ORDER BY value LIMIT ${mostClasses + 1}`,
  );
  const values = rows.map(([cell, count]) => ({ value: cell as string | number, count: Number(count) }));
  if (column.storage !== "boolean") return values;
  return values.map(({ value: text, count }) => ({ value: text === "true", count }));
}

function targetError(table: Table, column: Column, problem: string, remedy: string): DataError {
  const place = { file: table.path, column: column.name };
  return new DataError(`${table.path}: target ${JSON.stringify(column.name)} ${problem}`, remedy, place);
}

async function refuseMissing(table: Table, column: Column): Promise<DataError> {
  const first = await firstRowWhere(table, column, cellIsMissing(column, cellRules(table)));
  const place = await locateRow(table, first?.row ?? 0, column);
  const rows = column.missing === 1 ? "1 row" : `${column.missing} rows`;
  return new DataError(
    `${place.text}: target ${JSON.stringify(column.name)} is missing here, in ${rows} of ${table.rows} altogether`,
    "write --drop-missing-target to leave such rows out",
    place,
  );
}

function refuseTooManyClasses(table: Table, column: Column): DataError {
  const remedy =
    column.kind === "number"
      ? "write --task regression to predict its number"
      : "choose a target that is a number or one of a few classes";
  return targetError(
    table,
    column,
    `has more than ${mostClasses} different values, too many for classes`,
    remedy,
  );
}

/**
 * Works out from the target's cells what is to be predicted:
 *
 * - text, true/false, yes/no: classification
 * - numbers: classification when all are whole, at most 20 different, and each stands in 5 rows on average;
 *   regression otherwise
 *
 * @throws DataError for an unknown target (suggesting the nearest name), missing target cells (count, first line),
 * a constant target, more than 1000 classes, dates, cells that are no numbers.
 */
export async function inferTask(table: Table, target: string, options: TaskOptions = {}): Promise<Task> {
  const column = requireColumn(table, target, "target column");
  if (column.kind === "empty" || column.missing === table.rows) {
    throw targetError(table, column, "is missing in every row", "choose another target");
  }
  if (column.kind === "nested" || column.kind === "date") {
    const what = column.kind === "date" ? "holds dates" : "holds lists or records";
    throw targetError(table, column, `${what}, which cannot be predicted`, "choose a number or a category");
  }
  if (column.missing > 0 && options.dropMissingTarget !== true) throw await refuseMissing(table, column);
  const missing = column.missing;

  // Numbers with a few other cells among them are mistakes, unless the user says that they name classes.
  const namesClasses = options.task === "classification" && column.nonNumeric > 0;
  const isNumber = column.kind === "number" && !namesClasses;
  if (isNumber) await requireNumbers(table, column, "target");
  if (!isNumber && options.task === "regression") {
    const remedy = "leave --task out to predict its classes, or choose a target of numbers";
    throw targetError(table, column, "holds texts, not numbers: no regression", remedy);
  }
  if (isNumber && column.least === column.greatest) {
    throw targetError(table, column, `is ${column.least} in every row`, "there is nothing to learn from it");
  }
  if (isNumber && (options.task === "regression" || (options.task === undefined && !column.whole))) {
    const reason = options.task === undefined ? "the target holds fractions" : "as asked";
    return { kind: "regression", target, missing, reason };
  }

  const values = await countValues(table, column, isNumber);
  if (values.length === 1) {
    const value = JSON.stringify(values[0]?.value);
    throw targetError(table, column, `is ${value} in every row`, "there is nothing to learn from it");
  }
  const rows = table.rows - missing;
  if (isNumber && options.task === undefined) {
    const areClasses = values.length <= mostNumberedClasses && rows >= rowsPerNumberedClass * values.length;
    if (!areClasses) {
      const many = values.length > mostClasses ? `more than ${mostClasses}` : String(values.length);
      return { kind: "regression", target, missing, reason: `the target has ${many} different numbers` };
    }
  }
  if (values.length > mostClasses) throw refuseTooManyClasses(table, column);
  if (!isNumber && values.length > rows / 2 && values.length > 2) {
    const examples = listNames(
      values.map(({ value }) => String(value)),
      3,
    );
    throw targetError(
      table,
      column,
      `has ${values.length} different texts in ${rows} rows: ${examples}`,
      "choose a target that is a number or one of a few classes",
    );
  }
  const reason =
    options.task !== undefined
      ? "as asked"
      : `the target has ${values.length} different ${isNumber ? "whole numbers" : "values"}`;
  return {
    kind: "classification",
    target,
    classes: values.map(({ value }) => value),
    counts: values.map(({ count }) => count),
    missing,
    reason,
  };
}
