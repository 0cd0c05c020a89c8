/** Gradient transformations, schedules and minimisation. */
export * as schedules from "./schedules/index.ts";
export type { BuiltSchedule, Schedule } from "./schedules/index.ts";

export { adabelief, type AdabeliefOptions, type BeliefScaling, scaleByBelief } from "./adabelief.ts";
export { adadelta, type AdadeltaOptions, type AdadeltaScaling, scaleByAdadelta } from "./adadelta.ts";
export { adagrad, type AdagradOptions, type AdagradScaling, scaleByAdagrad } from "./adagrad.ts";
export {
  adam,
  type AdamOptions,
  type AdamScaling,
  type AdamState,
  adamw,
  type AdamWOptions,
  scaleByAdam,
} from "./adam.ts";
export { adamax, type AdamaxOptions, type AdamaxScaling, scaleByAdamax } from "./adamax.ts";
export { amsgrad, type AmsgradOptions, type AmsgradScaling, scaleByAmsgrad } from "./amsgrad.ts";
export { chain } from "./chain.ts";
export { clip, clipByGlobalNorm, globalNorm } from "./clip.ts";
export { addDecayedWeights } from "./decayed-weights.ts";
export { lamb, type LambOptions, scaleByTrustRatio, type TrustRatioOptions } from "./lamb.ts";
export { type DescentMethod, lbfgs, type LbfgsOptions } from "./lbfgs/lbfgs.ts";
export type { Evaluation, Objective } from "./lbfgs/objective.ts";
export { lion, type LionOptions, type LionScaling, scaleByLion } from "./lion.ts";
export {
  minimize,
  minimizeAsync,
  type MinimizeEvent,
  type MinimizeOptions,
  type MinimizeResult,
  type MinimizeStep,
  minimizeSteps,
} from "./minimize.ts";
export { nadam, type NadamOptions } from "./nadam.ts";
export { radam, type RadamOptions, type RadamScaling, scaleByRadam } from "./radam.ts";
export { rmsprop, type RmspropOptions, type RmsScaling, scaleByRms } from "./rmsprop.ts";
export { type LearningRate, scale, scaleByLearningRate, scaleBySchedule } from "./scale.ts";
export { momentum, nesterov, sgd, type SgdOptions, trace, type TraceOptions } from "./sgd.ts";
export {
  applyUpdates,
  type GradientTransformation,
  identity,
  type Optimizer,
  type OptimizerState,
  type UpdateExtras,
} from "./transformation.ts";
