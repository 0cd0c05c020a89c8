/** How columns become features: the command's plan, with its numbers from the training rows alone. */
import { numbersRowsByName } from "downhill-model/numbers";
import type { ColumnPlan, Plan } from "downhill-model/plan";
import { type ColumnChoice, type Dropped, planNumber, planOneHot } from "downhill-model/planColumn";
import { planTarget, type Task } from "downhill-model/task";
import { refuse } from "./failure.ts";
import { type Column, describeBad, type Table } from "./table.ts";

/** Whether the column numbers the rows: 1, 2, 3, … under a name that says so. */
const numbersRows = ({ name, cells, missing }: Column): boolean => {
  if (missing > 0 || !numbersRowsByName(name)) return false;
  const first = Number(cells[0]);
  return cells.every((cell, row) => cell === first + row);
};

const numberStatistics = ({ cells }: Column, rows: ArrayLike<number>) => {
  const values = Array.from(rows, (row) => cells[row]).filter((cell) => typeof cell === "number");
  const count = values.length;
  if (count === 0) return { count, mean: null, deviation: null, least: null, greatest: null, median: null };
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count);
  const least = values.reduce((a, b) => Math.min(a, b));
  return { count, mean, deviation, least, greatest: values.reduce((a, b) => Math.max(a, b)), median: null };
};

const categoryStatistics = ({ cells }: Column, rows: ArrayLike<number>) => {
  const counts = new Map<string, number>();
  for (const row of Array.from(rows)) {
    const cell = cells[row];
    if (typeof cell === "string") counts.set(cell, (counts.get(cell) ?? 0) + 1);
  }
  const levels = [...counts]
    .map(([level, count]) => ({ level, count }))
    .sort((a, b) => b.count - a.count || (a.level < b.level ? -1 : 1));
  return { count: levels.reduce((sum, { count }) => sum + count, 0), levels };
};

const planColumn = (column: Column, rows: ArrayLike<number>, standardise: boolean): ColumnPlan | Dropped => {
  const { name, kind, dateFormat, bad } = column;
  if (kind === "empty") return { name, reason: "missing in every row" };
  if (kind === "nested") return { name, reason: "holds lists or records, no numbers or texts" };
  if (bad !== undefined) return { name, reason: describeBad(bad) };
  if (kind === "number" && numbersRows(column)) return { name, reason: "numbers the rows" };
  const choice: ColumnChoice = {
    as: kind === "number" || kind === "date" ? kind : "category",
    forced: false,
    dropped: false,
    fill: "mean",
    standardise,
    maxLevels: 50,
    minLevelRows: 10,
  };
  const described = { name, dateFormat };
  return choice.as !== "category"
    ? planNumber(described, choice, numberStatistics(column, rows), rows.length)
    : planOneHot(described, choice, categoryStatistics(column, rows), rows.length);
};

export interface PlanOptions {
  readonly inputs: readonly string[] | null;
  readonly standardise: boolean;
}

export const planOf = (
  table: Table,
  task: Task,
  rows: ArrayLike<number>,
  { inputs, standardise }: PlanOptions,
): Plan => {
  const columns: ColumnPlan[] = [];
  const dropped: Dropped[] = [];
  for (const column of table.columns) {
    if (column.name === task.target || inputs?.includes(column.name) === false) continue;
    const plan = planColumn(column, rows, standardise);
    if ("reason" in plan) dropped.push(plan);
    else columns.push(plan);
  }
  if (columns.length === 0)
    throw refuse(
      dropped.length === 0
        ? "No column is chosen to learn from"
        : `No column is left to learn from: ${dropped.map(({ name, reason }) => `${name} (${reason})`).join(", ")}`,
      "Choose a column of numbers or of a few texts",
    );
  return {
    version: 1,
    target: planTarget(task),
    missingMarkers: [...table.missingMarkers],
    columns,
    dropped,
    trainingRows: rows.length,
  };
};
