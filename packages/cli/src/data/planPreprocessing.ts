import { numbersRowsByName } from "downhill-model/numbers";
import type { Plan } from "downhill-model/plan";
import { planNumber, planOneHot } from "downhill-model/planColumn";
import type { ColumnChoice, Fill } from "downhill-model/planColumn";
import { planTarget } from "downhill-model/task";
import type { Task } from "downhill-model/task";
import { DataError } from "./DataError.ts";
import { badNumber, requireNumbers } from "./requireNumbers.ts";
import { computeStatistics } from "./statistics.ts";
import type { StatisticsRequest } from "./statistics.ts";
import { requireColumn } from "./table.ts";
import type { Column, Table } from "./table.ts";

export interface PlanOptions {
  /** Training rows (numbers from 0): means, deviations and categories come from them alone. Default: all. */
  readonly rows?: ArrayLike<number>;
  /** Columns to leave out. */
  readonly drop?: readonly string[];
  /** Columns to take as categories whatever they hold. */
  readonly categorical?: readonly string[];
  /** Columns to take as numbers whatever they look like. */
  readonly numeric?: readonly string[];
  /** For all columns of numbers (default "mean", which leaves a linear model's weights alone). */
  readonly fill?: Fill;
  /** For single columns. */
  readonly fillColumns?: ReadonlyMap<string, Fill>;
  /** Columns to leave on their own scale, or true for all. */
  readonly noStandardise?: boolean | readonly string[];
  /** Texts with more categories are left out, or cut to the most frequent if named in `categorical` (default 50). */
  readonly maxLevels?: number;
  /** Categories in fewer training rows than this, and in under 1 % of them, are put together (default 10). */
  readonly minLevelRows?: number;
}

/** Above this many different texts, to within a few percent, the categories are not even counted. */
const mostCounted = 1000;
/** Whether the column numbers the rows: 1, 2, 3, … under a name that says so. */
function numbersRows(table: Table, column: Column): boolean {
  const { least, greatest, whole, missing } = column;
  if (least === null || greatest === null || !whole || missing > 0) return false;
  return greatest - least + 1 === table.rows && numbersRowsByName(column.name);
}

function reasonToDrop(table: Table, column: Column, choice: ColumnChoice): string | null {
  if (choice.dropped) return "as asked";
  if (column.kind === "empty") return "missing in every row";
  if (column.kind === "nested")
    return `holds ${column.sqlType.toLowerCase().slice(0, 40)}, no numbers or texts`;
  if (choice.forced) return null;
  if (choice.as === "number" && numbersRows(table, column)) return "numbers the rows";
  if (choice.as === "category" && column.distinct !== null && column.distinct > mostCounted) {
    return column.distinct > (table.rows - column.missing) / 2
      ? "a different text in almost every row"
      : `about ${column.distinct} different texts, too many for categories`;
  }
  return null;
}

function choose(column: Column, options: PlanOptions): ColumnChoice {
  const { drop = [], categorical = [], numeric = [], noStandardise = false } = options;
  const { name, kind } = column;
  const forcedAs = categorical.includes(name) ? "category" : numeric.includes(name) ? "number" : null;
  const byKind = kind === "number" ? "number" : kind === "date" ? "date" : "category";
  return {
    as: forcedAs ?? byKind,
    forced: forcedAs !== null,
    dropped: drop.includes(name),
    fill: options.fillColumns?.get(name) ?? options.fill ?? "mean",
    standardise: typeof noStandardise === "object" ? !noStandardise.includes(name) : !noStandardise,
    maxLevels: options.maxLevels ?? 50,
    minLevelRows: options.minLevelRows ?? 10,
  };
}

