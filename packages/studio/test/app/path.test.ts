import { expect, test } from "vitest";
import { linearScale } from "../../src/draw/frame.ts";
import { curvePath } from "../../src/draw/path.ts";

const frame = { x: linearScale([0, 1], [0, 10]), y: linearScale([0, 1], [10, 0]), width: 10, height: 10 };

test("a curve has gaps where a value is not finite, dots between gaps, and ends near the plot", () => {
  expect(curvePath(frame, [], [])).toBe("");
  expect(curvePath(frame, [0, 1, 2, 3, 4, 5], [0, 1, NaN, 1 / 3, Infinity, 1e9])).toBe(
    "M0,10L10,0M30,6.667ZM50,-100000Z",
  );
});
