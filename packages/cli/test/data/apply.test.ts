import { describe, expect, it } from "vitest";
import type { Plan } from "downhill-model/plan";
import { applyPreprocessing, inferTask, openTable, planPreprocessing } from "../../src/data/index.ts";
import type { PlanOptions, Table } from "../../src/data/index.ts";
import { exampleTable, tableFolder } from "./tables.ts";

const folder = tableFolder();

async function planFor(table: Table, options: PlanOptions = {}): Promise<Plan> {
  return planPreprocessing(table, await inferTask(table, "y"), options);
}

/** x has mean 2 and deviation 1; `when` mean 2 days and deviation 1. */
const trained = "x,colour,when,y\n1,red,1970-01-02,a\n3,blue,1970-01-04,b\nNA,red,,a\n";

async function trainedPlan(): Promise<Plan> {
  return planFor(await folder.open("trained.csv", trained));
}

describe("the matrix", () => {
  it("holds standardised numbers, categories, days and class indices", async () => {
    const table = await folder.open("trained.csv", trained);
    const plan = await planFor(table);
    const matrix = await applyPreprocessing(plan, table, { target: true, dtype: "float64" });
    expect(matrix).toEqual({
      x: Float64Array.of(-1, 1, 0, -1, /**/ 1, 0, 1, 1, /**/ 0, 1, 0, 0),
      rows: 3,
      columns: ["x", "colour=red", "colour=blue", "when"],
      y: Int32Array.of(0, 1, 0),
      unseen: {},
      missing: { x: 1, when: 1 },
    });
    expect((await applyPreprocessing(plan, table)).x).toEqual(new Float32Array(matrix.x));
    expect((await applyPreprocessing(plan, table)).y).toBeNull();
  });

  it("gives the rows that are asked for, in that order", async () => {
    const table = await folder.open("ordered.csv", "x,y\n10,1.5\n20,2.5\n30,3.5\n40,4.5\n");
    const plan = await planFor(table, { noStandardise: true });
    const { x, y, rows } = await applyPreprocessing(plan, table, { rows: [3, 0], target: true });
    expect([rows, x, y]).toEqual([2, Float32Array.of(40, 10), Float64Array.of(4.5, 1.5)]);
  });

  it("leaves faults of rows alone that are not asked for", async () => {
    const table = await folder.open("gap.csv", "x,y\n1,a\n2,b\n3,\n4,a\n");
    const plan = await planPreprocessing(table, await inferTask(table, "y", { dropMissingTarget: true }));
    const { y } = await applyPreprocessing(plan, table, { rows: [0, 1, 3], target: true });
    expect(y).toEqual(Int32Array.of(0, 1, 0));
  });

  it("has mean 0 and deviation 1 over the training rows of a real table", async () => {
    const table = await openTable(exampleTable("wine.csv"));
    const task = await inferTask(table, "cultivar");
    const rows = Array.from({ length: 100 }, (_, i) => i + 20);
    const plan = await planPreprocessing(table, task, { rows });
    const { x, columns } = await applyPreprocessing(plan, table, { rows, dtype: "float64" });
    for (let j = 0; j < columns.length; j++) {
      const cells = rows.map((_, i) => x[i * columns.length + j] ?? NaN);
      const mean = cells.reduce((sum, cell) => sum + cell, 0) / 100;
      const variance = cells.reduce((sum, cell) => sum + (cell - mean) ** 2, 0) / 100;
      // 100 roundings of cells whose size before standardising is up to 40 deviations
      expect(Math.abs(mean)).toBeLessThan(100 * 40 * 2 ** -53);
      expect(Math.abs(variance - 1)).toBeLessThan(100 * 40 * 2 ** -53);
    }
    table.close();
  });

  it("is the same for the same table in any format", async () => {
    const csv = await folder.open("same.csv", "x,flag,when,y\n1.5,true,2024-01-02,u\n2,false,2024-03-04,v\n");
    const json = await folder.open(
      "same.json",
      '[{"y":"u","when":"2024-01-02","flag":true,"x":1.5},{"y":"v","when":"2024-03-04","flag":false,"x":2}]',
    );
    const plan = await planFor(csv);
    expect(plan.columns).toHaveLength(3);
    const fromCsv = await applyPreprocessing(plan, csv, { target: true });
    expect(await applyPreprocessing(plan, json, { target: true })).toEqual(fromCsv);
    expect(await applyPreprocessing(await planFor(json), csv, { target: true })).toMatchObject({
      y: fromCsv.y,
    });

    const database = folder.path("same.duckdb");
    await json.connection.run(`ATTACH '${database}' AS made; CREATE TABLE made."the table" AS FROM scanned`);
    await json.connection.run("CHECKPOINT made; DETACH made");
    const opened = await openTable(database);
    const fromDatabase = await applyPreprocessing(plan, opened, { target: true });
    opened.close();
    expect(fromDatabase).toEqual(fromCsv);

    await json.connection.run(`ATTACH '${database}' AS made; CREATE VIEW made.seen AS FROM "the table"`);
    await json.connection.run("CHECKPOINT made; DETACH made");
    expect((await folder.failure(() => openTable(database))).message).toBe(
      'same.duckdb: the database has 2 tables: "seen", "the table"\n' +
        "  write the one that is meant to a file: COPY \"seen\" TO 'table.parquet'",
    );
  });
});

