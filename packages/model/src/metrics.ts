/** How good predictions are. */
import { tensor } from "downhill";
import { metrics } from "downhill/learn";
import type { ClassificationMetrics, Metrics, RegressionMetrics } from "./card.ts";
import type { Predictions } from "./predictions.ts";

/** JSON has no NaN and no infinity. */
function measure(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function regressionMetrics(y: ArrayLike<number>, predicted: ArrayLike<number>): RegressionMetrics {
  return {
    r2: measure(metrics.r2Score(y, predicted)),
    rmse: measure(metrics.rootMeanSquaredError(y, predicted)),
    mae: measure(metrics.meanAbsoluteError(y, predicted)),
  };
}

/** @param probabilities - row-major [rows, classes] */
function classificationMetrics(
  y: Int32Array,
  predicted: Int32Array,
  probabilities: Float64Array,
): ClassificationMetrics {
  const classes = probabilities.length / y.length;
  const labels = Array.from({ length: classes }, (_, index) => index);
  return {
    accuracy: measure(metrics.accuracyScore(y, predicted)),
    logLoss: measure(metrics.logLoss(y, tensor(probabilities, { shape: [y.length, classes] }), { labels })),
    f1: measure(metrics.precisionRecallF1(y, predicted, { average: "macro" }).f1),
  };
}

/** @param y - targets as they stand in the table, or indices of classes */
export function metricsOf(y: Float64Array | Int32Array, predictions: Predictions): Metrics {
  if (predictions.kind === "regression") return regressionMetrics(y, predictions.values);
  return classificationMetrics(y as Int32Array, predictions.classes, predictions.probabilities);
}
