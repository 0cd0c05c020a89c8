import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect } from "vitest";

const packages = fileURLToPath(new URL("../../../", import.meta.url));
const bin = join(packages, "cli/bin/downhill.js");

/** What a run of the command left behind. */
export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Reads no more of standard output after the first piece, as `| head` does. */
  readonly closesOutput?: boolean;
  /** Sends a signal as soon as this text was printed. */
  readonly signal?: { readonly name: NodeJS.Signals; readonly after: string; readonly milliseconds?: number };
  /** Sends SIGINT so many milliseconds after the start. */
  readonly interruptedAfter?: number;
  /** Sends SIGINT as soon as this holds. */
  readonly interruptedWhen?: () => boolean;
}

function newestSource(folder: string): number {
  const times = readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs);
  return Math.max(...times);
}

/** The command runs from dist/: an old one would test what is no longer there. */
function requireBuild(): void {
  for (const [name, output] of [
    ["downhill", "index.js"],
    ["cli", "main.cjs"],
  ] as const) {
    const built = join(packages, name, "dist", output);
    const isFresh = existsSync(built) && statSync(built).mtimeMs >= newestSource(join(packages, name, "src"));
    if (!isFresh) throw new Error(`packages/${name}/dist is older than its sources: npm run build`);
  }
}

function run(
  folder: string,
  args: readonly string[],
  { env = {}, signal, interruptedAfter, interruptedWhen, closesOutput = false }: RunOptions = {},
): Promise<Run> {
  return new Promise((resolve, reject) => {
    const inherited = { ...process.env };
    for (const name of ["FORCE_COLOR", "NO_COLOR", "NODE_OPTIONS", "COLUMNS"]) delete inherited[name];
    const child = spawn(process.execPath, [bin, ...args], {
      cwd: folder,
      env: { ...inherited, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let [stdout, stderr, isSignalled] = ["", "", false];
    const listen = (text: string): void => {
      if (signal === undefined || isSignalled || !text.includes(signal.after)) return;
      isSignalled = true;
      setTimeout(() => child.kill(signal.name), signal.milliseconds ?? 0);
    };
    if (interruptedAfter !== undefined) setTimeout(() => child.kill("SIGINT"), interruptedAfter);
    const watching = setInterval(() => {
      if (interruptedWhen?.() !== true) return;
      clearInterval(watching);
      child.kill("SIGINT");
    }, 5);
    child.stdout.setEncoding("utf8").on("data", (text: string) => listen((stdout += text)));
    if (closesOutput) child.stdout.once("data", () => child.stdout.destroy());
    child.stderr.setEncoding("utf8").on("data", (text: string) => listen((stderr += text)));
    child.on("error", reject);
    child.on("close", (code) => {
      clearInterval(watching);
      resolve({ code, stdout, stderr });
    });
  });
}

/** A folder in which the command is run, gone when the test file is done. */
export function commandFolder(): {
  path(name: string): string;
  write(name: string, content: string | Uint8Array): void;
  read(name: string): string;
  bytes(name: string): Buffer;
  /** Names of what is in the folder, hidden files too. */
  list(name?: string): string[];
  /** Runs `downhill` with the arguments. */
  downhill(args: readonly string[], options?: RunOptions): Promise<Run>;
  /** The same, for a run that has to succeed: what it printed. */
  succeed(args: readonly string[], options?: RunOptions): Promise<Run>;
} {
  const folder = mkdtempSync(join(tmpdir(), "downhill-command-"));
  beforeAll(requireBuild);
  afterAll(() => rmSync(folder, { recursive: true }));
  const path = (name: string): string => join(folder, name);
  return {
    path,
    write: (name, content) => writeFileSync(path(name), content),
    read: (name) => readFileSync(path(name), "utf8"),
    bytes: (name) => readFileSync(path(name)),
    list: (name = ".") => readdirSync(path(name)).sort(),
    downhill: (args, options) => run(folder, args, options),
    async succeed(args, options) {
      const result = await run(folder, args, options);
      expect(result, result.stderr).toMatchObject({ code: 0 });
      return result;
    },
  };
}
