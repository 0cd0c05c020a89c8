/** Ctrl-C: ends a training gracefully, and anything else at once. */
import { exitCodes } from "../exitCodes.ts";
import type { Terminal } from "../terminal/terminal.ts";

export interface Interruption {
  /** Aborted by the first Ctrl-C during a training. */
  readonly signal: AbortSignal;
  /** From now on there is something worth keeping. */
  trainingBegins(): void;
  /** Ctrl-C does what it always does. */
  release(): void;
}

export function listenForInterruption({ stderr, isInteractive }: Terminal): Interruption {
  const controller = new AbortController();
  let isTraining = false;
  const listener = (): void => {
    if (isTraining && !controller.signal.aborted) {
      controller.abort();
      return;
    }
    // The cursor may be hidden by the progress line, and "^C" stands before it.
    stderr.write(`${isInteractive ? "\r\u001b[K\u001b[?25h" : ""}interrupted: no model was written\n`);
    process.exit(exitCodes.interrupted);
  };
  process.on("SIGINT", listener);
  return {
    signal: controller.signal,
    trainingBegins: () => {
      isTraining = true;
    },
    release: () => void process.off("SIGINT", listener),
  };
}
