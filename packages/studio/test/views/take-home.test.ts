import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { strFromU8, unzipSync } from "fflate";
import type { Page } from "playwright-core";
import { rolldown } from "rolldown";
import { afterAll, expect, test } from "vitest";
import { describeStudio } from "../studio.ts";

const root = fileURLToPath(new URL("../../../..", import.meta.url));
mkdirSync(join(root, "node_modules/.cache"), { recursive: true });
// Inside of the repository, where programs find the library.
const folder = mkdtempSync(join(root, "node_modules/.cache/take-home-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Presses a button that saves a zip, unpacks it, and gives the folder that was in it. */
const saved = async (page: Page, button: string): Promise<string> => {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: button }).click(),
  ]);
  const files = Object.entries(unzipSync(readFileSync(await download.path())));
  for (const [path, content] of files) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return dirname(files[0]![0]);
};

/** Runs a saved program, and gives what it prints. */
const run = async (name: string): Promise<string> => {
  const bundle = await rolldown({
    input: join(folder, name, "run.ts"),
    external: [/^downhill/, "papaparse"],
    platform: "node",
  });
  await bundle.write({ file: join(folder, name, "run.js"), format: "esm" });
  return execFileSync(process.execPath, [join(folder, name, "run.js")], { encoding: "utf8" });
};

const numberIn = (text: string, pattern: RegExp): number => Number(pattern.exec(text)?.[1] ?? NaN);

/** The losses that the page shows: of the rows learnt from, and of those held out. */
const losses = async (page: Page): Promise<string> =>
  page.getByRole("region", { name: "What it has learnt" }).innerText();

const trained = async (page: Page, epoch: number): Promise<void> => {
  await page
    .getByRole("region", { name: "Take it home" })
    .getByText(`epoch ${epoch}`, { exact: true })
    .waitFor();
};

describeStudio("Take it home", (open) => {
  test("the model of an epoch is a folder that the command knows, with the numbers of the page", async () => {
    const page = await open("#/train?model=mlp&hidden=5&epoch=30");
    await trained(page, 30);
    const name = await saved(page, "Save the model");
    expect(name).toBe("species.model");
    const card = JSON.parse(readFileSync(join(folder, name, "model.json"), "utf8")) as {
      readonly metrics: { readonly validation: { readonly accuracy: number; readonly logLoss: number } };
      readonly architecture: { readonly activation: string };
    };
    expect(card.architecture.activation).toBe("tanh");
    writeFileSync(join(folder, "iris.csv"), readFileSync(join(root, "examples/data/iris.csv")));
    const text = execFileSync(
      process.execPath,
      [join(root, "packages/cli/bin/downhill.js"), "evaluate", name, "iris.csv"],
      { cwd: folder, encoding: "utf8" },
    );
    expect(text).toMatch(/accuracy/i);
    const heldOut = numberIn(await losses(page), /held out:?\s+([\d.]+)/);
    // Four digits are shown.
    expect(Math.abs(card.metrics.validation.logLoss - heldOut)).toBeLessThan(1e-4);
  }, 60_000);

  test("the model of an epoch answers in the next view", async () => {
    const page = await open("#/train?epoch=12");
    await trained(page, 12);
    await page.getByRole("button", { name: "Ask the model" }).click();
    await page.getByRole("heading", { name: "Its answer: species" }).waitFor();
    await page.getByText("logistic regression", { exact: true }).waitFor();
  });

  test("the run as a program does the same training, branch and all", async () => {
    const page = await open("#/train?runs=sgd:0.5:16@10~adam:0.05:16&epoch=25");
    await trained(page, 25);
    const name = await saved(page, "Save the run as a program");
    const printed = await run(name);
    expect(printed.match(/^epoch /gm)).toHaveLength(25);
    const shown = await losses(page);
    const heldOut = numberIn(printed, /epoch 25: .*held out ([\d.e-]+)/);
    expect(heldOut).toBeGreaterThan(0);
    expect(Math.abs(heldOut - numberIn(shown, /held out:?\s+([\d.]+)/))).toBeLessThan(1e-4);
    expect(strFromU8(readFileSync(join(folder, name, "run.ts")))).toContain("LogisticRegression");
  }, 60_000);

  test("a program for numbers, categories, dates, gaps and quoted texts reads its own table", async () => {
    const lines = Array.from({ length: 60 }, (_, i) => {
      const size = i % 7 === 3 ? "NA" : String(((i * 37) % 50) / 10).replace(".", ",");
      const kind = ["oak", '"pine; old"', "fir"][i % 3];
      const price = String(10 + ((i * 37) % 50) / 5 + (i % 3) * 4).replace(".", ",");
      const felled = `${1 + ((i * 11) % 28)} ${i % 2 === 0 ? "March" : "may"} 20${10 + (i % 9)}`;
      return `${size};${kind};${felled};${price}`;
    });
    const file = join(folder, "trees.csv");
    writeFileSync(file, ["size;kind;felled;price", ...lines].join("\n"));
    const page = await open("#/train");
    await page.getByLabel("A CSV or Parquet file").setInputFiles(file);
    await expect.poll(() => page.url()).toContain("trees.csv");
    await page.evaluate(() => (location.hash += "&epoch=20"));
    await trained(page, 20);
    const name = await saved(page, "Save the run as a program");
    expect(name).toBe("price-run");
    const printed = await run(name);
    const heldOut = numberIn(printed, /epoch 20: .*held out ([\d.e-]+)/);
    expect(Math.abs(heldOut - numberIn(await losses(page), /held out:?\s+([\d.]+)/))).toBeLessThan(1e-4);
  }, 60_000);
});
