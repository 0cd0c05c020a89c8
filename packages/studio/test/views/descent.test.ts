import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { compareDescents, descend, type OptimizerName } from "downhill/explain";
import { parseFormula } from "downhill/formula";
import { shown } from "../../src/ui/numbers.ts";
import { remembered } from "../../src/views/descent/memory.ts";
import { memoryOf, ruleOf } from "../../src/views/descent/rules.ts";
import { bandsOf } from "../../src/views/descent/verdicts.ts";
import { describeStudio, expectAccessible, expectNoOverflow } from "../studio.ts";

const bowl = "x^2+2*y^2";
const from = { x: -1.6, y: 1.2 };
const race = "#/descent?f=x^2+2*y^2";

/** A row of a racer's table. */
const row = (page: Page, racer: string, name: string): Promise<string[]> =>
  page
    .getByRole("article", { name: new RegExp(`^${racer},`) })
    .locator("tr", { has: page.getByRole("rowheader", { name, exact: true }) })
    .locator("td")
    .allInnerTexts();

const numbers = (values: Readonly<Record<string, number>>): string[] =>
  Object.values(values).map((value) => shown(value));

describeStudio("Descent", (open, _, address) => {
  test.each([
    ["gd", "slope g"],
    ["momentum", "velocity v"],
    ["adam", "average of squares v"],
    ["rmsprop", "average of squares v"],
  ] as const)("shows each step of %s as the library takes it", async (optimizer, memory) => {
    const page = await open(`${race}&x=-1.6&y=1.2&runs=${optimizer}:0.05&steps=20&step=7`);
    const { path } = descend(parseFormula(bowl), { from, optimizer, learningRate: 0.05, steps: 20 });
    const here = path[7]!;
    await page.getByText("at step 7").waitFor();
    expect(await row(page, optimizer, "point")).toEqual(numbers(here.params));
    expect(await row(page, optimizer, "slope g")).toEqual(numbers(here.gradient));
    expect(await row(page, optimizer, "next move")).toEqual(numbers(here.move!));
    const kept = remembered(optimizer, here.state, ["x", "y"]).find(({ name }) => name === memory);
    expect(await row(page, optimizer, memory)).toEqual(numbers(kept?.values ?? here.gradient));
  });

  test("marks the border of the rate where the library has it, with what was tried around it", async () => {
    const page = await open(`${race}&x=-1.6&y=1.2&runs=gd:0.1&steps=50`);
    // 2/λmax of a bowl whose sharpest curvature is 4.
    await page.getByText("The border, by the curvature there: 0.5").waitFor();
    const legend = page.getByRole("list").filter({ hasText: "diverging" });
    await legend.waitFor();
    await expect
      .poll(() => legend.innerText(), { timeout: 15_000 })
      .toMatch(/slow[\s\S]*good[\s\S]*oscillating[\s\S]*diverging/);
  });

  test("says why a race fails, and the rate it recommends cures it", async () => {
    const page = await open(`${race}&x=-1.6&y=1.2&runs=gd:0.6&steps=40`);
    const { judgement } = descend(parseFormula(bowl), { from, learningRate: 0.6, steps: 40 });
    await page.getByText(judgement.reason).waitFor();
    await page.getByRole("button", { name: `Take α = ${shown(judgement.better!.learningRate)}` }).click();
    await page.waitForURL(/runs=gd:0\.25/);
    await page.getByRole("article", { name: "gd, rate 0.25" }).getByText("good", { exact: true }).waitFor();
  });

  test("steps, rewinds exactly, and branches from the same start", async () => {
    const page = await open(`${race}&x=-1.6&y=1.2&runs=adam:0.1&steps=12`);
    const first = await page
      .getByText("at step 0")
      .first()
      .waitFor()
      .then(() => row(page, "adam", "point"));
    await page.getByRole("button", { name: "Step", exact: true }).click();
    await page.getByText("at step 1").waitFor();
    await page.getByRole("button", { name: "Play" }).click();
    await page.getByText("at step 12").waitFor();
    await page.getByRole("button", { name: "Rewind" }).click();
    await page.getByText("at step 0").waitFor();
    expect(await row(page, "adam", "point")).toEqual(first);
    await page.getByRole("button", { name: /^Branch/ }).click();
    await page.waitForURL(/runs=adam:0\.1,adam:0\.05/);
    await page.getByRole("article", { name: "adam, rate 0.05" }).waitFor();
  });

  test("one variable is a curve", async () => {
    const page = await open("#/descent?f=x^4-3*x^2%2Bx&x=2&runs=gd:0.02,gd:0.2&steps=30");
    await page.getByRole("heading", { name: "The way down" }).waitFor();
    const [calm] = compareDescents(parseFormula("x^4-3*x^2+x"), {
      from: { x: 2 },
      learningRates: [0.02],
      steps: 30,
    });
    await page.getByText(calm!.judgement.reason).waitFor();
  });

  test.each([
    ["a start without a value", "#/descent?f=ln(x)&x=-1", "the value at the start is NaN"],
    ["a number", "#/descent?f=3", "there is nothing to descend"],
    ["a formula that is none", "#/descent?f=x^2+", "unexpected end"],
  ])("%s is no accident", async (_, hash, said) => {
    const page = await open(hash);
    await page.getByText(said).first().waitFor();
  });

  test("a step out of the domain is said in words: at which step, where, and what to do", async () => {
    const page = await open("#/descent?f=ln(x)&x=1&runs=gd:0.5&step=9");
    const card = page.getByRole("article", { name: "gd, rate 0.5" });
    await card.getByText("step 2 leads to x = −0.5, where log of −0.5 does not exist").waitFor();
    await card.getByText("f does not exist here: the way ended at step 2").waitFor();
    expect(await card.textContent()).not.toMatch(/NaN|not a number/);
    // A rate that stays inside is offered where there is one.
    await page.goto(address() + "#/descent?f=x-ln(x)&x=2&runs=gd:5&step=9");
    const other = page.getByRole("article", { name: "gd, rate 5" });
    await other.getByText("step 1 leads to x = −0.5").waitFor();
    await other.getByRole("button", { name: /^Take α/ }).click();
    await page
      .getByRole("article", { name: /^gd, rate/ })
      .getByText("good", { exact: true })
      .waitFor();
  });

  test("a huge rate ends in words", async () => {
    const page = await open(`${race}&x=1&y=1&runs=gd:1e200&steps=20`);
    await page
      .getByText("where it ended: beyond all numbers")
      .or(page.getByText(/after 1 step the value is/))
      .first()
      .waitFor();
  });

  test.each([
    ["light", { dark: false }],
    ["dark", { dark: true }],
    ["on a phone", { width: 360, height: 740 }],
  ])("is accessible, %s", async (_, options) => {
    const page = await open("#/descent", options);
    await page.getByRole("heading", { name: "In space" }).waitFor();
    await page.getByText("The border, by the curvature there").first().waitFor();
    await expectNoOverflow(page);
    await expectAccessible(page);
  });
});

