import type { Terminal } from "./terminal.ts";
import { formatNumber, formatSeconds } from "./numbers.ts";
import { textWidth } from "./text.ts";

/** What the line shows of a training. */
export interface ProgressState {
  /** What is being trained. */
  readonly name: string;
  /** Done, and to do at most. */
  readonly epoch: number;
  readonly epochs: number;
  readonly loss: number;
  readonly validationLoss?: number | undefined;
  readonly seconds: number;
}

/** One line that is written over and over while a training runs. */
export interface ProgressLine {
  update(state: ProgressState): void;
  /** Takes the line away. */
  clear(): void;
}

const silent: ProgressLine = { update: () => undefined, clear: () => undefined };

const millisecondsBetween = 50;

function draw(state: ProgressState, { errorColours: c, width }: Terminal): string[] {
  const barWidth = width < 100 ? 12 : 24;
  const share = Math.min(1, state.epoch / Math.max(1, state.epochs));
  const done = Math.round(share * barWidth);
  const parts = [
    c.cyan("━".repeat(done)) + c.dim("─".repeat(barWidth - done)),
    `epoch ${state.epoch}/${state.epochs}`,
    `loss ${c.bold(formatNumber(state.loss))}`,
  ];
  if (state.validationLoss !== undefined)
    parts.push(`validation ${c.bold(formatNumber(state.validationLoss))}`);
  parts.push(c.dim(formatSeconds(state.seconds)));
  return [`  ${state.name}`, ...parts];
}

/** Whatever fits, most important first: a line that wraps could not be taken away. */
function fit(parts: readonly string[], width: number): string {
  let line = "";
  for (const part of parts) {
    const longer = line === "" ? part : `${line}  ${part}`;
    if (textWidth(longer) > width - 1) break;
    line = longer;
  }
  return line;
}

/** A progress line on standard error; nothing at all if that is no terminal. */
export function progressLine(terminal: Terminal): ProgressLine {
  if (!terminal.isInteractive) return silent;
  let drawnAt = -Infinity;
  let isShown = false;
  return {
    update(state) {
      const now = performance.now();
      if (now - drawnAt < millisecondsBetween) return;
      drawnAt = now;
      // Hide the cursor while the line is up; column 1, text, rest of the line erased.
      terminal.stderr.write(
        `${isShown ? "" : "\u001b[?25l"}\r${fit(draw(state, terminal), terminal.width)}\u001b[K`,
      );
      isShown = true;
    },
    clear() {
      if (!isShown) return;
      isShown = false;
      terminal.stderr.write("\r\u001b[K\u001b[?25h");
    },
  };
}
