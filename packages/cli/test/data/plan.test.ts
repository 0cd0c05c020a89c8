import { describe, expect, it } from "vitest";
import { describePlan, featureNames, summarisePlan } from "downhill-model/plan";
import type { Plan } from "downhill-model/plan";
import { parsePlan } from "downhill-model/planSchema";
import type { Fill } from "downhill-model/planColumn";
import { inferTask, openTable, planPreprocessing } from "../../src/data/index.ts";
import type { PlanOptions, Table } from "../../src/data/index.ts";
import { exampleTable, tableFolder, vegaTable } from "./tables.ts";

const folder = tableFolder();

async function planFor(table: Table, options: PlanOptions = {}, target = "y"): Promise<Plan> {
  return planPreprocessing(table, await inferTask(table, target), options);
}

/** Rows of `columns`, and y = a, b, a, b, … */
function csv(columns: Readonly<Record<string, readonly unknown[]>>): string {
  const names = Object.keys(columns);
  const rows = Object.values(columns)[0]?.map((_, i) => {
    return [...names.map((name) => String(columns[name]?.[i])), i % 2 === 0 ? "a" : "b"].join(",");
  });
  return [[...names, "y"].join(","), ...(rows ?? [])].join("\n");
}
const times = (value: unknown, count: number): unknown[] => Array.from({ length: count }, () => value);

describe("numbers", () => {
  it("are standardised with mean and population deviation of the training rows alone", async () => {
    const table = await folder.open("numbers.csv", csv({ x: [1, 2, 3, 6, 1000, "NA"] }));
    const plan = await planFor(table, { rows: [0, 1, 2, 3] });
    expect(plan.trainingRows).toBe(4);
    expect(plan.columns).toEqual([
      {
        encoding: "number",
        name: "x",
        holds: "number",
        dateFormat: null,
        fill: 3,
        fillRule: "mean",
        missing: 0,
        mean: 3,
        deviation: Math.sqrt(3.5),
        standardised: true,
      },
    ]);
  });

  it("have the statistics of a plain calculation", async () => {
    const table = await openTable(exampleTable("breast_cancer.csv"));
    const rows = Array.from({ length: table.rows }, (_, i) => i).filter((i) => i % 3 !== 0);
    const plan = await planFor(table, { rows }, "diagnosis");
    const { readFile } = await import("node:fs/promises");
    const lines = (await readFile(exampleTable("breast_cancer.csv"), "utf8")).trim().split("\n").slice(1);
    expect(plan.columns).toHaveLength(30);
    plan.columns.forEach((column, j) => {
      if (column.encoding !== "number") throw new Error(`${column.name} is no number`);
      const cells = rows.map((i) => Number(lines[i]?.split(",")[j]));
      const mean = cells.reduce((sum, cell) => sum + cell, 0) / cells.length;
      const variance = cells.reduce((sum, cell) => sum + (cell - mean) ** 2, 0) / cells.length;
      // Sums of 380 numbers: at most 380 roundings of 2^-53 each.
      expect(Math.abs(column.mean / mean - 1)).toBeLessThan(380 * 2 ** -53);
      expect(Math.abs(column.deviation / Math.sqrt(variance) - 1)).toBeLessThan(380 * 2 ** -53);
    });
    table.close();
  });

  it("are filled as asked", async () => {
    const table = await folder.open(
      "fill.csv",
      csv({ a: [1, 2, 9, ""], b: [1, 2, 9, ""], c: [1, 2, 9, ""] }),
    );
    const plan = await planFor(table, {
      fill: "median",
      fillColumns: new Map<string, Fill>([
        ["b", "mean"],
        ["c", -1],
      ]),
    });
    expect(plan.columns).toMatchObject([
      { name: "a", fill: 2, fillRule: "median", missing: 1 },
      { name: "b", fill: 4, fillRule: "mean" },
      { name: "c", fill: -1, fillRule: "given" },
    ]);
  });

  it("are filled alike whatever their columns are called", async () => {
    const names = ["constructor", "toString", "__proto__"];
    const table = await folder.open("names.csv", `${[...names, "y"].join(",")}\n1,2,3,a\n3,4,5,b\n,,,a\n`);
    const { columns } = await planFor(table);
    expect(columns).toMatchObject(names.map((name, i) => ({ name, fill: i + 2, fillRule: "mean" })));
  });

  it("keep their scale as asked", async () => {
    const table = await folder.open("scale.csv", csv({ a: [1, 2, 3], b: [1, 2, 4] }));
    const scales = async (noStandardise: boolean | string[]): Promise<boolean[]> => {
      const { columns } = await planFor(table, { noStandardise });
      return columns.map((column) => column.encoding === "number" && column.standardised);
    };
    expect(await scales(false)).toEqual([true, true]);
    expect(await scales(true)).toEqual([false, false]);
    expect(await scales(["b"])).toEqual([true, false]);
  });
});

