import { Writable } from "node:stream";
import pc from "picocolors";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { bar, leftwardBar } from "../../src/terminal/bars.ts";
import { alignColumns } from "../../src/terminal/columns.ts";
import {
  formatCount,
  formatNumber,
  formatSeconds,
  formatShare,
  formatSigned,
  plural,
} from "../../src/terminal/numbers.ts";
import { progressLine } from "../../src/terminal/progressLine.ts";
import { makeScale } from "../../src/terminal/scale.ts";
import { processTerminal } from "../../src/terminal/terminal.ts";
import type { Terminal } from "../../src/terminal/terminal.ts";
import { printable, textWidth, truncate, wrap } from "../../src/terminal/text.ts";

describe("the width of lines in a file or pipe", () => {
  it.each([
    ["72", 72],
    ["20", 60],
    ["400", 110],
    ["", 100],
    ["wide", 100],
  ])("with COLUMNS=%s", (asked, width) => {
    vi.stubEnv("COLUMNS", asked);
    vi.stubGlobal("process", { ...process, env: process.env, stdout: {}, stderr: {} });
    const found = processTerminal().width;
    vi.unstubAllGlobals();
    vi.unstubAllEnvs();
    expect(found).toBe(width);
  });
});

describe("numbers", () => {
  it.each([
    [0, "0"],
    [0.0523, "0.05230"],
    [0.99996, "1.000"],
    [152.34, "152.3"],
    [1234.4, "1234"],
    [12_345.6, "12,346"],
    [-0.5, "−0.5000"],
    [1.2e-9, "1.2e−9"],
    [3.456e12, "3.456e12"],
    [NaN, "NaN"],
    [-Infinity, "−∞"],
  ])("%d is %s", (value, text) => expect(formatNumber(value)).toBe(text));

  it("are as short as they can be", () => {
    expect([1, 1234, 12_345, -1_234_567].map(formatCount)).toEqual(["1", "1234", "12,345", "−1,234,567"]);
    expect([2.306, -0.0521, 0].map((value) => formatSigned(value))).toEqual(["+2.31", "−0.0521", "0"]);
    expect([0.974, 1, 0, 0.99999, 0.00001].map(formatShare)).toEqual([
      "97.4 %",
      "100.0 %",
      "0.0 %",
      "99.9 %",
      "0.1 %",
    ]);
    expect([0.4231, 12.34, 59.97, 200].map(formatSeconds)).toEqual([
      "0.42 s",
      "12.3 s",
      "1 min 0 s",
      "3 min 20 s",
    ]);
    expect([plural(1, "row"), plural(12_000, "row"), plural(2, "category", "categories")]).toEqual([
      "1 row",
      "12,000 rows",
      "2 categories",
    ]);
  });
});

describe("texts", () => {
  it("have a width without their colours", () => {
    const colours = pc.createColors(true);
    expect(textWidth(colours.red("four"))).toBe(4);
    expect(textWidth("日本")).toBe(4);
    expect(textWidth("e\u0301")).toBe(1);
  });

  it("are cut, wrapped, and cleaned of what moves the cursor", () => {
    expect(truncate("petal_length", 8)).toBe("petal_l…");
    expect(truncate("short", 8)).toBe("short");
    expect(wrap("the slope of the error", 9)).toEqual(["the slope", "of the", "error"]);
    expect(printable("a\u001b[2Jb\n")).toBe("a\\u001b[2Jb\\n");
  });

  it("line up in columns", () => {
    const colours = pc.createColors(true);
    const lines = alignColumns(
      [
        ["", "train", "note"],
        [colours.dim("R²"), "0.5", "best"],
      ],
      ["left", "right", "left"],
    );
    expect(lines[0]).toBe("    train  note");
    expect(lines[1]).toBe(`${colours.dim("R²")}    0.5  best`);
  });
});

describe("bars", () => {
  it("are an eighth of a character fine to the right, a half to the left", () => {
    expect([0, 0.001, 0.5, 0.55, 1, 7].map((share) => bar(share, 4))).toEqual([
      "",
      "▏",
      "██",
      "██▎",
      "████",
      "████",
    ]);
    expect([0, 0.001, 0.4, 1].map((share) => leftwardBar(share, 4))).toEqual(["", "▐", "▐█", "████"]);
  });
});

describe("scales", () => {
  it("have round ticks within the range", () => {
    expect(makeScale(0.1, 0.93, 4)).toMatchObject({ isLogarithmic: false, ticks: [0.5] });
    expect(makeScale(-3, 7, 6).ticks).toEqual([-2, 0, 2, 4, 6]);
    expect(makeScale(0.002, 5, 4)).toMatchObject({ isLogarithmic: true, ticks: [0.01, 0.1, 1] });
  });

  it("go from the bottom to the top", () => {
    const linear = makeScale(2, 4, 4);
    expect([2, 3, 4].map((value) => linear.position(value))).toEqual([0, 0.5, 1]);
    const logarithmic = makeScale(0.01, 100, 4);
    expect(logarithmic.position(1)).toBeCloseTo(0.5, 12);
  });
});

describe("the progress line", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
  afterEach(() => void vi.useRealTimers());

  function terminalOf(options: Partial<Terminal>): { terminal: Terminal; written: () => string } {
    let text = "";
    const stderr = new Writable({
      write(chunk: Buffer, _, done) {
        text += chunk.toString();
        done();
      },
    });
    const colours = pc.createColors(false);
    const terminal = {
      stdout: stderr,
      stderr,
      width: 80,
      colours,
      errorColours: colours,
      isInteractive: true,
    };
    return { terminal: { ...terminal, ...options }, written: () => text };
  }
  const state = {
    name: "neural network",
    epoch: 3,
    epochs: 12,
    loss: 0.25,
    validationLoss: 0.3,
    seconds: 1.5,
  };

  it("is drawn over itself and taken away", () => {
    const { terminal, written } = terminalOf({});
    const line = progressLine(terminal);
    line.update(state);
    vi.advanceTimersByTime(20);
    line.update({ ...state, epoch: 4 });
    vi.advanceTimersByTime(40);
    line.update({ ...state, epoch: 6 });
    line.clear();
    line.clear();
    expect(written()).toBe(
      "\u001b[?25l\r  neural network  ━━━─────────  epoch 3/12  loss 0.2500  validation 0.3000\u001b[K" +
        "\r  neural network  ━━━━━━──────  epoch 6/12  loss 0.2500  validation 0.3000\u001b[K" +
        "\r\u001b[K\u001b[?25h",
    );
  });

  it("has a longer bar, and the time, where there is room", () => {
    const { terminal, written } = terminalOf({ width: 110 });
    progressLine(terminal).update(state);
    expect(written()).toContain(
      "━━━━━━──────────────────  epoch 3/12  loss 0.2500  validation 0.3000  1.50 s",
    );
  });

  it("is silent where lines cannot be rewritten", () => {
    const { terminal, written } = terminalOf({ isInteractive: false });
    const line = progressLine(terminal);
    line.update(state);
    line.clear();
    expect(written()).toBe("");
  });
});
