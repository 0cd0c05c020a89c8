/** The address says which epoch is shown; while a training runs, the address follows it. */
import { untrack } from "svelte";
import { mostEpochs } from "./recipe.ts";
import type { Runner } from "./runner.svelte.ts";
import type { LookQuestion } from "./tasks.ts";

export interface Follower {
  /** Trains to the end, so many epochs in a second. */
  train(speed: number): Promise<void>;
  halt(): void;
  step(): Promise<void>;
}

/**
 * Call it while a component is set up.
 *
 * @param show writes the epoch into the address.
 */
export const followAddress = (
  runner: Runner,
  question: () => LookQuestion | undefined,
  epoch: () => number,
  show: (epoch: number) => void,
): Follower => {
  /** What was looked at last. */
  let sought: string | undefined;

  $effect(() => {
    const [asked, at] = [question(), epoch()];
    if (asked === undefined) return;
    const key = JSON.stringify([asked, at]);
    untrack(() => {
      if (runner.isRunning && JSON.stringify(runner.question) === JSON.stringify(asked)) return;
      if (key === sought) return;
      sought = key;
      void runner.look(asked, at);
    });
  });

  return {
    train: async (speed) => {
      const asked = question();
      if (asked === undefined) return;
      await runner.train(asked, mostEpochs, speed, ({ epoch: at }) => show(at));
      // It came to its end by itself.
      if (runner.isRunning || runner.moment === undefined) return;
      show(runner.moment.epoch);
    },
    halt: () => {
      const [asked, at] = [question(), runner.moment?.epoch ?? 0];
      runner.halt();
      // The worker may have come a little further than was shown.
      if (asked === undefined) return;
      sought = JSON.stringify([asked, at]);
      show(at);
      void runner.look(asked, at);
    },
    step: async () => {
      const asked = question();
      if (asked === undefined) return;
      await runner.step(asked);
      const at = runner.moment?.epoch ?? 0;
      sought = JSON.stringify([asked, at]);
      show(at);
    },
  };
};
