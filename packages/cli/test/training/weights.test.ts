import { describe, expect, it } from "vitest";
import { random } from "downhill";
import { LinearRegression, LogisticRegression } from "downhill/learn";
import { importances } from "downhill-model/importance";
import { mean, rowLosses } from "downhill-model/losses";
import { predictRows } from "downhill-model/predictions";
import type { Prepared } from "downhill-model/prepared";
import { fit } from "../../src/training/fit.ts";
import { recipeFor } from "../../src/training/recipe.ts";
import { weightsOf } from "../../src/training/weights.ts";
import type { Weight } from "../../src/training/weights.ts";
import type { TrainArguments } from "../../src/arguments/train.ts";
import { tableFolder } from "../data/tables.ts";
import { argumentsFor, preparedTable } from "./prepared.ts";

const folder = tableFolder();

// y = 3·a − 0.5·b + 10 where c is "yes"; d says nothing.
const rows = Array.from({ length: 200 }, (_, i) => {
  const a = (i * 37) % 200;
  const b = (i * 151) % 400;
  const c = i % 4 === 0 ? "yes" : "no";
  return { a, b, c, d: (i * 7919) % 101, y: 3 * a - 0.5 * b + (c === "yes" ? 10 : 0) + 0.25 };
});

const quietly = { signal: new AbortController().signal, onEpoch: () => undefined, keepsPath: false };

async function trained(prepared: Prepared, options: TrainArguments) {
  const recipe = recipeFor(prepared.task.kind === "regression" ? "linear" : "logistic", prepared, options);
  const { estimator } = await fit(recipe, prepared, quietly);
  if (!(estimator instanceof LinearRegression || estimator instanceof LogisticRegression))
    throw new Error("no linear model");
  return estimator;
}

async function weightsWith(name: string, options: Partial<TrainArguments>): Promise<Map<string, Weight>> {
  const asked = argumentsFor("y", { validation: 0, ...options });
  const prepared = await preparedTable(folder, name, rows, asked);
  const weights = weightsOf(await trained(prepared, asked), prepared.plan, prepared.targetScale);
  return new Map(weights.map((weight) => [weight.feature, weight]));
}

describe("weights", () => {
  it("per unit are what the table was made with, whatever the scaling", async () => {
    for (const weights of [
      await weightsWith("scaled.csv", {}),
      await weightsWith("unscaled.csv", { unscaled: ["a", "b"] }),
      await weightsWith("plain.csv", { scaling: false }),
    ]) {
      // An exact fit in float64: what is lost in sums of 200 terms of size 1e3 is some 1e-12.
      expect(weights.get("a")?.perUnit).toBeCloseTo(3, 9);
      expect(weights.get("b")?.perUnit).toBeCloseTo(-0.5, 9);
      expect(weights.get("d")?.perUnit).toBeCloseTo(0, 9);
      // Two features that add up to one share the effect between them.
      const difference = (weights.get("c=yes")?.perUnit ?? NaN) - (weights.get("c=no")?.perUnit ?? NaN);
      expect(difference).toBeCloseTo(10, 9);
    }
  });

  it("per standard deviation compare columns of different units", async () => {
    const weights = await weightsWith("deviation.csv", {});
    // a is 0 … 199, once each; b is 0 … 399 in a permutation of every second number, or of all: 200 of them.
    const deviation = (values: readonly number[]): number => {
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    };
    expect(weights.get("a")?.perDeviation).toBeCloseTo(3 * deviation(rows.map(({ a }) => a)), 8);
    expect(weights.get("b")?.perDeviation).toBeCloseTo(-0.5 * deviation(rows.map(({ b }) => b)), 8);
    // A quarter of the rows: √(¼·¾).
    const yes = weights.get("c=yes");
    expect(yes?.perDeviation).toBeCloseTo((yes?.perUnit ?? NaN) * Math.sqrt(3 / 16), 12);
    expect([...weights.keys()].slice(0, 2)).toEqual(["a", "b"]);
  });

  it("of several classes name the class", async () => {
    const asked = argumentsFor("y", { validation: 0 });
    const classes = ["low", "mid", "high"];
    const three = rows.map(({ a, d }) => ({ a, d, y: classes[Math.floor(a / 67)] ?? "" }));
    const prepared = await preparedTable(folder, "three.csv", three, asked);
    const weights = weightsOf(await trained(prepared, asked), prepared.plan, prepared.targetScale);
    expect(weights).toHaveLength(6);
    const task = prepared.task.kind === "classification" ? prepared.task : null;
    const ofA = weights.filter(({ feature }) => feature === "a");
    const byClass = new Map(ofA.map(({ classIndex, perUnit }) => [task?.classes[classIndex ?? -1], perUnit]));
    expect(byClass.get("high")).toBeGreaterThan(0);
    expect(byClass.get("low")).toBeLessThan(0);
  });
});

