import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { derivationGraph } from "downhill/explain";
import { derive } from "downhill/formula";
import { shown } from "../../src/ui/numbers.ts";
import { presets } from "../../src/views/chain/presets.ts";
import { describeStudio, expectAccessible, expectNoOverflow } from "../studio.ts";

const boxes = async (page: Page): Promise<string[]> => {
  const found = await page.locator("g.box").all();
  return Promise.all(found.map(async (box) => (await box.locator("text").allTextContents()).join(", ")));
};

/** What the boxes must say, by the library. */
const expected = (text: string, at: Readonly<Record<string, number>>, wrt: readonly string[]): string[] =>
  derivationGraph(derive(text, { at, wrt })).nodes.map(({ name, definition, slope, numbers }) =>
    [
      definition === null ? name.text : `${name.text} = ${definition.text}`,
      shown(numbers!.value),
      ...(slope === null ? [] : [`${slope.text} = ${shown(numbers!.slope)}`]),
    ].join(", "),
  );

const addressOf = (text: string): string => `#/chain?f=${encodeURIComponent(text)}`;

describeStudio("Chain", (open) => {
  test.each(presets.map(({ title, text, at, wrt }) => ({ title, text, at, wrt })))(
    "$title: every box has the library's numbers",
    async ({ text, at, wrt }) => {
      const page = await open(addressOf(text));
      await page.locator("g.box").first().waitFor();
      expect(await boxes(page)).toEqual(expected(text, at, wrt));
    },
  );

  test("any formula: all that is no data is learned, and values are taken from the address", async () => {
    const page = await open(`${addressOf("ln(1 + exp(a*x)) + a^2")}&a=0.5&x=2`);
    await page.locator("g.box").first().waitFor();
    expect(await boxes(page)).toEqual(expected("ln(1 + exp(a*x)) + a^2", { a: 0.5, x: 2 }, ["a"]));
    await page.getByRole("textbox", { name: "a", exact: true }).fill("1");
    await expect.poll(() => boxes(page)).toEqual(expected("ln(1 + exp(a*x)) + a^2", { a: 1, x: 2 }, ["a"]));
  });

  test("a box says how its slope is added up, by which ways, and that it was measured", async () => {
    const page = await open(addressOf("w^2*exp(-w)"));
    await page.getByRole("heading", { name: "Added up over the 2 edges that leave it" }).waitFor();
    await page.getByRole("heading", { name: "All 2 ways to the result" }).waitFor();
    const { numbers } = derivationGraph(derive("w^2*exp(-w)", { at: { w: 1.5 } })).nodes[0]!;
    const measured = page.getByText("Moving w a little");
    expect(await measured.innerText()).toContain(`the chain says ${shown(numbers!.slope, 6)}`);
    expect(await measured.innerText()).toContain(`gives ${shown(numbers!.centralDifference, 6)}`);
  });

  test("an edge says its rule, and is reached by keyboard", async () => {
    const page = await open("#/chain");
    await page.getByRole("button", { name: "Edge from u₂ to u₃" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "From u₂ to u₃" }).waitFor();
    await page.getByText("The slope of σ(u) is").waitFor();
    await page.waitForURL(/at=/);
  });

  test("rewound nothing is known; step by step values come, then slopes", async () => {
    const page = await open("#/chain");
    await page.getByRole("button", { name: "Rewind" }).click();
    await page.getByText("Nothing is known yet").waitFor();
    expect(await boxes(page)).toEqual([
      "w",
      "b",
      "u₁ = w x",
      "u₂ = u₁ + b",
      "u₃ = σ(u₂)",
      "u₄ = y − u₃",
      "f = u₄²",
    ]);
    const step = page.getByRole("button", { name: "Step", exact: true });
    await step.click();
    await step.click();
    await page.getByText("Forward: u₁ = w x = 2.").waitFor();
    expect((await boxes(page)).slice(0, 4)).toEqual(["w, 1", "b, −1", "u₁ = w x, 2", "u₂ = u₁ + b"]);
    for (let i = 0; i < 6; i++) await step.click();
    await page.getByText("Backward: ∂f/∂u₄ = −1.462.").waitFor();
    expect((await boxes(page)).slice(-2)).toEqual([
      "u₄ = y − u₃, −0.7311, ∂f/∂u₄ = −1.462",
      "f = u₄², 0.5344",
    ]);
  });

  test("a value that is longer than its field is shortened, and stands there whole for one who is in it", async () => {
    const page = await open(addressOf("(y-w*x)^2") + "&w=-1.2345e-12&x=0.000123456&y=1.5");
    const field = page.getByRole("textbox", { name: "w", exact: true });
    const isWhole = (): Promise<boolean> =>
      field.evaluate(({ scrollWidth, clientWidth }) => scrollWidth <= clientWidth);
    await field.waitFor();
    expect(await field.inputValue()).toBe(shown(-1.2345e-12, 2));
    expect(await field.getAttribute("title")).toBe("-1.2345e-12");
    expect(await isWhole()).toBe(true);
    await field.focus();
    await expect.poll(() => field.inputValue()).toBe("-1.2345e-12");
    expect(await isWhole()).toBe(true);
    await field.press("ArrowUp");
    await page.waitForURL(/w=0\.1(?!\d)/);
    expect(await page.getByRole("textbox", { name: "y", exact: true }).getAttribute("title")).toBeNull();
  });

  test.each([
    [addressOf("ln(w)") + "&w=-1", "ln(w) has no value: log of −1 does not exist"],
    [addressOf("3"), "This is a number, whatever happens"],
  ])("%s is no accident", async (hash, said) => {
    const page = await open(hash);
    await page.getByText(said).waitFor();
  });

  test.each([
    ["light", { dark: false }],
    ["dark", { dark: true }],
    ["on a phone", { width: 360, height: 740 }],
  ])("is accessible, %s", async (_, options) => {
    const page = await open(addressOf(presets.find(({ id }) => id === "network")!.text), options);
    await page.locator("g.box").first().waitFor();
    await expectNoOverflow(page);
    await expectAccessible(page);
  });
});
