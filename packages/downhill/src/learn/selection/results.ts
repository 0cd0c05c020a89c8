/** What became of each candidate of a search, and how they rank. */
import type { DivergenceError } from "../errors.ts";

/** What is known of parameters that were tried on all folds. */
export interface SearchResult<P extends object> {
  readonly params: P;
  /** Of each fold; NaN where the training ran away. */
  readonly testScores: readonly number[];
  readonly meanTestScore: number;
  readonly stdTestScore: number;
  /** 1 is the best; equals have the same rank. */
  readonly rankTestScore: number;
  /** Empty unless asked for. */
  readonly trainScores: readonly number[];
  /** NaN unless asked for. */
  readonly meanTrainScore: number;
  /** Seconds. */
  readonly meanFitTime: number;
  readonly meanScoreTime: number;
  /** What the trainings ran away with. */
  readonly errors: readonly DivergenceError[];
}

/** The best so far. */
export interface BestCandidate<P extends object> {
  readonly params: P;
  readonly score: number;
  readonly index: number;
}

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

export const deviation = (values: readonly number[]): number => {
  const centre = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)));
};

/** 1 for the greatest; NaN behind all. */
export const ranked = <P extends object>(
  results: readonly Omit<SearchResult<P>, "rankTestScore">[],
): SearchResult<P>[] => {
  const worth = ({ meanTestScore }: (typeof results)[number]): number =>
    Number.isNaN(meanTestScore) ? -Infinity : meanTestScore;
  return results.map((result) => ({
    ...result,
    rankTestScore: 1 + results.filter((other) => worth(other) > worth(result)).length,
  }));
};
