/** The system's C compiler, and what it has compiled already. */
import { builtin, node } from "./node.ts";

/** No C compiler was found, or it refused the text. */
export class CompilerError extends Error {
  override readonly name = "CompilerError";
}

export interface Compiler {
  readonly command: string;
  /** Flags that choose the processor. */
  readonly processor: readonly string[];
  /** What it predefines: its version and the processor's abilities among them. */
  readonly macros: string;
}

/**
 * IEEE arithmetic as it stands: nothing is reordered or contracted (where loop code says multiplyAdd the text asks for it).
 * `errno` and the exception flags, which nobody reads, need not be kept; integers wrap around.
 */
const flags: readonly string[] = [
  "-std=gnu11",
  "-O2",
  "-ffp-contract=off",
  "-fno-math-errno",
  "-fno-trapping-math",
  "-fwrapv",
  "-fno-strict-aliasing",
  "-Wno-psabi",
  "-pipe",
  "-shared",
  "-fPIC",
];

const run = (command: string, args: readonly string[]) =>
  builtin("node:child_process").spawnSync(command, args, { encoding: "utf8", maxBuffer: 2 ** 26 });

const missing =
  'the target "native" needs a C compiler, and there is no cc, gcc or clang that works\n' +
  "  install one (Debian, Ubuntu: apt install gcc; Fedora: dnf install gcc; macOS: xcode-select --install),\n" +
  '  name one in the environment variable CC, or use the target "wasm", which needs none';

/** What was found for processors; `""` is this machine's own. */
const found = new Map<string, Compiler>();

/**
 * The compiler that the environment variable `CC` names, or cc, gcc or clang.
 *
 * @param target the processor to compile for, as `-march` has it; this machine's own unless given.
 * @throws CompilerError if there is none
 */
export const findCompiler = (target = ""): Compiler => {
  const known = found.get(target);
  if (known !== undefined) return known;
  const asked = node().env["CC"];
  const ways = target === "" ? [["-march=native"], ["-mcpu=native"], []] : [[`-march=${target}`]];
  for (const command of asked ? [asked] : ["cc", "gcc", "clang"])
    for (const processor of ways) {
      const { status, stdout } = run(command, [...processor, "-dM", "-E", "-x", "c", "/dev/null"]);
      if (status !== 0) continue;
      const compiler = { command, processor, macros: stdout };
      found.set(target, compiler);
      return compiler;
    }
  throw new CompilerError(missing);
};

/** Whether there is a compiler. */
export const hasCompiler = (): boolean => {
  try {
    findCompiler();
    return true;
  } catch {
    return false;
  }
};

const cacheFolder = (): string => {
  const { join } = builtin("node:path");
  const base = node().env["XDG_CACHE_HOME"] ?? join(builtin("node:os").homedir(), ".cache");
  return join(base, "downhill", "native");
};

/**
 * The path of a shared library compiled from the text: one that this or another process has made before, or a new one. It
 * is written beside its place and renamed, so that nobody finds half of one.
 * @throws CompilerError
 */
export const compileShared = (
  text: string,
  { command, processor, macros }: Compiler,
  more: readonly string[] = [],
): string => {
  const { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } = builtin("node:fs");
  const { join } = builtin("node:path");
  const args = [...processor, ...flags, ...more];
  const key = builtin("node:crypto")
    .createHash("sha256")
    .update([command, ...args, macros, text].join("\0"))
    .digest("hex");
  const folder = cacheFolder();
  const path = join(folder, `${key}.node`);
  if (existsSync(path)) return path;
  mkdirSync(folder, { recursive: true });
  const draft = join(folder, `${key}.${String(node().pid)}`);
  writeFileSync(`${draft}.c`, text);
  try {
    const { status, stderr, error } = run(command, [...args, "-o", `${draft}.node`, `${draft}.c`]);
    if (status !== 0)
      throw new CompilerError(
        `internal: ${command} does not compile what the target "native" writes: ${error?.message ?? stderr}`,
      );
    renameSync(`${draft}.node`, path);
  } finally {
    rmSync(`${draft}.c`, { force: true });
    rmSync(`${draft}.node`, { force: true });
  }
  return path;
};
