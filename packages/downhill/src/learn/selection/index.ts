/** Which model to take: cross-validation, and searches for parameters. */
export { type Distribution, type Distributions, type Grid } from "./candidates.ts";
export * as distributions from "./distributions.ts";
export {
  type CrossValidateOptions,
  crossValidate,
  crossValidateAsync,
  type CrossValidationResult,
  crossValPredict,
  type CrossValPredictOptions,
  crossValScore,
  type FoldEvent,
  type FoldOptions,
} from "./cross-validation.ts";
export type { CrossValidation } from "./evaluate.ts";
export { type Fold, KFold, type KFoldOptions, type Splitter, StratifiedKFold } from "./folds.ts";
export { GridSearch, RandomSearch, type RandomSearchOptions } from "./grid-search.ts";
export type { Scorer, ScorerName, Scoring } from "./scoring.ts";
export type { SearchResult } from "./results.ts";
export type { SearchEvent, SearchFitOptions, SearchOptions } from "./search.ts";
