import { expect, test } from "vitest";
import { readCourse } from "../../build/course.ts";
import { describeStudio, expectAccessible, expectNoOverflow } from "../studio.ts";

const chapters = readCourse();

test("nine chapters, each with a view of its own", () => {
  expect(chapters.map(({ id }) => id.split("-")[0])).toEqual(["1", "2", "3", "4", "5", "6", "7", "8", "9"]);
  for (const { address, html, task } of chapters) {
    expect(address).toMatch(/^#\/[a-z]+\?f=/);
    expect(task).not.toBe("");
    expect(html).not.toContain("In the studio");
    expect(html).toContain("What goes wrong");
  }
});

describeStudio("Learn", (open) => {
  test(
    "who only follows next has seen every chapter, with its live view at work",
    { timeout: 60_000 },
    async () => {
      const page = await open("#/learn");
      for (const [i, { title }] of chapters.entries()) {
        await page.getByRole("heading", { level: 1, name: title }).waitFor();
        const live = page.getByRole("region", { name: "Live view" });
        // The formula of the chapter has been read, and its numbers are there.
        await live.locator(".katex").first().waitFor();
        await live.locator("svg").first().waitFor();
        expect(await live.getByRole("alert").count()).toBe(0);
        if (i < chapters.length - 1) await page.getByRole("link", { name: /^Next:/ }).click();
      }
      expect(await page.getByRole("link", { name: /^Next:/ }).count()).toBe(0);
    },
  );

  test("the live view is the reader's to change, to begin anew, and to open on its own", async () => {
    const page = await open("#/learn?chapter=2-derivative");
    const live = page.getByRole("region", { name: "Live view" });
    const point = live.getByRole("slider", { name: "Point on the curve, w" });
    await point.focus();
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => point.getAttribute("aria-valuetext")).not.toContain("w = 1,");
    await expect
      .poll(() => live.getByRole("link", { name: "Open it on its own" }).getAttribute("href"))
      .toMatch(/^#\/slope\?f=.*w=1\.\d/);
    await live.getByRole("button", { name: "Begin anew" }).click();
    await expect.poll(() => point.getAttribute("aria-valuetext")).toContain("w = 1,");
    expect(page.url()).toContain("#/learn?chapter=2-derivative");
  });

  test("links between chapters stay in the studio", async () => {
    const page = await open("#/learn?chapter=7-chain-rule");
    await page.getByRole("link", { name: "chapter 1", exact: true }).click();
    await page.getByRole("heading", { level: 1, name: chapters[0]!.title }).waitFor();
  });

  test.each([
    ["light", { dark: false }],
    ["dark", { dark: true }],
    ["on a phone", { width: 360, height: 740 }],
  ])("is accessible, %s", async (_, options) => {
    const page = await open("#/learn?chapter=8-backpropagation", options);
    await page.getByRole("region", { name: "Live view" }).locator("g.box").first().waitFor();
    await expectNoOverflow(page);
    await expectAccessible(page);
  });
});
