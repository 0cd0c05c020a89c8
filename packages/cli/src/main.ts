/** The `downhill` command. */
import { reportFailure } from "./failure.ts";
import { createProgram } from "./program.ts";
import { processTerminal } from "./terminal/terminal.ts";

const terminal = processTerminal();

function end(error: unknown): void {
  process.exit(reportFailure(error, terminal));
}
// Among them writes to standard output, which fail after the fact, outside of every await.
process.on("uncaughtException", end);
process.on("unhandledRejection", end);

const program = createProgram(terminal, (code) => {
  process.exitCode = code;
});
try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = reportFailure(error, terminal);
}
