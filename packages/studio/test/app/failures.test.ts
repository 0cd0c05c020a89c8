import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { describeStudio, expectAccessible } from "../studio.ts";

const slope = async (page: Page): Promise<void> =>
  page.getByRole("heading", { name: "Where the slopes come from" }).waitFor();

/** The studio's worker; those it starts for threads have other names. */
const engineOf = (page: Page): ReturnType<Page["workers"]>[number] =>
  page.workers().find((worker) => /worker-/.test(worker.url()))!;

describeStudio("What can fail", (open) => {
  test("a worker that is closed while it computes is said in place; the next change starts another", async () => {
    const page = await open("#/slope?f=x^2&x=1");
    await slope(page);
    const before = page.workers().length;
    expect(before).toBeGreaterThan(0);
    const field = page.getByLabel("x, value");
    // What it was asked before it closes is never answered.
    await engineOf(page).evaluate(() => {
      const scope = self as unknown as { onmessage: (event: MessageEvent) => void; close(): void };
      scope.onmessage = () => scope.close();
    });
    await field.fill("2");
    await field.press("Enter");
    await page.getByText("The engine has stopped").first().waitFor();
    await expectAccessible(page);
    await field.fill("3");
    await field.press("Enter");
    await expect.poll(() => page.getByText("The engine has stopped").count()).toBe(0);
    await expect.poll(() => page.locator("main").innerText()).toMatch(/df\/dx\s+6/);
  });

  test("a worker that closes while nothing is asked is replaced without a word", async () => {
    const page = await open("#/slope?f=x^2&x=1");
    await slope(page);
    await engineOf(page).evaluate(() => (self as unknown as { close(): void }).close());
    const field = page.getByLabel("x, value");
    await field.fill("3");
    await field.press("Enter");
    await expect.poll(() => page.locator("main").innerText()).toMatch(/df\/dx\s+6/);
    expect(await page.getByText("The engine has stopped").count()).toBe(0);
  });

  test("without WebGL surfaces are drawn all the same", async () => {
    const page = await open("#/slope?f=x^2+y^2", {
      prepare: (opened) =>
        opened.addInitScript(() => {
          const { prototype } = HTMLCanvasElement;
          const getContext = Reflect.get(prototype, "getContext") as (kind: string) => unknown;
          const without = function (this: HTMLCanvasElement, kind: string): unknown {
            return /webgl|webgpu/.test(kind) ? null : getContext.call(this, kind);
          };
          Reflect.set(prototype, "getContext", without);
          Object.defineProperty(Navigator.prototype, "gpu", { get: () => undefined });
        }),
    });
    await slope(page);
    const stage = page.getByRole("group", { name: /Arrow keys turn it/ });
    await stage.scrollIntoViewIfNeeded();
    const colours = (): Promise<number> =>
      stage.locator("canvas").evaluate((canvas: HTMLCanvasElement) => {
        const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
        return new Set(new Uint32Array(data.buffer)).size;
      });
    await expect.poll(colours).toBeGreaterThan(50);
  });

  test("without shared memory everything works on one thread, and the page says why", async () => {
    const page = await open("#/slope?f=x^2&x=3", {
      prepare: (opened) =>
        opened.route("**/*", async (route) => {
          const response = await route.fetch();
          const headers = Object.fromEntries(
            Object.entries(response.headers()).filter(([name]) => !name.startsWith("cross-origin")),
          );
          await route.fulfill({ response, headers });
        }),
    });
    await slope(page);
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
    await page.getByText("This page computes on one thread").waitFor();
    await expect.poll(() => page.locator("main").innerText()).toMatch(/df\/dx\s+6/);
    await expectAccessible(page);
  });

  test("numbers that are none, formulas that are none and slopes without a value are said in place", async () => {
    const page = await open("#/slope?f=x^2&x=1");
    await slope(page);
    await page.getByLabel("f =").fill("x ^^ 2");
    await page
      .getByRole("alert")
      .or(page.getByText(/expected|unexpected|cannot/i))
      .first()
      .waitFor();
    await page.getByLabel("f =").fill("log(x)");
    await page.getByLabel("x, value").fill("0");
    await page.getByLabel("x, value").press("Enter");
    await expect.poll(() => page.locator("main").innerText()).toMatch(/f\s+−∞/);
    await page.getByLabel("f =").fill("x^3");
    await page.getByLabel("x, value").fill("2");
    await page.getByLabel("x, value").press("Enter");
    await expect.poll(() => page.locator("main").innerText()).toMatch(/df\/dx\s+12/);
  });
});
