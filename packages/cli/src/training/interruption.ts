/** Ctrl-C: ends a training gracefully, and anything else at once. */
import { exitCodes } from "../exitCodes.ts";
import type { Terminal } from "../terminal/terminal.ts";

/**
 * What Ctrl-C means: while there is nothing to keep yet, the end; during a training, its end, with the best model kept;
 * while that model is being written, nothing; while its report is made, the end, without a report.
 */
type Phase = "preparing" | "training" | "writing" | "reporting";

export interface Interruption {
  /** Aborted by the first Ctrl-C during a training. */
  readonly signal: AbortSignal;
  enter(phase: Phase): void;
  /** Ctrl-C does again what it always does. */
  release(): void;
}

export function listenForInterruption({ stderr, isInteractive }: Terminal): Interruption {
  const controller = new AbortController();
  let phase: Phase = "preparing";
  const listener = (): void => {
    if (phase === "writing") return;
    if (phase === "training" && !controller.signal.aborted) {
      controller.abort();
      return;
    }
    // The cursor may be hidden by the progress line, and "^C" stands in front.
    stderr.write(
      `${isInteractive ? "\r\u001b[K\u001b[?25h" : ""}interrupted: no ${phase === "reporting" ? "report" : "model"} was written\n`,
    );
    process.exit(exitCodes.interrupted);
  };
  process.on("SIGINT", listener);
  return {
    signal: controller.signal,
    enter: (next) => {
      phase = next;
    },
    release: () => void process.off("SIGINT", listener),
  };
}
