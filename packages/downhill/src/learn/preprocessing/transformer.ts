/** What all transformers have in common: learning from a table what they need to turn its rows into others. */
import type { Tensor } from "../../tensor/tensor.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import { NotFittedError } from "../errors.ts";
import type { MatrixData, WeightOption } from "../data.ts";

/**
 * What turns rows into rows of numbers, as a step of a pipeline. `X` is what it takes. A class of your own with these members
 * will do as well as those that are here.
 */
export interface Transformer<X = MatrixData> {
  /** The name of its class. */
  readonly kind: string;
  readonly isFitted: boolean;
  fit(X: X, y?: unknown, options?: WeightOption): this;
  /** Rows of numbers: [rows, columns]. */
  transform(X: X): Tensor;
  /** The same with the same options, not fitted. */
  clone(): this;
}

/** The classes of transformers here. Each has a rule in saved/parts.ts. */
export type TransformerKind = "StandardScaler" | "MinMaxScaler" | "OneHotEncoder" | "ColumnTransformer";

/** `Learnt`: what it knows of the table that it was fitted on. */
export abstract class FittedTransformer<X, Learnt extends object> implements Transformer<X> {
  abstract readonly kind: TransformerKind;
  abstract readonly options: object;

  /** @internal */
  protected learnt: Learnt | undefined;

  /** @internal */
  protected abstract learn(X: X, y: unknown, options: WeightOption): Learnt;

  abstract transform(X: X): Tensor;

  /** The names of the columns that `transform` gives, from those of the columns of X (`x0`, `x1`, … if left out). */
  abstract getFeatureNamesOut(inputFeatures?: readonly string[]): string[];

  /** Learns from the rows of X; y is not looked at. */
  fit(X: X, y?: unknown, options: WeightOption = {}): this {
    this.learnt = this.learn(X, y, options);
    return this;
  }

  /** `fit`, then `transform` of the same rows. */
  fitTransform(X: X, y?: unknown, options: WeightOption = {}): Tensor {
    return this.fit(X, y, options).transform(X);
  }

  /** The same with the same options, not fitted. */
  clone(): this {
    const Kind = this.constructor as new (options: object) => this;
    return new Kind(this.options);
  }

  get isFitted(): boolean {
    return this.learnt !== undefined;
  }

  /** @internal What was learnt. @throws NotFittedError */
  known(asked: string): Learnt {
    if (this.learnt === undefined) throw new NotFittedError(this.kind, asked, "fit(X)");
    return this.learnt;
  }

  /** @internal Takes on what a saved one knew. */
  restore(learnt: Learnt): this {
    this.learnt = learnt;
    return this;
  }
}

/** `x0`, `x1`, …, or the names given, of which there must be as many as columns. */
export const inputNames = (
  operation: string,
  columns: number,
  given: readonly string[] | undefined,
): readonly string[] => {
  if (given !== undefined && given.length !== columns)
    throw new ArgumentError(
      operation,
      `there are ${columns} columns, but ${given.length} names: ${JSON.stringify(given)}`,
    );
  return given ?? Array.from({ length: columns }, (_, column) => `x${column}`);
};
