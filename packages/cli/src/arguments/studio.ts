/** The options of `downhill studio`. */
import type { Command } from "commander";
import { port } from "./values.ts";

export interface StudioArguments {
  /** Undefined: the usual one, or any that is free. */
  readonly port?: number;
}

const examples = `
Example:
  downhill studio --port 8080
`;

export function addStudioOptions(command: Command): Command {
  return command
    .option(
      "--port <n>",
      "where to serve it; 0 for any that is free (default: 4711, or any if that is taken)",
      port,
    )
    .addHelpText("after", examples);
}
