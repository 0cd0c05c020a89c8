/** Charts as they were drawn when they were looked at. A change that is meant: npx vitest run -u packages/cli/test/page. */
import { describe, expect, it } from "vitest";
import { bars } from "../../src/page/charts/bars.ts";
import { numbered, weave } from "../../src/page/charts/heat.ts";
import { lines } from "../../src/page/charts/lines.ts";
import { map } from "../../src/page/charts/map.ts";
import { histogram, scatter, unitCurve } from "../../src/page/charts/scatter.ts";
import type { Slice } from "../../src/page/measure/slice.ts";

const falling = Array.from({ length: 12 }, (_, i) => [i + 1, 2 / (i + 1) ** 2] as const);

const slice: Slice = {
  kind: "path",
  window: [
    [-2, 6],
    [-3, 3],
  ],
  contours: [1, 4, 9].map((value) => ({
    value,
    rings: [
      Array.from(
        { length: 24 },
        (_, i) =>
          [
            Math.sqrt(value) * Math.cos((i * Math.PI) / 12),
            Math.sqrt(value) * Math.sin((i * Math.PI) / 12),
          ] as const,
      ),
    ],
  })),
  lowest: 0,
  shares: [0.9, 0.08],
  spots: [
    [5, 1],
    [2, 0.5],
    [0, 0],
  ],
};

const pictures: readonly (readonly [string, string])[] = [
  [
    "lines",
    lines(
      [
        { name: "training", points: falling, colour: 0 },
        { name: "held out", points: falling.map(([x, y]) => [x, y + 0.1] as const), colour: 1 },
      ],
      {
        name: "loss by epoch",
        xName: "epoch",
        yName: "loss",
        mark: { x: 6, y: 0.16, text: "kept: epoch 6" },
      },
    ),
  ],
  [
    "border",
    lines([{ name: "rate", points: falling.map(([x]) => [x, 0.1] as const), colour: 0 }], {
      name: "rate and border",
      xName: "epoch",
      yName: "learning rate",
      isLogarithmic: true,
      beyond: { name: "border", points: falling, colour: 1, isDashed: true, hasMarks: true },
    }),
  ],
  [
    "scatter",
    scatter(
      falling.map(([x, y]) => [x, 10 * y] as const),
      {
        name: "predicted and actual",
        xName: "actual",
        yName: "predicted",
        ideal: "diagonal",
        tip: (i) => `row ${i}`,
      },
    ),
  ],
  [
    "histogram",
    histogram(
      Array.from({ length: 60 }, (_, i) => Math.sin(i * i)),
      { name: "weights", xName: "weight" },
    ),
  ],
  [
    "curve",
    unitCurve(
      [
        [0, 0],
        [0.1, 0.7],
        [1, 1],
      ],
      {
        name: "ROC curve",
        xName: "others",
        yName: "found",
        note: "area 0.8",
        chance: [
          [0, 0],
          [1, 1],
        ],
        isStepped: true,
        tips: ["a", "b", "c"],
      },
    ),
  ],
  [
    "bars",
    bars(
      [
        { name: "petal length", value: 2, text: "+2", tip: "two" },
        { name: "a name that is too long to stand beside it", value: -0.5, text: "−0.5", tip: "less" },
      ],
      "weights",
    ),
  ],
  [
    "confusion",
    numbered(
      { rows: 2, columns: 2, at: (i, j) => (i === j ? 20 : 3) },
      { rows: ["no", "yes"], columns: ["no", "yes"] },
      {
        name: "confusion",
        xName: "predicted",
        yName: "actual",
        text: String,
        strength: (i, j) => (i === j ? 0.9 : -0.1),
        tip: (i, j) => `${i}, ${j}`,
      },
    ),
  ],
  [
    "weave",
    weave({ rows: 3, columns: 5, at: (i, j) => Math.sin(3 * i + j) }, 1, "weights as colours", {
      x: "unit",
      y: "feature",
    }),
  ],
  [
    "map",
    map(slice, { name: "the way down", xName: "first", yName: "second", tips: ["start", "middle", "end"] }),
  ],
];

describe.each(pictures)("%s", (name, picture) => {
  it("is drawn as before", async () => {
    await expect(`${picture.replaceAll("><", ">\n<")}\n`).toMatchFileSnapshot(`golden/${name}.svg`);
  });

  it("says what it shows, and is made of finite numbers and whole markup", () => {
    expect(picture).toMatch(
      /^<svg class="chart" viewBox="0 0 460 \d+" role="img" aria-label="[^"]+"><title>/,
    );
    expect(picture).not.toMatch(/NaN|Infinity|undefined/);
    const [open, closed] = [/<[a-z]\w*[^>]*[^/]>/gi, /<\/\w+>/g].map((each) => picture.match(each)?.length);
    expect(open).toBe(closed);
  });
});
