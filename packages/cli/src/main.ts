/** The `downhill` command. */
import { exitCodes } from "./exitCodes.ts";
import { reportFailure } from "./failure.ts";
import { createProgram } from "./program.ts";
import { flushed, processTerminal } from "./terminal/terminal.ts";

const terminal = processTerminal();

function end(error: unknown): void {
  process.exit(reportFailure(error, terminal));
}
// Among them writes to standard output, which fail after the fact, outside of every await.
process.on("uncaughtException", end);
process.on("unhandledRejection", end);

async function main(): Promise<never> {
  let exitCode: number = exitCodes.success;
  const program = createProgram(terminal, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync();
  } catch (error) {
    exitCode = reportFailure(error, terminal);
  }
  // What was written gets out; then at once, rather than when everything in memory has been taken down piece by piece.
  await Promise.all([flushed(terminal.stdout), flushed(terminal.stderr)]);
  process.exit(exitCode);
}
void main();
