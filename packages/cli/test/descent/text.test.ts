/** Descents as they are printed: tables, pictures, judgements. */
import { Writable } from "node:stream";
import pc from "picocolors";
import { describe, expect, it } from "vitest";
import { report } from "../../src/descent/report.ts";
import { type Point, runDescents } from "../../src/descent/run.ts";
import { segment, sheet } from "../../src/descent/text/framed.ts";
import type { Terminal } from "../../src/terminal/terminal.ts";
import { textWidth } from "../../src/terminal/text.ts";

const terminal = (width = 100, isColoured = false): Terminal => {
  const stream = new Writable({ write: (_, __, done) => done() });
  const colours = pc.createColors(isColoured);
  return { stdout: stream, stderr: stream, width, colours, errorColours: colours, isInteractive: false };
};

const print = (
  formula: string,
  from: Point,
  options: Partial<Parameters<typeof runDescents>[1]> = {},
  to = terminal(),
) => report(runDescents(formula, { from, optimizer: ["gd"], rate: [0.1], steps: 20, ...options }), to);

const escapes = /\p{Cc}\[[0-9;]*m/gu;

describe("a sheet", () => {
  const plain = (text: string): string => text;

  it("puts points where the axes say", () => {
    const drawn = sheet([-2, 2], [0, 10], 40, 11);
    drawn.put(-2, 10, "A");
    drawn.put(2, 0, "B");
    drawn.put(0, 5, "C");
    drawn.put(0, 5, "D");
    drawn.put(3, 5, "E");
    const lines = drawn.lines(plain, plain);
    expect(lines[0]!.endsWith("A")).toBe(true);
    expect(lines[10]!.indexOf("B")).toBe(lines[0]!.indexOf("A") + 39);
    const middle = lines.findIndex((line) => line.includes("C"));
    expect(middle).toBe(5);
    // What was put first stays; what lies outside is not there.
    expect(lines.join("")).not.toMatch(/[DE]/);
    expect(lines[middle]).toMatch(/^ +5 ┤/);
    // The label of 0 stands below C, its middle at the middle.
    const [axis, labels] = lines.slice(-2) as [string, string];
    expect(axis).toMatch(/^ +└─{40}$/);
    expect(Math.abs(labels.indexOf("0") - lines[middle]!.indexOf("C"))).toBeLessThanOrEqual(1);
  });

  it("draws the part of a line that lies on it", () => {
    const drawn = sheet([0, 1], [0, 1], 20, 10);
    segment(drawn, [-1e6, 0.5], [1e6, 0.5], 0);
    const row = drawn.lines(plain, plain).find((line) => line.includes("│⠒") || /[⠁-⣿]/.test(line))!;
    expect(row.match(/[⠁-⣿]/g)).toHaveLength(20);
    const empty = sheet([0, 1], [0, 1], 20, 10);
    segment(empty, [2, 2], [3, 5], 0);
    segment(empty, [-1, 2], [2, 2], 0);
    expect(empty.lines(plain, plain).join("")).not.toMatch(/[⠁-⣿]/);
  });
});

describe("a report", () => {
  it.each([60, 80, 110])("fits into %i characters", (width) => {
    for (const lines of [
      print("x^2 + 2*y^2", { x: -1.5, y: 2 }, {}, terminal(width)),
      print(
        "(1 - x)^2 + 100*(y - x^2)^2",
        { x: -1.5, y: 2 },
        { optimizer: ["gd", "adam"], rate: ["auto"] },
        terminal(width),
      ),
      print("x^4 - 3*x^2 + x", { x: 2 }, {}, terminal(width)),
      print("a^2 + b^2 + c^2 + d^2 + e1^2", { a: 1, b: 2, c: 3, d: 4, e1: 5 }, {}, terminal(width)),
    ])
      expect(lines.filter((line) => textWidth(line) > width)).toEqual([]);
  });

  it("says the same with colours and without", () => {
    const options = { optimizer: ["gd", "momentum"], rate: [0.01, 0.6] };
    const coloured = print("x^2 + 2*y^2", { x: -1.5, y: 2 }, options, terminal(100, true));
    const plain = print("x^2 + 2*y^2", { x: -1.5, y: 2 }, options);
    expect(coloured.map((line) => line.replace(escapes, ""))).toEqual(plain);
    expect(coloured.join("")).toMatch(escapes);
  });

  it("has the path under the start and the end, in its own colour", () => {
    const lines = print("x^2 + 2*y^2", { x: -1.5, y: 2 }, { rate: [0.3] }, terminal(100, true)).join("\n");
    // Cyan belongs to the first descent: dots of its line, and its end.
    expect(lines).toMatch(/\p{Cc}\[36m[⠁-⣿]\p{Cc}\[39m/u);
    expect(lines).toMatch(/\p{Cc}\[36m●\p{Cc}\[39m/u);
  });

  it("tells of every minimum that descents lead to", () => {
    const lines = print("x^4 - 3*x^2 + x", { x: 2 }, { rate: [0.02, 0.1], steps: 60 });
    const minima = lines.slice(0, 5).filter((line) => / value −/.test(line));
    expect(minima[0]).toMatch(
      /^Minimum {3}x = 1.1309: value −1.0702 {2}curvature 9.347, border of the rate 0.214/,
    );
    expect(minima[1]).toMatch(
      /^ {10}x = −1.3008: value −3.5139 {2}curvature 14.31, border of the rate 0.1398/,
    );
  });

  it("has no border beside several kinds of steps, each of which has its own", () => {
    const one = print("x^2 + 2*y^2", { x: 1, y: 1 }, { rate: [0.1, 0.2] }).join("\n");
    expect(one).toContain("border of the rate 0.5");
    const several = print("x^2 + 2*y^2", { x: 1, y: 1 }, { optimizer: ["gd", "momentum"] });
    expect(several.slice(0, 3).join("\n")).not.toContain("border");
  });

  it.each([
    ["x + y + z", "none was found downhill of here"],
    ["exp(-x) + 0*y + 0*z", "none was found downhill of here"],
  ])("%s has no minimum", (formula, text) => {
    expect(print(formula, { x: 1, y: 1, z: 1 }, { steps: 5 }).join("\n")).toContain(text);
  });

  it("says how it ended", () => {
    const ended = (formula: string, from: Point, options = {}): string | undefined =>
      /Descent +.*?: (.*)/.exec(print(formula, from, options).join("\n"))?.[1];
    expect(ended("x^2", { x: 1 }, { steps: 3 })).toBe("3 steps, all that were allowed");
    expect(ended("x^2", { x: 1 }, { rate: [0.5] })).toBe("1 step, to where the slope is zero");
    expect(ended("x^4", { x: 3 }, { rate: [1] })).toMatch(
      /^\d+ steps, until the value was no longer finite$/,
    );
    expect(ended("x^2", { x: 1 }, { optimizer: ["lbfgs"], rate: ["auto"] })).toMatch(/^\d+ steps?, /);
  });

  it("survives functions with holes, plains and starts that need no step", () => {
    for (const [formula, from] of [
      ["x - ln(x) + y^2", { x: 0.3, y: 1 }],
      ["0*x + 0*y + 1", { x: 1, y: 1 }],
      ["x^2 + y^2", { x: 0, y: 0 }],
      ["abs(x) + abs(y)", { x: 1, y: -1 }],
      ["sqrt(x)", { x: 4 }],
    ] as const) {
      const lines = print(formula, from);
      expect(lines.length).toBeGreaterThan(10);
      expect(lines.join("\n")).toMatch(/\nThe rate {2}(good|slow|oscillating|diverges): /);
    }
  });
});
