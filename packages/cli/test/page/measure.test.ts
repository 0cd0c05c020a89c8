/** What reports measure is what the models are. */
import { grad, tensor, type Tensor } from "downhill";
import { LogisticRegression } from "downhill/learn";
import { describe, expect, it } from "vitest";
import type { ModelName } from "downhill-model/card";
import { measure } from "downhill-model/measure";
import { predictRows } from "downhill-model/predictions";
import type { TrainArguments } from "../../src/arguments/train.ts";
import { measureReport } from "../../src/page/measure/measure.ts";
import { isNetwork, measuredLoss, type Parameters } from "../../src/page/measure/loss.ts";
import { interceptsOf } from "../../src/page/sections/weights.ts";
import type { Result } from "../../src/training/keep.ts";
import { fit } from "../../src/training/fit.ts";
import { recipeFor } from "../../src/training/recipe.ts";
import { tableFolder } from "../data/tables.ts";
import { argumentsFor, preparedTable } from "../training/prepared.ts";

const folder = tableFolder();

const rows = Array.from({ length: 300 }, (_, i) => {
  const [a, b] = [(i * 37) % 100, Math.sin(i * i) * 20 + 5];
  const noise = ((i * 7919) % 101) / 101;
  const height = 0.3 * a - 0.2 * b + 4 * noise;
  return { a, b, kind: i % 3 === 0 ? "x" : "z", height, side: height > 14 ? "up" : "down" };
});

async function resultOf(model: ModelName, target: string, given: Partial<TrainArguments>): Promise<Result> {
  const options = argumentsFor(target, { drop: target === "side" ? ["height"] : ["side"], ...given });
  const name = `${model}-${target}-${JSON.stringify(given).replace(/\W+/g, "")}.csv`;
  const prepared = await preparedTable(folder, name, rows, options);
  const trained = await fit(recipeFor(model, prepared, options), prepared, {
    signal: new AbortController().signal,
    onEpoch: () => undefined,
    keepsPath: true,
  });
  const chosen = { trained, choice: "as asked" };
  // The table itself is not looked at by what is tested here.
  return {
    options,
    prepared,
    chosen,
    measured: await measure(trained.estimator, prepared, trained.recipe.seed),
    interrupted: false,
  } as unknown as Result;
}

const cases: readonly (readonly [string, ModelName, string, Partial<TrainArguments>])[] = [
  ["least squares", "linear", "height", {}],
  ["least squares by gradient descent", "linear", "height", { optimizer: "sgd", epochs: 40 }],
  ["logistic regression by L-BFGS", "logistic", "side", {}],
  ["three classes", "logistic", "kind", { optimizer: "newton" }],
  ["a network for numbers in mini-batches", "mlp", "height", { hidden: [6, 4], epochs: 12, batch: 32 }],
  ["a network for two classes", "mlp", "side", { hidden: [5], epochs: 12 }],
  ["a network by L-BFGS", "mlp", "side", { hidden: [5], optimizer: "lbfgs", epochs: 30 }],
];

