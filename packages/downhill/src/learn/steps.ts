/** The parts that larger models are made of, and errors that name them. */
import type { FitOptions } from "./watch.ts";
import type { WeightOption } from "./estimator.ts";
import type { Transformer } from "./preprocessing/transformer.ts";

/** What learns to predict: every estimator here, and pipelines that end in one. `X` is what it takes, `Y` its targets. */
export interface Predictor<X, Y, Predicted> {
  /** The name of its class. */
  readonly kind: string;
  readonly isFitted: boolean;
  fit(X: X, y: Y, options?: FitOptions<Y, X>): this;
  fitInSteps(X: X, y: Y, options?: FitOptions<Y, X>): Generator<undefined, this>;
  predict(X: X): Predicted;
  score(X: X, y: Y, options?: WeightOption): number;
  /** The same with the same options, not fitted. */
  clone(): this;
}

/** A step of a pipeline, whatever it takes. */
export type Step = Transformer<never> | Predictor<never, never, unknown>;

/** Carries out what a named part does; its errors stay what they are, and say of which part they come. */
export const inPart = <T>(whole: string, part: string, f: () => T): T => {
  try {
    return f();
  } catch (error) {
    throw named(whole, part, error);
  }
};

/** The same error with the part in its message. */
const named = (whole: string, part: string, error: unknown): unknown => {
  if (!(error instanceof Error)) return error;
  const before = error.message;
  error.message = `${whole}: ${part}: ${before}`;
  // V8 keeps the message in the stack as it was at first.
  if (error.stack !== undefined) error.stack = error.stack.replace(before, () => error.message);
  return error;
};

/** `inPart` for what is done in pieces. */
export function* inPartBySteps<T>(
  whole: string,
  part: string,
  pieces: Generator<undefined, T>,
): Generator<undefined, T> {
  try {
    return yield* pieces;
  } catch (error) {
    throw named(whole, part, error);
  }
}
