import { expect, test } from "vitest";
import { linearScale, logScale } from "../../src/draw/frame.ts";

test("a linear scale leads there and back, and its ticks are easy to read", () => {
  const scale = linearScale([-2, 3], [100, 0]);
  expect([scale(-2), scale(3), scale(0.5)]).toEqual([100, 0, 50]);
  expect(scale.invert(scale(1.7))).toBeCloseTo(1.7, 12);
  expect(scale.ticks(5)).toEqual([-2, -1, 0, 1, 2, 3]);
});

test("on a logarithmic scale equal ways are equal factors, and ticks are powers of ten", () => {
  const scale = logScale([1e-4, 1e4], [0, 80]);
  expect(scale(1) - scale(0.1)).toBeCloseTo(10, 10);
  expect(scale.invert(scale(0.02))).toBeCloseTo(0.02, 12);
  expect(scale.ticks(9)).toEqual([1e-4, 1e-3, 0.01, 0.1, 1, 10, 100, 1000, 1e4]);
  expect(scale.ticks(4)).toEqual([1e-4, 0.1, 100]);
});
