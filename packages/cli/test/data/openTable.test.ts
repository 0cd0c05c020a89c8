import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { openTable } from "../../src/data/index.ts";
import { exampleTable, kinds, tableFolder, vegaTable } from "./tables.ts";

const folder = tableFolder();

const decimal = "numbers are read with a decimal comma";
const thousands = "numbers are read with commas between thousands: 1,234";

describe("openTable reads", () => {
  it.each<[name: string, content: string | Uint8Array, notes: string[], range?: [number, number]]>([
    ["comma.csv", "name,mass\nann,1.5\nbob,2\n", []],
    ["tab.tsv", "name\tmass\nann\t1.5\nbob\t2\n", []],
    ["semicolon.csv", "name;mass\nann;1.5\nbob;2\n", []],
    ["bar.txt", "name|mass\nann|1.5\nbob|2\n", []],
    ["returns.csv", "name,mass\r\nann,1.5\r\nbob,2\r\n", []],
    ["mark.csv", "\ufeffname,mass\nann,1.5\nbob,2\n", []],
    ["blank-lines.csv", "\n\nname,mass\nann,1.5\n\nbob,2", []],
    ["spaces.csv", " name , mass \n ann , 1.5 \nbob, 2\n", []],
    ["packed.csv.gz", gzipSync("name,mass\nann,1.5\nbob,2\n"), []],
    ["wide.csv", Buffer.from("\ufeffname,mass\nann,1.5\nbob,2\n", "utf16le"), []],
    ["comma-decimal.csv", "name;mass\nann;1,5\nbob;2\n", [decimal]],
    ["thousands.csv", 'name,mass\nann,"1,234.5"\nbob,2\n', [thousands], [2, 1234.5]],
    ["thousands-only.csv", 'name,mass\nann,"1,234"\nbob,"12,345"\n', [thousands], [1234, 12345]],
    ["thousands.tsv", "name\tmass\nann\t1,234\nbob\t-1,234,567\n", [thousands], [-1234567, 1234]],
    ["three-decimals.csv", "name;mass\nann;1,234\nbob;2\n", [decimal], [1.234, 2]],
    ["european.csv", "name;mass\nann;1.234,5\nbob;2\n", [decimal], [2, 1234.5]],
    ["records.json", '[{"name": "ann", "mass": 1.5},\n {"name": "bob", "mass": 2}]', []],
    ["records.jsonl", '{"name": "ann", "mass": 1.5}\n{"name": "bob", "mass": 2}\n', []],
    ["records", '{"name": "ann", "mass": 1.5}\n{"name": "bob", "mass": 2}\n', []],
  ])("%s", async (name, content, notes, range = [1.5, 2]) => {
    const table = await folder.open(name, content);
    expect(table.rows).toBe(2);
    expect(kinds(table)).toEqual({ name: "category", mass: "number" });
    expect(table.columns[1]).toMatchObject({ least: range[0], greatest: range[1], missing: 0 });
    expect(table.notes).toEqual(notes);
  });

  it("text that is not UTF-8 as Latin-1, wherever the first such byte stands", async () => {
    const early = await folder.open("early.csv", Buffer.from("name\ncaf\xe9\n", "latin1"));
    expect(early.notes).toEqual(["the file is not UTF-8: read as Latin-1"]);
    const rows = "plain,1\n".repeat(20_000);
    const late = await folder.open("late.csv", Buffer.from(`name,x\n${rows}caf\xe9,2\n`, "latin1"));
    expect(late.notes).toEqual(["the file is not UTF-8: read as Latin-1"]);
    expect(late.rows).toBe(20_001);
  });

  it("a header longer than the first piece of the file", async () => {
    const names = Array.from({ length: 40 }, (_, i) => `${"long_".repeat(400)}${i}`);
    const table = await folder.open(
      "long-header.csv",
      `${names.join(",")}\n${names.map((_, i) => i).join(",")}\n`,
    );
    expect(table.columns.map(({ name }) => name)).toEqual(names);
  });

  it("names that are missing or repeated, and names that differ by case alone", async () => {
    const table = await folder.open("names.csv", ",x,X,x\n1,2,3,4\n");
    expect(table.columns.map(({ name }) => name)).toEqual(["column_1", "x", "X", "x_2"]);
    expect(table.notes).toEqual([
      "column 1 has no name: called column_1",
      'column 4 repeats the name "x": called x_2',
    ]);
  });
});

