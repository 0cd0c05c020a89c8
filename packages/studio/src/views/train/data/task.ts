/** What is to be predicted, from the cells of the target; the command's rules (task.ts there). */
import type { Task } from "downhill-model/task";
import { refuse } from "./failure.ts";
import { type Column, describeBad, type Table } from "./table.ts";

type ClassValue = string | number;

/** What is to be predicted, and what it is in each row: a number, or the index of its class; NaN or −1 where missing. */
export type Target =
  | { readonly task: Task & { readonly kind: "regression" }; readonly values: Float64Array }
  | { readonly task: Task & { readonly kind: "classification" }; readonly values: Int32Array };

/** Whole numbers are classes when there are at most this many different ones, each in so many rows on average. */
const mostNumberedClasses = 20;
const rowsPerNumberedClass = 5;
/** More cannot be told apart on a picture, nor in a legend. */
const mostClasses = 50;

const isNumbered = (values: readonly ClassValue[]): values is readonly number[] =>
  values.every((value) => typeof value === "number");

/** Whether a column of numbers numbers classes. */
const numbersClasses = (distinct: readonly ClassValue[], rows: number): boolean =>
  isNumbered(distinct) &&
  distinct.every(Number.isInteger) &&
  distinct.length <= mostNumberedClasses &&
  rows >= rowsPerNumberedClass * distinct.length;

const quoted = (name: string): string => `“${name}”`;

/** @param asNumber the model asked for predicts numbers. */
export const targetOf = (table: Table, name: string, asNumber: boolean): Target => {
  const column = table.columns.find((other) => other.name === name);
  if (column === undefined)
    throw refuse(
      `${table.name} has no column ${quoted(name)}`,
      `Choose one of its columns as the target: ${table.columns.map((other) => other.name).join(", ")}`,
    );
  const said = `The target ${quoted(name)}`;
  if (column.kind === "empty") throw refuse(`${said} is missing in every row`, "Choose another target");
  if (column.kind === "nested")
    throw refuse(`${said} holds lists or records`, "Choose a column of numbers or of a few classes");
  if (column.kind === "date")
    throw refuse(
      `${said} holds dates, which cannot be predicted`,
      "Choose a column of numbers or of a few classes",
    );
  if (column.bad !== undefined)
    throw refuse(
      `${said} ${describeBad(column.bad)}`,
      "Mend that cell, or leave it empty: rows without target are left out",
    );
  const present = column.cells.filter((cell): cell is ClassValue => cell !== null);
  const distinct = [...new Set(present)];
  if (distinct.length === 1)
    throw refuse(
      `${said} is ${JSON.stringify(distinct[0])} in every row: there is nothing to tell apart`,
      "Choose another target, or a table with rows of other classes too",
    );
  if (column.kind !== "number" && asNumber)
    throw refuse(
      `${said} holds texts, and linear regression predicts numbers`,
      "Choose logistic regression or a network to predict its classes, or a target of numbers",
    );
  if (column.kind === "number" && (asNumber || !numbersClasses(distinct, present.length)))
    return {
      task: { kind: "regression", target: name, missing: column.missing, reason: "a number" },
      values: Float64Array.from(column.cells, (cell) => Number(cell ?? NaN)),
    };
  if (distinct.length > mostClasses || (distinct.length > present.length / 2 && distinct.length > 2))
    throw refuse(
      `${said} has ${distinct.length} different texts in ${present.length} rows`,
      "Choose a target that is a number or one of a few classes",
    );
  return classesOf(column, distinct);
};

/** Numbers by size, texts by code point, as the command sorts them. */
const classesOf = ({ name, cells, missing }: Column, distinct: readonly ClassValue[]): Target => {
  const classes = [...distinct].sort((a, b) => (a < b ? -1 : 1));
  const index = new Map(classes.map((value, i) => [value, i]));
  const values = Int32Array.from(cells, (cell) => (cell === null ? -1 : index.get(cell)!));
  const counts = classes.map((_, i) => values.reduce((count, value) => count + (value === i ? 1 : 0), 0));
  const reason = `${classes.length} different values`;
  return { task: { kind: "classification", target: name, classes, counts, missing, reason }, values };
};
