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
export { meanAbsoluteError, meanSquaredError, r2Score, rootMeanSquaredError } from "./regression.ts";
export type { MetricOptions } from "./weights.ts";
