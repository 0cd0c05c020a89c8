/** The import rules of `.dependency-cruiser.js`, shown to catch what they are there for. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { floors, rooms } from "../../../../floors.js";

const repository = fileURLToPath(new URL("../../../..", import.meta.url));
const depcruise = join(repository, "node_modules/dependency-cruiser/bin/dependency-cruise.mjs");
const config = join(repository, ".dependency-cruiser.js");
const src = "packages/downhill/src";

let workspace: string;

beforeEach(async () => {
  workspace = await mkdtemp(join(tmpdir(), "downhill-floors-"));
});

afterEach(async () => {
  await rm(workspace, { recursive: true });
});

interface Report {
  summary: { violations: { from: string; to: string; rule: { name: string } }[] };
}

/** Writes a workspace of the given files and returns what the rules say of it, as `rule: from -> to`. */
async function violations(files: Record<string, string>): Promise<string[]> {
  const all = {
    "package.json": `{ "type": "module", "dependencies": { "peer": "1" } }`,
    "tsconfig.json": "{}",
    "node_modules/peer/package.json": `{ "name": "peer", "version": "1.0.0", "main": "peer.js" }`,
    "node_modules/peer/peer.js": "",
    ...files,
  };
  for (const [path, text] of Object.entries(all)) {
    await mkdir(dirname(join(workspace, path)), { recursive: true });
    await writeFile(join(workspace, path), text);
  }
  const output = await new Promise<string>((resolve, reject) => {
    const args = [depcruise, "--config", config, "--output-type", "json", "packages"];
    execFile(process.execPath, args, { cwd: workspace }, (error, stdout, stderr) => {
      // The exit code is the number of violations; without a report there is something else wrong.
      if (stdout === "") reject(new Error(`no report: ${stderr}`, { cause: error }));
      else resolve(stdout);
    });
  });
  const report = JSON.parse(output) as Report;
  const inSource = (path: string) => path.replace(`${src}/`, "");
  return report.summary.violations
    .map(({ rule, from, to }) => `${rule.name}: ${inSource(from)} -> ${inSource(to)}`)
    .sort();
}

test("accepts imports of the same floor, of lower floors, and everything from the door", async () => {
  const found = await violations({
    [`${src}/tensor/shape.ts`]: `export type Shape = readonly number[];`,
    [`${src}/tensor/tensor.ts`]: `export { type Shape } from "./shape.ts";`,
    [`${src}/targets/wasm.ts`]: `import { type Shape } from "../tensor/shape.ts";
      export const threads = async (shape: Shape) => [shape, await import("node:worker_threads")];`,
    [`${src}/io/file.ts`]: `export { threads } from "../targets/wasm.ts";`,
    [`${src}/index.ts`]: `export * from "./targets/wasm.ts"; export * from "./tensor/tensor.ts";`,
    [`${src}/learn.ts`]: `export * from "./io/file.ts"; export * from "./targets/wasm.ts";`,
    "packages/cli/src/main.ts": `import "../../downhill/src/index.ts"; import "peer"; import "node:fs";`,
  });
  expect(found).toEqual([]);
});

test("rejects a circle of imports, of values or of types", async () => {
  const found = await violations({
    [`${src}/nn/dense.ts`]: `import { loss } from "./loss.ts"; export const dense = () => loss;`,
    [`${src}/nn/loss.ts`]: `import { dense } from "./dense.ts"; export const loss = () => dense;`,
    [`${src}/optim/chain.ts`]: `import type { Rule } from "./rule.ts"; export type Chain = Rule[];`,
    [`${src}/optim/rule.ts`]: `import type { Chain } from "./chain.ts"; export interface Rule { chain: Chain }`,
  });
  // Each circle is reported once.
  expect(found).toEqual(["cycle: nn/dense.ts -> nn/loss.ts", "cycle: optim/chain.ts -> optim/rule.ts"]);
});

