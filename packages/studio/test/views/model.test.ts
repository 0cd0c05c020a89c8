import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { zipSync } from "fflate";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeStudio, expectAccessible, expectNoOverflow } from "../studio.ts";

const root = fileURLToPath(new URL("../../../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "downhill-model-"));
afterAll(() => rmSync(folder, { recursive: true }));

const downhill = (...args: readonly string[]): string =>
  execFileSync(process.execPath, [join(root, "packages/cli/bin/downhill.js"), ...args], {
    cwd: folder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });

const files = (model: string): string[] =>
  readdirSync(join(folder, model)).map((name) => join(folder, model, name));

const openModel = async (page: Page, paths: string | readonly string[]): Promise<void> =>
  page.getByLabel("A model: a zip, or the files of its folder").setInputFiles(paths);

/** The probabilities on the page, by class, in percent. */
const probabilities = async (page: Page): Promise<number[]> => {
  const items = await page
    .getByRole("region", { name: "How sure it is" })
    .locator("li .number")
    .allInnerTexts();
  return items.map((text) => Number(text.replace("< 0.1 %", "0.05").replace(" %", "")));
};

describeStudio("Model", (open) => {
  beforeAll(() => {
    const data = (name: string): string => join(root, "examples/data", `${name}.csv`);
    downhill(
      "train",
      data("iris"),
      "--target",
      "species",
      "--model",
      "mlp",
      "--hidden",
      "6",
      "--epochs",
      "40",
      "--out",
      "iris.model",
    );
    downhill(
      "train",
      data("diabetes"),
      "--target",
      "progression",
      "--model",
      "linear",
      "--out",
      "diabetes.model",
      "--no-report",
    );
  }, 60_000);

  test("a model of the command answers as the command does, and says what it is", async () => {
    const page = await open("#/model");
    await page.getByText("No model is open").waitFor();
    await openModel(page, files("iris.model"));
    await page.getByRole("heading", { name: "What it is" }).waitFor();
    const row = { sepal_length_cm: 6.1, sepal_width_cm: 2.9, petal_length_cm: 4.8, petal_width_cm: 1.7 };
    for (const [name, value] of Object.entries(row)) {
      const field = page.getByRole("textbox", { name });
      await field.fill(String(value));
    }
    writeFileSync(
      join(folder, "row.csv"),
      `${Object.keys(row).join(",")}\n${Object.values(row).join(",")}\n`,
    );
    downhill("predict", "iris.model", "row.csv", "--out", "predicted.csv");
    const [header = "", line = ""] = readFileSync(join(folder, "predicted.csv"), "utf8").split("\n");
    const expected = header
      .split(",")
      .flatMap((name, i) => (/^probability/.test(name) ? [Number(line.split(",")[i])] : []));
    expect(expected).toHaveLength(3);
    await expect
      .poll(async () => {
        const shown = await probabilities(page);
        return Math.max(...expected.map((value, k) => Math.abs(100 * value - shown[k]!)));
      })
      // Three digits are shown, and less than a tenth as such.
      .toBeLessThan(0.051);
    await page.getByText("neural network, layers of 4 → 6 → 3").waitFor();
    await page.getByRole("heading", { name: "How it learnt" }).waitFor();
    await expectAccessible(page);
  });

  test("a zip of a model of numbers, in dark and on a phone", async () => {
    const packed = join(folder, "diabetes.zip");
    const contents = files("diabetes.model").map((path): [string, Uint8Array] => [
      `diabetes.model/${path.split("/").at(-1)}`,
      readFileSync(path),
    ]);
    writeFileSync(packed, zipSync(Object.fromEntries(contents)));
    const page = await open("#/model", { width: 390, height: 844, dark: true });
    await openModel(page, packed);
    await page.getByText("progression, a number").waitFor();
    await page.getByRole("heading", { name: "What counts" }).waitFor();
    await expectAccessible(page);
    await expectNoOverflow(page);
  });

  test("examples are trained in the page, can be linked to, and a file takes their place", async () => {
    const page = await open("#/model?example=iris");
    await page.getByText("species, a class").waitFor();
    await page.getByText("iris.csv, 30 held out").waitFor();
    await expectAccessible(page);
    await page.getByRole("button", { name: "Diabetes" }).click();
    await page.getByText("progression, a number").waitFor();
    await page.waitForURL(/#\/model\?example=diabetes/);
    // As many files as before: others they are all the same.
    const zips = ["iris", "diabetes"].map((name) => {
      const packed = join(folder, `${name}-again.zip`);
      const contents = files(`${name}.model`).map((path): [string, Uint8Array] => [
        path.split("/").at(-1)!,
        readFileSync(path),
      ]);
      writeFileSync(packed, zipSync(Object.fromEntries(contents)));
      return packed;
    });
    await openModel(page, zips[0]!);
    await page.getByText("neural network, layers of 4 → 6 → 3").waitFor();
    await page.waitForURL(/#\/model$/);
    await openModel(page, zips[1]!);
    await page.getByText("progression, a number").waitFor();
  });

  test("what is no model, or a damaged one, is said in place, and the next one opens", async () => {
    const page = await open("#/model");
    await openModel(page, join(root, "examples/data/iris.csv"));
    await page.getByText("iris.csv is no model: model.json and model.safetensors are missing").waitFor();
    const damaged = readFileSync(join(folder, "iris.model/model.safetensors"));
    damaged[damaged.length - 1]! ^= 1;
    const place = join(folder, "model.safetensors");
    writeFileSync(place, damaged);
    await openModel(page, [join(folder, "iris.model/model.json"), place]);
    await page.getByText("model.safetensors is damaged, or of another model").waitFor();
    writeFileSync(join(folder, "broken.zip"), "PK broken");
    await openModel(page, join(folder, "broken.zip"));
    await page.getByText("broken.zip cannot be unpacked").waitFor();
    await openModel(page, files("iris.model"));
    await page.getByRole("heading", { name: "What it is" }).waitFor();
  });
});
