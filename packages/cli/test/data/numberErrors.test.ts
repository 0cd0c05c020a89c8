import { describe, expect, it } from "vitest";
import { inferTask, planPreprocessing } from "../../src/data/index.ts";
import type { OpenOptions, PlanOptions, Table } from "../../src/data/index.ts";
import { tableFolder } from "./tables.ts";

const folder = tableFolder();
const numbers = (count: number): string =>
  Array.from({ length: count }, (_, i) => `${i},${i % 2 ? "b" : "a"}\n`).join("");

async function plan(table: Table, options: PlanOptions = {}) {
  return planPreprocessing(table, await inferTask(table, "class"), options);
}

async function failure(name: string, content: string, open: OpenOptions = {}, options: PlanOptions = {}) {
  const table = await folder.open(name, content, open);
  return folder.failure(() => plan(table, options));
}

describe("a cell that is no number among numbers", () => {
  it("is named with its line, and how to go on", async () => {
    const { message, error } = await failure("mass.csv", `mass,class\n${numbers(30)}heavy,a\n`);
    expect(message).toBe(
      'mass.csv:32: column "mass" holds numbers, but here "heavy"\n' +
        '  correct the cell, or write --missing heavy if it means a missing value, or --categorical "mass" if the column names categories',
    );
    expect(error).toMatchObject({ line: 32, column: "mass", file: folder.path("mass.csv") });
  });

  it("is counted with the others", async () => {
    const { message } = await failure("masses.csv", `mass,class\n12 kg,a\n${numbers(30)}n.b.,a\n`);
    expect(message).toBe(
      'masses.csv:2: column "mass" holds numbers, but here "12 kg"; 2 cells of this column are no numbers\n' +
        '  correct the cell, or write --missing "12 kg" if it means a missing value, or --categorical "mass" if the column names categories',
    );
  });

  it("is found on its line behind quoted line ends and blank lines", async () => {
    const content = `mass,class,"a\nb"\n\n1,a,"x\ny\nz"\n2,b,\n3,a,\n\n4,b,\n5..1,a,\n6,b,\n`;
    const { error } = await failure("lines.csv", content);
    expect(error.line).toBe(11);
    expect(content.split("\n")[10]).toBe("5..1,a,");
  });

  it("is found in JSON", async () => {
    const records = Array.from(
      { length: 12 },
      (_, i) => `{"mass": ${i === 7 ? '"?!"' : i}, "class": ${i % 2}}`,
    );
    const array = await failure("array.json", `[\n${records.join(",\n")}\n]`);
    expect(array.message).toMatch(/^array.json:9: column "mass" holds numbers, but here "\?!"/);
    const lines = await failure("lines.jsonl", records.join("\n"));
    expect(lines.message).toMatch(/^lines.jsonl:8: column "mass" holds numbers, but here "\?!"/);
  });

  it("may be declared missing, or the column a category, or left out", async () => {
    const content = `mass,other,class\n${numbers(30).replaceAll(",", ",1,")}heavy,2,a\n`;
    const declared = await plan(await folder.open("declared.csv", content, { missing: ["heavy"] }));
    expect(declared.columns[0]).toMatchObject({
      encoding: "number",
      missing: 1,
      fillRule: "mean",
      fill: 14.5,
    });
    const table = await folder.open("free.csv", content);
    const category = await plan(table, { categorical: ["mass"] });
    expect(category.columns[0]).toMatchObject({ encoding: "one-hot" });
    const dropped = await plan(table, { drop: ["mass"] });
    expect(dropped.dropped).toEqual([{ name: "mass", reason: "as asked" }]);
  });

  it("is an error where the user asks for numbers", async () => {
    const { message } = await failure(
      "asked.csv",
      "size,class\nS,a\nM,b\nL,a\n4,b\n",
      {},
      { numeric: ["size"] },
    );
    expect(message).toMatch(/^asked.csv:2: column "size" holds numbers, but here "S"/);
  });
});

describe("NaN and infinity", () => {
  it.each(["NaN", "nan", "inf", "-Infinity"])("%s is an error that names the line", async (cell) => {
    const { message, error } = await failure(`${cell}.csv`, `x,class\n${numbers(20)}${cell},a\n`);
    expect(message).toBe(
      `${cell}.csv:22: column "x" holds ${cell}, which no model can learn from\n` +
        `  write --missing ${cell} if it means a missing value, or leave the column out with --drop "x"`,
    );
    expect(error).toMatchObject({ line: 22, column: "x" });
  });

  it("is found in typed data", async () => {
    const { message } = await failure("typed.json", '[{"x": 1, "class": "a"},\n{"x": NaN, "class": "b"}]');
    expect(message).toMatch(/^typed.json:2: column "x" holds nan, which no model can learn from/);
  });

  it("is missing when declared so", async () => {
    const content = `x,class\n${numbers(20)}NaN,a\ninf,b\n`;
    const table = await folder.open("declared-nan.csv", content, { missing: ["NaN", "inf"] });
    expect((await plan(table)).columns[0]).toMatchObject({ missing: 2, mean: 9.5 });
  });

  it("comes of a number that is too large", async () => {
    const { message } = await failure("large.csv", `x,class\n${numbers(20)}1e999,a\n`);
    expect(message).toBe(
      'large.csv:22: column "x" holds "1e999", which is too large for a 64-bit number\n  correct the cell',
    );
  });

  it("comes of squares that are too large", async () => {
    const { message } = await failure("squares.csv", `x,class\n${numbers(20)}-1e200,a\n`);
    expect(message).toBe(
      'squares.csv:22: column "x" holds "-1e200", which is too large: its square is no 64-bit number\n' +
        '  divide the column by a power of ten, or leave it out with --drop "x"',
    );
  });
});
