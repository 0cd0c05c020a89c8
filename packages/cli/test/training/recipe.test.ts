import { describe, expect, it } from "vitest";
import { defaultFolder } from "../../src/commands/train.ts";
import { UsageError } from "../../src/errors.ts";
import { planTraining } from "../../src/training/choose.ts";
import { describeRecipe, recipeFor } from "../../src/training/recipe.ts";
import { tableFolder } from "../data/tables.ts";
import { argumentsFor, preparedTable } from "./prepared.ts";

const folder = tableFolder();
const rows = Array.from({ length: 160 }, (_, i) => ({ x: i % 13, y: ((i * i) % 31) + 0.5 }));
const prepared = await preparedTable(folder, "recipe.csv", rows, argumentsFor("y"));
const few = await preparedTable(folder, "few.csv", rows.slice(0, 50), argumentsFor("y"));
const none = await preparedTable(folder, "none.csv", rows, argumentsFor("y", { validation: 0 }));

const models = (...args: Parameters<typeof planTraining>): string[] =>
  planTraining(...args).recipes.map(({ model, optimizer }) => `${model} by ${optimizer}`);

describe("what is trained", () => {
  it("is both models, to be compared, if there are rows to compare them by", () => {
    expect(models(prepared, argumentsFor("y"))).toEqual(["linear by newton", "mlp by adam"]);
    expect(models(few, argumentsFor("y"))).toEqual(["linear by newton"]);
    expect(planTraining(few, argumentsFor("y")).choice).toContain("only 10 rows are held out");
    expect(models(none, argumentsFor("y"))).toEqual(["linear by newton"]);
  });

  it("is what the other options leave", () => {
    expect(models(prepared, argumentsFor("y", { optimizer: "adam" }))).toEqual([
      "linear by adam",
      "mlp by adam",
    ]);
    expect(models(prepared, argumentsFor("y", { optimizer: "newton" }))).toEqual(["linear by newton"]);
    expect(models(prepared, argumentsFor("y", { optimizer: "lbfgs" }))).toEqual(["mlp by lbfgs"]);
    expect(models(prepared, argumentsFor("y", { hidden: [4] }))).toEqual(["mlp by adam"]);
    expect(models(prepared, argumentsFor("y", { rate: 0.1 }))).toEqual(["linear by sgd", "mlp by adam"]);
    expect(models(prepared, argumentsFor("y", { model: "mlp", batch: 8 }))).toEqual(["mlp by adam"]);
  });

  it("is described in words", () => {
    const describe = (...args: Parameters<typeof recipeFor>): string => describeRecipe(recipeFor(...args));
    expect(describe("linear", prepared, argumentsFor("y"))).toBe(
      "linear regression; solved in one step, where the slope is zero",
    );
    expect(describe("mlp", prepared, argumentsFor("y", { hidden: [64, 32] }))).toBe(
      "neural network with 2 hidden layers of 64, 32 units; Adam, automatic rate, 16 rows in each step, at most 500 epochs",
    );
    // A batch of all rows is none.
    const whole = argumentsFor("y", { rate: 0.5, batch: 1000, epochs: 1 });
    expect(describe("linear", prepared, whole)).toBe(
      "linear regression; gradient descent, rate 0.5, all rows in each step, at most 1 epoch",
    );
  });

  it("cannot be what does not go together", () => {
    expect(() => recipeFor("mlp", prepared, argumentsFor("y", { optimizer: "lbfgs", batch: 10 }))).toThrow(
      new UsageError(
        "lbfgs takes all rows at once",
        "leave --batch out, or choose another way, such as --optimizer sgd",
      ),
    );
  });
});

describe("the default folder", () => {
  it.each([
    ["examples/data/breast_cancer.csv", "diagnosis", "breast_cancer-diagnosis.model"],
    ["data/my table.csv.gz", "Body Mass (g)", "my-table-Body-Mass-g.model"],
    ["größe.parquet", "weight/height", "größe-weight-height.model"],
    ["../?.csv", "*", "downhill.model"],
    [".hidden", "y", "hidden-y.model"],
  ])("of %s and %s is %s", (path, target, name) => expect(defaultFolder(path, target)).toBe(name));
});
