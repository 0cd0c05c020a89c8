/** A table as it was read, and what its columns are. */
import { booleanWords } from "downhill-model/answers";
import type { Comma } from "downhill-model/comma";
import { datesOf } from "downhill-model/dates";
import { isNonFinite, isNumeric, numberIn, largestToLearnFrom } from "downhill-model/numbers";

/**
 * What a column is, by its cells: numbers (with so few other cells at most that those must be mistakes), dates, true/false
 * or yes/no, any other text, missing in every row, lists and records.
 */
export type ColumnKind = "number" | "date" | "boolean" | "category" | "empty" | "nested";

/** Null: missing. */
export type Cell = string | number | boolean | null;

export interface Table {
  /** Of the file. */
  readonly name: string;
  readonly rows: number;
  readonly columns: readonly Column[];
  /** What commas in numbers that are text mean. */
  readonly comma: Comma;
  /** Texts that mean "missing", in lower case. */
  readonly missingMarkers: readonly string[];
}

export interface Column {
  readonly name: string;
  readonly kind: ColumnKind;
  /** Numbers of columns of numbers; days since 1970 of dates; texts of the others; null where missing. */
  readonly cells: readonly (string | number | null)[];
  readonly missing: number;
  /** Of dates that are text, how they are written; otherwise null. */
  readonly dateFormat: string | null;
  readonly bad: BadNumber | undefined;
}

/** The first cell of a column of numbers that cannot be learnt from, with its row (from 1). */
export interface BadNumber {
  readonly text: string;
  readonly value: number;
  readonly row: number;
}

export const describeBad = ({ text, value, row }: BadNumber): string =>
  Number.isFinite(value)
    ? `holds ${text} in row ${row}, whose square is too large`
    : `holds numbers, but ${JSON.stringify(text)} in row ${row}`;

/** The command's (cells.ts): what means "missing" in any table, without regard to case and spaces around. */
export const missingMarkers: readonly string[] = ["", "na", "n/a", "#n/a", "<na>", "null", "?"];

const isMissing = (cell: Cell): boolean =>
  cell === null || (typeof cell === "string" && missingMarkers.includes(cell.trim().toLowerCase()));

const numberOf = (cell: Cell, comma: Comma): number => {
  if (typeof cell === "number") return cell;
  return typeof cell === "string" ? numberIn(cell.trim(), comma) : NaN;
};

/** What a column is, by its cells. */
export const columnOf = (
  name: string,
  raw: readonly Cell[],
  {
    comma = "none",
    isNested = false,
    isDate = false,
  }: {
    readonly comma?: Comma;
    readonly isNested?: boolean;
    /** The cells are days since 1970. */
    readonly isDate?: boolean;
  } = {},
): Column => {
  const missing = raw.reduce<number>((count, cell) => count + (isMissing(cell) ? 1 : 0), 0);
  const present = raw.length - missing;
  const base = { name, missing, dateFormat: null, bad: undefined };
  if (isNested) return { ...base, kind: "nested", cells: [] };
  if (present === 0) return { ...base, kind: "empty", cells: raw.map(() => null) };
  const numbers = raw.map((cell) => (isMissing(cell) ? null : numberOf(cell, comma)));
  const isNumber = (value: number | null, row: number): boolean =>
    value !== null && (!Number.isNaN(value) || isNonFinite(String(raw[row]).trim()));
  if (isNumeric(numbers.filter(isNumber).length, present)) {
    const row = numbers.findIndex((value) => value !== null && !(Math.abs(value) <= largestToLearnFrom));
    const bad = row < 0 ? undefined : { text: String(raw[row]), value: numbers[row]!, row: row + 1 };
    return { ...base, kind: isDate ? "date" : "number", cells: numbers, bad };
  }
  const texts = raw.map((cell) => (isMissing(cell) ? null : String(cell).trim()));
  const dates = datesOf(texts);
  if (dates !== null) return { ...base, kind: "date", cells: dates.days, dateFormat: dates.format };
  const areBooleans = texts.every((text) => text === null || booleanWords.includes(text.toLowerCase()));
  return { ...base, kind: areBooleans ? "boolean" : "category", cells: texts };
};
