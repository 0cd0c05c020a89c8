/** Long computations that let others have their turn. */

/** How long the others wait at most, besides the piece at hand: one frame of a screen. */
const patience = 16;

/** Something to wait for between two pieces of work: the turn of signals and timers, if they had none for a while. */
export function takingTurns(): () => Promise<void> {
  let resumed = performance.now();
  return async () => {
    if (performance.now() - resumed < patience) return;
    await new Promise((resolve) => setTimeout(resolve, 0));
    resumed = performance.now();
  };
}