/** Every column that an option names must be there, and not be asked for twice. */
function checkNames(table: Table, target: string, options: PlanOptions): void {
  const { drop = [], categorical = [], numeric = [], noStandardise } = options;
  const scaled = typeof noStandardise === "object" ? noStandardise : [];
  for (const name of [
    ...drop,
    ...categorical,
    ...numeric,
    ...scaled,
    ...(options.fillColumns?.keys() ?? []),
  ]) {
    requireColumn(table, name);
  }
  const place = { file: table.path };
  if (drop.includes(target)) {
    throw new DataError(`the target ${JSON.stringify(target)} cannot be dropped`, "choose another target", {
      ...place,
      column: target,
    });
  }
  const twice = categorical.find((name) => numeric.includes(name));
  if (twice !== undefined) {
    const name = JSON.stringify(twice);
    throw new DataError(`column ${name} is asked for as number and as category`, "name it once", {
      ...place,
      column: twice,
    });
  }
}

async function checkNumbers(table: Table, column: Column, forced: boolean): Promise<void> {
  if (!forced) return requireNumbers(table, column);
  const error = column.storage === "boolean" ? null : await badNumber(table, column);
  if (error !== null) throw error;
}

/**
 * Chooses for each column how it becomes features:
 *
 * - numbers: missing ones filled with the mean; standardised with mean and population standard deviation
 * - dates: days since 1970, then as numbers
 * - texts and booleans: one feature per category, the most frequent first; rare categories share one; missing is a
 *   category of its own if there are missing cells
 * - left out: constant and empty columns, row numbers, texts with too many categories, nested values
 *
 * All numbers come from `options.rows` alone. One pass over the table.
 *
 * @throws DataError for unknown columns, cells that are no numbers, and when no column is left.
 */
export async function planPreprocessing(table: Table, task: Task, options: PlanOptions = {}): Promise<Plan> {
  checkNames(table, task.target, options);
  const dropped: { name: string; reason: string }[] = [];
  const chosen: { column: Column; choice: ColumnChoice }[] = [];
  for (const column of table.columns) {
    if (column.name === task.target) continue;
    const choice = choose(column, options);
    const reason = reasonToDrop(table, column, choice);
    if (reason !== null) dropped.push({ name: column.name, reason });
    else {
      if (choice.as === "number") await checkNumbers(table, column, choice.forced);
      chosen.push({ column, choice });
    }
  }

  const requests = chosen.map(({ column, choice }): StatisticsRequest => {
    return { column, as: choice.as, median: choice.fill === "median" };
  });
  const statistics = await computeStatistics(table, requests, options.rows ?? null);
  const trainingRows = options.rows?.length ?? table.rows;
  const columns: Plan["columns"] = [];
  chosen.forEach(({ column, choice }, i) => {
    const found = statistics[i];
    if (found === undefined) return;
    const plan =
      "levels" in found
        ? planOneHot(column, choice, found, trainingRows)
        : planNumber(column, choice, found, trainingRows);
    if ("reason" in plan) dropped.push(plan);
    else columns.push(plan);
  });
  if (columns.length === 0) throw nothingLeft(table, dropped, trainingRows);

  return {
    version: 1,
    target: planTarget(task),
    missingMarkers: [...table.missingMarkers],
    columns,
    dropped,
    trainingRows,
  };
}

function nothingLeft(
  table: Table,
  dropped: readonly { name: string; reason: string }[],
  trainingRows: number,
): DataError {
  if (dropped.length === 0) {
    const remedy = "add columns from which the target can be predicted";
    return new DataError(`${table.path}: there is no column besides the target`, remedy, {
      file: table.path,
    });
  }
  const reasons = dropped.slice(0, 8).map(({ name, reason }) => `${name} (${reason})`);
  // No option makes anything of columns whose cells are all the same.
  const isConstant = dropped.every(({ reason }) => /^(constant|missing)/.test(reason));
  const remedy =
    trainingRows === 1
      ? "there is but one row to learn from: write a table of more rows"
      : isConstant
        ? "add columns whose cells differ from row to row"
        : "keep one with --numeric COLUMN or --categorical COLUMN";
  return new DataError(`${table.path}: no column is left to learn from: ${reasons.join(", ")}`, remedy, {
    file: table.path,
  });
}
