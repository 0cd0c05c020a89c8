/** From a table to what models take: what the command prepares, prepared here. */
import { featureNames, type Plan } from "downhill-model/plan";
import type { Prepared as Numbers, Rows } from "downhill-model/prepared";
import { splitRows } from "downhill-model/splitRows";
import type { DataRecipe } from "../recipe.ts";
import { beside, encodeColumn } from "./encode.ts";
import { refuse } from "./failure.ts";
import { planOf } from "./plan.ts";
import type { Table } from "./table.ts";
import { type Target, targetOf } from "./task.ts";

export interface Prepared extends Numbers {
  readonly table: Table;
}

const scaleOf = (values: Float64Array): NonNullable<Numbers["targetScale"]> => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  return { mean, deviation };
};

const rowsOf = (table: Table, plan: Plan, { values }: Target, numbers: Uint32Array): Rows => {
  const columns = new Map(table.columns.map((column) => [column.name, column]));
  const blocks = plan.columns.map((column) => encodeColumn(column, columns.get(column.name)!, numbers));
  const missing = plan.columns.map(({ name }): [string, number] => {
    const { cells } = columns.get(name)!;
    return [name, numbers.reduce((count, row) => count + (cells[row] === null ? 1 : 0), 0)];
  });
  return {
    x: beside(blocks, numbers.length),
    rows: numbers.length,
    columns: featureNames(plan),
    y:
      values instanceof Int32Array
        ? Int32Array.from(numbers, (row) => values[row]!)
        : Float64Array.from(numbers, (row) => values[row]!),
    unseen: {},
    missing: Object.fromEntries(missing.filter(([, count]) => count > 0)),
  };
};

/** @param asNumber the model asked for predicts numbers. */
export const prepare = (table: Table, recipe: DataRecipe, asNumber: boolean): Prepared => {
  const target = targetOf(table, recipe.target, asNumber);
  const { task, values } = target;
  const split = splitRows(table.rows, {
    ...(values instanceof Int32Array ? { classes: values } : { values }),
    validation: recipe.validation,
    seed: recipe.seed,
  });
  const { train } = split;
  if (train.length < 2)
    throw refuse(
      `Only ${train.length} row${train.length === 1 ? " is" : "s are"} left to learn from`,
      "Choose a table with more rows, or hold fewer of them out",
    );
  const seen = new Set(Array.from(train, (row) => values[row]!));
  if (seen.size < 2)
    throw refuse(
      `The target “${task.target}” is the same in every row to learn from`,
      "Hold fewer rows out, choose another seed, or another target",
    );
  const plan = planOf(table, task, train, recipe);
  return {
    table,
    task,
    split,
    plan,
    train: rowsOf(table, plan, target, train),
    validation: split.validation.length === 0 ? null : rowsOf(table, plan, target, split.validation),
    targetScale:
      task.kind === "regression" && recipe.standardise
        ? scaleOf(Float64Array.from(train, (row) => values[row]!))
        : null,
  };
};
