/**
 * Starts the command with the code that an earlier run of it compiled. V8 compiles a function when it is called first, which
 * for a small table is most of the time; Node's own cache of compiled code keeps what is compiled while a module is loaded, and
 * modules of the language's own kind cannot be given any other. So the command is built as modules of the older kind, and
 * what a run has called is kept when it ends: by command, since each calls others, inside the package, where only those may
 * write who may write the command itself.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { Script } from "node:vm";

/** A file of the command. */
interface Part {
  readonly name: string;
  readonly source: Buffer;
  readonly script: Script;
}

/** What the build makes of a module. */
type Wrapped = (
  exports: unknown,
  require: unknown,
  module: { exports: unknown },
  filename: string,
  dirname: string,
) => void;

const parts = import.meta.dirname;
const [, , command = ""] = process.argv;
const folder = join(
  ...[parts, "..", "node_modules", ".cache", "compiled", `${process.version}-${process.arch}`],
  /^[a-z]+$/.test(command) ? command : "other",
);

/** A file that keeps compiled code ends with its source: code that fits any other is not taken. */
function keptCode(name: string, source: Buffer): Buffer | undefined {
  try {
    const kept = readFileSync(join(folder, name));
    const length = kept.length - source.length;
    return length > 0 && kept.subarray(length).equals(source) ? kept.subarray(0, length) : undefined;
  } catch {
    return undefined;
  }
}

const compiledAnew: Part[] = [];

function compile(name: string, filename: string): Wrapped {
  const source = readFileSync(filename);
  const cachedData = keptCode(name, source);
  const script = new Script(source.toString(), { filename, cachedData });
  // V8 rejects what another version of it has compiled, or one with other settings.
  if (cachedData === undefined || script.cachedDataRejected === true)
    compiledAnew.push({ name, source, script });
  return script.runInThisContext() as Wrapped;
}

const outside = createRequire(join(parts, "main.cjs"));
const modules = new Map<string, { exports: unknown }>();

function load(id: string): unknown {
  if (!id.startsWith("./")) return outside(id);
  const known = modules.get(id);
  if (known !== undefined) return known.exports;
  const module = { exports: {} };
  modules.set(id, module);
  const name = id.slice(2);
  const filename = join(parts, name);
  compile(name, filename)(module.exports, load, module, filename, parts);
  return module.exports;
}

load.resolve = outside.resolve;

function keep({ name, source, script }: Part): void {
  const path = join(folder, name);
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, Buffer.concat([script.createCachedData(), source]));
  renameSync(draft, path);
}

/** In a long run much of what a start needs has been dropped again. */
const shortRun = 10_000;

function keepCompiled(): void {
  // The library sets it in Node 20, for which V8 would reject at the start what was compiled with it.
  if (process.version.startsWith("v20.")) setFlagsFromString("--no-experimental-wasm-relaxed-simd");
  mkdirSync(folder, { recursive: true });
  // What earlier builds have left.
  const current = new Set(readdirSync(parts));
  for (const name of readdirSync(folder)) if (!current.has(name)) rmSync(join(folder, name), { force: true });
  compiledAnew.forEach(keep);
}

process.on("exit", (code) => {
  if (code !== 0 || compiledAnew.length === 0 || performance.now() > shortRun) return;
  try {
    keepCompiled();
  } catch {
    // The package may belong to someone else, or lie on a disk that is full: it starts more slowly then.
  }
});

load("./main.cjs");