describe("what optimizers remember", () => {
  const memories: readonly (readonly [OptimizerName, readonly string[]])[] = [
    ["gd", []],
    ["momentum", ["velocity v"]],
    ["nesterov", ["velocity v"]],
    ["adagrad", ["sum of squared slopes"]],
    ["adadelta", ["average of squared slopes", "average of squared moves"]],
    ["rmsprop", ["average of squares v"]],
    ["adam", ["average of slopes m", "average of squares v"]],
    ["amsgrad", ["average of slopes m", "average of squares v", "largest average of squares"]],
    ["lion", ["average of slopes m"]],
    ["lbfgs", []],
  ];
  test.each(memories)("%s", (optimizer, names) => {
    const { path } = descend(parseFormula(bowl), { from, optimizer, steps: 2 });
    const found = remembered(optimizer, path[1]!.state, ["x", "y"]);
    expect(found.map(({ name }) => name).sort()).toEqual([...names].sort());
    for (const { values } of found) expect(Object.keys(values).sort()).toEqual(["x", "y"]);
  });
});

describe("the rule of a move, as it is shown, gives the move that was made", () => {
  test.each([
    "gd",
    "momentum",
    "nesterov",
    "adagrad",
    "rmsprop",
    "adam",
    "adamw",
    "amsgrad",
    "adabelief",
  ] as const)("%s", (optimizer) => {
    const { path } = descend(parseFormula(bowl), { from, optimizer, learningRate: 0.03, steps: 6 });
    for (const here of path.slice(0, -1))
      for (const name of ["x", "y"] as const) {
        const rule = ruleOf(optimizer, {
          rate: 0.03,
          at: here.params[name],
          slope: here.gradient[name],
          memory: memoryOf(remembered(optimizer, here.state, ["x", "y"]), name),
          step: here.step,
        });
        // A dozen roundings of float64; what is added under roots of 1e-3 and more differs by less still.
        expect(Math.abs(rule!.move / here.move![name] - 1)).toBeLessThan(16 * 2 ** -52 + 1e-12);
      }
  });
  test("and there is none where one variable does not tell", () => {
    for (const name of ["lamb", "lbfgs"])
      expect(ruleOf(name, { rate: 1, at: 0, slope: 0, memory: () => 0, step: 0 })).toBeUndefined();
  });
});

test("bands meet halfway between rates of different verdicts", () => {
  const tried = [
    { rate: 0.01, verdict: "slow" },
    { rate: 0.1, verdict: "good" },
    { rate: 0.2, verdict: "good" },
    { rate: 0.8, verdict: "diverges" },
  ] as const;
  const bands = bandsOf(tried, 0.001, 1);
  expect(bands.map(({ verdict }) => verdict)).toEqual(["slow", "good", "diverges"]);
  expect(bands[0]!.from).toBe(0.001);
  expect(bands[0]!.to).toBeCloseTo(Math.sqrt(0.001), 12);
  expect(bands[1]!.to).toBeCloseTo(0.4, 12);
  expect(bands[2]!.to).toBe(1);
});
