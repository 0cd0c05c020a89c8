/** The library in a real browser: on several threads and on one, in the window and in a worker, to the bit as in Node. */
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { afterEach, beforeAll, expect, it } from "vitest";
import { describeInBrowser, openPage } from "../../../../test/browser.ts";
import { serve, type Served } from "../../../../test/serve.ts";
import type { Report } from "./page.ts";
import { compute } from "./policed.ts";
import { type Results, runWorks, workNames } from "./workload.ts";

const bundle = async (path: string): Promise<string> => {
  const build = await rolldown({
    input: fileURLToPath(new URL(path, import.meta.url)),
    platform: "browser",
    resolve: { conditionNames: ["downhill-source", "import", "default"] },
  });
  const { output } = await build.generate({ format: "esm" });
  await build.close();
  return output[0].code;
};

describeInBrowser("in a browser", (browser) => {
  let site: Record<string, string>;
  let inNode: Results;
  let served: Served | undefined;

  beforeAll(async () => {
    site = {
      "/index.html": `<!doctype html><title>downhill</title><script type="module" src="/page.js"></script>`,
      "/page.js": await bundle("page.ts"),
    };
    inNode = runWorks();
    for (const name of workNames)
      expect(inNode[name], name).toSatisfy(
        (values: number[]) => values.length > 1 && values.every(Number.isFinite),
      );
  });
  afterEach(() => served?.close());

  const run = async (
    isolated: boolean,
    place: "runHere" | "runInWorker",
  ): Promise<Report & { readonly said: string[] }> => {
    served = await serve(site, { isolated });
    const page = await openPage(browser());
    const said: string[] = [];
    page.on("console", (message) => said.push(message.text()));
    await page.goto(served.origin);
    await page.waitForFunction((name) => name in globalThis, place);
    const report = await page.evaluate(
      (name) => (globalThis as unknown as Record<string, () => Promise<Report>>)[name]!(),
      place,
    );
    await page.close();
    return { ...report, said };
  };

  const expectEqual = (results: Results): void => {
    for (const name of workNames) expect(results[name], name).toEqual(inNode[name]);
  };

  it.each([
    [true, "runHere"],
    [true, "runInWorker"],
    [false, "runHere"],
    [false, "runInWorker"],
  ] as const)("isolated %s, %s: to the bit what Node computes", async (isolated, place) => {
    const { threads, isReady, first, second, said } = await run(isolated, place);
    expectEqual(first);
    expectEqual(second);
    if (isolated) {
      expect(threads).toBeGreaterThan(1);
      expect(isReady).toBe(true);
      expect(said).toEqual([]);
    } else {
      expect(threads).toBe(1);
      expect(said).toEqual([expect.stringContaining("not cross-origin isolated")]);
    }
  });

  it.each([
    ["script-src 'self'", [expect.stringContaining("add 'wasm-unsafe-eval' to its script-src")]],
    ["script-src 'self' 'wasm-unsafe-eval'; worker-src blob:", []],
  ])("under the policy %s it computes the same", async (policy, messages) => {
    served = await serve(
      {
        "/index.html": `<!doctype html><title></title><script type="module" src="/policed.js"></script>`,
        "/policed.js": await bundle("policed.ts"),
      },
      { isolated: true, policy },
    );
    const page = await openPage(browser());
    const said: string[] = [];
    page.on("console", (message) => said.push(message.text()));
    await page.goto(served.origin);
    await page.waitForFunction(() => document.title !== "");
    const results = JSON.parse(await page.title()) as number[];
    await page.close();
    // Sums of 90 000 numbers in float32, in another order.
    compute().forEach((wanted, i) => expect(results[i]! / wanted).toBeCloseTo(1, 4));
    expect(said).toEqual(messages);
  });
});
