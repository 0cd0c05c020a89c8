import { describe, expect, it } from "vitest";
import { LinearRegression, LogisticRegression } from "downhill/learn";
import { importances } from "downhill-model/importance";
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

async function trained(prepared: Prepared, options: TrainArguments) {
  const recipe = recipeFor(prepared.task.kind === "regression" ? "linear" : "logistic", prepared, options);
  const { estimator } = await fit(recipe, prepared, {
    signal: new AbortController().signal,
    onEpoch: () => undefined,
    keepsPath: false,
  });
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
});
