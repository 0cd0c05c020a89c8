import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { exampleTable, vegaTable } from "../data/tables.ts";
import { commandFolder } from "./process.ts";

const folder = commandFolder();
const penguins = vegaTable("penguins.json");
const [iris, cancer, diabetes, digits] = ["iris", "breast_cancer", "diabetes", "digits"].map((name) =>
  exampleTable(`${name}.csv`),
) as [string, string, string, string];

beforeAll(async () => {
  const train = (...args: string[]): Promise<unknown> => folder.succeed(["train", ...args]);
  await train(cancer, "-t", "diagnosis", "--model", "logistic", "--out", "cancer");
  await train(
    iris,
    "-t",
    "species",
    "--model",
    "logistic",
    "--optimizer",
    "sgd",
    "--rate",
    "0.5",
    "--out",
    "iris",
  );
  await train(diabetes, "-t", "progression", "--model", "linear", "--no-scaling", "--out", "diabetes");
  await train(diabetes, "-t", "progression", "--model", "mlp", "--epochs", "20", "--out", "regressor");
  await train(penguins, "-t", "Species", "--model", "logistic", "--out", "penguins");
  await train(
    digits,
    "-t",
    "digit",
    "--model",
    "mlp",
    "--hidden",
    "12,8",
    "--epochs",
    "3",
    "--out",
    "digits",
  );
}, 120_000);

const flat = (text: string): string => text.replace(/\s+/g, " ");
const lineCount = (text: string): number => text.trimEnd().split("\n").length;

interface Explained {
  readonly outputs: { label: string; value: number; truth: number | null }[];
  readonly loss: number | null;
  readonly check: { agrees: boolean; engine: number } | null;
  readonly step: { learningRate: number } | null;
  readonly inputs: { name: string; cell: string | null; value: number; treatment: object }[];
}

const json = async (...args: string[]): Promise<Explained> =>
  JSON.parse((await folder.succeed(["explain", ...args, "--json"])).stdout) as Explained;

/** The last columns of what `predict` writes for a row. */
const predicted = async (model: string, table: string, row: number, columns: number): Promise<string[]> => {
  const { stdout } = await folder.succeed(["predict", model, table]);
  return stdout.split("\n")[row]!.split(",").slice(-columns);
};

