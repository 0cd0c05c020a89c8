/**
 * Every example of README and docs: TypeScript compiles, runs, and gives what the page says; commands run one after
 * another in an empty folder beside the examples.
 */
import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { keepsPromise, shown } from "./compare.ts";
import { fencesOf, moduleOf, type Reporter } from "./page.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const modules = join(root, "test-results/docs");
const reporterName = "page";

const pages = [
  "README.md",
  ...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .sort()
    .map((name) => join("docs", name)),
]
  .map((name) => ({ name, markdown: readFileSync(join(root, name), "utf8") }))
  .map((page) => ({
    ...page,
    fences: fencesOf(page.markdown),
    file: join(modules, page.name.replace(/\W/g, "-") + ".ts"),
  }));
const withCode = pages.filter(({ fences }) => fences.some(({ language }) => language === "ts"));

beforeAll(() => {
  rmSync(modules, { recursive: true, force: true });
  mkdirSync(modules, { recursive: true });
  for (const { file, markdown } of withCode) {
    // On the first line, so that the others stay where they are.
    const head = `declare global { var ${reporterName}: import("${join(root, "test/docs/page.ts")}").Reporter } `;
    writeFileSync(file, `${head}${moduleOf(markdown, reporterName)}\nexport {};\n`);
  }
});

it("finds the pages", () => {
  expect(withCode.map(({ name }) => name)).toContain("README.md");
});

it("compiles all examples", () => {
  const { config } = ts.readConfigFile(join(root, "tsconfig.base.json"), (path) =>
    readFileSync(path, "utf8"),
  ) as {
    config: object;
  };
  const { options } = ts.parseJsonConfigFileContent({ ...config, files: [] }, ts.sys, root);
  const program = ts.createProgram(
    withCode.map(({ file }) => file),
    options,
  );
  const messages = withCode.flatMap(({ file, name }) => {
    const source = program.getSourceFile(file);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
      ({ start, messageText }) => {
        const { line } = source!.getLineAndCharacterOfPosition(start ?? 0);
        return `${name}:${line + 1}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
      },
    );
  });
  expect(messages).toEqual([]);
}, 60_000);

describe.each(withCode)("$name", ({ file, fences }) => {
  it("gives what it promises", async () => {
    const broken: string[] = [];
    const printed = new Map<number, string[]>();
    let block = 0;
    const judge = (line: number, text: string, promised: string): void => {
      if (!keepsPromise(text, promised)) broken.push(`line ${line + 1}: promised ${promised}, got ${text}`);
    };
    const reporter: Reporter = {
      begin: (line) => {
        block = line;
        printed.set(line, []);
      },
      show: (line, value, promised) => {
        const failed = (error: unknown): void => judge(line, `throws ${String(error)}`, promised);
        try {
          const result = value();
          if (!(result instanceof Promise)) return judge(line, shown(result), promised);
          return result.then((settled: unknown) => judge(line, shown(settled), promised), failed);
        } catch (error) {
          failed(error);
        }
      },
    };
    vi.stubGlobal(reporterName, reporter);
    vi.spyOn(console, "log").mockImplementation((...values: unknown[]) => {
      printed
        .get(block)
        ?.push(values.map((value) => (typeof value === "string" ? value : shown(value))).join(" "));
    });
    try {
      await import(/* @vite-ignore */ file);
    } finally {
      vi.unstubAllGlobals();
    }
    fences.forEach((fence, i) => {
      if (fence.language !== "ts") return;
      const output = printed.get(fence.line)?.join("\n") ?? "";
      const next = fences[i + 1];
      const promised = next?.language === "text" ? next.lines.join("\n") : "";
      if (output.trim() !== promised.trim()) broken.push(`line ${fence.line}: printed\n${output}`);
    });
    expect(broken).toEqual([]);
  }, 60_000);
});

interface Commands {
  readonly lines: readonly string[];
  /** What the last of them prints, as the page has it in the block after; undefined if it does not say. */
  readonly promised: readonly string[] | undefined;
}

/** The commands of each block. */
const commandsOf = ({ fences }: (typeof pages)[number]): Commands[] =>
  fences.flatMap(({ language, lines }, i) => {
    if (language !== "sh") return [];
    const commands = lines
      .map((line) => line.replace(/^npm ci && /, ""))
      // The studio serves until it is stopped; its tests are its own.
      .filter((line) => line.startsWith("npx downhill ") && !line.startsWith("npx downhill studio"));
    const next = fences[i + 1];
    const promised = next?.language === "text" ? next.lines : undefined;
    return commands.length === 0 ? [] : [{ lines: commands, promised }];
  });

/** What a page promises of an output and it does not have: `…` stands for any lines, other lines follow one another. */
const missingLines = (output: string, promised: readonly string[]): string[] => {
  const lines = output.trimEnd().split("\n");
  const missing: string[] = [];
  let [next, isFree] = [0, false];
  for (const line of promised) {
    if (line.trim() === "…") isFree = true;
    else {
      const rest = isFree ? lines.length : next + 1;
      const found = lines.findIndex((candidate, i) => i >= next && i < rest && keepsPromise(candidate, line));
      if (found < 0) missing.push(`${line}   (there is: ${lines[next] ?? "nothing"})`);
      next = (found < 0 ? next : found) + 1;
      isFree = false;
    }
  }
  if (!isFree && next < lines.length) missing.push(`an end before: ${lines[next]!}`);
  return missing;
};

describe.each(pages.filter((page) => commandsOf(page).length > 0))("commands of $name", (page) => {
  it("succeed, and print what it promises", { timeout: 120_000 }, () => {
    const folder = mkdtempSync(join(tmpdir(), "downhill-docs-"));
    try {
      symlinkSync(join(root, "examples"), join(folder, "examples"));
      const command = join(root, "packages/cli/bin/downhill.js");
      for (const { lines, promised } of commandsOf(page)) {
        const outputs = lines.map((line) => {
          const script = line.replace("npx downhill ", `"${process.execPath}" "${command}" `);
          // Throws if the command fails, with what it said.
          return execFileSync("bash", ["-c", script], { cwd: folder, encoding: "utf8", stdio: "pipe" });
        });
        if (promised !== undefined) expect(missingLines(outputs.at(-1)!, promised), lines.at(-1)).toEqual([]);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
