/** Descents step by step, and which learning rates they stand. */
export {
  compareDescents,
  type CompareOptions,
  descend,
  type DescendOptions,
  type Descent,
  type DescentStep,
} from "./descend.ts";
export {
  findLearningRate,
  type FindLearningRateOptions,
  type LearningRateSearch,
} from "./find-learning-rate.ts";
export type { Judgement, Verdict } from "./judgement/judgement.ts";
export type { Border } from "./landscape.ts";
export {
  type NamedOptimizer,
  type OptimizerChoice,
  type OptimizerName,
  optimizerNames,
} from "./optimizers.ts";
export type { Plain } from "./plain.ts";
