/** One implementation of training for `fit` and `fitAsync`: a generator that pauses between steps. */

/** A computation in pieces; each `yield` is a place where it may be suspended. */
export type Suspendable<Result> = Generator<undefined, Result>;

/** Runs to the end without a pause. */
export const run = <Result>(computation: Suspendable<Result>): Result => {
  let state = computation.next();
  while (state.done !== true) state = computation.next();
  return state.value;
};

/** How long the event loop waits for its turn at most, plus one step: one frame of a screen. */
const patience = 16;

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

/**
 * Lets the event loop (screen, input, timers, signals) have its turn now and then, and hands on what the computation has to tell: all
 * that it yields but `undefined`.
 */
export async function* turns<Event, Result>(
  computation: Generator<Event | undefined, Result>,
): AsyncGenerator<Event, Result> {
  try {
    // Before the first piece too: the caller may show that it has begun.
    await turn();
    let resumed = performance.now();
    let state = computation.next();
    while (state.done !== true) {
      if (state.value !== undefined) yield state.value;
      if (performance.now() - resumed > patience) {
        await turn();
        resumed = performance.now();
      }
      state = computation.next();
    }
    return state.value;
  } finally {
    // Whoever leaves before the end ends the computation too.
    computation.return(undefined as Result);
  }
}

/** Runs to the end and lets the event loop have its turn now and then. */
export const runInTurns = async <Result>(computation: Suspendable<Result>): Promise<Result> => {
  const pieces = turns(computation);
  let state = await pieces.next();
  while (state.done !== true) state = await pieces.next();
  return state.value;
};
