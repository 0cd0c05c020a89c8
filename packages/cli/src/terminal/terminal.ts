import type { Writable } from "node:stream";
import pc from "picocolors";

export type Colours = ReturnType<typeof pc.createColors>;

/** Where a command writes. */
export interface Terminal {
  /** Results. */
  readonly stdout: Writable;
  /** Errors, warnings and the progress line. */
  readonly stderr: Writable;
  /** Characters in a line. */
  readonly width: number;
  /** Of standard output. */
  readonly colours: Colours;
  /** Of standard error. */
  readonly errorColours: Colours;
  /** Whether standard error is a terminal, on which a line can be rewritten. */
  readonly isInteractive: boolean;
}

/** Colours for a stream: off when it is piped, when NO_COLOR is set or TERM is dumb; FORCE_COLOR turns them on. */
function coloursOf(stream: NodeJS.WriteStream, environment: NodeJS.ProcessEnv): Colours {
  const { NO_COLOR, FORCE_COLOR, TERM } = environment;
  if (NO_COLOR !== undefined && NO_COLOR !== "") return pc.createColors(false);
  const isForced = FORCE_COLOR !== undefined && FORCE_COLOR !== "" && FORCE_COLOR !== "0";
  // Of files and pipes it is undefined, not false, and then picocolors would decide by itself.
  const isTerminal = Boolean(stream.isTTY);
  return pc.createColors(isForced || (isTerminal && TERM !== "dumb"));
}

const leastWidth = 60;
const mostWidth = 110;

/** The characters of a line: of the terminal; in a file or pipe as COLUMNS asks, or 100. */
function widthOf({ columns }: NodeJS.WriteStream, { COLUMNS }: NodeJS.ProcessEnv): number {
  const asked = Number(COLUMNS);
  const width = columns ?? (Number.isInteger(asked) && asked > 0 ? asked : 100);
  return Math.min(Math.max(width, leastWidth), mostWidth);
}

/** The terminal, files or pipes of this process. */
export function processTerminal(): Terminal {
  const { stdout, stderr, env } = process;
  return {
    stdout,
    stderr,
    width: widthOf(stdout, env),
    colours: coloursOf(stdout, env),
    errorColours: coloursOf(stderr, env),
    isInteractive: stderr.isTTY && env["TERM"] !== "dumb",
  };
}

/** When the stream has passed on all that was written to it, or found that no one reads it. */
export function flushed(stream: Writable): Promise<void> {
  return new Promise((resolve) => stream.write("", () => resolve()));
}
