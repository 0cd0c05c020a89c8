/** Which parameters serve a model best, by cross-validation. */
import type { Tensor } from "../../tensor/tensor.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import { run, runInTurns, type Suspendable, turns } from "../drive.ts";
import { DivergenceError, NotFittedError } from "../errors.ts";
import type { VectorData } from "../data.ts";
import type { Label } from "../labels.ts";
import {
  type AnyPredictor,
  can,
  inPart,
  inPartBySteps,
  type InputFor,
  type PredictionFor,
  type TargetFor,
  type Task,
} from "../steps.ts";
import { type BestCandidate, deviation, mean, ranked, type SearchResult } from "./results.ts";
import { type CrossValidation, fitFold, foldsFor, type Samples, scoresOn } from "./evaluate.ts";
import type { Fold } from "./folds.ts";
import { type LooseScorer, type Scorer, type ScorerName, scorersOf } from "./scoring.ts";

export interface SearchOptions<E extends AnyPredictor> {
  readonly cv: CrossValidation;
  /** The model's own `score` if undefined. */
  readonly scoring: ScorerName | Scorer<E> | undefined;
  /** Fit the best candidate on all rows in the end, to predict by it. */
  readonly refit: boolean;
  /** Judge each model on the rows that it learnt from as well. */
  readonly returnTrainScore: boolean;
}

export const searchDefaults: SearchOptions<AnyPredictor> = {
  cv: 5,
  scoring: undefined,
  refit: true,
  returnTrainScore: false,
};

/** One fit of a search done. */
export interface SearchEvent<P extends object> {
  /** Fits done, counted from 1. */
  readonly done: number;
  /** How many there will be at most, without that on all rows. */
  readonly total: number;
  /** What was fitted: which candidate, on which fold. */
  readonly params: P;
  readonly candidate: number;
  readonly fold: number;
  readonly score: number;
  /** Among the candidates that are whole; undefined until there is one. */
  readonly best: BestCandidate<P> | undefined;
  /** Since the start of the search. */
  readonly seconds: number;
}

export interface SearchFitOptions<P extends object> {
  /** Weights of rows in the fits; scores count every row once, as in scikit-learn. */
  readonly sampleWeight?: VectorData | undefined;
  /** Ends the search. Candidates that are whole are kept, and the best of them is known; it is not fitted on all rows. */
  readonly signal?: AbortSignal | undefined;
  /** Called after each fit. Returning false ends the search like an interruption. */
  readonly onProgress?: ((event: SearchEvent<P>) => void | boolean) | undefined;
}

interface Found<P extends object, E extends AnyPredictor> {
  readonly results: readonly SearchResult<P>[];
  readonly best: BestCandidate<P> | undefined;
  readonly bestEstimator: E | undefined;
  readonly refitTime: number;
  readonly isInterrupted: boolean;
  readonly folds: readonly Fold[];
}

/**
 * What searches have in common. A search is a model itself: fitted, it predicts by the best candidate, and it may be cross-validated.
 *
 * `P`: the parameters; `E`: the model made from them.
 */
export abstract class Search<P extends object, E extends AnyPredictor> {
  abstract readonly kind: string;
  abstract readonly options: SearchOptions<E>;
  private readonly makeOne: (params: P) => E;
  private found: Found<P, E> | undefined;

  constructor(make: (params: P) => E) {
    this.makeOne = make;
  }

  /** The parameters to try, in order. */
  protected abstract candidates(): readonly P[];

  /** The same search, not begun. */
  abstract clone(): this;

  /** A model with these parameters, not fitted. */
  make(params: P): E {
    return inPart(this.kind, `with ${described(params)}`, () => this.makeOne(params));
  }

  /** Whether the best candidate was fitted on all rows. */
  get isFitted(): boolean {
    return this.found?.bestEstimator !== undefined;
  }

  /** Whether the models tell classes apart or predict numbers. */
  get task(): Task {
    const [first] = this.candidates();
    return this.make(first!).task;
  }

  /** @internal Whether the models have a method. */
  can(method: string): boolean {
    const [first] = this.candidates();
    return can(this.make(first!), method);
  }

