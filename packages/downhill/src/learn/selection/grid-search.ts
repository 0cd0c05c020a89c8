/** Searches through all combinations, and through some drawn at random. */
import { ArgumentError } from "../../tensor/errors.ts";
import { requireCount, withDefaults } from "../options.ts";
import { randomSource } from "../random.ts";
import type { AnyPredictor } from "../steps.ts";
import { combinationsOf, type Distributions, drawsOf, type Grid } from "./candidates.ts";
import { Search, searchDefaults, type SearchOptions } from "./search.ts";

/**
 * Tries all combinations of a grid (scikit-learn's GridSearchCV):
 *
 *     new GridSearch(({ C }) => makePipeline(new StandardScaler(), new LogisticRegression({ C })), { C: [0.1, 1, 10] })
 *
 * What makes a model is a function of the parameters, so that both are typed, and any part of a model can be varied.
 */
export class GridSearch<const P extends object, E extends AnyPredictor> extends Search<P, E> {
  override readonly kind = "GridSearch";
  override readonly options: SearchOptions<E>;
  readonly grid: Grid<P>;

  /** @param make a model from parameters, not fitted. */
  constructor(make: (params: P) => E, grid: Grid<P>, options: Partial<SearchOptions<E>> = {}) {
    super(make);
    this.grid = grid;
    this.options = withDefaults(this.kind, searchDefaults as SearchOptions<E>, options);
    combinationsOf(this.kind, grid);
  }

  override clone(): this {
    return new GridSearch((params: P) => this.make(params), this.grid, this.options) as this;
  }

  /** @internal */
  protected override candidates(): readonly P[] {
    return combinationsOf(this.kind, this.grid);
  }
}

export interface RandomSearchOptions<E extends AnyPredictor> extends SearchOptions<E> {
  /** How many candidates are drawn. */
  readonly nIter: number;
  /** The seed of the draws. */
  readonly randomState: number;
}

/**
 * Tries parameters drawn from lists and distributions (scikit-learn's RandomizedSearchCV): of the same number of fits a grid
 * spends most on parameters that do not matter (Bergstra and Bengio 2012).
 *
 *     new RandomSearch(({ C }) => new LogisticRegression({ C }), { C: distributions.logUniform(1e-3, 1e3) }, { nIter: 20 })
 *
 * Where all parameters are lists, no combination is drawn twice.
 */
export class RandomSearch<const P extends object, E extends AnyPredictor> extends Search<P, E> {
  override readonly kind = "RandomSearch";
  override readonly options: RandomSearchOptions<E>;
  readonly distributions: Distributions<P>;

  /** @param make a model from parameters, not fitted. */
  constructor(
    make: (params: P) => E,
    distributions: Distributions<P>,
    options: Partial<RandomSearchOptions<E>> = {},
  ) {
    super(make);
    this.distributions = distributions;
    const defaults = { ...searchDefaults, nIter: 10, randomState: 0 } as RandomSearchOptions<E>;
    this.options = withDefaults(this.kind, defaults, options);
    requireCount(this.kind, "nIter", this.options.nIter);
    if (Object.keys(distributions).length === 0)
      throw new ArgumentError(this.kind, "there is no parameter to draw");
    this.candidates();
  }

  override clone(): this {
    return new RandomSearch((params: P) => this.make(params), this.distributions, this.options) as this;
  }

  /** @internal */
  protected override candidates(): readonly P[] {
    const { nIter, randomState } = this.options;
    return drawsOf(this.kind, this.distributions, nIter, randomSource(this.kind, randomState));
  }
}
