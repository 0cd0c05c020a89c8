import { describe, expect, it } from "vitest";
import { inferTask, openTable, readTarget } from "../../src/data/index.ts";
import { exampleTable, tableFolder } from "./tables.ts";

const folder = tableFolder();

/** A table with the column y of the given cells. */
function column(name: string, cells: readonly unknown[]) {
  return folder.open(name, `x,y\n${cells.map((cell, i) => `${i},${String(cell)}\n`).join("")}`);
}
const repeat = (cells: readonly unknown[], times: number): unknown[] =>
  Array.from({ length: times }, () => cells).flat();

describe("the task", () => {
  it.each([
    ["iris.csv", "species", ["setosa", "versicolor", "virginica"], [50, 50, 50]],
    ["wine.csv", "cultivar", ["class_0", "class_1", "class_2"], [59, 71, 48]],
    ["breast_cancer.csv", "diagnosis", ["benign", "malignant"], [357, 212]],
    [
      "digits.csv",
      "digit",
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
      [178, 182, 177, 183, 181, 182, 181, 179, 174, 180],
    ],
  ])("of %s is classification", async (name, target, classes, counts) => {
    const table = await openTable(exampleTable(name));
    expect(await inferTask(table, target)).toMatchObject({
      kind: "classification",
      classes,
      counts,
      missing: 0,
    });
    table.close();
  });

  it("of diabetes.csv is regression", async () => {
    const table = await openTable(exampleTable("diabetes.csv"));
    const task = await inferTask(table, "progression");
    expect(task).toMatchObject({ kind: "regression", reason: "the target has 214 different numbers" });
    const { values } = await readTarget(table, task);
    expect(values?.slice(0, 3)).toEqual(Float64Array.of(151, 75, 141));
    table.close();
  });

  it("of whole numbers is classification with at most 20 of them, 5 rows to each", async () => {
    const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
    const few = await column("few.csv", repeat([10, 9, 2], 5));
    expect(await inferTask(few, "y")).toMatchObject({ kind: "classification", classes: [2, 9, 10] });
    expect(await inferTask(await column("twenty.csv", repeat(upTo(20), 5)), "y")).toMatchObject({
      kind: "classification",
    });
    expect(await inferTask(await column("many.csv", repeat(upTo(21), 5)), "y")).toMatchObject({
      kind: "regression",
    });
    expect(await inferTask(await column("rare.csv", [...repeat([1, 2, 3], 4), 1, 2]), "y")).toMatchObject({
      kind: "regression",
    });
    expect(await inferTask(await column("fractions.csv", repeat([0, 0.5, 1], 50)), "y")).toMatchObject({
      kind: "regression",
      reason: "the target holds fractions",
    });
  });

  it("can be asked for", async () => {
    const table = await column("asked.csv", repeat([3, 1, 2], 5));
    expect(await inferTask(table, "y", { task: "regression" })).toMatchObject({ kind: "regression" });
    const grades = await column("grades.csv", [...repeat([1, 2], 20), "K"]);
    expect(await inferTask(grades, "y", { task: "classification" })).toMatchObject({
      classes: ["1", "2", "K"],
      counts: [20, 20, 1],
    });
  });

  it("of booleans has false before true", async () => {
    const table = await folder.open("booleans.json", '[{"x":1,"y":true},{"x":2,"y":false},{"x":3,"y":true}]');
    const task = await inferTask(table, "y");
    expect(task).toMatchObject({ kind: "classification", classes: [false, true], counts: [1, 2] });
    expect((await readTarget(table, task)).classes).toEqual(Int32Array.of(1, 0, 1));
  });

  it("leaves rows without target out when asked", async () => {
    const table = await column("gaps.csv", ["a", "", "b", "NA", "a"]);
    const task = await inferTask(table, "y", { dropMissingTarget: true });
    expect(task).toMatchObject({ classes: ["a", "b"], counts: [2, 1], missing: 2 });
    expect((await readTarget(table, task)).classes).toEqual(Int32Array.of(0, -1, 1, -1, 0));
    const numbers = await column("number-gaps.csv", [1.5, "", 2.5]);
    const regression = await inferTask(numbers, "y", { dropMissingTarget: true });
    expect((await readTarget(numbers, regression)).values).toEqual(Float64Array.of(1.5, NaN, 2.5));
  });
});

