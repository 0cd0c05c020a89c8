import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { openTable, readTarget, inferTask } from "../../src/data/index.ts";
import { exampleTable, vegaTable } from "../data/tables.ts";
import { commandFolder } from "./process.ts";

const folder = commandFolder();
const penguins = vegaTable("penguins.json");
const diabetes = exampleTable("diabetes.csv");

beforeAll(async () => {
  await Promise.all([
    folder.succeed(["train", penguins, "-t", "Species", "--model", "logistic", "--out", "species"]),
    folder.succeed([
      "train",
      penguins,
      "-t",
      "Species",
      "--model",
      "mlp",
      "--epochs",
      "20",
      "--out",
      "network",
    ]),
    folder.succeed(["train", diabetes, "-t", "progression", "--model", "linear", "--out", "progression"]),
  ]);
});

/** Cells of a CSV without quotes, by column. */
function columns(csv: string): Record<string, string[]> {
  const [header = "", ...lines] = csv.trimEnd().split("\n");
  const rows = lines.map((line) => line.split(","));
  return Object.fromEntries(header.split(",").map((name, j) => [name, rows.map((row) => row[j] ?? "")]));
}

const percent = /accuracy (\d+\.\d) %/;
const flat = (text: string): string => text.replace(/\s+/g, " ");

describe.each(["species", "network"])("predict with the model %s", (model) => {
  it("writes the rows, the predicted class and a probability for each class", async () => {
    const { stdout, stderr } = await folder.succeed(["predict", model, penguins]);
    const found = columns(stdout);
    expect(Object.keys(found).slice(-4)).toEqual([
      "prediction",
      "probability_Adelie",
      "probability_Chinstrap",
      "probability_Gentoo",
    ]);
    expect(found["Species"]).toHaveLength(344);
    const classes = ["Adelie", "Chinstrap", "Gentoo"];
    found["prediction"]?.forEach((predicted, i) => {
      const probabilities = classes.map((name) => Number(found[`probability_${name}`]?.[i]));
      // Float32 probabilities are each within 6e-8 of their value.
      expect(probabilities.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 6);
      expect(predicted).toBe(classes[probabilities.indexOf(Math.max(...probabilities))]);
    });
    expect(flat(stderr)).toContain("note: 18 missing cells, filled as in training:");

    // What evaluate counts is what predict wrote.
    const right =
      found["prediction"]?.filter((predicted, i) => predicted === found["Species"]?.[i]).length ?? 0;
    const { stdout: report } = await folder.succeed(["evaluate", model, penguins]);
    expect(percent.exec(flat(report))?.[1]).toBe(((right / 344) * 100).toFixed(1));
  });
});

