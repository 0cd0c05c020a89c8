/** What a trained model is worth. */
import { baselineRule, predictBaseline } from "./baseline.ts";
import type { AnyEstimator } from "downhill/learn";
import { importances } from "./importance.ts";
import type { Importance } from "./importance.ts";
import { metricsOf } from "./metrics.ts";
import { predictRows } from "./predictions.ts";
import type { Prepared, Rows } from "./prepared.ts";
import type { Baseline, Metrics } from "./card.ts";
import { thinned } from "./thinned.ts";
import { takingTurns } from "./turns.ts";

/** What was measured of a model after its training. */
export interface Measured {
  readonly metrics: { readonly train: Metrics; readonly validation: Metrics | null };
  readonly baseline: Baseline;
  readonly importances: readonly Importance[];
  /** How many rows the metrics are of, where a part had to do; null if all. */
  readonly sample: { readonly train: number; readonly validation: number | null } | null;
}

/** Of the rows to learn from, and of those held out, after an interruption: measured in no time, and to two digits. */
const mostOfSample = 10_000;

/** The rows that a model is measured on when there is no time for all. */
export function sampled(prepared: Prepared): Prepared {
  const { train, validation } = prepared;
  return {
    ...prepared,
    train: thinned(train, mostOfSample),
    validation: validation && thinned(validation, mostOfSample),
  };
}

/**
 * Measures a model. An interruption, before or meanwhile, lets a sample of the rows do.
 *
 * @param seed - of the dealing out of cells by which importances are measured
 */
export async function measure(
  estimator: AnyEstimator,
  prepared: Prepared,
  seed: number,
  signal?: AbortSignal,
): Promise<Measured> {
  const { targetScale, plan } = prepared;
  const rule = baselineRule(prepared);
  const turn = takingTurns();
  const metricsOn = async (rows: Rows): Promise<Metrics> => {
    const predictions = predictRows(estimator, rows, targetScale);
    await turn();
    const metrics = metricsOf(rows.y, predictions);
    await turn();
    return metrics;
  };
  /** Null if it was broken off. */
  const measureOn = async (
    { train, validation }: Pick<Prepared, "train" | "validation">,
    isBrokenOff: () => boolean,
  ): Promise<Omit<Measured, "sample"> | null> => {
    if (isBrokenOff()) return null;
    const onTrain = await metricsOn(train);
    if (isBrokenOff()) return null;
    const metrics = { train: onTrain, validation: validation === null ? null : await metricsOn(validation) };
    // The baseline is measured where the model is judged: on the rows held out, if there are any.
    const { y, rows } = validation ?? train;
    const baseline = { ...rule, metrics: metricsOf(y, predictBaseline(rule, rows)) } as Baseline;
    await turn();
    if (isBrokenOff()) return null;
    return {
      metrics,
      baseline,
      importances: importances(estimator, plan, { train, validation, targetScale }, seed),
    };
  };
  const whole = await measureOn(prepared, () => signal?.aborted === true);
  if (whole !== null) return { ...whole, sample: null };
  const { train, validation } = sampled(prepared);
  const part = await measureOn({ train, validation }, () => false);
  if (part === null) throw new Error("internal: measuring a sample was broken off");
  const isSample = train.rows < prepared.train.rows || validation?.rows !== prepared.validation?.rows;
  return {
    ...part,
    sample: isSample ? { train: train.rows, validation: validation && validation.rows } : null,
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
