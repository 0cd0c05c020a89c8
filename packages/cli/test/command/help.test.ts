import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { exampleTable } from "../data/tables.ts";
import { commandFolder } from "./process.ts";

const folder = commandFolder();

/** What a run printed, and the modules that it loaded, as the coverage of Node's engine lists them. */
async function modulesOf(
  name: string,
  args: readonly string[],
): Promise<{ stdout: string; modules: string[] }> {
  mkdirSync(folder.path(name));
  const { stdout } = await folder.succeed(args, { env: { NODE_V8_COVERAGE: folder.path(name) } });
  const modules = readdirSync(folder.path(name)).flatMap((file) => {
    const { result } = JSON.parse(readFileSync(join(folder.path(name), file), "utf8")) as {
      result: { url: string }[];
    };
    return result.map(({ url }) => url);
  });
  return { stdout, modules };
}

/** The library is built into files of the command, whose maps name what they are made of. */
function holdsLibrary(url: string): boolean {
  if (!url.includes("packages/cli/dist/")) return false;
  const map = `${fileURLToPath(url)}.map`;
  // What the bundler adds of its own has none.
  return existsSync(map) && readFileSync(map, "utf8").includes('"../../downhill/dist/');
}

/** The database's JavaScript is built into a file of the command. */
const holdsDatabase = (url: string): boolean => /packages\/cli\/dist\/duckdb-[^/]*\.cjs$/.test(url);

const isHeavy = (url: string): boolean =>
  /node_modules\/(@duckdb|zod)\//.test(url) || holdsDatabase(url) || holdsLibrary(url);

describe("help", () => {
  it("of the command and of each of its parts has an example", async () => {
    const { stdout } = await folder.succeed(["--help"]);
    expect(stdout).toContain("downhill train examples/data/breast_cancer.csv --target diagnosis\n");
    for (const part of ["train", "predict", "evaluate", "derive", "descend", "studio"]) {
      expect(stdout).toMatch(new RegExp(`^ {2}${part} \\[options\\]`, "m"));
      const { stdout: help } = await folder.succeed([part, "--help"]);
      expect(help).toMatch(new RegExp(`\\nExamples?:\\n {2}downhill ${part} `));
      expect(Math.max(...help.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
    }
  });

  it("comes without the library, the database and the validator", async () => {
    const help = await modulesOf("help", ["train", "--help"]);
    expect(help.modules.some((url) => url.includes("cli/dist/main.cjs"))).toBe(true);
    expect(help.modules.filter(isHeavy)).toEqual([]);
    const version = await modulesOf("version", ["--version"]);
    expect(version.stdout).toBe(`${packageJson.version}\n`);
    expect(version.modules.filter(isHeavy)).toEqual([]);
    // The test sees them where they are.
    const train = await modulesOf("train", [
      "train",
      exampleTable("iris.csv"),
      "-t",
      "species",
      "--out",
      "model",
    ]);
    expect(train.modules.some(holdsDatabase)).toBe(true);
    expect(train.modules.some(holdsLibrary)).toBe(true);
    expect(train.modules.filter((url) => url.includes("node_modules/zod"))).toEqual([]);
    // Of other packages only the one that has to find fonts.
    const others = train.modules.filter((url) => url.includes("node_modules"));
    expect(others.filter((url) => !/node_modules\/katex/.test(url))).toEqual([]);
  });
});

describe("colours", () => {
  it("are off for pipes and on when asked for; NO_COLOR has the last word", async () => {
    const escape = /\p{Cc}\[/u;
    const plain = await folder.succeed(["--help"]);
    expect(plain.stdout).not.toMatch(escape);
    const forced = await folder.succeed(["--help"], { env: { FORCE_COLOR: "1" } });
    expect(forced.stdout).toMatch(escape);
    const both = await folder.succeed(["--help"], { env: { FORCE_COLOR: "1", NO_COLOR: "1" } });
    expect(both.stdout).toBe(plain.stdout);
  });
});
