import { describe, expect, it } from "vitest";
import { compare } from "../../src/training/compare.ts";

/** Losses that differ from row to row by far more than the two models do. */
const rows = Array.from({ length: 100 }, (_, i) => 10 + ((i * 37) % 100));

function shifted(by: (i: number) => number): ReturnType<typeof compare> {
  return compare(
    Float64Array.from(rows),
    Float64Array.from(rows, (loss, i) => loss - by(i)),
  );
}

describe("the comparison of two models", () => {
  it("sees a small gain that all rows share", () => {
    const found = shifted((i) => 0.1 + (i % 2 === 0 ? 0.01 : -0.01));
    expect(found.prefersComplex).toBe(true);
    expect(found.gain).toBeCloseTo(0.1, 12);
    // The differences are 0.1 ± 0.01: their standard deviation is 0.01·√(100/99), that of their mean a tenth of it.
    expect(found.error).toBeCloseTo(0.001 * Math.sqrt(100 / 99), 12);
  });

  it("takes a gain that a few rows make for chance", () => {
    const found = shifted((i) => (i < 2 ? 5 : 0));
    expect(found.gain).toBeCloseTo(0.1, 12);
    expect(found.prefersComplex).toBe(false);
  });

  it("prefers the simple model if both are the same or the other is worse", () => {
    expect(shifted(() => 0)).toMatchObject({ gain: 0, error: 0, prefersComplex: false });
    expect(shifted(() => -1).prefersComplex).toBe(false);
  });
});
