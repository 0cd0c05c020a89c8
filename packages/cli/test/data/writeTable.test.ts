import { readFileSync, readdirSync } from "node:fs";
import { dirname } from "node:path";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { openTable, writeTable, writeTableTo } from "../../src/data/index.ts";
import type { ExtraColumn } from "../../src/data/index.ts";
import { kinds, tableFolder, vegaTable } from "./tables.ts";

const folder = tableFolder();
const input = 'name,mass,day\n"Ann, ""A""",1.50,2024-01-02\nBob,,\n"two\nlines",007,2024-03-04\n';
const extra: readonly ExtraColumn[] = [
  { name: "prediction", values: ["yes", null, "no"] },
  { name: "p_yes", values: Float32Array.of(0.5, 0.25, 1) },
  { name: "class", values: [3, 1, 2] },
  { name: "sure", values: [true, false, null] },
];

async function written(name: string): Promise<string> {
  const table = await folder.open("input.csv", input);
  await writeTable(folder.path(name), table, extra);
  return readFileSync(folder.path(name), "utf8");
}

describe("writeTable", () => {
  it("keeps the cells of CSV as they were", async () => {
    const expected =
      "name,mass,day,prediction,p_yes,class,sure\n" +
      '"Ann, ""A""",1.50,2024-01-02,yes,0.5,3,true\n' +
      "Bob,,,,0.25,1,false\n" +
      '"two\nlines",007,2024-03-04,no,1.0,2,\n';
    expect(await written("out.csv")).toBe(expected);
    expect(await written("out.tsv")).toBe(
      expected.replace('"Ann, ""A"""', "\0").replaceAll(",", "\t").replace("\0", '"Ann, ""A"""'),
    );
    const stream = new PassThrough();
    const table = await folder.open("input.csv", input);
    const [, output] = await Promise.all([
      writeTableTo(stream, table, extra).then(() => stream.end()),
      text(stream),
    ]);
    expect(output).toBe(expected);
  });

  it("writes numbers as numbers where the format knows them", async () => {
    const records = [
      { name: 'Ann, "A"', mass: 1.5, day: "2024-01-02", prediction: "yes", p_yes: 0.5, class: 3, sure: true },
      { name: "Bob", mass: null, day: null, prediction: null, p_yes: 0.25, class: 1, sure: false },
      { name: "two\nlines", mass: 7, day: "2024-03-04", prediction: "no", p_yes: 1, class: 2, sure: null },
    ];
    expect(JSON.parse(await written("out.json"))).toEqual(records);
    const lines = (await written("out.jsonl")).trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(records);
    await written("out.parquet");
    const table = await openTable(folder.path("out.parquet"));
    expect(kinds(table)).toMatchObject({
      mass: "number",
      p_yes: "number",
      prediction: "boolean",
      sure: "boolean",
    });
    expect(table.columns.map(({ sqlType }) => sqlType).slice(3)).toEqual([
      "VARCHAR",
      "DOUBLE",
      "INTEGER",
      "BOOLEAN",
    ]);
    table.close();
  });

  it("keeps the order of many rows, packed and unpacked", async () => {
    const rows = Array.from({ length: 300_000 }, (_, i) => i);
    const table = await folder.open("many.csv", `x\n${rows.join("\n")}\n`);
    await writeTable(folder.path("many-out.csv.gz"), table, [
      { name: "same", values: Int32Array.from(rows) },
    ]);
    const again = await openTable(folder.path("many-out.csv.gz"));
    expect(again.rows).toBe(300_000);
    const result = await again.connection.run(
      "SELECT count(*) FROM source WHERE c0 = c1 AND row = c0::BIGINT",
    );
    expect((await result.getRowsJS())[0]?.[0]).toBe(300_000n);
    again.close();
  });

  it("replaces the table itself, and numbers a column whose name is taken", async () => {
    const table = await folder.open("self.csv", "Prediction,x\nold,1\n");
    const names = await writeTable(folder.path("self.csv"), table, [{ name: "prediction", values: [1.5] }]);
    expect(names).toEqual(["prediction_2"]);
    expect(readFileSync(folder.path("self.csv"), "utf8")).toBe("Prediction,x,prediction_2\nold,1,1.5\n");
  });

  it("numbers names that differ by case alone", async () => {
    const table = await folder.open("case.csv", "A,a\n1,2\n");
    await writeTable(folder.path("case-out.csv"), table, [{ name: "p", values: [1] }]);
    expect(readFileSync(folder.path("case-out.csv"), "utf8")).toBe("A,a_1,p\n1,2,1\n");
  });

  it("writes a real table again, cell by cell", async () => {
    const table = await openTable(vegaTable("birdstrikes.csv"));
    await writeTable(folder.path("birds.csv"), table, [{ name: "p", values: new Float64Array(table.rows) }]);
    const before = readFileSync(vegaTable("birdstrikes.csv"), "utf8").trimEnd().split(/\r?\n/);
    const after = readFileSync(folder.path("birds.csv"), "utf8").trimEnd().split("\n");
    expect(after).toEqual(before.map((line, i) => `${line},${i === 0 ? "p" : "0.0"}`));
    table.close();
  });

  it("leaves nothing behind when it fails", async () => {
    const table = await folder.open("input.csv", input);
    const absent = folder.path("absent/out.csv");
    const { message } = await folder.failure(() => writeTable(absent, table, extra));
    expect(message).toMatch(/^absent\/out.csv: cannot be written: .*\n {2}check that the folder exists/);
    const { message: unknown } = await folder.failure(() =>
      writeTable(folder.path("out.xlsx"), table, extra),
    );
    expect(unknown).toBe(
      "out.xlsx: the name does not say in which format to write\n  end it with one of .csv, .tsv, .tab, .json, .jsonl, .ndjson, .parquet",
    );
    expect(readdirSync(dirname(folder.path("x"))).filter((name) => name.includes("unfinished"))).toEqual([]);
    await expect(writeTable(folder.path("bad.csv"), table, [{ name: "p", values: [1] }])).rejects.toThrow(
      'internal: writeTable: column "p" has 1 values for 3 rows',
    );
  });
});
