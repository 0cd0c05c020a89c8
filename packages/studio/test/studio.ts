/** The studio as its readers get it: served by the command, opened in a real browser. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { describeInBrowser, openPage } from "../../../test/browser.ts";

const packages = fileURLToPath(new URL("../../", import.meta.url));
export const dist = join(packages, "studio/dist");

const newestSource = (folder: string): number =>
  Math.max(
    ...readdirSync(folder, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs),
  );

/** The page is served from dist/: an old one would test what is no longer there. */
export const requireBuild = (): void => {
  const index = join(dist, "index.html");
  const built = existsSync(index) ? statSync(index).mtimeMs : 0;
  for (const source of ["studio/src", "downhill/src", "model/src", "palette/src"])
    if (newestSource(join(packages, source)) > built)
      throw new Error(`packages/studio/dist is older than packages/${source}: npm run build`);
};

/** Starts `downhill studio`; resolves with what it printed and where it is. */
export const startStudio = async (
  args: readonly string[] = ["--port", "0"],
): Promise<{ readonly address: string; readonly process: ChildProcess; readonly output: string }> => {
  const child = spawn(process.execPath, [join(packages, "cli/bin/downhill.js"), "studio", ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NO_COLOR: "1" },
  });
  return new Promise((resolve, reject) => {
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      const [address] = /http:\/\/\S+/.exec(output) ?? [];
      if (address !== undefined && output.endsWith("\n")) resolve({ address, process: child, output });
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => (output += text));
    child.on("error", reject);
    child.on("exit", (code) => reject(new Error(`downhill studio ended with ${code}: ${output}`)));
  });
};

export interface OpenOptions {
  readonly width?: number;
  readonly height?: number;
  readonly dark?: boolean;
  /** What is to be done before the page is opened. */
  readonly prepare?: (page: Page) => unknown;
}

/** Opens an address of the studio, such as `#/slope?f=x^2`; warnings and errors of the page fail the test. */
export type Open = (hash: string, options?: OpenOptions) => Promise<Page>;

/** Tests with the studio in a browser. */
export const describeStudio = (
  name: string,
  tests: (open: Open, browser: () => Browser, address: () => string) => void,
): void =>
  describeInBrowser(name, (browser) => {
    let studio: Awaited<ReturnType<typeof startStudio>> | undefined;
    const pages: Page[] = [];
    beforeAll(async () => {
      requireBuild();
      studio = await startStudio();
    });
    afterEach(async () => {
      for (const page of pages.splice(0)) await page.close();
    });
    afterAll(() => void studio?.process.kill());
    const open: Open = async (hash, { width = 1280, height = 900, dark = false, prepare } = {}) => {
      const page = await openPage(browser());
      pages.push(page);
      page.setDefaultTimeout(15_000);
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme: dark ? "dark" : "light" });
      await prepare?.(page);
      await page.goto(studio!.address + hash);
      return page;
    };
    tests(open, browser, () => studio!.address);
  });

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Fails with what axe finds wrong for people who cannot see well, or use no mouse. */
export const expectAccessible = async (page: Page): Promise<void> => {
  // By evaluation, as the page's policy lets no other script in.
  await page.evaluate(axe);
  const violations = await page.evaluate(async () => {
    const { axe: checker } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; help: string; nodes: { html: string }[] }[] }> };
    };
    const { violations: found } = await checker.run();
    return found.map(({ id, help, nodes }) => ({ id, help, nodes: nodes.map(({ html }) => html) }));
  });
  expect(violations).toEqual([]);
};

/** Fails if the page is wider than the window. */
export const expectNoOverflow = async (page: Page): Promise<void> => {
  // As it is painted: what has just come in has the widths of its neighbours change, who learn of theirs before the next frame.
  const beyond = await page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const { documentElement: root } = document;
        requestAnimationFrame(() => setTimeout(() => resolve(root.scrollWidth - root.clientWidth)));
      }),
  );
  expect(beyond).toBeLessThanOrEqual(0);
};
