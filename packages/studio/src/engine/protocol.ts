/** What page and worker say to each other. */

export type ToWorker =
  | {
      readonly kind: "ask";
      readonly id: number;
      readonly module: string;
      readonly task: string;
      readonly request: unknown;
    }
  /** The answer is no longer wanted. */
  | { readonly kind: "cancel"; readonly id: number }
  /** The last part has been drawn: the next one may come. */
  | { readonly kind: "drawn"; readonly id: number };

export type FromWorker =
  /** The worker has loaded; the lock of this name is its own until it is gone, where the browser has locks. */
  | { readonly kind: "ready"; readonly lock: string | undefined }
  | { readonly kind: "part"; readonly id: number; readonly part: unknown }
  | { readonly kind: "answer"; readonly id: number; readonly answer: unknown }
  | { readonly kind: "failure"; readonly id: number; readonly failure: Failure };

/** Why there is no answer, in words for the reader. */
export interface Failure {
  /**
   * `formula`: the text is none; `argument`: what was asked does not fit; `cancelled`; `engine`: the worker is gone or does
   * not answer; `internal`: a fault of ours.
   */
  readonly kind: "formula" | "argument" | "cancelled" | "engine" | "internal";
  readonly message: string;
  /** Where in the formula the fault is, counted from 0. */
  readonly position?: number;
}

export class EngineError extends Error {
  override readonly name = "EngineError";
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

export const failureOf = (error: unknown): Failure =>
  error instanceof EngineError
    ? error.failure
    : { kind: "internal", message: error instanceof Error ? error.message : String(error) };
