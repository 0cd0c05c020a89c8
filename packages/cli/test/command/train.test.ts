import { describe, expect, it } from "vitest";
import { decodeSafetensors } from "downhill/learn";
import type { Card } from "downhill-model/card";
import { cardSchema } from "downhill-model/cardSchema";
import { exampleTable, vegaTable } from "../data/tables.ts";
import { commandFolder } from "./process.ts";

const folder = commandFolder();

function card(model: string): Card {
  return cardSchema.parse(JSON.parse(folder.read(`${model}/model.json`)));
}

/** The card of a model trained with the given arguments, and what was printed, on one line. */
async function train(model: string, args: readonly string[]): Promise<{ card: Card; text: string }> {
  const { stdout, stderr } = await folder.succeed(["train", ...args, "--out", model]);
  // Nothing is a terminal here: no progress line, no colours.
  expect(stderr).toBe("");
  expect(stdout).not.toMatch(/\p{Cc}\[/u);
  // Beside what trainings that went by steps go on from: see resume.test.ts.
  const files = folder.list(model).filter((name) => name !== "training.safetensors");
  expect(files).toEqual(["history.csv", "model.json", "model.safetensors", "report.html"]);
  // Lines are wrapped, and columns padded.
  return { card: card(model), text: stdout.replace(/\s+/g, " ") };
}

describe("train", () => {
  it("solves least squares: R² of the diabetes table to 1e-9", async () => {
    const { card, text } = await train("diabetes", [
      exampleTable("diabetes.csv"),
      ...["--target", "progression", "--validation", "0"],
    ]);
    // No plane has a greater R² on these rows; scikit-learn 1.9 finds 0.5177484222203499. Float64 sums of 442 rows
    // agree to some 1e-13.
    expect((card.metrics.train as { r2: number }).r2).toBeCloseTo(0.5177484222203499, 9);
    expect(card).toMatchObject({
      task: "regression",
      model: "linear",
      architecture: null,
      metrics: { validation: null },
      split: { trainingRows: 442, validationRows: 0 },
      training: { optimizer: "newton", learningRate: null, stopReason: "converged" },
      baseline: { kind: "mean", metrics: { r2: 0 } },
    });
    expect(text).toContain("the simplest model, since no rows are held out to compare it by");
    expect(text).toContain("What matters most: change of the predicted progression");
  });

  it("tells malignant from benign tumours", async () => {
    const { card, text } = await train("cancer", [
      exampleTable("breast_cancer.csv"),
      ...["--target", "diagnosis", "--model", "logistic"],
    ]);
    // Cross-validated, a logistic regression on these columns, standardised, is right on 97 to 98 % of the rows. The
    // standard deviation of that share among 114 rows is 1.4 %; three of them below 97.5 %:
    const { accuracy } = card.metrics.validation as { accuracy: number };
    expect(accuracy).toBeGreaterThan(0.933);
    expect(card.training).toMatchObject({ optimizer: "lbfgs", stopReason: "converged" });
    expect(card.features).toHaveLength(30);
    expect(card.baseline).toMatchObject({ kind: "majority", value: 0, metrics: { accuracy: 72 / 114 } });
    expect(text).toContain("change of the log-odds of malignant");
    expect(text).toMatch(/accuracy 9\d\.\d % 9\d\.\d % 63\.2 %/);
  });

  it("reads digits with a network", async () => {
    const { card, text } = await train("digits", [
      exampleTable("digits.csv"),
      ...["--target", "digit", "--model", "mlp", "--hidden", "48,24", "--epochs", "40"],
    ]);
    // Networks of this size are right on about 97 % of the rows held out; three standard deviations of that share among
    // 359 rows below:
    expect((card.metrics.validation as { accuracy: number }).accuracy).toBeGreaterThan(0.943);
    expect(card.architecture).toEqual({ layers: [61, 48, 24, 10], activation: "relu" });
    expect(card.training).toMatchObject({ optimizer: "adam", batchSize: 32, maxEpochs: 40 });
    const { tensors } = decodeSafetensors(folder.bytes("digits/model.safetensors"));
    expect(Object.fromEntries(Object.entries(tensors).map(([name, { shape }]) => [name, shape]))).toEqual({
      "parameters.layers.0.kernel": [61, 48],
      "parameters.layers.0.bias": [48],
      "parameters.layers.1.kernel": [48, 24],
      "parameters.layers.1.bias": [24],
      "parameters.layers.2.kernel": [24, 10],
      "parameters.layers.2.bias": [10],
    });
    const [header, ...lines] = folder.read("digits/history.csv").trimEnd().split("\n");
    expect(header).toBe("epoch,loss,validation_loss,validation_score,learning_rate,seconds");
    expect(lines).toHaveLength(card.training.epochs);
    const losses = lines.map((line) => Number(line.split(",")[2]));
    // The epoch that was kept is the one with the lowest loss on the rows held out.
    expect(card.training.bestEpoch).toBe(losses.indexOf(Math.min(...losses)) + 1);
    expect(text).toContain("log loss by epoch");
  });

  it("weighs penguins by species, sex and size, with missing cells", async () => {
    const { card, text } = await train("penguins", [
      vegaTable("penguins.json"),
      ...["--target", "Body Mass (g)", "--drop-missing-target", "--model", "linear"],
    ]);
    // Species and sex alone explain some 85 % of the variance of body mass (they are the two groups that anyone sees).
    expect((card.metrics.train as { r2: number }).r2).toBeGreaterThan(0.85);
    expect(card.features).toContain("Species=Gentoo");
    expect(text).toContain("2 rows without it left out");
    expect(text).toMatch(/Species=Gentoo │█+.? \+\d{3} \+\d{3} if so/);
  });

  it("prefers the simple model unless the network is clearly better", async () => {
    // y is a line and noise: nothing is left for a network.
    const noise = (i: number): number => ((i * 7919) % 101) / 101 - 0.5;
    const rows = Array.from({ length: 400 }, (_, i) => [((i * 37) % 400) / 100, noise(i)] as const);
    folder.write("line.csv", `x,y\n${rows.map(([x, e]) => `${x},${2 * x + e}`).join("\n")}\n`);
    const line = await train("line", ["line.csv", "--target", "y"]);
    expect(line.card.model).toBe("linear");
    expect(line.text).toMatch(
      /Choice linear regression: on the rows held out the squared error of a neural network is [\d.]+, that of a linear regression [\d.]+: (no better|better by .*, which may be chance) --model/,
    );

    // Of iris the network is surer, but right on the same rows.
    const iris = await train("iris", [exampleTable("iris.csv"), "--target", "species"]);
    expect(iris.card.model).toBe("logistic");

    // y is the sign of a product: no line can tell.
    const corners = Array.from({ length: 400 }, (_, i) => [
      ((i * 37) % 400) / 200 - 1,
      ((i * 151) % 400) / 200 - 1,
    ]);
    const cells = corners.map(([a = 0, b = 0]) => `${a},${b},${a * b > 0 ? "same" : "other"}`);
    folder.write("corners.csv", `a,b,y\n${cells.join("\n")}\n`);
    const found = await train("corners", ["corners.csv", "--target", "y"]);
    expect(found.card.model).toBe("mlp");
    expect(found.card.choice).toMatch(/better by .*, more than chance/);
    expect((found.card.metrics.validation as { accuracy: number }).accuracy).toBeGreaterThan(0.9);
  });

  it("gives the same bytes for the same seed, and others for another", async () => {
    const args = [exampleTable("wine.csv"), "--target", "cultivar", "--model", "mlp", "--epochs", "15"];
    await Promise.all([
      folder.succeed(["train", ...args, "--out", "first"]),
      folder.succeed(["train", ...args, "--out", "second"]),
      folder.succeed(["train", ...args, "--out", "third", "--seed", "1"]),
    ]);
    const weights = (model: string): Buffer => folder.bytes(`${model}/model.safetensors`);
    expect(weights("second").equals(weights("first"))).toBe(true);
    expect(weights("third").equals(weights("first"))).toBe(false);
    expect(card("second").metrics).toEqual(card("first").metrics);
  });

  it("does what the options say", async () => {
    folder.write(
      "options.csv",
      `id,zip,x,z,note,y\n${Array.from({ length: 60 }, (_, i) => `${i + 1},${1000 + (i % 3)},${i % 7 === 0 ? "" : i % 11},${i % 5 === 0 ? -9 : i},n${i % 2},${(i * i) % 17}`).join("\n")}\n`,
    );
    const { card, text } = await train("options", [
      ...["options.csv", "--target", "y", "--task", "regression", "--model", "linear", "--optimizer", "sgd"],
      ...["--rate", "0.0005", "--batch", "16", "--epochs", "7", "--validation", "0.25", "--seed", "5"],
      ...["--drop", "note", "--categorical", "zip", "--fill", "median", "--fill", "z=0", "--unscaled", "z"],
      ...["--missing", "-9"],
    ]);
    expect(card).toMatchObject({
      split: { validation: 0.25, seed: 5, trainingRows: 45, validationRows: 15 },
      training: { optimizer: "sgd", learningRate: 0.0005, batchSize: 16, maxEpochs: 7 },
      preprocessing: {
        columns: [
          { name: "zip", encoding: "one-hot" },
          { name: "x", encoding: "number", fillRule: "median", standardised: true },
          { name: "z", encoding: "number", fill: 0, fillRule: "given", standardised: false },
        ],
        dropped: [
          { name: "id", reason: "numbers the rows" },
          { name: "note", reason: "as asked" },
        ],
      },
    });
    expect(text).toContain("gradient descent, rate 0.0005, 16 rows in each step, at most 7 epochs");
    expect(text).toContain("filled with the median: x");
  });

  it("names the folder after table and target, and replaces a model there", async () => {
    folder.write("my table.csv", "a,b c\n1,2.5\n2,4.5\n3,6.5\n4,8.5\n5,10.5\n");
    await folder.succeed(["train", "my table.csv", "--target", "b c"]);
    await folder.succeed(["train", "my table.csv", "--target", "b c", "--seed", "2"]);
    expect(card("my-table-b-c.model").split.seed).toBe(2);
    expect(folder.list().filter((name) => name.startsWith("."))).toEqual([]);
  });

  it("goes on when no one reads its report any more", async () => {
    const { code, stderr } = await folder.downhill(
      ["train", exampleTable("iris.csv"), "--target", "species", "--out", "unread"],
      { closesOutput: true },
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(card("unread").target).toBe("species");
  });

  it("says so when the loss wavers, and keeps the best epoch", async () => {
    // Just beyond the border of stable rates, which is 0.2477 here.
    const { text } = await train("wavers", [
      exampleTable("diabetes.csv"),
      ...["--target", "progression", "--model", "linear", "--rate", "0.248"],
    ]);
    expect(text).toMatch(
      /Training stopped after \d+ epochs, since the loss no longer falls; it wavers, so try a smaller --rate; kept epoch \d+, the best/,
    );
  });
});
