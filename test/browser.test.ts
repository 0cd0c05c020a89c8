/** The browser that tests get: a real one, which reports its errors and isolates pages when asked to. */
import { afterEach, expect, it, vi } from "vitest";
import { describeInBrowser, openPage } from "./browser.ts";
import { findBrowser } from "./launch-browser.ts";
import { serve, type Served } from "./serve.ts";

afterEach(() => vi.unstubAllEnvs());

it("refuses a DOWNHILL_BROWSER that cannot be run", () => {
  vi.stubEnv("DOWNHILL_BROWSER", "/no/such/browser");
  expect(findBrowser).toThrow("DOWNHILL_BROWSER: /no/such/browser is no program that can be run");
});

it("finds nothing on an empty path", () => {
  vi.stubEnv("DOWNHILL_BROWSER", "");
  vi.stubEnv("PATH", "");
  vi.spyOn(process, "platform", "get").mockReturnValue("linux");
  expect(findBrowser()).toBeUndefined();
});

describeInBrowser("browser", (browser) => {
  let served: Served | undefined;
  afterEach(() => served?.close());

  it.each([true, false])("isolated: %s", async (isolated) => {
    served = await serve({ "/index.html": "<!doctype html><title>page</title>" }, { isolated });
    const page = await openPage(browser());
    await page.goto(served.origin);
    expect(await page.evaluate(() => [crossOriginIsolated, typeof SharedArrayBuffer])).toEqual(
      isolated ? [true, "function"] : [false, "undefined"],
    );
    await page.close();
  });

  it("reports warnings and errors of the page", async () => {
    const warn = vi.spyOn(console, "warn").mockReturnValue(undefined);
    const error = vi.spyOn(console, "error").mockReturnValue(undefined);
    const script = `console.warn("careful"); setTimeout(() => { throw new Error("broken"); });`;
    served = await serve({ "/index.html": `<!doctype html><script>${script}</script>` });
    const page = await openPage(browser());
    await page.goto(served.origin);
    await vi.waitFor(() => expect(error).toHaveBeenCalled());
    expect(warn).toHaveBeenCalledWith("careful");
    expect(error.mock.calls[0]?.[0]).toContain("broken");
    await page.close();
  });
});
