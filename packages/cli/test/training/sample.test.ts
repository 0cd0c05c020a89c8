import { measure, sampled } from "downhill-model/measure";
import { metricsOf } from "downhill-model/metrics";
import { predictRows } from "downhill-model/predictions";
import { expect, it } from "vitest";
import { fit } from "../../src/training/fit.ts";
import { recipeFor } from "../../src/training/recipe.ts";
import { describeSample } from "../../src/report/cutShort.ts";
import { tableFolder } from "../data/tables.ts";
import { argumentsFor, preparedTable } from "./prepared.ts";

const folder = tableFolder();

it("an interrupted training is measured on some of its rows, and says on how many", async () => {
  const rows = Array.from({ length: 15_000 }, (_, i) => ({
    x: (i * 7919) % 1000,
    y: i % 10 === 0 ? 3 : i % 7,
  }));
  const options = argumentsFor("y", { model: "linear", task: "regression" });
  const prepared = await preparedTable(folder, "many.csv", rows, options);
  const signal = new AbortController().signal;
  const { estimator } = await fit(recipeFor("linear", prepared, options), prepared, {
    signal,
    onEpoch: () => undefined,
    keepsPath: false,
  });
  const whole = await measure(estimator, prepared, 0, signal);
  expect(whole.sample).toBeNull();
  const part = await measure(estimator, prepared, 0, AbortSignal.abort());
  expect(part.sample).toEqual({ train: 10_000, validation: 3000 });
  const { train } = sampled(prepared);
  expect(part.metrics.train).toEqual(metricsOf(train.y, predictRows(estimator, train, prepared.targetScale)));
  expect(part.metrics.train).not.toEqual(whole.metrics.train);
  // All rows held out are fewer than a sample would be: their metrics, and the baseline's, are those of all.
  expect({ ...part, metrics: part.metrics.validation, sample: null }).toEqual({
    ...whole,
    metrics: whole.metrics.validation,
  });
  expect(describeSample(prepared, part.sample!)).toBe(
    "on 10,000 of 12,000 rows to learn from and all 3000 rows held out, spread evenly",
  );
});
