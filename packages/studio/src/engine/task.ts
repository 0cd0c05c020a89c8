/** What the worker can be asked. A module of tasks exports functions of these shapes, and nothing else. */

export interface TaskContext {
  /** Aborted when the page no longer wants the answer. */
  readonly signal: AbortSignal;
  /**
   * Lets messages in when the frame budget is used up: a long computation awaits it between its pieces.
   * @throws Cancelled when the page no longer wants the answer.
   */
  readonly breathe: () => Promise<void>;
}

/**
 * An answer, or parts of it that the page shows as they come: `yield` sends one, and goes on when it has been drawn, so
 * that the worker never runs ahead of the screen.
 */
export type Task<Request, Answer, Part = never> = (
  request: Request,
  context: TaskContext,
) => Answer | Promise<Answer> | AsyncGenerator<Part, Answer, undefined>;

/** What was asked cannot be done, and why, in words for the reader that say what to do instead. */
export class TaskError extends Error {
  override readonly name = "TaskError";
}

/** Thrown by `breathe`. */
export class Cancelled extends Error {
  override readonly name = "Cancelled";

  constructor() {
    super("cancelled");
  }
}

type AnyTask = (request: never, context: TaskContext) => unknown;

export type RequestOf<T> = T extends (request: infer R, ...rest: never[]) => unknown ? R : never;
export type AnswerOf<T> = T extends AnyTask
  ? ReturnType<T> extends AsyncGenerator<unknown, infer A, unknown>
    ? A
    : Awaited<ReturnType<T>>
  : never;
export type PartOf<T> = T extends AnyTask
  ? ReturnType<T> extends AsyncGenerator<infer P, unknown, unknown>
    ? P
    : never
  : never;