describe("another table", () => {
  it("may have other columns, in another order, and no target", async () => {
    const table = await folder.open("other.csv", "more,when,colour,x\n7,1970-01-04,blue,2\n");
    const { x } = await applyPreprocessing(await trainedPlan(), table);
    expect(x).toEqual(Float32Array.of(0, 0, 1, 1));
  });

  it("may have categories that were not seen: they are counted, and missing", async () => {
    const plan = await trainedPlan();
    const table = await folder.open("unseen.csv", "x,colour,when\n1,pink,\n1,Red,\n1,,\n1,blue,\n");
    const { x, unseen, missing } = await applyPreprocessing(plan, table);
    expect([unseen, missing]).toEqual([{ colour: 2 }, { colour: 1, when: 4 }]);
    // No cell was missing in training, so that there is no feature for it.
    expect(x).toEqual(Float32Array.of(-1, 0, 0, 0, -1, 0, 0, 0, -1, 0, 0, 0, -1, 0, 1, 0));

    const withGap = await planFor(await folder.open("with-gap.csv", "c,y\nu,a\nv,b\n,a\n"));
    const later = await applyPreprocessing(withGap, await folder.open("later.csv", "c\nw\n\nu\n"));
    expect(later.columns).toEqual(["c=u", "c=v", "c=(missing)"]);
    expect(later.x).toEqual(Float32Array.of(0, 0, 1, 0, 0, 1, 1, 0, 0));
    expect([later.unseen, later.missing]).toEqual([{ c: 1 }, { c: 1 }]);
  });

  it("writes yes and no in other letters", async () => {
    const plan = await planFor(
      await folder.open("answers.csv", "c,d,y\nTRUE,y,Yes\nFALSE,x,No\nTRUE,Y,Yes\n"),
    );
    const later = await folder.open("answers-later.csv", "c,d,y\ntrue,y,YES\nFalse,Y,no\nyes,X,no\n");
    const { x, columns, y, unseen } = await applyPreprocessing(plan, later, { target: true });
    expect(columns).toEqual(["c=TRUE", "c=FALSE", "d=Y", "d=x", "d=y"]);
    // Of other categories the letters count, and of answers the word.
    expect(x).toEqual(Float32Array.of(1, 0, 0, 0, 1, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0));
    expect([unseen, y]).toEqual([{ c: 1, d: 1 }, Int32Array.of(1, 0, 0)]);
    const written = folder.path("answers.parquet");
    await later.connection.run(`COPY (SELECT true AS c, 'y' AS d, false AS y) TO '${written}'`);
    const typed = await openTable(written);
    const parquet = await applyPreprocessing(plan, typed);
    typed.close();
    expect(parquet.x).toEqual(Float32Array.of(1, 0, 0, 0, 1));
  });

  it("has rare categories as (other)", async () => {
    const rows = "u,a\nv,b\n".repeat(150);
    const plan = await planFor(await folder.open("rare.csv", `c,y\n${rows}w,a\nz,b\n`));
    const { x, columns } = await applyPreprocessing(
      plan,
      await folder.open("rare-later.csv", "c\nz\nu\nw\n"),
    );
    expect(columns).toEqual(["c=u", "c=v", "c=(other)"]);
    expect(x).toEqual(Float32Array.of(0, 0, 1, 1, 0, 0, 0, 0, 1));
  });

  it("uses the missing markers that were declared in training", async () => {
    const content = "x,y\n1,a\n-9,b\n3,a\n";
    const plan = await planFor(await folder.open("marked.csv", content, { missing: ["-9"] }));
    expect(plan.columns).toMatchObject([{ mean: 2, deviation: 1, missing: 1 }]);
    const { x, missing } = await applyPreprocessing(
      plan,
      await folder.open("marked-later.csv", "x\n-9\n4\n"),
    );
    expect([x, missing]).toEqual([Float32Array.of(0, 2), { x: 1 }]);
  });

  it("lacks columns", async () => {
    const plan = await trainedPlan();
    const table = await folder.open("lacks.csv", "x,color\n1,red\n");
    expect((await folder.failure(() => applyPreprocessing(plan, table))).message).toBe(
      'lacks.csv: lacks the columns "colour", "when", which the model needs\n  its columns are "x", "color"',
    );
    const unlabelled = await folder.open("unlabelled.csv", "x,colour,when\n1,red,\n");
    expect((await folder.failure(() => applyPreprocessing(plan, unlabelled, { target: true }))).message).toBe(
      'unlabelled.csv: lacks the target column "y"\n  to measure a model, the table must hold the true answers',
    );
  });

  it("has cells that are no numbers or dates, however many", async () => {
    const plan = await trainedPlan();
    const table = await folder.open(
      "bad.csv",
      "x,colour,when\n1,red,\nlow,red,\nhigh,red,\nlow,red,\nmid,red,\n",
    );
    const { message, error } = await folder.failure(() => applyPreprocessing(plan, table));
    expect(message).toBe(
      'bad.csv:3: column "x" holds numbers, but here "low"\n  correct the cell, or write --missing low if it means a missing value',
    );
    expect(error).toMatchObject({ line: 3, column: "x" });
    const single = await planFor(await folder.open("single.csv", "x,y\n1,a\n3,b\n"));
    const alone = await folder.open("alone.csv", "x\n1\n\nlow\n"); // an empty line is a missing cell here
    expect((await folder.failure(() => applyPreprocessing(single, alone))).error.line).toBe(4);
    const dates = await folder.open("bad-dates.csv", "x,colour,when\n1,red,1970-01-04\n1,red,soon\n");
    expect((await folder.failure(() => applyPreprocessing(plan, dates))).message).toBe(
      'bad-dates.csv:3: column "when" should hold a date, but holds "soon"\n  correct the cell, or write --missing "soon" if it means a missing value',
    );
    const infinite = await folder.open("infinite.csv", "x,colour,when\n1,red,\ninf,red,\n");
    expect((await folder.failure(() => applyPreprocessing(plan, infinite))).message).toBe(
      'infinite.csv:3: column "x" holds inf, which no model can learn from\n  write --missing inf if it means a missing value',
    );
  });

  it("has columns of types that cannot be read so", async () => {
    const plan = await trainedPlan();
    const table = await folder.open("types.json", '[{"x": [1], "colour": "red", "when": null}]');
    expect((await folder.failure(() => applyPreprocessing(plan, table))).message).toBe(
      'types.json: column "x" holds BIGINT[], where the model needs numbers\n  write the column as it was in the table that the model was trained on',
    );
  });

  it("has targets that are missing or unknown", async () => {
    const plan = await trainedPlan();
    const gap = await folder.open("target-gap.csv", "x,colour,when,y\n1,red,,a\n1,red,,\n");
    expect((await folder.failure(() => applyPreprocessing(plan, gap, { target: true }))).message).toBe(
      'target-gap.csv:3: target "y" is missing\n  write --drop-missing-target to leave such rows out',
    );
    const unknown = await folder.open("target-unknown.csv", "x,colour,when,y\n1,red,,a\n1,red,,c\n");
    expect((await folder.failure(() => applyPreprocessing(plan, unknown, { target: true }))).message).toBe(
      'target-unknown.csv:3: target "y" holds "c", a class that the model does not know\n  its classes are "a", "b"',
    );
    const digits = await planFor(await folder.open("digits.csv", `x,y\n${"1,7\n2,8\n".repeat(5)}`));
    const same = await folder.open("digits-later.csv", "x,y\n1,8.0\n2,07\n");
    expect((await applyPreprocessing(digits, same, { target: true })).y).toEqual(Int32Array.of(1, 0));
    const numbers = await planFor(await folder.open("numbers.csv", "x,y\n1,1.5\n2,2.5\n"));
    const text = await folder.open("numbers-later.csv", "x,y\n1,1.5\n2,two\n");
    expect((await folder.failure(() => applyPreprocessing(numbers, text, { target: true }))).message).toBe(
      'numbers-later.csv:3: target "y" should hold a number, but holds "two"',
    );
  });
});
