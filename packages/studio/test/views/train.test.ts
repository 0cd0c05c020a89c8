import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { shown } from "../../src/ui/numbers.ts";
import { readCsv } from "../../src/views/train/data/read-csv.ts";
import { prepare } from "../../src/views/train/data/prepare.ts";
import type { DataRecipe, Ground } from "../../src/views/train/recipe.ts";
import { makeWorkshop, type Workshop } from "../../src/views/train/work/ground.ts";
import { pictureOf } from "../../src/views/train/work/picture.ts";
import { trainingTo } from "../../src/views/train/work/training.ts";
import { coursesIn, modelIn } from "../../src/views/train/state.ts";
import { describeStudio, expectAccessible, expectNoOverflow } from "../studio.ts";

const file = (name: string): string =>
  new URL(`../../../../examples/data/${name}.csv`, import.meta.url).pathname;

/** The same ground as on the page, in this process. */
const workshop = (
  table: string,
  target: string,
  params: Readonly<Record<string, string>>,
  changes: Partial<DataRecipe> = {},
): Workshop => {
  const data: DataRecipe = {
    source: { kind: "builtin", id: table },
    target,
    inputs: null,
    standardise: true,
    validation: 0.2,
    seed: 0,
    ...changes,
  };
  const ground: Ground = { data, model: modelIn(params) };
  const read = readCsv(`${table}.csv`, readFileSync(file(table)));
  return makeWorkshop(ground, prepare(read, data, ground.model.model === "linear"));
};

/** What the page says about the weights of an epoch, from a training in this process. */
const reading = (own: Workshop, params: Readonly<Record<string, string>>, epoch: number, run = 0): string => {
  const { parameters } = trainingTo(own, coursesIn(params)[run]!, epoch).pointAt(epoch);
  return shown(pictureOf(own, parameters, []).train.loss);
};

const lossShown = (page: Page): Promise<string> => page.locator(".reading strong").first().innerText();

describeStudio("Train", (open) => {
  test("learns before one's eyes, with the library's numbers, and rewinds exactly", async () => {
    const own = workshop("iris", "species", {});
    const page = await open("#/train");
    await page.getByText("epoch 0 of 0").waitFor();
    expect(await lossShown(page)).toBe(reading(own, {}, 0));
    await page.getByRole("button", { name: "Train", exact: true }).click();
    await page.waitForURL(/epoch=\d\d/);
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByRole("button", { name: "Train", exact: true }).waitFor();
    await page.getByRole("slider", { name: "Epoch" }).fill("7");
    await page.getByText(/^epoch 7 of/).waitFor();
    await expect.poll(() => lossShown(page)).toBe(reading(own, {}, 7));
    await page.getByRole("button", { name: "+ 1 epoch" }).click();
    await page.getByText(/^epoch 8 of/).waitFor();
    await expect.poll(() => lossShown(page)).toBe(reading(own, {}, 8));
    await page.getByRole("button", { name: "Rewind" }).click();
    await expect.poll(() => lossShown(page)).toBe(reading(own, {}, 0));
  });

  test.each([
    ["light", { dark: false }],
    ["dark", { dark: true }],
    ["on a phone", { width: 390, height: 800 }],
  ])("is accessible, %s", async (_, options) => {
    const page = await open("#/train?epoch=30", options);
    await page.getByText(/^epoch 30 of 30/).waitFor();
    await expectNoOverflow(page);
    await expectAccessible(page);
  });
});