  private *searching(
    X: unknown,
    y: unknown,
    options: SearchFitOptions<P>,
  ): Generator<SearchEvent<P> | undefined, this> {
    const operation = `${this.kind}.fit`;
    const { sampleWeight, signal } = options;
    const samples: Samples = { X, y, sampleWeight };
    const candidates = this.candidates();
    const [[, scorer]] = scorersOf(operation, this.options.scoring) as [readonly [string, LooseScorer]];
    const folds = foldsFor(operation, this.task, samples, this.options.cv);
    const start = performance.now();
    const results: Omit<SearchResult<P>, "rankTestScore">[] = [];
    let best: BestCandidate<P> | undefined;
    let bestEstimator: E | undefined;
    let refitTime = NaN;
    // Until the last line is reached, whoever stops reading events has interrupted the search too.
    const keep = (isInterrupted: boolean): void => {
      this.found = { results: ranked(results), best, bestEstimator, refitTime, isInterrupted, folds };
    };
    this.found = undefined;
    let isWhole = false;
    const isAborted = (): boolean => signal?.aborted ?? false;
    try {
      search: for (const [index, params] of candidates.entries()) {
        const model = this.make(params);
        const part = `with ${described(params)}`;
        const [testScores, trainScores, fitTimes, scoreTimes]: number[][] = [[], [], [], []];
        const errors: DivergenceError[] = [];
        for (const [number, fold] of folds.entries()) {
          if (isAborted()) break search;
          const trial = yield* survived(
            fitFold(operation, `${part}: fold ${number}`, model, samples, fold, signal),
          );
          if (isAborted()) break search;
          const judged = performance.now();
          const scoreOn = (rows: Int32Array): number =>
            trial instanceof DivergenceError
              ? NaN
              : inPart(
                  operation,
                  part,
                  () => scoresOn([["score", scorer]], trial.model, samples, rows)["score"]!,
                );
          testScores!.push(scoreOn(fold.test));
          scoreTimes!.push((performance.now() - judged) / 1000);
          if (this.options.returnTrainScore) trainScores!.push(scoreOn(fold.train));
          if (trial instanceof DivergenceError) errors.push(trial);
          else fitTimes!.push(trial.fitTime);
          const isLast = number === folds.length - 1;
          if (isLast) {
            const score = mean(testScores!);
            results.push({
              params,
              testScores: testScores!,
              meanTestScore: score,
              stdTestScore: deviation(testScores!),
              trainScores: trainScores!,
              meanTrainScore: mean(trainScores!),
              meanFitTime: mean(fitTimes!),
              meanScoreTime: mean(scoreTimes!),
              errors,
            });
            if (score > (best?.score ?? -Infinity)) best = { params, score, index };
          }
          yield {
            done: index * folds.length + number + 1,
            total: candidates.length * folds.length,
            params,
            candidate: index,
            fold: number,
            score: testScores!.at(-1)!,
            best,
            seconds: (performance.now() - start) / 1000,
          };
        }
      }
      isWhole = results.length === candidates.length;
      if (isWhole && best === undefined)
        throw new ArgumentError(
          operation,
          `no candidate has a score: ${results[0]?.errors[0]?.message ?? "the scores are NaN"}`,
        );
      if (isWhole && this.options.refit) {
        const began = performance.now();
        const model = this.make(best!.params);
        const fitting = model.fitInSteps(X as never, y as never, { sampleWeight, signal });
        yield* inPartBySteps(operation, `with ${described(best!.params)}, on all rows`, fitting);
        isWhole = !isAborted();
        if (isWhole) bestEstimator = model;
        refitTime = (performance.now() - began) / 1000;
      }
    } finally {
      keep(!isWhole);
    }
    return this;
  }

  /** Without the events, which the callback has had. */
  private *fitting(X: unknown, y: unknown, options: SearchFitOptions<P>): Suspendable<this> {
    const search = this.searching(X, y, options);
    try {
      let state = search.next();
      while (state.done !== true) {
        if (state.value !== undefined && options.onProgress?.(state.value) === false) return this;
        yield;
        state = search.next();
      }
      return state.value;
    } finally {
      // Also if it was stopped here: it keeps what it has.
      search.return(this);
    }
  }

  /**
   * Tries all candidates on all folds, then fits the best on all rows.
   *
   * A training that runs away gives its candidate the score NaN; anything else that goes wrong ends the search, and the message
   * says with which parameters.
   */
  fit(X: InputFor<E>, y: TargetFor<E>, options: SearchFitOptions<P> = {}): this {
    return run(this.fitting(X, y, options));
  }

  /** `fit` that lets the event loop have its turn about every 16 ms. */
  async fitAsync(X: InputFor<E>, y: TargetFor<E>, options: SearchFitOptions<P> = {}): Promise<this> {
    return runInTurns(this.fitting(X, y, options));
  }

