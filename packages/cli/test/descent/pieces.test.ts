/** Tables, windows, contours and numbers of descents. */
import type { Descent } from "downhill/explain";
import { describe, expect, it } from "vitest";
import { names, rates } from "../../src/arguments/values.ts";
import { courses } from "../../src/descent/course.ts";
import { settled, short } from "../../src/descent/numbers.ts";
import { type Point, runDescents } from "../../src/descent/run.ts";
import { pointText, subtitleOf } from "../../src/descent/subtitle.ts";
import { shownSteps } from "../../src/descent/table.ts";
import { terrain } from "../../src/descent/terrain.ts";
import { levelsOf } from "downhill-palette/levels";
import { toShape, windowOf } from "downhill-palette/window";

const run = (formula: string, from: Point, options: Partial<Parameters<typeof runDescents>[1]> = {}) =>
  runDescents(formula, { from, optimizer: ["gd"], rate: ["auto"], steps: 50, ...options });

describe("options", () => {
  it("several rates and names", () => {
    expect(rates("auto")).toEqual(["auto"]);
    expect(rates("0.1,auto,0.01")).toEqual([0.1, "auto", 0.01]);
    expect(() => rates("0.1,fast")).toThrow(/auto or a number above 0/);
    expect(names("gd, adam")).toEqual(["gd", "adam"]);
  });
});

describe("the steps of a table", () => {
  it("are all of a short path", () => {
    expect(shownSteps(1)).toEqual([0]);
    expect(shownSteps(16)).toEqual(Array.from({ length: 16 }, (_, i) => i));
  });

  it("are the first, the last, and some between of a long one, in order and each once", () => {
    for (const count of [17, 18, 30, 101, 1001, 100_001]) {
      const shown = shownSteps(count);
      expect(shown.slice(0, 6)).toEqual([0, 1, 2, 3, 4, 5]);
      expect(shown.slice(-3)).toEqual([count - 3, count - 2, count - 1]);
      expect(shown.length).toBeLessThanOrEqual(16);
      shown.slice(1).forEach((step, i) => expect(step).toBeGreaterThan(shown[i]!));
    }
  });
});

it("numbers carry no zeros that say nothing, and noise is zero", () => {
  expect(short(0.1)).toBe("0.1");
  expect(short(0.02)).toBe("0.02");
  expect(short(100)).toBe("100");
  expect(short(1.5e-7)).toBe("1.5e−7");
  expect(short(-1.25)).toBe("−1.25");
  expect(settled(-3e-9)).toBe("0");
  expect(settled(3e-9, 1e-6)).toBe("3e−9");
  expect(pointText({ x: -1.5, y: 2 }, ["y", "x"])).toBe("y = 2, x = −1.5");
});

it("the subtitle says where from, where to, and what stays", () => {
  const { landscape, descents } = run(
    "(y - (w*x + b))^2 + w^2",
    { w: 1, b: 2 },
    { fixed: { x: 3, y: 4 }, steps: 5 },
  );
  expect(landscape.variables).toEqual(["w", "b"]);
  expect(subtitleOf(landscape, descents)).toBe(
    "with x = 3, y = 4; from w = 1, b = 2; minimum 0 at w = 0, b = 4",
  );
});

describe("the window", () => {
  const inside = (point: Point, window: readonly (readonly [number, number])[]): boolean =>
    [point["x"]!, point["y"]!].every((value, i) => value > window[i]![0] && value < window[i]![1]);

  it("holds start, minimum and every point of descents that stay", () => {
    const { descents } = run("x^2 + 2*y^2", { x: -1.5, y: 2 }, { rate: [0.1, 0.45] });
    const window = windowOf(descents, ["x", "y"]);
    for (const { path, minimum } of descents)
      for (const point of [...path.map(({ params }) => params), minimum!.params])
        expect(inside(point, window)).toBe(true);
    // And not much beside.
    expect(window[0]![1] - window[0]![0]).toBeLessThan(3);
  });

  it("is not blown up by descents that run away, of which it shows the beginning", () => {
    const { descents } = run("x^2 + 2*y^2", { x: -1.5, y: 2 }, { rate: [0.6] });
    const [x, y] = windowOf(descents, ["x", "y"]);
    expect(y![1] - y![0]).toBeLessThan(10);
    expect(x![1] - x![0]).toBeLessThan(5);
    expect(inside(descents[0]!.path[1]!.params, [x!, y!])).toBe(true);
  });

  it("has room also where nothing moves", () => {
    const { descents } = run("x^2 + y^2", { x: 0, y: 0 }, { steps: 3 });
    for (const [low, high] of windowOf(descents, ["x", "y"])) expect(high - low).toBeGreaterThan(0.5);
  });

  it("takes a shape by being widened, unless the variables differ too much in size", () => {
    expect(
      toShape(
        [
          [0, 1],
          [0, 1],
        ],
        2,
      ),
    ).toEqual([
      [-0.5, 1.5],
      [0, 1],
    ]);
    expect(
      toShape(
        [
          [0, 4],
          [0, 1],
        ],
        2,
      ),
    ).toEqual([
      [0, 4],
      [-0.5, 1.5],
    ]);
    expect(
      toShape(
        [
          [0, 1],
          [0, 100],
        ],
        2,
      ),
    ).toEqual([
      [0, 1],
      [0, 100],
    ]);
  });
});

