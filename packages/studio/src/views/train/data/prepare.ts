/** From a table to what models take. */
import type { DataRecipe } from "../recipe.ts";
import { featureNamesOf, type Plan, splitRows } from "./command.ts";
import { beside, encodeColumn } from "./encode.ts";
import { refuse } from "./failure.ts";
import { planOf } from "./plan.ts";
import type { Table } from "./table.ts";
import { type ClassValue, type Target, targetOf } from "./task.ts";

export interface Scale {
  readonly mean: number;
  readonly deviation: number;
}

/** Features and targets of some rows. */
export interface Rows {
  /** Numbers of the rows in the table, from 0. */
  readonly numbers: Uint32Array;
  /** [rows, features] */
  readonly X: Float64Array;
  /** Standardised numbers, or indices of classes. */
  readonly y: Float64Array;
}

export interface Prepared {
  readonly table: Table;
  readonly plan: Plan;
  readonly features: readonly string[];
  /** Null for numbers. */
  readonly classes: readonly ClassValue[] | null;
  /** Models learn (target − mean) / deviation; null for classes, and where nothing is standardised. */
  readonly targetScale: Scale | null;
  readonly train: Rows;
  readonly validation: Rows;
  /** Rows left out for want of a target. */
  readonly withoutTarget: number;
}

const scaleOf = (values: Float64Array): Scale => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  return { mean, deviation };
};

export const rowsOf = (
  table: Table,
  plan: Plan,
  target: Target,
  scale: Scale | null,
  numbers: Uint32Array,
): Rows => {
  const blocks = plan.columns.map((column) =>
    encodeColumn(
      column,
      table.columns.find(({ name }) => name === column.name)!,
      numbers,
    ),
  );
  const raw = target.kind === "regression" ? target.values : target.indices;
  const y = Float64Array.from(numbers, (row) => raw[row]!);
  return {
    numbers,
    X: beside(blocks, numbers.length),
    y: scale === null ? y : y.map((value) => (value - scale.mean) / scale.deviation),
  };
};

/** @param asNumber the model asked for predicts numbers. */
export const prepare = (table: Table, recipe: DataRecipe, asNumber: boolean): Prepared => {
  const target = targetOf(table, recipe.target, asNumber);
  const known =
    target.kind === "regression"
      ? { values: target.values, missing: target.values.filter(Number.isNaN).length }
      : { classes: target.indices, missing: target.indices.filter((index) => index < 0).length };
  const split = splitRows(table.rows, { ...known, validation: recipe.validation, seed: recipe.seed });
  if (split.train.length < 2)
    throw refuse(
      `Only ${split.train.length} row${split.train.length === 1 ? " is" : "s are"} left to learn from`,
      "Choose a table with more rows, or hold fewer of them out",
    );
  const plan = planOf(table, target, split.train, recipe);
  const scale =
    target.kind === "regression" && recipe.standardise
      ? scaleOf(Float64Array.from(split.train, (row) => target.values[row]!))
      : null;
  if (scale !== null && !(scale.deviation > 0 && scale.deviation < Infinity))
    throw refuse(
      `The target “${target.name}” is the same in every training row`,
      "Choose another target, or another seed, which holds other rows out",
    );
  if (target.kind === "classification") {
    const seen = new Set(Array.from(split.train, (row) => target.indices[row]));
    if (seen.size < 2)
      throw refuse("The rows to learn from are all of one class", "Hold fewer rows out, or choose another seed");
  }
  const of = (numbers: Uint32Array): Rows => rowsOf(table, plan, target, scale, numbers);
  return {
    table,
    plan,
    features: plan.columns.flatMap(featureNamesOf),
    classes: target.kind === "classification" ? target.classes : null,
    targetScale: scale,
    train: of(split.train),
    validation: of(split.validation),
    withoutTarget: known.missing,
  };
};