describe("dates", () => {
  it("become days since 1970", async () => {
    const cells = ["1970-01-03", "1970-01-05 12:00:00", ""];
    const table = await folder.open("dates.csv", csv({ when: cells, short: ["1/2/70", "1/4/70", "1/6/70"] }));
    const plan = await planFor(table);
    expect(plan.columns).toMatchObject([
      { name: "when", holds: "date", dateFormat: "iso", mean: 3.25, deviation: 1.25, missing: 1 },
      { name: "short", holds: "date", dateFormat: "%m/%d/%y", mean: 3 },
    ]);
  });
});

describe("categories", () => {
  it("come by frequency, rare ones together, missing ones as a state of their own", async () => {
    const cells = [
      ...times("red", 60),
      ...times("blue", 100),
      ...times("green", 60),
      "pink",
      "NA",
      "grey",
      "grey",
    ];
    const table = await folder.open("colours.csv", csv({ colour: cells }));
    const plan = await planFor(table);
    expect(plan.columns).toEqual([
      {
        encoding: "one-hot",
        name: "colour",
        levels: ["blue", "green", "red"],
        counts: [100, 60, 60],
        others: ["grey", "pink"],
        missing: 1,
      },
    ]);
    expect(featureNames(plan)).toEqual([
      "colour=blue",
      "colour=green",
      "colour=red",
      "colour=(other)",
      "colour=(missing)",
    ]);
    const all = await planFor(table, { minLevelRows: 1 });
    expect(all.columns).toMatchObject([{ levels: ["blue", "green", "red", "grey", "pink"], others: [] }]);
  });

  it("come from the training rows alone", async () => {
    const table = await folder.open("train.csv", csv({ c: ["u", "v", "u", "w", ""] }));
    expect((await planFor(table, { rows: [0, 1, 2] })).columns).toMatchObject([
      { levels: ["u", "v"], counts: [2, 1], missing: 0 },
    ]);
  });

  it("are left out when there are too many, and cut to the most frequent when asked for", async () => {
    const cells = Array.from({ length: 400 }, (_, i) => `k${i % 60}`);
    const names = Array.from({ length: 400 }, (_, i) => `n${i}`);
    const table = await folder.open(
      "levels.csv",
      csv({ k: cells, name: names, x: times("p", 399).concat("q") }),
    );
    const plan = await planFor(table);
    expect(plan.dropped).toEqual([
      { name: "k", reason: "60 different texts, more than 50 categories" },
      { name: "name", reason: "a different text in almost every row" },
    ]);
    const more = await planFor(table, { maxLevels: 60 });
    expect(more.columns[0]).toMatchObject({ name: "k", others: [] });
    const forced = await planFor(table, { categorical: ["k"], minLevelRows: 1 });
    const k = forced.columns[0];
    expect(k?.encoding === "one-hot" && [k.levels.length, k.others.length]).toEqual([50, 10]);
  });

  it("are asked for in columns of numbers and booleans", async () => {
    const table = await folder.open(
      "codes.csv",
      csv({ code: [1, 2, 1, 3], flag: ["yes", "no", "yes", "no"] }),
    );
    const plan = await planFor(table, { categorical: ["code"] });
    expect(featureNames(plan)).toEqual(["code=1", "code=2", "code=3", "flag=no", "flag=yes"]);
  });
});