describe("importances", () => {
  it("are the rise of the loss when a column is mixed", async () => {
    const asked = argumentsFor("y", {});
    const prepared = await preparedTable(folder, "importance.csv", rows, asked);
    const found = importances(await trained(prepared, asked), prepared.plan, prepared, 0);
    expect(found.map(({ feature }) => feature)).toEqual(["a", "b", "c", "d"]);
    // Of an exact fit, mixing a column moves the prediction by w·(x − x′), whose square is 2·w²·σ² on average, here in
    // units of the target's variance; 40 rows held out tell it to within a third or so.
    const share = (2 * (3 * 57.7) ** 2) / (prepared.targetScale?.deviation ?? NaN) ** 2;
    expect(found[0]?.importance).toBeGreaterThan(share * 0.6);
    expect(found[0]?.importance).toBeLessThan(share * 1.5);
    expect(found[3]?.importance).toBeCloseTo(0, 9);
  });

  it.each(["linear", "logistic", "mlp"] as const)("of many columns are the same: %s", async (model) => {
    // As many as are looked at behind the first layer, and a column of three features among them.
    const wide = Array.from({ length: 60 }, (_, i) => {
      const cells = Array.from({ length: 105 }, (__, j): [string, number] => [
        `x${j}`,
        ((i + 1) * (j + 7) ** 2) % 61,
      ]);
      const sum = cells.reduce((total, [, cell], j) => total + cell * ((j % 5) - 2), 0);
      const y = model === "linear" ? sum / 7 : ["low", "mid", "high"][Math.abs(sum) % 3];
      return { ...Object.fromEntries(cells), c: ["p", "q", "r"][i % 3] ?? "", y: y ?? "" };
    });
    const asked = argumentsFor("y", { model, epochs: 5, rareCategory: 1 });
    const prepared = await preparedTable(folder, `${model}.csv`, wide, asked);
    const { estimator } = await fit(recipeFor(model, prepared, asked), prepared, quietly);

    const { targetScale, plan } = prepared;
    const rows = prepared.validation ?? prepared.train;
    const order = random.permutation(random.key(0), rows.rows).data;
    const width = rows.columns.length;
    const lossOf = (x: Float64Array): number =>
      mean(rowLosses(rows, predictRows(estimator, { ...rows, x }, targetScale), targetScale));
    const whole = lossOf(Float64Array.from(rows.x));
    const found = new Map(
      importances(estimator, plan, prepared, 0).map(({ feature, importance }) => [feature, importance]),
    );
    for (const name of ["x0", "x50", "x104", "c"]) {
      const isMixed = rows.columns.map((column) => column === name || column.startsWith(`${name}=`));
      expect(isMixed.filter(Boolean)).toHaveLength(name === "c" ? 3 : 1);
      const x = Float64Array.from(rows.x, (value, at) => {
        const from = (order[Math.floor(at / width)] ?? NaN) * width + (at % width);
        return isMixed[at % width] === true ? (rows.x[from] ?? NaN) : value;
      });
      // Both add up the same products, about a hundred for each row, in another order; a network's are of float32 weights.
      expect(found.get(name)).toBeCloseTo(lossOf(x) - whole, 9);
    }
  });
});
