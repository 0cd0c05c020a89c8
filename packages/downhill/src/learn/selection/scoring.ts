/** By what models are judged: metrics by name, greater always being better. */
import { ArgumentError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { TargetData, VectorData } from "../data.ts";
import type { Label, LabelData } from "../labels.ts";
import { accuracyScore, logLoss, precisionRecallF1, type Scores } from "../metrics/classification.ts";
import { averagePrecisionScore, brierScoreLoss, rocAucScore } from "../metrics/curves.ts";
import {
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanSquaredError,
  r2Score,
  rootMeanSquaredError,
} from "../metrics/regression.ts";
import { type AnyPredictor, can, type InputFor, type TargetFor } from "../steps.ts";

/** A fitted model's worth on rows: the greater, the better. */
export type Scorer<E extends AnyPredictor> = (model: E, X: InputFor<E>, y: TargetFor<E>) => number;

/** What scorers by name ask of a model. */
interface Judged {
  readonly kind: string;
  readonly classes?: readonly Label[];
  predict(X: unknown): unknown;
  predictProba?(X: unknown): Tensor;
  decisionFunction?(X: unknown): Tensor;
}

const has = (model: Judged, method: string): boolean => can(model as unknown as AnyPredictor, method);

type NamedScorer = (model: Judged, X: unknown, y: never) => number;

const lacking = (name: string, { kind }: Judged, what: string): ArgumentError =>
  new ArgumentError(
    "scoring",
    `"${name}" needs ${what}, which ${kind} does not have; choose another scoring`,
  );

const byNumbers =
  (metric: (y: TargetData, predicted: TargetData) => number, sign: 1 | -1): NamedScorer =>
  (model, X, y) =>
    sign * metric(y, model.predict(X) as Tensor);

const byLabels =
  (metric: (y: LabelData, predicted: LabelData) => number): NamedScorer =>
  (model, X, y) =>
    metric(y, model.predict(X) as Label[]);

const byAverage = (which: keyof Scores, average: "binary" | "macro" | "micro" | "weighted"): NamedScorer =>
  byLabels((y, predicted) => precisionRecallF1(y, predicted, { average })[which]);

/** Probabilities of the second of two classes. */
const positive = (name: string, model: Judged, X: unknown): { scores: VectorData; posLabel: Label } => {
  const { classes } = model;
  if (classes === undefined || !has(model, "predictProba"))
    throw lacking(name, model, "probabilities (predictProba)");
  if (classes.length !== 2)
    throw new ArgumentError("scoring", `"${name}" is for two classes, not ${classes.length}`);
  return { scores: secondColumn(model.predictProba!(X)), posLabel: classes[1]! };
};

const secondColumn = ({ data, shape }: Tensor): Float64Array =>
  Float64Array.from({ length: shape[0]! }, (_, row) => data[2 * row + 1]!);

/** Scores, which are finer than probabilities near 0 and 1, where there are any: only their order counts. */
const ranking = (name: string, model: Judged, X: unknown): { scores: VectorData; posLabel: Label } => {
  const { classes } = model;
  if (classes?.length !== 2 || !has(model, "decisionFunction")) return positive(name, model, X);
  return { scores: model.decisionFunction!(X), posLabel: classes[1]! };
};

const scorers = {
  accuracy: byLabels(accuracyScore),
  negLogLoss: (model, X, y) => {
    const { classes: labels } = model;
    if (labels === undefined || !has(model, "predictProba"))
      throw lacking("negLogLoss", model, "probabilities (predictProba)");
    return -logLoss(y, model.predictProba!(X), { labels });
  },
  negBrierScore: (model, X, y) => {
    const { scores, posLabel } = positive("negBrierScore", model, X);
    return -brierScoreLoss(y, scores, { posLabel });
  },
  rocAuc: (model, X, y) => {
    const { scores, posLabel } = ranking("rocAuc", model, X);
    return rocAucScore(y, scores, { posLabel });
  },
  averagePrecision: (model, X, y) => {
    const { scores, posLabel } = ranking("averagePrecision", model, X);
    return averagePrecisionScore(y, scores, { posLabel });
  },
  precision: byAverage("precision", "binary"),
  precisionMacro: byAverage("precision", "macro"),
  precisionMicro: byAverage("precision", "micro"),
  precisionWeighted: byAverage("precision", "weighted"),
  recall: byAverage("recall", "binary"),
  recallMacro: byAverage("recall", "macro"),
  recallMicro: byAverage("recall", "micro"),
  recallWeighted: byAverage("recall", "weighted"),
  f1: byAverage("f1", "binary"),
  f1Macro: byAverage("f1", "macro"),
  f1Micro: byAverage("f1", "micro"),
  f1Weighted: byAverage("f1", "weighted"),
  r2: byNumbers(r2Score, 1),
  negMeanSquaredError: byNumbers(meanSquaredError, -1),
  negRootMeanSquaredError: byNumbers(rootMeanSquaredError, -1),
  negMeanAbsoluteError: byNumbers(meanAbsoluteError, -1),
  negMeanAbsolutePercentageError: byNumbers(meanAbsolutePercentageError, -1),
} satisfies Readonly<Record<string, NamedScorer>>;

/** scikit-learn's names in camelCase: errors and losses have `neg` before them, so that greater is better. */
export type ScorerName = keyof typeof scorers;

/** One metric, or several by names of one's own. */
export type Scoring<E extends AnyPredictor> =
  ScorerName | Scorer<E> | Readonly<Record<string, ScorerName | Scorer<E>>>;

/** The names of the scores: those of the record, or `score` for a single one. */
export type ScoreNames<S> = S extends string
  ? "score"
  : S extends (...given: never) => unknown
    ? "score"
    : S extends object
      ? keyof S & string
      : "score";

export type LooseScorer = (model: AnyPredictor, X: unknown, y: unknown) => number;

const scorerOf = (operation: string, scoring: unknown): LooseScorer => {
  if (typeof scoring === "function") return scoring as LooseScorer;
  if (typeof scoring === "string" && Object.hasOwn(scorers, scoring))
    return scorers[scoring as ScorerName] as unknown as LooseScorer;
  throw new ArgumentError(
    operation,
    `scoring is ${JSON.stringify(scoring)}; write a function (model, X, y), or one of ${Object.keys(scorers).join(", ")}`,
  );
};

const ownScore: LooseScorer = (model, X, y) => model.score(X as never, y as never);

/** The scorers by name; the model's own `score` if none is asked for. */
export const scorersOf = (
  operation: string,
  scoring: unknown,
): readonly (readonly [string, LooseScorer])[] => {
  if (scoring === undefined) return [["score", ownScore]];
  if (typeof scoring !== "object" || scoring === null) return [["score", scorerOf(operation, scoring)]];
  return Object.entries(scoring).map(([name, one]) => [name, scorerOf(operation, one)] as const);
};
