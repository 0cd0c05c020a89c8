import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { type Interval, windowOf } from "downhill-palette/window";
import { compareDescents, descend, type OptimizerName } from "downhill/explain";
import { parseFormula } from "downhill/formula";
import { shown } from "../../src/ui/numbers.ts";
import { distanceBeyond, markOf } from "../../src/views/descent/beyond.ts";
import { nearestExisting } from "../../src/views/descent/existing.ts";
import { remembered } from "../../src/views/descent/memory.ts";
import { rulesAt } from "../../src/views/descent/move.ts";
import { optimizers } from "../../src/views/descent/state.ts";
import { minus, named, negative, plus, root, square, times } from "../../src/views/descent/terms.ts";
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
    [
      "a start without a value",
      "#/descent?f=ln(x)&x=-1",
      "At the start, x = −1, ln(x) has no value: log of −1 does not exist",
    ],
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

  test.each([
    ["one variable", "#/descent?f=x-ln(x)&x=-1&runs=gd:0.1", "ln(x) has no value"],
    ["two variables", "#/descent?f=x^2%2B1/sqrt(y)&x=1&y=-2&runs=gd:0.1", "√y has no value"],
  ])("a start without a value can be left by a press of a button: %s", async (_, hash, said) => {
    const page = await open(hash);
    await page.getByRole("alert").getByText(said).waitFor();
    expect(await page.getByRole("main").textContent()).not.toMatch(/NaN|not a number/);
    // The start is there to be dragged, too.
    await page.getByRole("slider", { name: "Start", exact: true }).waitFor();
    await page.getByRole("button", { name: /^Start at/ }).click();
    await page.getByText("at step 0").waitFor();
    expect(await page.getByRole("alert").count()).toBe(0);
  });

  test("one who leaves the picture is seen at its edge, and the cure brings it back", async () => {
    const options = { from, optimizer: "gd", learningRate: 0.6, steps: 40 } as const;
    const descent = descend(parseFormula(bowl), options);
    const [across, along] = windowOf([descent], ["x", "y"]) as [Interval, Interval];
    const { params } = descent.path[20]!;
    const distance = distanceBeyond([params.x, params.y], across, along);
    const page = await open(`${race}&x=-1.6&y=1.2&runs=gd:0.6&steps=40&step=20`);
    await page.getByText(`gd is ${shown(distance, 3)} beyond the edge`).waitFor();
    await page.getByText("gd at α = 0.6 has left the picture: its rate is above the border 0.5").waitFor();
    await expectAccessible(page);
    await page
      .getByRole("button", {
        name: `Stay below the border: α = ${shown(descent.judgement.better!.learningRate)}`,
      })
      .click();
    await page.waitForURL(/runs=gd:0\.25/);
    await page.getByRole("article", { name: "gd, rate 0.25" }).waitFor();
    expect(await page.getByText(/beyond the edge|left the picture/).count()).toBe(0);
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
    ["adagrad", ["sum of squares s"]],
    ["adadelta", ["average of squares s", "average of squared moves d"]],
    ["rmsprop", ["average of squares v"]],
    ["adam", ["average of slopes m", "average of squares v"]],
    ["adamax", ["average of slopes m", "largest recent slope u"]],
    ["amsgrad", ["average of slopes m", "average of squares v", "largest v̂ so far"]],
    ["lion", ["average of slopes m"]],
    ["lbfgs", ["direction d"]],
  ];
  test.each(memories)("%s", (optimizer, names) => {
    const { path } = descend(parseFormula(bowl), { from, optimizer, steps: 2 });
    const found = remembered(optimizer, path[1]!.state, ["x", "y"]);
    expect(found.map(({ name }) => name).sort()).toEqual([...names].sort());
    for (const { values } of found) expect(Object.keys(values).sort()).toEqual(["x", "y"]);
  });
});