  /** `fit` in pieces, as the models have it. */
  *fitInSteps(
    X: InputFor<E>,
    y: TargetFor<E>,
    options: SearchFitOptions<P> = {},
  ): Generator<undefined, this> {
    return yield* this.fitting(X, y, options);
  }

  /**
   * `fitAsync` as a sequence of events: `for await (const { done, total, best } of search.progress(X, y))`. Leaving the loop ends the
   * search; it keeps what is done.
   */
  async *progress(
    X: InputFor<E>,
    y: TargetFor<E>,
    options: Omit<SearchFitOptions<P>, "onProgress"> = {},
  ): AsyncGenerator<SearchEvent<P>, this> {
    return yield* turns(this.searching(X, y, options));
  }

  private known(asked: string): Found<P, E> {
    if (this.found === undefined) throw new NotFittedError(this.kind, asked);
    return this.found;
  }

  private knownBest(asked: string): BestCandidate<P> {
    const { best } = this.known(asked);
    if (best !== undefined) return best;
    throw new ArgumentError(
      `${this.kind}.${asked}`,
      "the search was interrupted before a candidate was whole",
    );
  }

  /** What is known of each candidate, in the order in which they were tried. */
  get cvResults(): readonly SearchResult<P>[] {
    return this.known("cvResults").results;
  }

  /** Whether the search was ended before all candidates were tried. */
  get isInterrupted(): boolean {
    return this.known("isInterrupted").isInterrupted;
  }

  get bestParams(): P {
    return this.knownBest("bestParams").params;
  }

  /** The mean of its scores over the folds. */
  get bestScore(): number {
    return this.knownBest("bestScore").score;
  }

  /** Its place among `cvResults`. */
  get bestIndex(): number {
    return this.knownBest("bestIndex").index;
  }

  /** Seconds that the fit on all rows took; NaN without one. */
  get refitTime(): number {
    return this.known("refitTime").refitTime;
  }

  /** The best candidate, fitted on all rows. @throws ArgumentError with `refit: false`, and after an interruption. */
  get bestEstimator(): E {
    return this.predictor("bestEstimator");
  }

  private predictor(asked: string): E {
    const { bestEstimator, isInterrupted } = this.known(asked);
    if (bestEstimator !== undefined) return bestEstimator;
    throw new ArgumentError(
      `${this.kind}.${asked}`,
      `the best candidate was not fitted on all rows, since ${isInterrupted ? "the search was interrupted" : "refit is false"}; ` +
        "write search.make(search.bestParams).fit(X, y)",
    );
  }

  private ask(asked: string, X: unknown): unknown {
    const model = this.predictor(asked);
    const method = (model as unknown as Readonly<Record<string, unknown>>)[asked];
    if (typeof method !== "function")
      throw new ArgumentError(`${this.kind}.${asked}`, `the model, a ${model.kind}, has no ${asked}`);
    return method.call(model, X);
  }

  /** What the best candidate predicts. */
  predict(X: InputFor<E>): PredictionFor<E> {
    return this.ask("predict", X) as PredictionFor<E>;
  }

  /** Probabilities [rows, classes], if the best candidate has them. */
  predictProba(X: InputFor<E>): Tensor {
    return this.ask("predictProba", X) as Tensor;
  }

  /** Scores before they become probabilities, if the best candidate has them. */
  decisionFunction(X: InputFor<E>): Tensor {
    return this.ask("decisionFunction", X) as Tensor;
  }

  /** The labels, sorted, in the order of the columns of `predictProba`. */
  get classes(): readonly Label[] {
    return (this.predictor("classes") as unknown as { readonly classes: readonly Label[] }).classes;
  }

  /** What `scoring` says of the best candidate on these rows. */
  score(X: InputFor<E>, y: TargetFor<E>): number {
    const model = this.predictor("score");
    const [[, scorer]] = scorersOf(`${this.kind}.score`, this.options.scoring) as [
      readonly [string, LooseScorer],
    ];
    return scorer(model, X, y);
  }
}

/** Parameters in a message. */
const described = (params: object): string =>
  Object.entries(params)
    .map(([name, value]) => `${name}: ${JSON.stringify(value) ?? String(value)}`)
    .join(", ");

/** What is done in pieces, or the error that a training ran away with. */
function* survived<T>(pieces: Generator<undefined, T>): Generator<undefined, T | DivergenceError> {
  try {
    return yield* pieces;
  } catch (error) {
    if (error instanceof DivergenceError) return error;
    throw error;
  }
}
