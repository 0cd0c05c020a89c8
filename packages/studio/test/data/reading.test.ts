/** Dates and answers in tables of text: the page reads them as the command does. */
import { expect, test } from "vitest";
import { applyPreprocessing, inferTask, planPreprocessing } from "../../../cli/src/data/index.ts";
import { tableFolder } from "../../../cli/test/data/tables.ts";
import { prepare } from "../../src/views/train/data/prepare.ts";
import { beside, encodeColumn } from "../../src/views/train/data/encode.ts";
import { readCsv } from "../../src/views/train/data/read-csv.ts";
import type { DataRecipe } from "../../src/views/train/recipe.ts";

const folder = tableFolder();

/** Columns of texts, each twice so that two rows differ. */
const columns: Readonly<Record<string, readonly string[]>> = {
  iso: ["2024-01-31", "2024-2-1", "1969-12-31"],
  moment: ["2024-01-31 10:00", "2024-01-31T10:30:15.25Z", "2024-02-29 24:00:00"],
  offset: ["2024-01-31 10:00:00+01", "2024-07-31 10:00:00+02:00", "2024-07-31 10:00:00-0130"],
  fine: ["2024-01-31 10:00:00.123456789", "NA", "0050-03-01"],
  slashes: ["2024/1/31", "2024/02/29", "1600/12/31"],
  american: ["1/31/2024", "12/1/2024", "2/29/2000"],
  european: ["31/01/2024", "1/2/2024", "29/2/2000"],
  ambiguous: ["1/2/2024", "3/4/2024", "12/11/2024"],
  short: ["1/2/68", "1/2/69", "1/2/70"],
  shortTimed: ["1/31/24 0:00", "2/1/24 13:45", "2/2/24 1:00"],
  dashes: ["01-31-2024", "02-28-2023", "12-01-1999"],
  points: ["31.12.2023", "1.2.2024", "?"],
  pointsTimed: ["31.12.2023 23:59:59", "1.2.2024 0:00:01", "1.2.2024 05:07:00"],
  named: ["Jan 31 2024", "feb 1 2024", "MAR 09 2024"],
  long: ["January 31 2024", "september 1 2024", "May 2 2024"],
  quoted: ['"May 1, 2024"', '"Jun 12, 2024"', '"Jul 1, 1989"'],
  dayFirst: ["1 Jan 2024", "2 Feb 2024", "31 Dec 1969"],
  dayFirstLong: ["1 January 2024", "2 February 2024", "31 December 1969"],
  hyphened: ["1-Jan-05", "2-Feb-75", "3-Mar-68"],
  hyphenedLong: ["1-Jan-2005", "2-Feb-1975", "3-Mar-1968"],
  // None are these.
  noDay: ["2024-02-30", "2024-02-01", "2024-02-02"],
  noMonth: ["13/13/2024", "1/1/2024", "1/2/2024"],
  noHour: ["1.2.2024 24:00", "1.2.2024 5:00", "1.2.2024 6:00"],
  noSecond: ["1.2.2024 5:00:60", "1.2.2024 5:00:01", "1.2.2024 6:00:02"],
  zoned: ["2024-01-31 10:00Z", "2024-02-01 10:00Z", "2024-02-02 10:00Z"],
  foreign: ["1 Mai 2024", "2 Juni 2024", "3 Juli 2024"],
  words: ["soon", "2024-01-31", "later"],
};
const names = Object.keys(columns);
const lines = Array.from({ length: 60 }, (_, row) =>
  [...names.map((name) => columns[name]![row % 3]!), row % 2 === 0 ? "a" : "b"].join(","),
);
const text = [[...names, "y"].join(","), ...lines].join("\n");

const recipe = (target: string): DataRecipe => ({
  source: { kind: "builtin", id: "" },
  target,
  inputs: null,
  standardise: true,
  validation: 0.2,
  seed: 0,
});