describe("openTable works out kinds", () => {
  it("and says so where texts look like numbers", async () => {
    const table = await folder.open(
      "almost.csv",
      'price,euro,share,clock,room,y\n"$1,020","3,50 €",45%,12:30,3:1,1\n$8,12 €,7.5 %,9:05 pm,4:1a,2\n',
    );
    const told = (name: string, cell: string, instead: string): string =>
      `column "${name}" holds texts such as "${cell}", each a category of its own; to have numbers, write ${instead}`;
    expect(table.notes).toEqual([
      told("price", "$1,020", "the amount alone, such as 1020"),
      told("euro", "3,50 €", "the amount alone, such as 1020"),
      told("share", "45%", "the number alone, such as 45"),
      told("clock", "12:30", "the minutes or hours as a number, such as 12.5 for 12:30"),
    ]);
  });

  it("from all cells", async () => {
    const table = await folder.open(
      "kinds.csv",
      [
        "number,whole,yes,flag,text,day,moment,american,european,named,gap",
        "1e3,1,yes,TRUE,a,2024-01-31,2024-01-31 10:00:00,1/31/24 0:00,31/01/2024,Jan 31 2024,",
        "-.5,2,no,false,1x,2024-02-01,2024-02-01T10:30:00Z,2/1/24 13:45,01/02/2024,Feb 01 2024,NA",
        "3,NA,y,,?,2024-02-02,2024-02-02 10:00:00,2/2/24 1:00,02/02/2024,Mar 09 2024,n/a",
      ].join("\n"),
    );
    expect(kinds(table)).toEqual({
      number: "number",
      whole: "number",
      yes: "boolean",
      flag: "boolean",
      text: "category",
      day: "date",
      moment: "date",
      american: "date",
      european: "date",
      named: "date",
      gap: "empty",
    });
    expect(table.columns.map(({ missing }) => missing)).toEqual([0, 1, 0, 1, 1, 0, 0, 0, 0, 0, 3]);
    const formats = table.columns.flatMap(({ dateFormat }) => dateFormat ?? []);
    expect(formats).toEqual(["iso", "iso", "%m/%d/%y %H:%M", "%d/%m/%Y", "%b %d %Y"]);
  });

  it("from the types of JSON", async () => {
    const table = await folder.open(
      "typed.json",
      '[{"n": 1, "b": true, "mixed": "x", "list": [1], "record": {"a": 1}, "none": null},' +
        ' {"n": null, "b": false, "mixed": 2, "list": [], "record": {"a": 2}, "none": null}]',
    );
    expect(kinds(table)).toEqual({
      n: "number",
      b: "boolean",
      mixed: "category",
      list: "nested",
      record: "nested",
      none: "empty",
    });
  });

  it("with mistakes among the numbers", async () => {
    const tenth = ["x", ...Array.from({ length: 18 }, (_, i) => i), "a", "b"].join("\n");
    const more = ["x", ...Array.from({ length: 17 }, (_, i) => i), "a", "b", "c"].join("\n");
    expect((await folder.open("tenth.csv", tenth)).columns[0]).toMatchObject({
      kind: "number",
      nonNumeric: 2,
    });
    expect((await folder.open("more.csv", more)).columns[0]).toMatchObject({
      kind: "category",
      nonNumeric: 0,
    });
    expect((await folder.open("one.csv", "x\n1\n2\na\n3\n")).columns[0]).toMatchObject({
      kind: "number",
      nonNumeric: 1,
    });
    expect((await folder.open("few.csv", "x\n1\n2\na\n")).columns[0]).toMatchObject({ kind: "category" });
  });

  it("with the missing markers that the user declares", async () => {
    const content = "x,y\n1,-\n-999,b\nNaN,NA\n2,a\n";
    const table = await folder.open("declared.csv", content, { missing: ["-999", "nan", "-"] });
    expect(table.columns).toMatchObject([
      { kind: "number", missing: 2, least: 1, greatest: 2 },
      { kind: "category", missing: 2 },
    ]);
    const without = await folder.open("undeclared.csv", content, { standardMissing: false });
    expect(without.columns).toMatchObject([{ missing: 0, least: -999, greatest: NaN }, { missing: 0 }]);
    const typed = await folder.open("declared.json", '[{"x": -999}, {"x": 3.5}]', { missing: ["-999"] });
    expect(typed.columns).toMatchObject([{ missing: 1, least: 3.5 }]);
  });
});

describe("real tables", () => {
  it.each([
    ["iris.csv", 150, { number: 4, category: 1 }],
    ["wine.csv", 178, { number: 13, category: 1 }],
    ["breast_cancer.csv", 569, { number: 30, category: 1 }],
    ["diabetes.csv", 442, { number: 11 }],
    ["digits.csv", 1797, { number: 65 }],
  ])("%s", async (name, rows, expected) => {
    const table = await openTable(exampleTable(name));
    const counts: Record<string, number> = {};
    for (const { kind } of table.columns) counts[kind] = (counts[kind] ?? 0) + 1;
    expect(table.rows).toBe(rows);
    expect(counts).toEqual(expected);
    table.close();
  });

  it("birdstrikes.csv, with dates, costs and gaps", async () => {
    const table = await openTable(vegaTable("birdstrikes.csv"));
    expect(table.rows).toBe(10_000);
    expect(kinds(table)).toMatchObject({
      "Flight Date": "date",
      "Cost Total $": "number",
      "Time of day": "category",
    });
    expect(table.columns.find(({ name }) => name === "Speed IAS in knots")).toMatchObject({
      kind: "number",
      missing: 2836,
      greatest: 350,
    });
    table.close();
  });

  it("movies.json, with titles that are sometimes numbers and dates in words", async () => {
    const table = await openTable(vegaTable("movies.json"));
    expect(table.rows).toBe(3201);
    expect(kinds(table)).toMatchObject({
      Title: "category",
      "Release Date": "date",
      "IMDB Rating": "number",
    });
    table.close();
  });
});
