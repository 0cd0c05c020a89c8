import { gzipSync } from "node:zlib";
import { expect, test, vi } from "vitest";
import { describeStudio, expectAccessible } from "../studio.ts";

/** Kilobytes, compressed, of code and styles that the first view loads; fonts are files of their own. */
const most = 200;

describeStudio("The page", (open, _, address) => {
  test(`loads at most ${most} KB for the first view`, async () => {
    const bodies: Promise<Buffer>[] = [];
    const page = await open("", {
      prepare: (opened) => {
        opened.on("response", (response) => {
          if (/\.(js|css|html)$|\/$/.test(new URL(response.url()).pathname)) bodies.push(response.body());
        });
      },
    });
    await page.getByRole("heading", { name: "Where the slopes come from" }).waitFor();
    const sizes = (await Promise.all(bodies)).map((body) => gzipSync(body, { level: 9 }).length);
    expect(sizes.length).toBeGreaterThan(5);
    expect(sizes.reduce((sum, size) => sum + size, 0) / 1000).toBeLessThan(most);
  });

  test("asks nobody but its own server", async () => {
    const origins = new Set<string>();
    const page = await open("", {
      prepare: (opened) => opened.on("request", (request) => origins.add(new URL(request.url()).origin)),
    });
    await page.getByRole("heading", { name: "Where the slopes come from" }).waitFor();
    expect([...origins]).toEqual([new URL(address()).origin]);
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  });

  test("an engine that cannot be loaded is said in place, and the page stays", async () => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    const page = await open("", { prepare: (opened) => opened.route(/worker/, (route) => route.abort()) });
    await page.getByText("The engine could not be loaded").first().waitFor();
    await page.getByRole("link", { name: "Descent" }).click();
    await page.getByRole("heading", { name: "How far should a step go?" }).waitFor();
  });

  test("a view that cannot be loaded is said in place, and can be tried again", async () => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    const page = await open("#/descent", {
      prepare: (opened) => opened.route(/Descent-.*\.js/, (route) => route.abort()),
    });
    await page.getByRole("button", { name: "Try again" }).waitFor();
    await page.getByRole("link", { name: "Slope" }).click();
    await page.getByRole("heading", { name: "How steep is it here?" }).waitFor();
  });

  test("a view that is not there is said, with those that are", async () => {
    const page = await open("#/nowhere");
    await page.getByText("There is no view “nowhere” here").waitFor();
    await expectAccessible(page);
    await page.getByRole("main").getByRole("link", { name: "Slope" }).click();
    await page.getByRole("heading", { name: "How steep is it here?" }).waitFor();
  });

  test("is dark or light as the reader likes, and stays so", async () => {
    const page = await open("");
    const ground = (): Promise<string> =>
      page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const light = await ground();
    await page.getByRole("button", { name: "Use dark colours" }).click();
    const dark = await ground();
    expect(dark).not.toBe(light);
    await page.reload();
    expect(await ground()).toBe(dark);
  });

  test("on a phone the names of the views fade out where there are more of them", async () => {
    const page = await open("#/chain", { width: 390, height: 844 });
    const views = page.getByRole("navigation", { name: "Views" });
    const more = (): Promise<string[]> =>
      views.evaluate(({ dataset }) => (dataset["more"] ?? "").split(" ").filter((side) => side !== ""));
    await expect.poll(more).toEqual(["before", "after"]);
    await views.evaluate((element) => (element.scrollLeft = 0));
    await expect.poll(more).toEqual(["after"]);
    await page.setViewportSize({ width: 1000, height: 844 });
    await expect.poll(more).toEqual([]);
  });

  test("on a phone the picture stays in sight of what changes it, in every view", async () => {
    const page = await open("", { width: 360, height: 740 });
    for (const [view, label, control] of [
      ["slope", "Contours of f", "α, value"],
      ["descent", "The ways of", "α, value"],
      ["chain", "Graph of the chain", "b"],
      ["train?epoch=3", "The most probable class", "Learning rate of run 1, a number or auto"],
      ["model?example=iris", "The probability of each class", "sepal_width_cm, value"],
    ] as const) {
      await page.goto(`${address()}#/${view}`);
      const picture = page.locator(`svg[aria-label^="${label}"], [role="region"][aria-label^="${label}"]`);
      const field = page.getByRole("textbox", { name: control, exact: true }).first();
      await picture.first().waitFor();
      await field.focus();
      const [seen, set] = [await picture.first().boundingBox(), await field.boundingBox()];
      expect(seen!.y, view).toBeGreaterThanOrEqual(0);
      expect(set!.y, view).toBeGreaterThanOrEqual(seen!.y + seen!.height);
      expect(set!.y + set!.height, view).toBeLessThanOrEqual(740);
    }
  });

  test("the way back leads to the view before, with its state", async () => {
    const page = await open("#/slope?f=x^2&x=1.25");
    await page.getByRole("link", { name: "Descent" }).click();
    await page.getByRole("heading", { name: "How far should a step go?" }).waitFor();
    await page.goBack();
    await page.getByRole("heading", { name: "How steep is it here?" }).waitFor();
    expect(await page.getByLabel("f =").inputValue()).toBe("x^2");
    expect(await page.getByLabel("x, value").inputValue()).toBe("1.25");
  });
});
