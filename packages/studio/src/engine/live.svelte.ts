/** Answers that follow a question as it changes. */
import { EngineError, type Failure, failureOf } from "./protocol.ts";

export interface Live<Q, A> {
  /** The last answer; it stays while a new one is computed, and when a new question fails. */
  readonly answer: A | undefined;
  /** What it answers. */
  readonly question: Q | undefined;
  /** Why the latest question has no answer. */
  readonly failure: Failure | undefined;
  /** Whether a newer answer is on its way. */
  readonly isPending: boolean;
}

export interface LiveOptions {
  /** Milliseconds for which the question must stand still before it is asked; 0 if left out. */
  readonly delay?: number;
  /** Whether a newer question cancels the one being answered; otherwise that one is finished and shown first. */
  readonly isHasty?: boolean;
}

/**
 * Asks whenever the question changes, one question at a time and the newest one next, so that a drag never piles up work.
 * Call it while a component is set up.
 *
 * @param question read reactively; plain data; undefined asks nothing and forgets the last answer.
 */
export const live = <Q, A>(
  question: () => Q | undefined,
  ask: (question: Q, signal: AbortSignal) => Promise<A>,
  { delay = 0, isHasty = false }: LiveOptions = {},
): Live<Q, A> => {
  let state = $state.raw<{
    readonly answer: A | undefined;
    readonly question: Q | undefined;
    readonly failure: Failure | undefined;
  }>({ answer: undefined, question: undefined, failure: undefined });
  let isPending = $state(false);
  let wanted: { readonly question: Q; readonly key: string } | undefined;
  let asked: { readonly key: string; readonly controller: AbortController } | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const next = async (): Promise<void> => {
    if (asked !== undefined || wanted === undefined) return;
    const own = { ...wanted, controller: new AbortController() };
    asked = own;
    let outcome: typeof state | undefined;
    try {
      outcome = {
        answer: await ask(own.question, own.controller.signal),
        question: own.question,
        failure: undefined,
      };
    } catch (error) {
      const failure = failureOf(error);
      if (!(error instanceof EngineError)) console.error(error);
      if (failure.kind !== "cancelled") outcome = { ...state, failure };
    }
    asked = undefined;
    if (wanted === undefined) return;
    if (outcome !== undefined) state = outcome;
    if (wanted.key === own.key && outcome !== undefined) isPending = false;
    else await next();
  };

  $effect(() => {
    const asking = question();
    const key = JSON.stringify(asking);
    clearTimeout(timer);
    if (asking === undefined) {
      wanted = undefined;
      asked?.controller.abort();
      state = { answer: undefined, question: undefined, failure: undefined };
      isPending = false;
      return;
    }
    if (key === wanted?.key) return;
    wanted = { question: asking, key };
    isPending = true;
    if (isHasty) asked?.controller.abort();
    if (delay === 0) void next();
    else timer = setTimeout(() => void next(), delay);
  });
  $effect(() => () => {
    clearTimeout(timer);
    wanted = undefined;
    asked?.controller.abort();
  });

  return {
    get answer() {
      return state.answer;
    },
    get question() {
      return state.question;
    },
    get failure() {
      return state.failure;
    },
    get isPending() {
      return isPending;
    },
  };
};