describe("a target that cannot be", () => {
  it("is unknown: the nearest name is suggested", async () => {
    const table = await openTable(exampleTable("breast_cancer.csv"));
    for (const typed of ["diagnois", "Diagnosis", "diag"]) {
      const { message, error } = await folder.failure(() => inferTask(table, typed));
      expect(message).toBe(
        `${exampleTable("breast_cancer.csv")}: there is no target column "${typed}"\n  did you mean "diagnosis"?`,
      );
      expect(error.column).toBe(typed);
    }
    table.close();
  });

  it("is unknown, and nothing is near: the columns are listed", async () => {
    const table = await column("unknown.csv", [1, 2]);
    const { message } = await folder.failure(() => inferTask(table, "temperature"));
    expect(message).toBe('unknown.csv: there is no target column "temperature"\n  its columns are "x", "y"');
  });

  it.each([
    ["constant-text.csv", ["a", "a", "a"], '"y" is "a" in every row'],
    ["constant-number.csv", [7, 7, 7], '"y" is 7 in every row'],
  ])("is constant: %s", async (name, cells, problem) => {
    const table = await column(name, cells);
    const { message } = await folder.failure(() => inferTask(table, "y"));
    expect(message).toBe(`${name}: target ${problem}\n  there is nothing to learn from it`);
  });

  it("is missing in some rows, or in all", async () => {
    const some = await column("some.csv", [1, 2, "", 4, "?"]);
    const { message, error } = await folder.failure(() => inferTask(some, "y"));
    expect(message).toBe(
      'some.csv:4: target "y" is missing here, in 2 rows of 5 altogether\n  write --drop-missing-target to leave such rows out',
    );
    expect(error).toMatchObject({ line: 4, column: "y" });
    const all = await column("all.csv", ["", ""]);
    expect((await folder.failure(() => inferTask(all, "y"))).message).toBe(
      'all.csv: target "y" is missing in every row\n  choose another target',
    );
  });

  it("is text without classes", async () => {
    const table = await column("names.csv", ["ann", "bob", "cid", "dan", "ann"]);
    expect((await folder.failure(() => inferTask(table, "y"))).message).toBe(
      'names.csv: target "y" has 4 different texts in 5 rows: "ann", "bob", "cid" and 1 more\n  choose a target that is a number or one of a few classes',
    );
    expect((await folder.failure(() => inferTask(table, "y", { task: "regression" }))).message).toBe(
      'names.csv: target "y" holds texts, not numbers: no regression\n  leave --task out to predict its classes, or choose a target of numbers',
    );
  });

  it("has too many classes", async () => {
    const table = await column(
      "ids.csv",
      Array.from({ length: 1001 }, (_, i) => i),
    );
    expect((await folder.failure(() => inferTask(table, "y", { task: "classification" }))).message).toBe(
      'ids.csv: target "y" has more than 1000 different values, too many for classes\n  write --task regression to predict its number',
    );
  });

  it("is a date, or nested", async () => {
    const dates = await column("dates.csv", ["2024-01-01", "2024-01-02"]);
    expect((await folder.failure(() => inferTask(dates, "y"))).message).toBe(
      'dates.csv: target "y" holds dates, which cannot be predicted\n  choose a number or a category',
    );
    const lists = await folder.open("lists.json", '[{"y": [1]}, {"y": [2]}]');
    expect((await folder.failure(() => inferTask(lists, "y"))).message).toBe(
      'lists.json: target "y" holds lists or records, which cannot be predicted\n  choose a number or a category',
    );
  });

  it("holds a cell that is no number", async () => {
    const table = await column("typo.csv", [...repeat([1.5, 2], 20), "1.x"]);
    expect((await folder.failure(() => inferTask(table, "y"))).message).toBe(
      'typo.csv:42: column "y" holds numbers, but here "1.x"\n' +
        "  correct the cell, or write --missing 1.x if it means a missing value, or --task classification if the column names categories",
    );
  });
});
