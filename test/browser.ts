/** A real browser for tests. */
import { writeSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe } from "vitest";
import { findBrowser, howToGetBrowser, launchBrowser } from "./launch-browser.ts";

/** A new page, whose warnings and errors reach the console of the test: the test that does not expect them fails. */
export async function openPage(browser: Browser): Promise<Page> {
  const page = await browser.newPage();
  page.on("pageerror", (error) => console.error(error.stack ?? error.message));
  page.on("console", (message) => {
    if (message.type() === "warning") console.warn(message.text());
    if (message.type() === "error") console.error(message.text());
  });
  return page;
}

/**
 * As `describe`, for tests in a browser, which is started before them. Where there is none the tests are skipped and
 * say so; in continuous integration they fail.
 */
export function describeInBrowser(name: string, tests: (browser: () => Browser) => void): void {
  const isMissing = findBrowser() === undefined;
  const isSkipped = isMissing && !process.env["CI"];
  // Past the console, which belongs to the tests.
  if (isSkipped) writeSync(process.stderr.fd, `\nSKIPPED ${name}: ${howToGetBrowser}\n\n`);
  describe.skipIf(isSkipped)(name, () => {
    let browser: Browser | undefined;
    beforeAll(async () => {
      browser = await launchBrowser();
    });
    afterAll(() => browser?.close());
    tests(() => browser!);
  });
}
