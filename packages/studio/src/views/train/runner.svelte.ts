/** Drives trainings on the page: runs them, halts them, and holds what was seen last. */
import { engine } from "../../engine/engine.ts";
import { failureOf, type Failure } from "../../engine/protocol.ts";
import type { LookQuestion, Moment } from "./tasks.ts";

export interface Runner {
  /** What was seen last, and what it answers. */
  readonly moment: Moment | undefined;
  readonly question: LookQuestion | undefined;
  readonly failure: Failure | undefined;
  readonly isRunning: boolean;
  /** Trains until all have come so far; resolves when it has stopped, for whatever reason. */
  train(
    question: LookQuestion,
    until: number,
    speed: number,
    onmoment: (moment: Moment) => void,
  ): Promise<void>;
  step(question: LookQuestion): Promise<void>;
  look(question: LookQuestion, epoch: number): Promise<void>;
  halt(): void;
  /** Forgets what was seen: it belongs to another table. */
  clear(): void;
}

/** Call it while a component is set up. */
export const createRunner = (): Runner => {
  let seen = $state.raw<{ readonly moment: Moment; readonly question: LookQuestion }>();
  let failure = $state.raw<Failure>();
  let isRunning = $state(false);
  let controller: AbortController | undefined;

  const run = async (
    question: LookQuestion,
    ask: (signal: AbortSignal) => Promise<Moment>,
    running: boolean,
  ): Promise<void> => {
    controller?.abort();
    const own = new AbortController();
    controller = own;
    isRunning = running;
    try {
      const moment = await ask(own.signal);
      if (controller === own) [seen, failure] = [{ moment, question }, undefined];
    } catch (error) {
      const found = failureOf(error);
      if (controller === own && found.kind !== "cancelled") failure = found;
    }
    if (controller === own) [controller, isRunning] = [undefined, false];
  };

  $effect(() => () => controller?.abort());

  return {
    get moment() {
      return seen?.moment;
    },
    get question() {
      return seen?.question;
    },
    get failure() {
      return failure;
    },
    get isRunning() {
      return isRunning;
    },
    train: (question, until, speed, onmoment) =>
      run(
        question,
        (signal) =>
          engine.ask(
            "train",
            "train",
            { ...question, until, speed },
            {
              signal,
              onPart: (moment) => {
                if (signal.aborted) return;
                [seen, failure] = [{ moment, question }, undefined];
                onmoment(moment);
              },
            },
          ),
        true,
      ),
    step: (question) => run(question, (signal) => engine.ask("train", "step", question, { signal }), false),
    look: (question, epoch) =>
      run(question, (signal) => engine.ask("train", "look", { ...question, epoch }, { signal }), false),
    halt: () => controller?.abort(),
    clear: () => {
      controller?.abort();
      seen = undefined;
      failure = undefined;
    },
  };
};
