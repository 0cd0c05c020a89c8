/** Estimators, the training loop, metrics and preprocessing. */
export { whereTrainingWas } from "./beginning.ts";
export {
  CalibratedClassifierCV,
  type CalibratedClassifierOptions,
} from "./calibration/calibrated-classifier.ts";
export type { CalibrationMethod, Calibrator } from "./calibration/calibrators.ts";
export { collectBatches, type CollectOptions, type RowBatch, type RowBatches } from "./collect.ts";
export type { FloatDType, MatrixData, TargetData, VectorData } from "./data.ts";
export type {
  BadNumber,
  Cause,
  Diagnosis,
  Finding,
  LayerGain,
  Part,
  Trial,
  Warning,
} from "./diagnosis/diagnosis.ts";
export {
  type Advice,
  adviceOf,
  describeBadNumber,
  describeCause,
  describeDiagnosis,
  describeWarning,
  libraryVocabulary,
  type Vocabulary,
} from "./diagnosis/words.ts";
export { type Divergence, DivergenceError, ModelFormatError, NotFittedError } from "./errors.ts";
export { ElasticNet, type ElasticNetOptions, Lasso, type LassoOptions } from "./elastic-net.ts";
export type { EstimatorKind } from "./estimator.ts";
export type { FirstOrderOptions, FirstOrderSolver } from "./first-order.ts";
export { HuberRegressor, type HuberRegressorOptions } from "./huber-regressor.ts";
export type { ClassWeight, Label, LabelData } from "./labels.ts";
export {
  LinearRegression,
  type LinearRegressionOptions,
  Ridge,
  type RidgeOptions,
} from "./least-squares-regressor.ts";
export { LinearSVC, type LinearSVCOptions } from "./linear-svc.ts";
export { LogisticRegression, type LogisticRegressionOptions } from "./logistic-regression.ts";
export * as metrics from "./metrics/index.ts";
export { MLPClassifier, type MlpClassifierOptions } from "./mlp-classifier.ts";
export type { MlpActivation } from "./mlp-model.ts";
export { MLPRegressor } from "./mlp-regressor.ts";
export type { MlpOptions as MlpRegressorOptions } from "./mlp-training.ts";
export type { NetworkLoss, NeuralNetOptions } from "./network/neural-net.ts";
export { NeuralNetClassifier, type NeuralNetClassifierOptions } from "./network/neural-net-classifier.ts";
export { NeuralNetRegressor } from "./network/neural-net-regressor.ts";
export type { LinearParameters } from "./objectives.ts";
export { parameterPath, type ParameterPath, type PathOptions, type PathPoint } from "./path.ts";
export type { PartOptions } from "./parts.ts";
export { makePipeline, Pipeline } from "./pipeline/pipeline.ts";
export type { NamedSteps } from "./pipeline/types.ts";
export { PoissonRegressor, type PoissonRegressorOptions } from "./poisson-regressor.ts";
export * from "./preprocessing/index.ts";
export type { Json } from "./saved/options.ts";
export {
  type AnyTransformer,
  type LoadedPipeline,
  loadPipeline,
  type PipelineConfig,
  savePipeline,
  type SavedPipeline,
} from "./saved/parts.ts";
export type { AnyEstimator } from "./saved/rules.ts";
export {
  loadModel,
  type ModelConfig,
  type NeuralNet,
  type SavedModel,
  type SaveOptions,
  saveModel,
} from "./saved/saved-model.ts";
export type { TensorRecord } from "./saved/tensors.ts";
export * from "./selection/index.ts";
export { SGDClassifier, type SgdClassifierOptions } from "./sgd-classifier.ts";
export { SGDRegressor, type SgdRegressorOptions } from "./sgd-regressor.ts";
export type { Predictor, Step } from "./steps.ts";
export type {
  BatchEvent,
  EpochEvent,
  FitOptions,
  History,
  StartingPoint,
  StopReason,
  TrainingPoint,
  ValidationData,
} from "./watch.ts";
