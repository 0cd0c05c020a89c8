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

/** Runs to the end and lets the event loop (screen, input, timers, signals) have its turn now and then. */
export const runInTurns = async <Result>(computation: Suspendable<Result>): Promise<Result> => {
  // Before the first piece too: the caller may show that it has begun.
  await turn();
  let resumed = performance.now();
  let state = computation.next();
  while (state.done !== true) {
    if (performance.now() - resumed > patience) {
      await turn();
      resumed = performance.now();
    }
    state = computation.next();
  }
  return state.value;
};