test("kinds, formats, days and their scaling are those of the command", async () => {
  const table = await folder.open("dates.csv", text);
  const read = readCsv("dates.csv", new TextEncoder().encode(text));
  const told = (all: readonly { name: string; kind: string; dateFormat: string | null }[]) =>
    all.map(({ name, kind, dateFormat }) => [name, kind, dateFormat]);
  expect(told(read.columns)).toEqual(told(table.columns));
  expect(read.columns.filter(({ kind }) => kind === "date")).toHaveLength(names.indexOf("noDay"));

  const prepared = prepare(read, recipe("y"), false);
  const rows = prepared.split.train;
  const plan = await planPreprocessing(table, await inferTask(table, "y"), { rows });
  expect(prepared.plan.columns.map(({ name }) => name)).toEqual(plan.columns.map(({ name }) => name));
  const { x, columns: features } = await applyPreprocessing(plan, table, { rows, dtype: "float64" });
  expect(prepared.train.columns).toEqual(features);
  // Means of 48 dates are summed in another order: 48 roundings of days up to 7e5, over deviations of a tenth of a day or more.
  const tolerance = (48 * 7e5 * 2 ** -53) / 0.1;
  x.forEach((value, i) => expect(Math.abs(prepared.train.x[i]! - value)).toBeLessThan(tolerance));
});

test("a target of dates is refused by both", async () => {
  const table = await folder.open("dates.csv", text);
  const read = readCsv("dates.csv", new TextEncoder().encode(text));
  await expect(inferTask(table, "iso")).rejects.toThrow("holds dates, which cannot be predicted");
  expect(() => prepare(read, recipe("iso"), false)).toThrow("holds dates, which cannot be predicted");
});

test("yes and no are the same in other letters, and other texts are not", async () => {
  const plan = await (async () => {
    const table = await folder.open("answers.csv", "c,d,y\nTRUE,y,a\nFALSE,x,b\nTRUE,Y,a\n");
    return planPreprocessing(table, await inferTask(table, "y"));
  })();
  const later = "c,d,y\ntrue,y,a\nFalse,Y,b\nyes,X,b\n";
  const { x } = await applyPreprocessing(plan, await folder.open("later.csv", later), { dtype: "float64" });
  const { columns: read, rows } = readCsv("later.csv", new TextEncoder().encode(later));
  const numbers = Array.from({ length: rows }, (_, row) => row);
  const blocks = plan.columns.map((column) =>
    encodeColumn(
      column,
      read.find(({ name }) => name === column.name)!,
      numbers,
    ),
  );
  expect(beside(blocks, rows)).toEqual(x);
  expect(x.filter((value) => value === 1)).toHaveLength(4);
});

test("names of columns and odd numerals are the command's", async () => {
  const header = ["a", "", " a ", "constructor", "b", "hex", "c", "y"];
  const lines = Array.from({ length: 12 }, (_, row) => [
    row,
    ` ${row}.5 `,
    "1_000",
    row === 3 ? "" : row / 4,
    row === 2 ? "inf" : row,
    "0x1F",
    row === 1 ? "-1e200" : row,
    row % 2,
  ]);
  const text = `\n${[header, ...lines].map((line) => line.join(",")).join("\n")}\n\n,,,,,,,\n`;
  const table = await folder.open("names.csv", text);
  const read = readCsv("names.csv", new TextEncoder().encode(text));
  const told = (all: readonly { name: string; kind: string; missing: number }[]) =>
    all.map(({ name, kind, missing }) => [name, kind, missing]);
  expect(told(read.columns)).toEqual(told(table.columns));
  expect(read.columns.map(({ name, kind }) => `${name}: ${kind}`)).toEqual([
    "a: number",
    "column_2: number",
    "a_2: number",
    "constructor: number",
    "b: number",
    "hex: category",
    "c: number",
    "y: number",
  ]);
  expect(read.columns.map(({ bad }) => bad?.text)).toEqual([
    ...new Array<undefined>(4).fill(undefined),
    "inf",
    undefined,
    "-1e200",
    undefined,
  ]);
});