describe("predict", () => {
  it("writes numbers in the target's unit, to every format", async () => {
    const names = ["p.csv", "p.tsv", "p.json", "p.jsonl", "p.parquet", "p.csv.gz"];
    const runs = await Promise.all(
      names.map((name) => folder.succeed(["predict", "progression", diabetes, "--out", name])),
    );
    expect(runs.map(({ stdout }) => stdout)).toEqual(names.map(() => ""));
    expect(runs[0]?.stderr).toBe("p.csv: 442 rows, each with prediction\n");
    const read = async (name: string): Promise<number[]> => {
      const table = await openTable(folder.path(name));
      const { values } = await readTarget(
        table,
        await inferTask(table, "prediction", { task: "regression" }),
      );
      table.close();
      return Array.from(values ?? []);
    };
    const predictions = await Promise.all(names.map(read));
    expect(predictions[0]).toHaveLength(442);
    for (const other of predictions.slice(1)) expect(other).toEqual(predictions[0]);

    const actual = await read("p.csv").then(() => openTable(diabetes));
    const { values: y } = await readTarget(actual, await inferTask(actual, "progression"));
    actual.close();
    const mean = y?.reduce((sum, value) => sum + value / y.length, 0) ?? NaN;
    const squares = (of: (i: number) => number): number =>
      y?.reduce((sum, _, i) => sum + of(i) ** 2, 0) ?? NaN;
    const r2 =
      1 -
      squares((i) => (y?.[i] ?? NaN) - (predictions[0]?.[i] ?? NaN)) / squares((i) => (y?.[i] ?? NaN) - mean);
    // The best that a plane can do on all rows is 0.5177; this one saw four fifths of them.
    expect(r2).toBeLessThan(0.51775);
    expect(r2).toBeGreaterThan(0.48);
    const { stdout } = await folder.succeed(["evaluate", "progression", diabetes]);
    expect(flat(stdout)).toContain(`R² ${r2.toFixed(3)} 0.00`.slice(0, 9));
  });

  it("counts cells of unknown categories and takes them as missing", async () => {
    const rows = JSON.parse(
      await import("node:fs").then(({ readFileSync }) => readFileSync(penguins, "utf8")),
    ) as Record<string, unknown>[];
    const moved = rows.slice(0, 5).map((row, i) => (i < 2 ? { ...row, Island: "Atlantis" } : row));
    const gone = rows.slice(0, 5).map((row, i) => (i < 2 ? { ...row, Island: null } : row));
    folder.write("moved.json", JSON.stringify(moved));
    folder.write("gone.json", JSON.stringify(gone));
    const ofMoved = await folder.succeed(["predict", "species", "moved.json"]);
    const ofGone = await folder.succeed(["predict", "species", "gone.json"]);
    expect(ofMoved.stderr).toContain(
      "note: 2 cells with a category that the model never saw, taken as missing: Island (2)\n",
    );
    expect(ofGone.stderr).not.toContain("never saw");
    expect(columns(ofMoved.stdout)["probability_Gentoo"]).toEqual(
      columns(ofGone.stdout)["probability_Gentoo"],
    );
  });

  it("leaves the names of the table alone", async () => {
    folder.write("taken.csv", folder.read("p.csv"));
    const { stderr } = await folder.succeed(["predict", "progression", "taken.csv", "--out", "taken.csv"]);
    expect(stderr).toBe("taken.csv: 442 rows, each with prediction_2\n");
    const { prediction, prediction_2 } = columns(folder.read("taken.csv"));
    expect(prediction_2).toEqual(prediction);
  });

  it("ends quietly when its reader has had enough", async () => {
    // More than the pipe holds, so that there is someone to miss.
    const rows = JSON.parse(readFileSync(penguins, "utf8")) as unknown[];
    folder.write("many.json", JSON.stringify(Array.from({ length: 30 }, () => rows).flat()));
    const { code, stderr } = await folder.downhill(["predict", "species", "many.json"], {
      closesOutput: true,
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });
});

describe("evaluate", () => {
  it("prints metrics beside the baseline and the confusion matrix", async () => {
    const { stdout } = await folder.succeed(["evaluate", "species", penguins]);
    expect(stdout).toMatch(
      /^Model +species: logistic regression for Species\nData +.*penguins.json: 344 rows\n/,
    );
    // 152 of the 344 are Adelies.
    expect(flat(stdout)).toMatch(/model always Adelie accuracy (9[5-9]|100)\.\d % 44\.2 %/);
    const [, ...lines] = stdout.slice(stdout.indexOf("Confusion")).trimEnd().split("\n");
    const cells = lines.map((line) => line.trim().split(/ {2,}/));
    expect(cells[0]).toEqual(["Adelie", "Chinstrap", "Gentoo", "recall"]);
    const counts = cells
      .slice(1, 4)
      .map((row) => row.slice(1, 4).map((cell) => (cell === "·" ? 0 : Number(cell))));
    expect(counts.map((row) => row.reduce((sum, count) => sum + count))).toEqual([152, 68, 124]);
  });

  it("needs the true answers, and can leave rows without one out", async () => {
    folder.write("answers.csv", folder.read("p.csv").replace(/^(.*),151\.?0*,/m, "$1,,"));
    const refused = await folder.downhill(["evaluate", "progression", "answers.csv"]);
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toBe(
      'error: answers.csv:2: target "progression" is missing\n  write --drop-missing-target to leave such rows out\n',
    );
    const { stdout } = await folder.succeed([
      "evaluate",
      "progression",
      "answers.csv",
      "--drop-missing-target",
    ]);
    expect(stdout).toContain("answers.csv: 441 rows, 1 row without target left out\n");
  });
});
