/** `downhill studio`: serves the page in which a model can be seen to learn. */
import type { StudioArguments } from "../arguments/studio.ts";
import { UsageError } from "../errors.ts";
import { exitCodes } from "../exitCodes.ts";
import { studioPage } from "../studio/files.ts";
import { type Served, servePage } from "../studio/serve.ts";
import type { Terminal } from "../terminal/terminal.ts";

const usualPort = 4711;

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException | null)?.code;

async function serve(port: number | undefined): Promise<Served> {
  const page = studioPage();
  try {
    return await servePage(page, port ?? usualPort);
  } catch (error) {
    const isTaken = codeOf(error) === "EADDRINUSE";
    if (isTaken && port === undefined) return servePage(page, 0);
    if (isTaken)
      throw new UsageError(
        `--port: ${port} is taken by another program`,
        "write another one, or 0 for any that is free",
      );
    if (codeOf(error) === "EACCES")
      throw new UsageError(`--port: ${port} is kept for others on this machine`, "write one from 1024");
    throw error;
  }
}

/**
 * Runs until it is interrupted, which is its ordinary end.
 * @throws UsageError if the port cannot be had.
 */
export async function studio({ port }: StudioArguments, { stdout, colours }: Terminal): Promise<number> {
  const { address, close } = await serve(port);
  const interrupted = new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
  stdout.write(
    `The studio is at ${colours.bold(address)}\nOpen it in a browser on this machine. Ctrl-C ends it.\n`,
  );
  await interrupted;
  await close();
  return exitCodes.success;
}