describe("the rule of a move, as it is shown, gives the move that was made", () => {
  // A dozen roundings of float64, of which the divisor 1 − 0.999^t makes a thousand times as much at the first steps, where
  // the engine takes expm1.
  const near = 1e-12;
  const isLike = (ours: number, theirs: number, tolerance = near): void =>
    expect(Math.abs(ours - theirs)).toBeLessThanOrEqual(tolerance * Math.abs(theirs));
  test.each(optimizers.filter((name) => name !== "lbfgs"))("%s", (optimizer) => {
    const descent = descend(parseFormula(bowl), { from, optimizer, learningRate: 0.03, steps: 8 });
    for (const here of descent.path.slice(0, -1))
      for (const [name, { lines }] of Object.entries(rulesAt(descent, here.step)!)) {
        const move = lines.find(({ letter }) => letter === "\\Delta")!;
        // RAdam's ρ − 4, about 1 at first, is what that divisor leaves of two numbers near 2000.
        isLike(move.term.value, here.move![name as "x" | "y"], optimizer === "radam" ? 2000 * near : near);
        for (const { term, isUpdate, kept } of lines) if (isUpdate) isLike(term.value, kept!);
        expect(lines.filter(({ isUpdate }) => isUpdate)).toHaveLength(
          remembered(optimizer, here.state, ["x", "y"]).length,
        );
      }
    expect(rulesAt(descent, 8)).toBeUndefined();
  });

  test("lamb, of a value that is 0", () => {
    const descent = descend(parseFormula(bowl), {
      from: { x: 0, y: 1.2 },
      optimizer: "lamb",
      learningRate: 0.03,
      steps: 2,
    });
    for (const name of ["x", "y"] as const) {
      const { lines } = rulesAt(descent, 0)![name]!;
      isLike(lines.at(-1)!.term.value, descent.path[0]!.move![name]);
    }
  });

  test("lbfgs: −H times the slope is the direction, and η times that the move", () => {
    const { path } = descend(parseFormula("(1-x)^2+5*(y-x^2)^2"), {
      from: { x: -1.2, y: 1 },
      optimizer: "lbfgs",
      steps: 12,
    });
    const told = path.slice(0, -1).map((here) => ({
      ...here,
      ...(here.state as {
        direction: typeof from;
        length: number;
        columns: readonly [typeof from, typeof from];
      }),
    }));
    // At first nothing is known of the curvature.
    expect(told[0]!.columns).toEqual([
      { x: -1, y: -0 },
      { x: -0, y: -1 },
    ]);
    expect(told.some(({ columns }) => columns[0].y !== 0)).toBe(true);
    for (const { gradient, move, direction, length, columns } of told)
      for (const name of ["x", "y"] as const) {
        const [byX, byY] = [columns[0][name] * gradient.x, columns[1][name] * gradient.y];
        // The two terms may nearly cancel out.
        expect(Math.abs(byX + byY - direction[name])).toBeLessThanOrEqual(
          1e-12 * (Math.abs(byX) + Math.abs(byY)),
        );
        // A difference of two points, which are larger.
        expect(Math.abs(length * direction[name] - move![name])).toBeLessThan(1e-14);
      }
  });
});

describe("terms", () => {
  const [a, b] = [named("a", -2), named("b", 0.5)];
  test.each([
    [plus(a, b), "a + b", "-2 + 0.5", -1.5],
    [minus(b, a), "b - a", "0.5 - \\left(-2\\right)", 2.5],
    [times(plus(a, b), b), "\\left(a + b\\right)\\,b", "\\left(-2 + 0.5\\right) \\cdot 0.5", -0.75],
    [negative(times(b, a)), "-b\\,a", "-0.5 \\cdot \\left(-2\\right)", 1],
    [square(a), "a^{2}", "\\left(-2\\right)^{2}", 4],
    [root(square(a)), "\\sqrt{a^{2}}", "\\sqrt{\\left(-2\\right)^{2}}", 2],
  ])("are written as they are computed: %#", (term, symbols, numbers, value) => {
    expect(term).toMatchObject({ symbols, numbers, value });
  });
});

test("marks stand on the edge of the picture, in the direction of what has left it", () => {
  const frame = { width: 400, height: 200 };
  expect(markOf(frame, [200, -5000])).toEqual({ at: [200, 12], toward: [0, -1] });
  const { at, toward } = markOf(frame, [1e20, 100 + 0.5e20]);
  expect(at[0]).toBeCloseTo(376, 9);
  expect(at[1]).toBeCloseTo(188, 9);
  expect(toward[1] / toward[0]).toBeCloseTo(0.5, 9);
  expect(distanceBeyond([0, 0], [-1, 1], [-1, 1])).toBe(0);
  expect(distanceBeyond([4, -5], [-1, 1], [-1, 1])).toBe(5);
});

test("the nearest place with values all around it", () => {
  // ln(x) + y on x from −2 to 2, y from 0 to 1.
  const [columns, rows] = [41, 21];
  const values = Float64Array.from({ length: columns * rows }, (_, i) =>
    Math.log(-2 + (4 * (i % columns)) / (columns - 1)),
  );
  const found = nearestExisting({ x: [-2, 2], y: [0, 1], columns, rows, values }, [-1, 0.4])!;
  // Five columns to the right of 0, where the logarithm is −∞.
  expect(found[0]).toBeCloseTo(0.5, 12);
  expect(found[1]).toBeCloseTo(0.4, 12);
  const none = { x: [0, 1], y: [0, 1], columns: 9, rows: 9, values: new Float64Array(81).fill(NaN) } as const;
  expect(nearestExisting(none, [0, 0])).toBeUndefined();
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
