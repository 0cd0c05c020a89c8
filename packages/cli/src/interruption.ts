/** Ctrl-C: ends a training gracefully, and anything else at once. */
import { Script } from "node:vm";
import { exitCodes } from "./exitCodes.ts";
import type { Terminal } from "./terminal/terminal.ts";

/**
 * What Ctrl-C means: while there is nothing to keep yet, the end; during a training, its end, with the best model kept;
 * while that model is being written, the end once it is safe; while its report is made, the end, without a report.
 */
type Phase = "preparing" | "training" | "writing" | "reporting";

export interface Interruption {
  /** Aborted by the first Ctrl-C during a training. */
  readonly signal: AbortSignal;
  enter(phase: Phase): void;
  /** Ctrl-C does again what it always does. */
  release(): void;
}

const undoings = new Set<() => void>();

/**
 * Has something undone when Ctrl-C ends the process, at once: a file that is half written, a query that is running.
 *
 * @returns what says that there is nothing to undo any more.
 */
export function undoneWhenInterrupted(undo: () => void): () => void {
  undoings.add(undo);
  return () => void undoings.delete(undo);
}

function undoAll(): void {
  for (const undo of undoings) {
    try {
      undo();
    } catch {
      // The process ends all the same; what is left over has a name that says so.
    }
  }
}

const underWay = Symbol.for("downhill.work");

/** What `heard` throws where Ctrl-C does not end the process: the training before is to be kept. */
export class Interrupted extends Error {}

/**
 * Does what takes long and never waits, so that the process would not hear of Ctrl-C until it is done: it ends there where
 * it is, and then means what it does elsewhere.
 *
 * @throws Interrupted
 */
export function heard<R>(work: () => R): R {
  const before: unknown = Reflect.get(globalThis, underWay);
  Reflect.set(globalThis, underWay, work);
  try {
    const doesIt = new Script("globalThis[Symbol.for('downhill.work')]()");
    return doesIt.runInThisContext({ breakOnSigint: true }) as R;
  } catch (error) {
    if ((error as NodeJS.ErrnoException | null)?.code !== "ERR_SCRIPT_EXECUTION_INTERRUPTED") throw error;
    process.emit("SIGINT");
    throw new Interrupted("interrupted");
  } finally {
    Reflect.set(globalThis, underWay, before);
  }
}

/** @param lost - what there is not, since it was interrupted: `no model was written` */
export function listenForInterruption({ stderr, isInteractive }: Terminal, lost: string): Interruption {
  const controller = new AbortController();
  let phase: Phase = "preparing";
  let isHurried = false;
  const end = (): never => {
    // The cursor may be hidden by the progress line, and "^C" stands in front.
    const clear = isInteractive ? "\r\u001b[K\u001b[?25h" : "";
    stderr.write(`${clear}interrupted${phase === "reporting" ? ": no report was written" : lost}\n`);
    undoAll();
    process.exit(exitCodes.interrupted);
  };
  const listener = (): void => {
    if (phase === "preparing" || phase === "reporting") end();
    // Its model is a matter of a moment. But whoever asks a third time does not want it.
    if (isHurried) end();
    if (phase === "writing" || controller.signal.aborted) isHurried = true;
    controller.abort();
  };
  process.on("SIGINT", listener);
  return {
    signal: controller.signal,
    enter: (next) => {
      phase = next;
      if (isHurried && phase === "reporting") end();
    },
    release: () => void process.off("SIGINT", listener),
  };
}

/** Does what Ctrl-C ends at once, with a word about it. */
export async function interruptible<R>(terminal: Terminal, lost: string, work: () => Promise<R>): Promise<R> {
  const interruption = listenForInterruption(terminal, lost);
  try {
    return await work();
  } finally {
    interruption.release();
  }
}