test("rejects every import of a floor by the floor below it", async () => {
  const pairs = floors.slice(1).map((above, i) => [floors[i] ?? "", above] as const);
  const files = floors.map((floor) => [`${src}/${floor}/thing.ts`, "export const thing = 1;"] as const);
  const upward = pairs.map(
    ([below, above]) => [`${src}/${below}/up.ts`, `export { thing } from "../${above}/thing.ts";`] as const,
  );
  const found = await violations(Object.fromEntries([...files, ...upward]));
  expect(found).toEqual(
    pairs.map(([below, above]) => `${below}-imports-upward: ${below}/up.ts -> ${above}/thing.ts`).sort(),
  );
});

test("rejects what the house forbids besides", async () => {
  const found = await violations({
    [`${src}/index.ts`]: `export const door = 1;`,
    [`${src}/attic/box.ts`]: `import "../tensor/tensor.ts";`,
    [`${src}/learn/loop.ts`]: `export const loop = 1;`,
    [`${src}/io/card.ts`]: `import "../learn/loop.ts";`,
    [`${src}/program/trace.ts`]: `import { door } from "../index.ts"; export const trace = door;`,
    [`${src}/tensor/tensor.ts`]: `import { readFileSync } from "node:fs"; export const read = readFileSync;`,
    [`${src}/tensor/random.ts`]: `import "peer"; import "./missing.ts";`,
    "packages/cli/src/main.ts": `import "../../downhill/src/learn/loop.ts";`,
  });
  expect(found).toEqual([
    "floor-imports-door: program/trace.ts -> index.ts",
    "io-imports-closed-floor: io/card.ts -> learn/loop.ts",
    "library-has-no-dependencies: tensor/random.ts -> node_modules/peer/peer.js",
    "library-runs-in-browsers: tensor/tensor.ts -> fs",
    "past-the-door: packages/cli/src/main.ts -> learn/loop.ts",
    "unlisted-floor: attic/box.ts -> tensor/tensor.ts",
    "unresolved: tensor/random.ts -> ./missing.ts",
  ]);
});

test("keeps the rooms of the targets apart, which may use what is shared", async () => {
  const found = await violations({
    [`${src}/targets/index.ts`]: `export { name } from "./wasm/name.ts";`,
    [`${src}/targets/shared/plan.ts`]: `export { name } from "../wasm/name.ts";`,
    [`${src}/targets/shared/facts.ts`]: `export const facts = 1;`,
    [`${src}/targets/wasm/name.ts`]: `export { facts as name } from "../shared/facts.ts";`,
    [`${src}/targets/native/emit.ts`]: `import "../wasm/name.ts"; import "../shared/facts.ts";`,
    [`${src}/targets/reference/run.ts`]: `import type { Name } from "../index.ts"; export type Run = Name;`,
  });
  expect(found).toEqual([
    "targets-native-imports-room: targets/native/emit.ts -> targets/wasm/name.ts",
    "targets-reference-imports-room: targets/reference/run.ts -> targets/index.ts",
    "targets-shared-imports-room: targets/shared/plan.ts -> targets/wasm/name.ts",
  ]);
  const entries = await readdir(join(repository, src, rooms.floor), { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  expect(folders.sort()).toEqual([rooms.below, ...rooms.above].sort());
});

test("keeps the doors apart", async () => {
  const found = await violations({
    [`${src}/learn/loop.ts`]: `export const loop = 1;`,
    [`${src}/nn/dense.ts`]: `export { range } from "../curvature/range.ts";`,
    [`${src}/curvature/range.ts`]: `export const range = 1;`,
    [`${src}/index.ts`]: `export { range } from "./nn/dense.ts"; export { loop } from "./learn/loop.ts";`,
    [`${src}/cellar.ts`]: `export { loop } from "./learn/loop.ts";`,
  });
  expect(found).toEqual([
    "index-lets-in: index.ts -> curvature/range.ts",
    "index-lets-in: index.ts -> learn/loop.ts",
    "unlisted-door: cellar.ts -> learn/loop.ts",
  ]);
});

test("lists every floor that exists", async () => {
  const entries = await readdir(join(repository, src), { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  expect(floors).toEqual(expect.arrayContaining(folders));
});