describe.each(cases)("%s", (_, model, target, given) => {
  it("has the loss that its training made small, and its derivation", async () => {
    const result = await resultOf(model, target, given);
    const { trained } = result.chosen;
    const evidence = measureReport(result);
    const { derivation, value, loss } = evidence.derivation;
    expect(derivation.check).toMatchObject({ agrees: true, includesGiven: true });
    // Networks compute in single precision; the others in double, in another order.
    const digits = model === "mlp" ? 4 : 9;
    expect(value).toBeCloseTo(loss, digits);
    // All 240 rows are measured here: the objective of a training is this loss, or a known multiple of it.
    const { estimator } = trained;
    const factor = estimator instanceof LogisticRegression ? 240 * estimator.options.C : 1;
    expect(evidence).toMatchObject({ rows: 240, of: 240 });
    expect(loss * factor).toBeCloseTo(estimator.objectiveValue, digits);
  });

  it("has gradients and a landscape along its way", async () => {
    const result = await resultOf(model, target, given);
    const { trained } = result.chosen;
    const { course, slice, checkpoints, parts } = measureReport(result);
    expect(slice).not.toBeNull();
    const kept = trained.estimator.parameters as Parameters;
    const { f } = measuredLoss(trained, result.prepared, 1e9);
    if (slice!.kind === "solution") {
      expect(course).toEqual([]);
      expect(checkpoints).toHaveLength(1);
      // No lower ground around: it is the minimum, in the middle of the window.
      expect(slice!.lowest).toBeGreaterThanOrEqual(f(kept).item() - 1e-12);
      return;
    }
    const { history } = trained.estimator;
    expect(course.at(-1)!.epoch).toBe(history.epoch.at(-1));
    expect(course).toHaveLength(slice!.spots.length);
    const [shareOfFirst, shareOfSecond] = slice!.shares;
    expect(shareOfFirst).toBeGreaterThanOrEqual(shareOfSecond);
    expect(shareOfFirst + shareOfSecond).toBeLessThanOrEqual(1 + 1e-9);
    const { parameters, norms } = course[1]!;
    const slope = grad(f as (at: object) => Tensor)(parameters) as Parameters;
    const lengths = isNetwork(slope)
      ? slope.layers.map(({ kernel, bias }) => Math.hypot(...kernel.data, ...bias.data))
      : [Math.hypot(...slope.coef.data), Math.hypot(...(slope.intercept?.data ?? []))];
    expect(norms).toHaveLength(parts.length);
    // Float32 sums of 240 rows in another order, for networks.
    norms.forEach((norm, i) => expect(norm / lengths[i]!).toBeCloseTo(1, model === "mlp" ? 4 : 10));
  });
});

describe("interceptsOf", () => {
  it.each([
    ["linear", "height"],
    ["logistic", "side"],
  ] as const)("is what a %s model says where every number is zero", async (model, target) => {
    const result = await resultOf(model, target, { drop: ["kind", target === "side" ? "height" : "side"] });
    const { prepared, chosen } = result;
    const { weights } = measureReport(result);
    const [intercept] = interceptsOf(result, weights!);
    // A row of zeros, standardised as the columns are.
    const zeros = Float64Array.from(prepared.plan.columns, (column) =>
      column.encoding === "number" ? -column.mean / column.deviation : 0,
    );
    const predicted = predictRows(
      chosen.trained.estimator,
      { x: zeros, rows: 1, columns: prepared.train.columns },
      prepared.targetScale,
    );
    const expected =
      predicted.kind === "regression"
        ? predicted.values[0]!
        : Math.log(predicted.probabilities[1]! / predicted.probabilities[0]!);
    expect(intercept).toBeCloseTo(expected, 8);
  });
});

it("measures large tables on some of their rows, and keeps the penalty's strength", async () => {
  const result = await resultOf("mlp", "side", { hidden: [5], epochs: 3, batch: 32 });
  const { trained } = result.chosen;
  const [few, all] = [64, 1e9].map((count) => measuredLoss(trained, result.prepared, count));
  expect([few!.rows, all!.rows]).toEqual([64, 240]);
  // With weights of zero outputs are zero, and the loss is ln 2 whatever the rows; the rest is the penalty.
  const kept = trained.estimator.parameters as Parameters;
  if (!isNetwork(kept)) throw new Error("a network was trained");
  const [first, ...others] = kept.layers;
  const still = (leaf: Tensor): Tensor => tensor(new Float32Array(leaf.size), { shape: [...leaf.shape] });
  const at = {
    layers: [
      { kernel: first!.kernel, bias: first!.bias },
      ...others.map(({ kernel, bias }) => ({ kernel: still(kernel), bias: still(bias) })),
    ],
  };
  const [ofFew, ofAll] = [few!, all!].map(({ f }) => f(at).item() - Math.LN2);
  expect(ofAll).toBeGreaterThan(1e-6);
  // Differences of float32 numbers near 0.69.
  expect(Math.abs(ofFew! - ofAll!)).toBeLessThan(3e-7);
});
