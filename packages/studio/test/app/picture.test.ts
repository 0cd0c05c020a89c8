import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { describeStudio, expectAccessible } from "../studio.ts";

/** Takes the picture of a name, in one of its kinds. */
const take = async (page: Page, label: RegExp, kind: "SVG" | "PNG"): Promise<Buffer> => {
  const summary = page.getByLabel(label).first();
  await summary.click();
  const menu = page.locator("details[open]");
  if (kind === "SVG") await expectAccessible(page);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    menu.getByRole("button", { name: kind }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(kind === "SVG" ? /^[a-z0-9-]+\.svg$/ : /^[a-z0-9-]+\.png$/);
  return readFile(await download.path());
};

/** Share of the pixels of two PNG files that are clearly different, compared in a browser. */
const difference = async (page: Page, a: Buffer, b: Buffer): Promise<number> =>
  page.evaluate(
    async ([first, second]) => {
      const pixels = async (base64: string): Promise<ImageData> => {
        const image = new Image();
        image.src = `data:image/png;base64,${base64}`;
        await image.decode();
        const canvas = new OffscreenCanvas(400, 300);
        const context = canvas.getContext("2d")!;
        context.drawImage(image, 0, 0, 400, 300);
        return context.getImageData(0, 0, 400, 300);
      };
      const [one, other] = [await pixels(first!), await pixels(second!)];
      let count = 0;
      for (let i = 0; i < one.data.length; i += 4)
        if ([0, 1, 2].some((c) => Math.abs(one.data[i + c]! - other.data[i + c]!) > 60)) count++;
      return count / (400 * 300);
    },
    [a.toString("base64"), b.toString("base64")],
  );

describeStudio("Pictures to take away", (open, browser) => {
  test("a plot with its ground, axes and marks looks as it does on the page, as SVG and as PNG", async () => {
    const page = await open("#/descent", { width: 1100 });
    const label = /Save the picture “The ways of/;
    await page.getByLabel(label).first().waitFor();
    await page.waitForTimeout(800);
    const svg = await take(page, label, "SVG");
    const text = svg.toString("utf8");
    expect(text).toContain("<title>");
    expect(text).toContain("#/descent");
    expect(text).toMatch(/<image [^>]*href="data:image\/png/);
    expect(/\s(class|style|aria-[a-z]+)=/.test(text)).toBe(false);
    const png = await take(page, label, "PNG");
    // The SVG by itself, on a page without the styles of this one.
    const [, width, height] = /viewBox="0 0 (\d+) (\d+)"/.exec(text)!.map(Number);
    const blank = await browser().newPage({ viewport: { width: width!, height: height! } });
    try {
      await blank.setContent(`<body style="margin:0">${text}</body>`);
      const alone = await blank.screenshot();
      expect(await difference(blank, alone, png)).toBeLessThan(0.01);
      const onPage = await page
        .locator(".picture", { has: page.getByLabel(label).first() })
        .first()
        .screenshot();
      expect(await difference(blank, onPage, png)).toBeLessThan(0.03);
    } finally {
      await blank.close();
    }
  });

  test("the menu closes by Escape, and the focus is where it was", async () => {
    const page = await open("#/slope");
    const summary = page.getByLabel(/Save the picture “f along w/);
    await summary.press("Enter");
    await page.keyboard.press("Tab");
    await page.getByRole("button", { name: "SVG" }).waitFor();
    await page.keyboard.press("Escape");
    expect(await page.locator("details[open]").count()).toBe(0);
    expect(await summary.evaluate((one) => one === document.activeElement)).toBe(true);
  });

  test("a surface and a graph that is wider than its place are taken whole", async () => {
    const page = await open("#/chain", { width: 390, height: 800 });
    const graph = (await take(page, /Save the picture “Graph/, "SVG")).toString("utf8");
    const shown = await page
      .getByRole("region", { name: "Graph of the chain" })
      .locator("svg")
      .first()
      .boundingBox();
    const [, width] = /viewBox="0 0 (\d+) (\d+)"/.exec(graph)!.map(Number);
    expect(width).toBe(Math.ceil(shown!.width));
    expect(graph).toContain("marker-end");
  });
});
