/** How well predictions meet what came true: scikit-learn's metrics. */
export {
  accuracyScore,
  classScores,
  type ConfusionMatrix,
  confusionMatrix,
  type LabelledOptions,
  logLoss,
  precisionRecallF1,
  type Scores,
  type ScoresOptions,
} from "./classification.ts";
export {
  averagePrecisionScore,
  brierScoreLoss,
  calibrationCurve,
  type CalibrationBin,
  type CurveOptions,
  precisionRecallCurve,
  type PrecisionRecallCurve,
  rocAucScore,
  rocCurve,
  type RocCurve,
} from "./curves.ts";
export {
  d2PoissonScore,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanPoissonDeviance,
  meanSquaredError,
  r2Score,
  rootMeanSquaredError,
} from "./regression.ts";
export type { MetricOptions } from "./weights.ts";
