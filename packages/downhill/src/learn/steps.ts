/** The parts that larger models are made of, and errors that name them. */
import type { FitOptions } from "./watch.ts";
import type { WeightOption } from "./data.ts";
import type { Transformer } from "./preprocessing/transformer.ts";

export type Task = "classes" | "numbers";

/** What learns to predict: every estimator here, and pipelines that end in one. `X` is what it takes, `Y` its targets. */
export interface Predictor<X, Y, Predicted> {
  /** The name of its class. */
  readonly kind: string;
  /** Whether it tells classes apart or predicts numbers. */
  readonly task: Task;
  readonly isFitted: boolean;
  fit(X: X, y: Y, options?: FitOptions<Y, X>): this;
  fitInSteps(X: X, y: Y, options?: FitOptions<Y, X>): Generator<undefined, this>;
  predict(X: X): Predicted;
  score(X: X, y: Y, options?: WeightOption): number;
  /** The same with the same options, not fitted. */
  clone(): this;
}

/** Whatever it takes and predicts. */
export type AnyPredictor = Predictor<never, never, unknown>;

/** The rows that a model takes. */
export type InputFor<E extends AnyPredictor> = E extends { predict(X: infer X): unknown } ? X : never;

/** The targets that it learns. */
export type TargetFor<E extends AnyPredictor> = E extends {
  score(X: never, y: infer Y, options?: WeightOption): number;
}
  ? Y
  : never;

/** What it predicts. */
export type PredictionFor<E extends AnyPredictor> = ReturnType<E["predict"]>;

/** A step of a pipeline, whatever it takes. */
export type Step = Transformer<never> | AnyPredictor;

/** Whether a model has a method: of pipelines and searches the model in them, to which they hand it on. */
export const can = (model: Step, method: string): boolean => {
  const { can: asked, [method]: own } = model as unknown as Readonly<Record<string, unknown>> & {
    readonly can?: (method: string) => boolean;
  };
  return asked === undefined ? typeof own === "function" : asked.call(model, method);
};

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
