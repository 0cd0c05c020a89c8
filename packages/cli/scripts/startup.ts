/**
 * What `downhill train examples/data/iris.csv --target species` takes from the start of the process until the model is
 * written, beside an empty process and one that starts DuckDB and does nothing else; and what the time goes into.
 *
 *     npm run build
 *     npx rolldown packages/cli/scripts/startup.ts --format esm --platform node --file node_modules/.cache/startup.js
 *     node node_modules/.cache/startup.js [runs]
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const runs = Number(process.argv[2] ?? 11);
const command = resolve("packages/cli/bin/downhill.js");
const folder = mkdtempSync(join(tmpdir(), "downhill-startup-"));

const duckdb = `const duckdb = require("@duckdb/node-bindings");
(async () => {
  const connection = await duckdb.connect(await duckdb.open(":memory:"));
  await duckdb.query(connection, "SELECT 1");
})();`;
const train = [
  "train",
  resolve("examples/data/iris.csv"),
  "--target",
  "species",
  "--no-report",
  "--out",
  join(folder, "model"),
];

const processes: Readonly<Record<string, { readonly args: readonly string[]; readonly cwd?: string }>> = {
  "an empty process": { args: ["-e", "0"] },
  "DuckDB alone": { args: ["-e", duckdb], cwd: resolve("packages/cli") },
  "downhill --version": { args: [command, "--version"] },
  "downhill train": { args: [command, ...train] },
};

const milliseconds = (args: readonly string[], cwd = folder): number => {
  const begin = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { cwd, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return performance.now() - begin;
};

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
    readonly children?: readonly number[];
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** The first that a call or one of its callers fits. */
const parts: readonly (readonly [name: string, fits: RegExp])[] = [
  ["waiting for DuckDB and files", /^\(idle\)/],
  ["garbage collection", /^\(garbage collector\)/],
  ["training: compiled code", /^wasm-function/],
  ["loading DuckDB's library", /^dlopen |@duckdb/],
  ["compiling: WebAssembly", /^(instantiate|emitModule) /],
  ["compiling: kernels", /^compileProgram /],
  ["tracing and differentiating", /^traceFunction /],
  ["training: the rest", /^fit /],
  ["the rest of the command", /^(train|trainOn|openTable|readTable) /],
  ["loading modules", / node:(vm|internal\/(modules|process\/esm))/],
  ["starting Node", / node:internal\/(main|bootstrap)/],
  ["the rest of the library", /packages\/downhill\/dist/],
  ["the rest of the command", /packages\/cli\/dist/],
];

const profile = (): Map<string, number> => {
  milliseconds(["--cpu-prof", "--cpu-prof-interval", "200", "--cpu-prof-dir", folder, command, ...train]);
  const file = readdirSync(folder).find((name) => name.endsWith(".cpuprofile"))!;
  const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(join(folder, file), "utf8")) as Profile;
  const parents = new Map(
    nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)),
  );
  const frames = new Map(
    nodes.map(({ id, callFrame }) => [id, `${callFrame.functionName} ${callFrame.url}`] as const),
  );
  const partOf = (id: number): string => {
    const callers: string[] = [];
    for (let node: number | undefined = id; node !== undefined; node = parents.get(node))
      callers.push(frames.get(node)!);
    return parts.find(([, fits]) => callers.some((frame) => fits.test(frame)))?.[0] ?? "Node itself";
  };
  const times = new Map<string, number>();
  samples.forEach((id, i) => {
    const part = partOf(id);
    times.set(part, (times.get(part) ?? 0) + (timeDeltas[i + 1] ?? 0) / 1000);
  });
  return times;
};

try {
  const times = new Map(Object.keys(processes).map((name) => [name, [] as number[]]));
  for (let run = 0; run <= runs; run++)
    for (const [name, { args, cwd }] of Object.entries(processes)) {
      const taken = milliseconds(args, cwd);
      // The first run warms the disk cache.
      if (run > 0) times.get(name)!.push(taken);
    }
  console.log(`Node ${process.version}, medians of ${runs} interleaved runs`);
  for (const [name, samples] of times) console.log(`${median(samples).toFixed(0).padStart(6)} ms  ${name}`);
  const ratio = median(times.get("downhill train")!) / median(times.get("DuckDB alone")!);
  console.log(`\ndownhill train takes ${ratio.toFixed(2)} times as long as DuckDB alone. One run, profiled:`);
  for (const [part, taken] of [...profile()].sort(([, a], [, b]) => b - a))
    console.log(`${taken.toFixed(0).padStart(6)} ms  ${part}`);
} finally {
  rmSync(folder, { recursive: true });
}
