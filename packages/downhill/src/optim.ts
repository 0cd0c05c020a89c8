/**
 * The entry `downhill/optim`: all optimizers. Those that most trainings need are `optim` of the entry `downhill` too; here
 * are also those of large batches and of little memory, second-order methods, and what is built around optimizers.
 */
import "./functions/methods.ts";

export * from "./optim/index.ts";

export {
  adafactor,
  type AdafactorOptions,
  clipByBlockRms,
  type FactoredRmsScaling,
  scaleByFactoredRms,
  scaleByParamBlockRms,
} from "./optim/adafactor.ts";
export { ema, type EmaOptions, incrementalUpdate } from "./optim/ema.ts";
export { implicitDiff } from "./optim/implicit-diff.ts";
export { injectHyperparams, type InjectedState } from "./optim/inject-hyperparams.ts";
export { lars, type LarsOptions } from "./optim/lars.ts";
export { leastSquares, type LeastSquaresOptions } from "./optim/levenberg-marquardt.ts";
export { lookahead, type LookaheadOptions, type LookaheadState } from "./optim/lookahead.ts";
export { multiSteps, type MultiStepsOptions, type MultiStepsState } from "./optim/multi-steps.ts";
export { type Labels, type LabelTree, masked, multiTransform, setToZero } from "./optim/multi-transform.ts";
export { muon, type MuonOptions, type MuonScaling, scaleByMuon } from "./optim/muon.ts";
export { newtonCg, type NewtonCgOptions } from "./optim/newton-cg.ts";
export {
  type PlateauState,
  reduceOnPlateau,
  type ReduceOnPlateauOptions,
} from "./optim/reduce-on-plateau.ts";
export { rprop, type RpropOptions } from "./optim/rprop.ts";
export {
  scheduleFree,
  scheduleFreeAdamw,
  type ScheduleFreeAdamwOptions,
  scheduleFreeEvalParams,
  type ScheduleFreeOptions,
  scheduleFreeSgd,
  type ScheduleFreeSgdOptions,
  type ScheduleFreeState,
} from "./optim/schedule-free.ts";
export { scaleByYogi, yogi, type YogiOptions, type YogiScaling } from "./optim/yogi.ts";
export { zeroNans } from "./optim/zero-nans.ts";