describe("explain of a row", () => {
  it("fits one screen for a logistic regression of thirty columns", async () => {
    const { stdout, stderr } = await folder.succeed(["explain", "cancer", cancer, "--row", "14"]);
    expect(stderr).toBe("");
    expect(lineCount(stdout)).toBeLessThanOrEqual(52);
    expect(Math.max(...stdout.split("\n").map((line) => [...line].length))).toBeLessThanOrEqual(100);
    expect(stdout).toMatch(/^Row +14 of .*breast_cancer\.csv, line 15\n/);
    expect(flat(stdout)).toContain("(the training had none)");
    for (const title of [
      "In words",
      "Forward: from the row to the loss",
      "Backward: from the loss to the weights",
      "One step downhill by this row alone: w ← w − 0.01·∂L/∂w for every weight and bias",
      "Checked",
    ])
      expect(stdout.split("\n")).toContain(title);
    expect(flat(stdout)).toContain("all 31 slopes equal the engine's gradient of the model's objective");
    const all = await folder.succeed(["explain", "cancer", cancer, "--row", "14", "--all"]);
    expect(lineCount(all.stdout)).toBeGreaterThan(lineCount(stdout) + 40);
  });

  it("says what predict and evaluate say", async () => {
    const [label, benign, malignant] = await predicted("cancer", cancer, 14, 3);
    const { outputs, check, loss } = await json("cancer", cancer, "--row", "14");
    expect(outputs.map(({ value }) => value)).toEqual([
      expect.closeTo(Number(benign), 12),
      expect.closeTo(Number(malignant), 12),
    ]);
    expect(label).toBe("malignant");
    expect(outputs.map(({ truth }) => truth)).toEqual([0, 1]);
    expect(loss).toBeCloseTo(-Math.log(Number(malignant)), 12);
    expect(check).toMatchObject({ agrees: true });
    const [value] = await predicted("diabetes", diabetes, 3, 1);
    const linear = await json("diabetes", diabetes, "--row", "3");
    // The table is not standardised, and neither are its cells.
    expect(linear.inputs[0]).toMatchObject({
      name: "age",
      cell: "72",
      value: 72,
      treatment: { scale: null },
    });
    expect(linear.outputs[0]!.value).toBeCloseTo(Number(value), 8);
    expect(linear.outputs[0]!.truth).toBe(141);
  });

  it("takes the largest mistake where no row is named", async () => {
    const { stdout } = await folder.succeed(["explain", "iris", iris]);
    const [, row] = /^Row (\d+) of .*, the largest mistake in the table --row Model/.exec(flat(stdout))!;
    const { loss } = await json("iris", iris, "--row", row!);
    for (const other of ["1", "51", "71", "107", "150"])
      expect((await json("iris", iris, "--row", other)).loss).toBeLessThanOrEqual(loss!);
  });

  it("takes the rate of the training, or another", async () => {
    expect((await json("iris", iris, "--row", "1")).step!.learningRate).toBe(0.5);
    expect(flat((await folder.succeed(["explain", "iris", iris])).stdout)).toContain(
      "Rate 0.5, that of the training",
    );
    expect((await json("iris", iris, "--row", "1", "--rate", "0.1")).step!.learningRate).toBe(0.1);
  });

  it("shows what was done to categories and to missing cells", async () => {
    const whole = await folder.succeed(["explain", "penguins", penguins, "--row", "1", "--all"]);
    expect(whole.stdout).toMatch(/ {2}Island=Torgersen +Torgersen {2}this category +1 /);
    expect(whole.stdout).toMatch(/ {2}Island=Biscoe +Torgersen {2}another category +0 /);
    const { stdout, stderr } = await folder.succeed(["explain", "penguins", penguins, "--row", "4", "--all"]);
    expect(stdout).toMatch(/ {2}Flipper Length \(mm\) +\(missing\) {2}filled with mean 200\.\d +\S+ +\S+ /);
    expect(stdout).toMatch(/ {2}Sex=\(missing\) +\(missing\) {2}missing +1 /);
    expect(flat(stderr)).toContain("note: 5 missing cells, filled as in training:");
    const rows = JSON.parse(readFileSync(penguins, "utf8")) as Record<string, unknown>[];
    folder.write("moved.json", JSON.stringify([{ ...rows[0], Island: "Atlantis" }]));
    const moved = await folder.succeed(["explain", "penguins", "moved.json", "--all"]);
    expect(moved.stdout).toMatch(/ {2}Island=Biscoe +Atlantis {2}never seen, as missing +0 /);
    expect(moved.stderr).toContain("a category that the model never saw, taken as missing: Island (1)");
  });

  it.each([
    ["digits", digits, "2.3", 12],
    ["regressor", diabetes, "1.5", 10],
  ])("sums up the network %s, and shows its units", async (model, table, unit, inputs) => {
    const { stdout } = await folder.succeed(["explain", model, table, "--row", "3"]);
    expect(stdout).toContain("\n  layer ");
    expect(stdout).toMatch(/so for \S+ → 1\.\d+, the steepest of the first layer:/);
    expect(flat(stdout)).toMatch(/all \d+ slopes equal the engine's gradient/);
    const shown = await folder.succeed(["explain", model, table, "--row", "3", "--unit", unit, "--all"]);
    expect(shown.stdout).toContain(`\nUnit ${unit}, layer ${unit[0]} of `);
    const sums = shown.stdout.slice(shown.stdout.indexOf("\nUnit"), shown.stdout.indexOf("  sum z"));
    expect(lineCount(sums.trim())).toBe(inputs + 3);
    const { check } = await json(model, table, "--row", "3");
    expect(check).toMatchObject({ agrees: true });
  });

  it("goes forward alone where the answer is not known", async () => {
    const without = readFileSync(iris, "utf8").replace(/,[^,]*$/gm, "");
    folder.write("new.csv", without);
    const { stdout } = await folder.succeed(["explain", "iris", "new.csv", "--row", "2"]);
    expect(flat(stdout)).toContain("the table has no column species, so there is no loss to follow back");
    expect(stdout).toContain("Forward: from the row to the prediction\n");
    expect(stdout).not.toContain("Backward");
    folder.write("gap.csv", readFileSync(iris, "utf8").replace(/setosa\n/, "\n"));
    const gap = await folder.succeed(["explain", "iris", "gap.csv", "--row", "1"]);
    expect(flat(gap.stdout)).toContain("its species is missing, so there is no loss to follow back");
    expect(await json("iris", "gap.csv", "--row", "1")).toMatchObject({
      loss: null,
      step: null,
      check: null,
    });
  });

  it.each<[string, string[], number, string]>([
    [
      "rows that are not there",
      ["iris", iris, "--row", "151"],
      1,
      "there is no row 151\n  rows are counted from 1, without the header; the last one is 150\n",
    ],
    ["rows that are no number", ["iris", iris, "--row", "0"], 2, "Write a whole number from 1.\n"],
    [
      "units that are not there",
      ["digits", digits, "--row", "1", "--unit", "1.13"],
      2,
      "error: --unit: there is no unit 1.13; layer 1 has 12, 1.1 to 1.12\n",
    ],
    [
      "what is no unit",
      ["digits", digits, "--unit", "3"],
      2,
      "Write LAYER.UNIT, both counted from 1, such as 1.3.\n",
    ],
    ["models that are not there", ["nothing", iris], 1, "error: nothing: no such model folder\n"],
    ["tables that are not there", ["iris", "nothing.csv"], 1, "nothing.csv"],
    ["other tables", ["iris", diabetes, "--row", "1"], 1, 'lacks the columns "sepal_length_cm"'],
    ["rows without a table", ["iris", "--row", "1"], 2, "error: --row needs a row\n"],
    ["LaTeX of a row", ["iris", iris, "--latex"], 2, "error: --latex writes the model's function\n"],
  ])("refuses %s", async (_, args, code, message) => {
    const result = await folder.downhill(["explain", ...args]);
    expect(result.stderr).toContain(message);
    expect(result).toMatchObject({ code, stdout: "" });
  });

  it("refuses cells and answers that the model cannot take, with their place", async () => {
    const lines = readFileSync(iris, "utf8").split("\n");
    folder.write(
      "strange.csv",
      [lines[0], "5.1,3.5,1.4,0.2,tulip", "many,3.5,1.4,0.2,setosa", ...lines.slice(1)].join("\n"),
    );
    const tulip = await folder.downhill(["explain", "iris", "strange.csv", "--row", "1"]);
    expect(tulip).toMatchObject({ code: 1, stdout: "" });
    expect(tulip.stderr).toContain(
      'strange.csv:2: target "species" holds "tulip", a class that the model does not know',
    );
    const many = await folder.downhill(["explain", "iris", "strange.csv", "--row", "2"]);
    expect(many.stderr).toContain("strange.csv:3");
    expect(many.stderr).toContain('"many"');
  });
});

describe("explain of a model alone", () => {
  it("shows its function, loss, gradient and objective", async () => {
    const { stdout } = await folder.succeed(["explain", "cancer"]);
    for (const line of [
      "  z = wᵀ x + b              weighted sums of the 30 numbers of a row; w has 30 weights",
      "  p = σ(z) = 1/(1 + e^−z)   the probability that diagnosis is malignant",
      "  L = −y ln p − (1 − y) ln(1 − p)   log loss; y is 1 or 0",
      "  ∂L/∂z = p − y       slope of the logarithm times slope of the sigmoid",
      "  ∂L/∂w = Xᵀ(σ(X w + b) − y)/n + 0.002198w",
    ])
      expect(stdout.split("\n")).toContain(line);
    expect(stdout).toMatch(
      /\n {2}1·Σ log loss \+ 1\/2·Σ w² = 29\.\d+ over all rows, by 31 numbers that were learnt\n/,
    );
    expect(stdout).toMatch(/Next +downhill explain cancer DATA --row N\n$/);
  });

  it("writes LaTeX and JSON", async () => {
    const { stdout } = await folder.succeed(["explain", "digits", "--latex"]);
    expect(stdout).toContain("\\frac{\\partial L}{\\partial z_{3}} &= p - y \\\\\n");
    expect(stdout).not.toContain("Model");
    const formulas = JSON.parse((await folder.succeed(["explain", "digits", "--json"])).stdout) as {
      forward: { text: string }[];
    };
    expect(formulas.forward[0]!.text).toBe("z₁ = W₁ᵀ x + b₁");
  });
});
