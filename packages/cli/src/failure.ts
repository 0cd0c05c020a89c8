/** What the command says and ends with when something went wrong. */
import { CommanderError } from "commander";
import { DataError } from "./data/DataError.ts";
import { ModelError, UsageError } from "./errors.ts";
import { exitCodes } from "./exitCodes.ts";
import type { Terminal } from "./terminal/terminal.ts";
import { version } from "./version.ts";

const framesShown = 3;

/** A fault of ours: what happened and where, for a report. */
function internal(error: unknown): string {
  const { name, message, stack = "" } = error instanceof Error ? error : new Error(String(error));
  const frames = stack.split("\n").filter((line) => /^\s+at /.test(line));
  return [
    `internal: ${message.startsWith("internal: ") ? message.slice("internal: ".length) : `${name}: ${message}`}`,
    "  This is a fault of downhill. Please report it with the command that you ran and these lines:",
    `  downhill ${version}, Node ${process.version}, ${process.platform} ${process.arch}`,
    ...frames.slice(0, framesShown).map((frame) => `  ${frame.trim()}`),
  ].join("\n");
}

/** Tells the user, on standard error, and gives the exit code. */
export function reportFailure(error: unknown, { stderr, errorColours }: Terminal): number {
  // Commander has said it already: help, version, or what is wrong with the call.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.success : exitCodes.usage;
  // Whoever read our output has gone away (`downhill predict … | head`): there is no one left to tell.
  if ((error as NodeJS.ErrnoException | null)?.code === "EPIPE") return exitCodes.success;
  const isUsers = error instanceof DataError || error instanceof ModelError || error instanceof UsageError;
  if (isUsers) stderr.write(`${errorColours.red("error:")} ${error.message}\n`);
  else stderr.write(`${errorColours.red("internal:")}${internal(error).slice("internal:".length)}\n`);
  if (!isUsers) return exitCodes.internal;
  return error instanceof UsageError ? exitCodes.usage : exitCodes.data;
}
