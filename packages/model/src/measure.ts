/** What a trained model is worth. */
import { baselineRule, predictBaseline } from "./baseline.ts";
import type { AnyEstimator } from "downhill/learn";
import { importances } from "./importance.ts";
import type { Importance } from "./importance.ts";
import { metricsOf } from "./metrics.ts";
import { predictRows } from "./predictions.ts";
import type { Prepared, Rows } from "./prepared.ts";
import type { Baseline, Metrics } from "./card.ts";

/** What was measured of a model after its training. */
export interface Measured {
  readonly metrics: { readonly train: Metrics; readonly validation: Metrics | null };
  readonly baseline: Baseline;
  readonly importances: readonly Importance[];
}

/** The baseline is measured where the model is judged: on the rows held out, if there are any. */
function measureBaseline(prepared: Prepared): Baseline {
  const rule = baselineRule(prepared);
  const { y, rows } = prepared.validation ?? prepared.train;
  return { ...rule, metrics: metricsOf(y, predictBaseline(rule, rows)) } as Baseline;
}

/** @param seed - of the dealing out of cells by which importances are measured */
export function measure(estimator: AnyEstimator, prepared: Prepared, seed: number): Measured {
  const { train, validation, targetScale, plan } = prepared;
  const metricsOn = (rows: Rows): Metrics => metricsOf(rows.y, predictRows(estimator, rows, targetScale));
  return {
    metrics: { train: metricsOn(train), validation: validation === null ? null : metricsOn(validation) },
    baseline: measureBaseline(prepared),
    importances: importances(estimator, plan, prepared, seed),
  };
}

/** The number of the metrics that training makes small. */
function lossOf(metrics: Metrics): number {
  return ("rmse" in metrics ? metrics.rmse : metrics.logLoss) ?? Infinity;
}

/** Whether the model predicts better than the baseline, where it is judged. */
export function beatsBaseline({ metrics, baseline }: Pick<Measured, "metrics" | "baseline">): boolean {
  return lossOf(metrics.validation ?? metrics.train) < lossOf(baseline.metrics);
}

/** Whether a training that was cut short has got anywhere: to the end of an epoch, or beyond the baseline. */
export function hasLearnt(estimator: AnyEstimator, measured: Measured): boolean {
  return estimator.bestEpoch > 0 || beatsBaseline(measured);
}
