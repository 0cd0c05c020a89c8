import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import { version } from "../../src/version.ts";

/** A copy of the command, which keeps what it compiles inside of it. */
let copy = "";
const kept = (command: string): string =>
  join(copy, "node_modules/.cache/compiled", `${process.version}-${process.arch}`, command);

beforeEach(() => {
  copy = mkdtempSync(join(tmpdir(), "downhill-start-"));
  for (const part of ["bin", "dist", "package.json"])
    cpSync(fileURLToPath(new URL(`../../${part}`, import.meta.url)), join(copy, part), {
      recursive: true,
      filter: (path) => !path.endsWith(".map"),
    });
});
afterEach(() => rmSync(copy, { recursive: true }));

function run(...args: readonly string[]): string {
  const { stdout, stderr } = spawnSync(process.execPath, [join(copy, "bin/downhill.js"), ...args], {
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  return stdout;
}

it("keeps what a run has compiled, by command, with the source that it belongs to", () => {
  expect(run("--version")).toBe(`${version}\n`);
  const main = readFileSync(join(copy, "dist/main.cjs"));
  const first = readFileSync(join(kept("other"), "main.cjs"));
  expect(first.length).toBeGreaterThan(main.length);
  expect(first.subarray(-main.length).equals(main)).toBe(true);
  expect(run("--version")).toBe(`${version}\n`);
  // It was taken: what is compiled anew is kept anew.
  expect(readFileSync(join(kept("other"), "main.cjs")).equals(first)).toBe(true);
  expect(run("train", "--help")).toContain("Usage: downhill train");
  expect(readdirSync(kept("train"))).toContain("main.cjs");
});

it("takes no code of another source, though it be of the same length, and clears away what is no part any more", () => {
  expect(run("--help")).toContain("print the version");
  const path = join(copy, "dist/main.cjs");
  writeFileSync(path, readFileSync(path, "utf8").replace("print the version", "print its version"));
  writeFileSync(join(kept("other"), "gone.cjs"), "");
  expect(run("--help")).toContain("print its version");
  expect(readdirSync(kept("other"))).not.toContain("gone.cjs");
  // Code that V8 cannot read, or that was cut off.
  const source = readFileSync(path);
  for (const code of [Buffer.from("no code at all"), Buffer.alloc(0)]) {
    writeFileSync(join(kept("other"), "main.cjs"), Buffer.concat([code, source]));
    expect(run("--help")).toContain("print its version");
    expect(readFileSync(join(kept("other"), "main.cjs")).length).toBeGreaterThan(source.length + 1000);
  }
});

it("keeps nothing of a run that fails, and does without where nothing can be written", () => {
  const { status } = spawnSync(process.execPath, [join(copy, "bin/downhill.js"), "nonsense"]);
  expect(status).toBe(2);
  expect(readdirSync(copy).sort()).toEqual(["bin", "dist", "package.json"]);
  writeFileSync(join(copy, "node_modules"), "");
  expect(run("--version")).toBe(`${version}\n`);
});