describe("columns left out", () => {
  it("say why", async () => {
    const table = await folder.open(
      "left-out.csv",
      csv({
        id: [1, 2, 3, 4],
        step: [1, 2, 3, 4],
        same: [5, 5, 5, 5],
        word: ["k", "k", "k", "k"],
        gap: ["", "", "", ""],
        late: ["", "", "", 8],
        x: [1, 2, 2, 1],
      }),
    );
    const plan = await planFor(table, { rows: [0, 1, 2], drop: ["x"] });
    expect(plan.columns.map(({ name }) => name)).toEqual(["step"]);
    expect(plan.dropped).toEqual([
      { name: "id", reason: "numbers the rows" },
      { name: "gap", reason: "missing in every row" },
      { name: "x", reason: "as asked" },
      { name: "same", reason: "constant: 5 in every training row" },
      { name: "word", reason: 'constant: "k" in every training row' },
      { name: "late", reason: "missing in every training row" },
    ]);
    const kept = await planFor(table, { numeric: ["id"] });
    expect(kept.columns.map(({ name }) => name)).toContain("id");
  });

  it("hold lists or records", async () => {
    const table = await folder.open("nested.json", '[{"v":[1],"x":1,"y":"a"},{"v":[2],"x":2,"y":"b"}]');
    expect((await planFor(table)).dropped).toEqual([
      { name: "v", reason: "holds bigint[], no numbers or texts" },
    ]);
  });

  it("are too many", async () => {
    const table = await folder.open("none.csv", csv({ id: [1, 2, 3], same: [5, 5, 5] }));
    expect((await folder.failure(() => planFor(table))).message).toBe(
      "none.csv: no column is left to learn from: id (numbers the rows), same (constant: 5 in every training row)\n" +
        "  keep one with --numeric COLUMN or --categorical COLUMN",
    );
    const constant = await folder.open("constant.csv", csv({ a: [5, 5, 5], b: ["u", "u", "u"] }));
    expect((await folder.failure(() => planFor(constant))).message).toBe(
      'constant.csv: no column is left to learn from: a (constant: 5 in every training row), b (constant: "u" in every training row)\n' +
        "  add columns whose cells differ from row to row",
    );
    expect((await folder.failure(() => planFor(table, { rows: [1] }))).message).toMatch(
      /\n {2}there is but one row to learn from: write a table of more rows$/,
    );
    const alone = await folder.open("alone.csv", "y\na\nb\n");
    expect((await folder.failure(() => planFor(alone))).message).toBe(
      "alone.csv: there is no column besides the target\n  add columns from which the target can be predicted",
    );
  });
});

describe("options", () => {
  it.each<[PlanOptions]>([
    [{ drop: ["masss"] }],
    [{ categorical: ["masss"] }],
    [{ numeric: ["masss"] }],
    [{ noStandardise: ["masss"] }],
    [{ fillColumns: new Map([["masss", 0]]) }],
  ])("name columns that are there: %j", async (options) => {
    const table = await folder.open("typo.csv", csv({ mass: [1, 2, 3] }));
    expect((await folder.failure(() => planFor(table, options))).message).toBe(
      'typo.csv: there is no column "masss"\n  did you mean "mass"?',
    );
  });

  it("do not contradict each other", async () => {
    const table = await folder.open("contradiction.csv", csv({ x: [1, 2, 3] }));
    expect((await folder.failure(() => planFor(table, { numeric: ["x"], categorical: ["x"] }))).message).toBe(
      'column "x" is asked for as number and as category\n  name it once',
    );
    expect((await folder.failure(() => planFor(table, { drop: ["y"] }))).message).toBe(
      'the target "y" cannot be dropped\n  choose another target',
    );
  });
});

describe("a plan", () => {
  it("is JSON", async () => {
    const table = await openTable(vegaTable("penguins.json"));
    const plan = await planFor(table, {}, "Species");
    const text = JSON.stringify(plan);
    expect(parsePlan(JSON.parse(text))).toEqual(plan);
    expect(() => parsePlan(JSON.parse(text.replace('"mean":', '"means":')))).toThrow(/mean/);
    expect(() => parsePlan({ ...plan, version: 2 })).toThrow(/version/);
    table.close();
  });

  it("says what becomes of each column", async () => {
    const table = await openTable(vegaTable("penguins.json"));
    const plan = await planFor(table, { drop: ["Beak Depth (mm)"] }, "Species");
    expect(describePlan(plan)).toEqual([
      "Island: 3 categories, one-hot: Biscoe, Dream, Torgersen",
      "Beak Length (mm): number, standardised (mean 43.92, standard deviation 5.452); 2 missing filled with 43.92 (mean)",
      "Flipper Length (mm): number, standardised (mean 200.9, standard deviation 14.04); 2 missing filled with 200.9 (mean)",
      "Body Mass (g): number, standardised (mean 4202, standard deviation 800.8); 2 missing filled with 4202 (mean)",
      "Sex: 2 categories, one-hot: MALE, FEMALE; 1 rarer as (other); 10 missing as (missing)",
      "Beak Depth (mm): left out: as asked",
    ]);
    expect(summarisePlan(plan)).toEqual([
      "2 columns one-hot encoded: Island (3), Sex (4)",
      "3 columns taken as numbers and standardised: Beak Length (mm), Flipper Length (mm), Body Mass (g)",
      "3 columns with missing cells, filled with the mean: Beak Length (mm) (2), Flipper Length (mm) (2), Body Mass (g) (2)",
      "1 column left out: as asked: Beak Depth (mm)",
    ]);
    table.close();
  });
});