describe("contours", () => {
  const grid = (f: (x: number, y: number) => number): number[] =>
    Array.from({ length: 10_000 }, (_, i) => f(((i % 100) - 49.5) / 50, (Math.floor(i / 100) - 49.5) / 50));

  it("of a bowl lie at squares: their radii are evenly spaced", () => {
    const { heights: levels } = levelsOf(
      grid((x, y) => x * x + y * y),
      12,
      0,
    );
    expect(levels.length).toBeGreaterThan(8);
    levels.forEach((level, i) => expect(Math.sqrt(level / levels[0]!)).toBeCloseTo(i + 1, 10));
  });

  it("of a ravine lie at round numbers that grow by factors", () => {
    const { heights: levels } = levelsOf(
      grid((x, y) => (1 - x) ** 2 + 100 * (y - x * x) ** 2),
      12,
      0,
    );
    expect(levels.length).toBeGreaterThan(8);
    for (const level of levels) expect(level.toExponential()).toMatch(/^[125]e/);
    expect(levels.at(-1)! / levels[0]!).toBeGreaterThan(100);
  });

  it("count from the lowest value, whatever it is", () => {
    const { heights: levels } = levelsOf(
      grid((x, y) => x * x + y * y - 7),
      12,
      -7,
    );
    const [lowest] = levels;
    levels.forEach((level, i) => expect(Math.sqrt((level + 7) / (lowest! + 7))).toBeCloseTo(i + 1, 8));
  });

  it("are none on a plain", () => {
    expect(levelsOf([3, 3, 3], 10, 3).heights).toEqual([]);
  });

  it("run where the function has their value", () => {
    const { landscape } = run("x^2 + 2*y^2", { x: 1, y: 1 }, { steps: 1 });
    const lines = terrain(
      landscape,
      [
        [-2, 2],
        [-1, 1],
      ],
      0,
      { columns: 81, rows: 61, levels: 10 },
    );
    expect(lines.length).toBeGreaterThan(5);
    for (const { value, rings } of lines)
      for (const [x, y] of rings.flat()) {
        // On the edge of the window rings are closed, half a cell beyond it.
        if (Math.abs(x) > 1.99 || Math.abs(y) > 0.99) continue;
        // Linear interpolation in cells of 1/20 and 1/30: off by an eighth of the second derivative at most.
        expect(Math.abs(x * x + 2 * y * y - value)).toBeLessThan((2 / 20 ** 2 + 4 / 30 ** 2) / 8 + 1e-9);
      }
  });

  it("stop at walls where there is no value", () => {
    const { landscape } = run("ln(x) + y^2", { x: 1, y: 1 }, { steps: 1 });
    const lines = terrain(
      landscape,
      [
        [-1, 2],
        [-1, 1],
      ],
      Infinity,
      { columns: 40, rows: 40, levels: 8 },
    );
    expect(lines.length).toBeGreaterThan(2);
    for (const [x, y] of lines.flatMap(({ rings }) => rings.flat()))
      expect(Number.isFinite(x + y)).toBe(true);
  });
});

describe("the value by step", () => {
  it("is that above the minimum where there is one, never below what can be drawn", () => {
    const { descents } = run("x^2 + y^2 + z^2 - 5", { x: 1, y: 1, z: 1 }, { rate: [0.1], steps: 200 });
    const { lines, isLogarithmic, range } = courses(descents);
    expect(isLogarithmic).toBe(true);
    expect(lines[0]![0]).toBeCloseTo(3, 12);
    expect(lines[0]![1]).toBeCloseTo(3 * 0.64, 12);
    expect(range[0]).toBeGreaterThan(0);
  });

  it("is cut where it runs away", () => {
    const { descents } = run("x^2 + y^2 + z^2", { x: 1, y: 1, z: 1 }, { rate: [3], steps: 200 });
    const { lines } = courses(descents);
    expect(lines[0]!.length).toBeGreaterThan(2);
    expect(Math.max(...lines[0]!)).toBeLessThan(1e8);
  });

  it("is plain where no minimum is known", () => {
    const { descents } = run("x + y + z", { x: 1, y: 1, z: 1 }, { rate: [0.1], steps: 5 });
    const { lines, isLogarithmic } = courses(descents);
    expect(isLogarithmic).toBe(false);
    expect(lines[0]).toHaveLength(6);
    expect((descents[0] as Descent<Point>).judgement.reason).toMatch(/keeps falling/);
  });
});

describe("what does not fit together", () => {
  it.each([
    [() => run("x^2 +", { x: 1 }), /^formula|expected|ends/i],
    [() => run("x^2 + y^2", { x: 1 }), /--from has no value for y\n.*--from x=1,y=1; or --with y=1/],
    [() => run("alpha^2", { alhpa: 1 }), /--from: there is no alhpa in alpha\^2\n.*did you mean alpha\?/],
    [
      () => run("x^2", { x: 1 }, { fixed: { velocity: 1 } }),
      /--with: there is no velocity in x\^2\n.*its variables: x/,
    ],
    [() => run("x^2", { x: 1 }, { fixed: { x: 1 } }), /x stands in --from and in --with/],
    [
      () => run("x^2", { x: 1 }, { optimizer: ["adma"] }),
      /--optimizer: there is no "adma"\n.*did you mean adam/,
    ],
    [() => run("ln(x)", { x: -1 }), /at the start, x = −1, ln\(x\) has no value/],
    [() => run("x^2", { x: 1 }, { optimizer: ["lbfgs"], rate: [0.1] }), undefined],
  ] as const)("%#", (call, message) => {
    if (message === undefined) expect(call).not.toThrow();
    else expect(call).toThrow(message);
  });
});
