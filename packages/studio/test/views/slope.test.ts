import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { tensor, valueAndGrad } from "downhill";
import { parseFormula } from "downhill/formula";
import { shown } from "../../src/ui/numbers.ts";
import { describeStudio, expectAccessible, expectNoOverflow } from "../studio.ts";

/** Value and slopes by the library. */
const expected = (text: string, at: Readonly<Record<string, number>>): string[] => {
  const formula = parseFormula(text);
  const point = Object.fromEntries(
    Object.entries(at).map(([name, value]) => [name, tensor(value, { dtype: "float64" })]),
  );
  const [value, gradient] = valueAndGrad(formula as (values: typeof point) => ReturnType<typeof formula>)(
    point,
  );
  return [value.item(), ...formula.variables.map((name) => gradient[name]!.item())].map((number) =>
    shown(number, 6),
  );
};

const readings = (page: Page): Promise<string[]> =>
  page.getByRole("table", { name: "Value and slopes at the point" }).locator("td").allInnerTexts();

describeStudio("Slope", (open) => {
  test.each([
    ["x^3 - 2*x", { x: 1.25 }],
    ["(1 - x)^2 + 100*(y - x^2)^2", { x: -1.2, y: 1 }],
    ["(y - (w*x + b))^2", { y: 4, w: 1, x: 3, b: 2 }],
    ["f^2 + zoom", { f: 3, zoom: -1 }],
  ])("shows the library's numbers for %s", async (text, at) => {
    const query = Object.entries(at).map(
      ([name, value]) => `&${/^(f|zoom)$/.test(name) ? "_" : ""}${name}=${value}`,
    );
    const page = await open(`#/slope?f=${encodeURIComponent(text)}${query.join("")}`);
    await page.getByRole("heading", { name: "Where the slopes come from" }).waitFor();
    expect(await readings(page)).toEqual(expected(text, at));
  });

  test("the point follows the arrow keys, and the address follows the point", async () => {
    const page = await open("#/slope?f=x^2&x=1");
    const point = page.getByRole("slider", { name: "Point on the curve, x" });
    await point.focus();
    await page.keyboard.press("ArrowRight");
    await page.waitForURL(/x=1\.06/);
    expect(await point.getAttribute("aria-valuetext")).toBe("x = 1.06, f = 1.124");
    await expect.poll(() => readings(page), { timeout: 15_000 }).toEqual(expected("x^2", { x: 1.06 }));
  });

  test("the point is dragged with the mouse", async () => {
    const page = await open("#/slope?f=x^2+2*y^2&x=1&y=1");
    const point = page.getByRole("slider", { name: "Point on the map" });
    const box = (await point.boundingBox())!;
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x - 80, y + 60, { steps: 6 });
    await page.mouse.up();
    // The address follows at its own pace: in the end it and the numbers are of the same point.
    const settled = async (): Promise<{ x: number; y: number; isShown: boolean }> => {
      const [, across = "", up = ""] = /x=([^&]+)&y=([^&]+)/.exec(page.url())!;
      const at = { x: Number(across), y: Number(up) };
      const isShown = String(await readings(page)) === String(expected("x^2+2*y^2", at));
      return { ...at, isShown };
    };
    await expect
      .poll(
        async () => {
          const { x: across, y: up, isShown } = await settled();
          return across < 0.5 && up < 1 && isShown;
        },
        { timeout: 15_000 },
      )
      .toBe(true);
  });

  test("a step downhill goes where the gradient says", async () => {
    const page = await open("#/slope?f=x^2&x=1&rate=0.25");
    await page.getByText("One step against the slope").waitFor();
    await page.getByRole("button", { name: "Take the step" }).click();
    await page.waitForURL(/x=0\.5/);
  });

  test.each([
    ["x^2 +", "unexpected end"],
    ["sinn(x)", "did you mean sin?"],
    ["x = 2", "a formula has no ="],
    ["", "there is nothing in it"],
  ])("says in place what is wrong with %j", async (text, said) => {
    const page = await open("#/slope?f=x^2&x=1");
    await page.getByRole("heading", { name: "The curve and its tangent" }).waitFor();
    await page.getByLabel("f =").fill(text);
    const alert = page.getByRole("alert");
    await alert.waitFor();
    expect(await alert.innerText()).toContain(said);
    // What was there before still stands.
    expect(await page.getByRole("heading", { name: "The curve and its tangent" }).isVisible()).toBe(true);
    await page.getByLabel("f =").fill("x^2 + 1");
    await alert.waitFor({ state: "detached" });
  });

  test.each([
    ["#/slope?f=ln(x)&x=-1", "ln(x) has no value: log of −1 does not exist"],
    ["#/slope?f=1/x&x=0", "1/x has no value: 1 is divided by 0"],
    ["#/slope?f=3", "This is a number, whatever happens"],
  ])("%s is no accident", async (hash, said) => {
    const page = await open(hash);
    await page.getByText(said).waitFor();
  });

  test.each([
    ["light", { dark: false }],
    ["dark", { dark: true }],
    ["on a phone", { width: 360, height: 740 }],
  ])("is accessible, %s", async (_, options) => {
    const page = await open("#/slope?f=x^2+2*y^2", options);
    await page.getByRole("heading", { name: "Where the slopes come from" }).waitFor();
    await expectNoOverflow(page);
    await expectAccessible(page);
  });
});
