import { describe, expect, it } from "vitest";
import { linePlot } from "../../src/terminal/linePlot.ts";
import type { PlotOptions, Series } from "../../src/terminal/linePlot.ts";
import { textWidth } from "../../src/terminal/text.ts";

const plain = (text: string): string => text;

function series(name: string, values: readonly number[]): Series {
  return { name, values, paint: plain };
}

function plot(lines: readonly Series[], options: Partial<PlotOptions> = {}): string {
  return linePlot(lines, { title: "loss", width: 60, rows: 5, faint: plain, ...options }).join("\n");
}

const steps = Array.from({ length: 30 }, (_, i) => i);

describe("a line plot", () => {
  it("draws a loss that falls", () => {
    expect(
      plot([
        series(
          "training",
          steps.map((i) => 1 / (1 + i / 3)),
        ),
      ]),
    ).toBe(
      `
loss
  1 ┤⠱⡀
    │ ⠑⡄
0.5 ┤  ⠈⠒⢄
    │     ⠉⠒⠤⢄⣀⣀
    │           ⠉⠉⠉⠑⠒⠒⠒⠒⠢⠤⠤⠤⠤⠤⠤⠤⠤⢄⣀⣀⣀⣀⣀⣀⣀⣀ training 0.0938
    └─────────────────────────────────────
     1                                  30`.slice(1),
    );
  });

  it("draws what is far apart logarithmically, and marks a step", () => {
    const falling = steps.map((i) => Math.exp(-i / 4));
    const turning = falling.map((value, i) => value + 0.02 + (i * i) / 9000);
    const drawn = plot([series("training", falling), series("validation", turning)], {
      width: 64,
      rows: 6,
      marked: { step: 12, name: "kept" },
    });
    expect(drawn).toBe(
      `
loss
   1 ┤⠉⠒⠤⠤⢄⣀
     │      ⠉⠙⠳⠶⠤⣤⣄⣀⣀                  ⣀⣀⣀⣀⣀ validation 0.114
     │            ⠈⠑⠒⠭⠭⢍⣉⠒⠒⠒⠒⠒⠒⠊⠉⠉⠉⠉⠉⠉⠉
0.01 ┤                   ⠉⠒⠢⠤⠤⣀⡀
     │                         ⠈⠑⠒⠒⠤⢄⣀
     │                                ⠉⠒⠒⠢⠤⣀ training 0.000710
     └──────────────────────────────────────
      1             ▲ kept 12             30`.slice(1),
    );
  });

  it("leaves out what is not finite", () => {
    expect(plot([series("a", [1, NaN, 3, Infinity, 2])], { width: 40, rows: 4 })).toBe(
      `
loss
3 ┤           ⣀⠤⠒⠉⠒⠒⠤⢄⣀
  │       ⣀⠤⠒⠉         ⠉⠉⠒⠢⠤⣀⣀
2 ┤   ⢀⡠⠔⠊                    ⠉ a 2.00
1 ┤⡠⠔⠊⠁
  └────────────────────────────
   1                          5`.slice(1),
    );
    expect(plot([series("a", [NaN, Infinity])])).toBe("");
  });

  it("draws negative, constant and single values", () => {
    expect(plot([series("a", [-5, 5, -3])], { width: 40, rows: 4 })).toBe(
      `
loss
 5 ┤          ⣀⠤⠒⠉⠒⠤⣀
   │      ⢀⡠⠔⠊       ⠉⠒⠤⣀
 0 ┤   ⢀⠤⠒⠁              ⠉⠒⠤⣀
−5 ┤⡠⠔⠊⠁                     ⠉ a −3.00
   └──────────────────────────
    1                        3`.slice(1),
    );
    expect(plot([series("a", [2, 2, 2])], { width: 30, rows: 3 })).toContain("2 ┤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤ a 2.00");
    expect(plot([series("a", [5])], { width: 30, rows: 3 })).toMatch(/5 ┤\S +a 5\.00/);
  });

  it.each([40, 60, 80, 110])("is never wider than %i", (width) => {
    const lines = linePlot(
      [
        series(
          "training",
          steps.map((i) => 12_345 / (i + 1)),
        ),
        series(
          "validation",
          steps.map((i) => 13_000 - i),
        ),
      ],
      { title: "", width, faint: plain, marked: { step: 29, name: "kept" } },
    );
    expect(Math.max(...lines.map(textWidth))).toBeLessThanOrEqual(width);
  });

  it("keeps the names at the line ends apart", () => {
    const drawn = plot([series("one", [3, 2, 1]), series("two", [3, 2, 1.01])]);
    const named = drawn.split("\n").map((line) => /(one|two) 1\.\d+/.exec(line)?.[1]);
    expect(named.filter((name) => name !== undefined).sort()).toEqual(["one", "two"]);
  });
});
