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
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseFormula } from "downhill/formula";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { keepsPromise, shown } from "./compare.ts";
import { type Fence, fencesOf, moduleOf, type Reporter } from "./page.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const modules = join(root, "test-results/docs");
const reporterName = "page";

const pages = [
  "README.md",
  "packages/downhill/README.md",
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
type Page = (typeof pages)[number];
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

/** The commands of a block. */
const commandsIn = ({ language, lines }: Fence): string[] =>
  language === "sh"
    ? lines
        .map((line) => line.replace(/^npm ci && /, ""))
        .filter((line) => line.startsWith("npx downhill ") && !isEndless(line))
    : [];

/** The studio serves until it is stopped; its tests are its own. */
const isEndless = (line: string): boolean => line.startsWith("npx downhill studio");

/** Pictures that a page shows: ![what is on it](course/pictures/NAME.svg). */
const picturesOf = ({ name, markdown }: Page): { readonly name: string; readonly path: string }[] =>
  [...markdown.matchAll(/!\[[^\]]*\]\(([^)]+\.svg)\)/g)].map(([, target = ""]) => ({
    name: basename(target),
    path: join(root, dirname(name), target),
  }));

const pagesWithCommands = pages.filter(({ fences }) => fences.some((fence) => commandsIn(fence).length > 0));

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

/** Addresses of the studio's view of a formula: `#/slope?f=x^2&x=1`. */
const slopesOf = ({ markdown }: Page): string[] =>
  Array.from(markdown.matchAll(/`#\/slope\?f=([^`]+)`/g), ([, address]) => address!);

describe.each(pages.flatMap((page) => slopesOf(page).map((address) => ({ name: page.name, address }))))(
  "the studio's view $address of $name",
  ({ address }) => {
    it("has a formula and a value for each of its variables", () => {
      const [text, ...values] = address.split("&");
      const formula = parseFormula(text!);
      const at = Object.fromEntries(
        values.map((part) => part.split("=")).map(([name, value]) => [name!, Number(value)]),
      );
      expect(Object.keys(at)).toEqual(expect.arrayContaining([...formula.variables]));
      expect(formula(at).item()).toSatisfy(Number.isFinite);
    });
  },
);

describe.each(pagesWithCommands)("commands of $name", (page) => {
  const folder = mkdtempSync(join(tmpdir(), "downhill-docs-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("succeed, and print what the page says", { timeout: 120_000 }, () => {
    symlinkSync(join(root, "examples"), join(folder, "examples"));
    const command = join(root, "packages/cli/bin/downhill.js");
    const broken: string[] = [];
    page.fences.forEach((fence, i) => {
      const printed = commandsIn(fence).map((line) => {
        const script = line.replace("npx downhill ", `"${process.execPath}" "${command}" `);
        // Throws if the command fails, with what it said.
        return execFileSync("bash", ["-c", script], { cwd: folder, encoding: "utf8", stdio: "pipe" });
      });
      const next = page.fences[i + 1];
      if (printed.length === 0 || next?.language !== "text") return;
      const missing = missingLines(printed.join(""), next.lines);
      broken.push(...missing.map((line) => `in the block after line ${fence.line}: ${line}`));
    });
    expect(broken).toEqual([]);
  });

  if (picturesOf(page).length > 0)
    it("draw the pictures of the page", () => {
      for (const { name, path } of picturesOf(page)) {
        const drawn = readFileSync(join(folder, name), "utf8");
        if (process.env.UPDATE_PICTURES === "1") {
          mkdirSync(dirname(path), { recursive: true });
          writeFileSync(path, drawn);
        }
        // Beside the page's, so that the two can be looked at.
        writeFileSync(join(modules, name), drawn);
        const isSame = readFileSync(path, "utf8") === drawn;
        expect(
          isSame,
          `${path} is not what the command draws (${join(modules, name)}); UPDATE_PICTURES=1 takes it over`,
        ).toBe(true);
      }
    });
});
