/** The C compiler: what happens without one, and what is kept of its work. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { nativeCompiler } from "../../../src/native.ts";
import { hasCompiler } from "../../../src/targets/native/cc.ts";

const doors = fileURLToPath(new URL("../../../dist/", import.meta.url));

const script = `
  import { jit, setTarget, tensor } from ${JSON.stringify(join(doors, "index.js"))};
  import { native } from ${JSON.stringify(join(doors, "native.js"))};
  setTarget(native());
  console.log(jit((x) => x.mul(2).sum())(tensor([1, 2, 3])).item());
`;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "downhill-native-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const run = (env: NodeJS.ProcessEnv): string =>
  execFileSync(process.execPath, ["--input-type=module", "--eval", script], {
    env: { ...process.env, XDG_CACHE_HOME: folder, ...env },
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });

it.runIf(hasCompiler())("the compiler says what it is", () => {
  const { command, version } = nativeCompiler();
  expect(execFileSync(command, ["--version"], { encoding: "utf8" })).toContain(version.split(" ")[0]);
});

describe("a process", () => {
  it("without a compiler is told how to get one", () => {
    expect(() => run({ CC: join(folder, "no-such-compiler") })).toThrow(
      /the target "native" needs a C compiler[^]*apt install gcc[^]*target "wasm"/,
    );
  });

  it.runIf(hasCompiler())("finds what another one has compiled", () => {
    expect(run({})).toBe("12\n");
    const cache = join(folder, "downhill", "native");
    const made = (): string[] =>
      readdirSync(cache).map((name) => `${name} ${String(statSync(join(cache, name)).mtimeMs)}`);
    const first = made();
    // The program and what loads it; nothing that was there while they were written.
    expect(first).toHaveLength(2);
    expect(run({})).toBe("12\n");
    expect(made()).toEqual(first);
  });
});
