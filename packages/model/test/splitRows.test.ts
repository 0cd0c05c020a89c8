import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { splitRows } from "downhill-model/splitRows";

const counts = (classes: ArrayLike<number>, rows: Uint32Array): number[] => {
  const found: number[] = [];
  for (const row of rows) found[classes[row] ?? 0] = (found[classes[row] ?? 0] ?? 0) + 1;
  return Array.from(found, (count) => count ?? 0);
};

describe("splitRows", () => {
  it("gives the same rows on every machine", () => {
    expect([...splitRows(20, { validation: 0.25, seed: 0 }).validation]).toEqual([4, 6, 7, 17, 19]);
    expect([...splitRows(20, { validation: 0.25, seed: 1 }).validation]).toEqual([0, 2, 8, 11, 19]);
    expect([...splitRows(20, { validation: 0.25, seed: 2 ** 32 }).validation]).toEqual([4, 6, 9, 10, 19]);
  });

  it("puts every row into one of the parts, in ascending order, as many as asked for", () => {
    const cases = fc.record({
      rows: fc.integer({ min: 1, max: 3000 }),
      validation: fc.double({ min: 0, max: 0.99, noNaN: true }),
      seed: fc.maxSafeInteger(),
      kinds: fc.option(fc.integer({ min: 1, max: 7 })),
    });
    fc.assert(
      fc.property(cases, ({ rows, validation, seed, kinds }) => {
        const classes = kinds === null ? null : Int32Array.from({ length: rows }, (_, i) => (i * i) % kinds);
        const split = splitRows(rows, { validation, seed, classes });
        expect([...split.train, ...split.validation].sort((a, b) => a - b)).toEqual([...Array(rows).keys()]);
        expect(split.train).toEqual(split.train.slice().sort());
        expect(split.validation).toEqual(split.validation.slice().sort());
        if (kinds === null) {
          const wanted = Math.max(validation > 0 ? 1 : 0, Math.round(rows * validation));
          expect(split.validation).toHaveLength(Math.min(rows - 1, wanted));
        }
      }),
    );
  });

  it("gives each class its share, to within one row", () => {
    const classes = Int32Array.from({ length: 1000 }, (_, i) => (i % 10 === 0 ? 0 : i % 3 === 0 ? 1 : 2));
    const split = splitRows(1000, { validation: 0.2, seed: 7, classes });
    expect(split.stratified).toBe(true);
    expect(split.validation).toHaveLength(200);
    const all = counts(classes, Uint32Array.from(classes.keys()));
    counts(classes, split.validation).forEach((count, i) => {
      expect(Math.abs(count - 0.2 * (all[i] ?? 0))).toBeLessThan(1);
    });
  });

  it("trains on the only row of a class", () => {
    const classes = Int32Array.of(0, 0, 0, 0, 1, 0, 0, 0, 0, 0);
    for (let seed = 0; seed < 20; seed++) {
      expect([...splitRows(10, { validation: 0.5, seed, classes }).train]).toContain(4);
    }
  });

  it("leaves rows without target out", () => {
    const classes = Int32Array.of(0, -1, 1, 0, -1, 1, 0, 1);
    const split = splitRows(8, { validation: 0.3, seed: 0, classes });
    expect([...split.train, ...split.validation].sort()).toEqual([0, 2, 3, 5, 6, 7]);
    const values = Float64Array.of(1, NaN, 3, 4);
    const numbers = splitRows(4, { validation: 0.3, seed: 0, values });
    expect([...numbers.train, ...numbers.validation].sort()).toEqual([0, 2, 3]);
  });

  it("takes every row equally often", () => {
    const seeds = 4000;
    const held = new Array<number>(20).fill(0);
    for (let seed = 0; seed < seeds; seed++) {
      for (const row of splitRows(20, { validation: 0.25, seed }).validation)
        held[row] = (held[row] ?? 0) + 1;
    }
    // Binomial with p = 1/4: a standard deviation of 27.4; 5 of them pass in all but 1 of 80 000 such tests.
    const deviation = Math.sqrt(seeds * 0.25 * 0.75);
    for (const count of held) expect(Math.abs(count - seeds / 4)).toBeLessThan(5 * deviation);
  });

  it("refuses shares and seeds that make no sense", () => {
    expect(() => splitRows(10, { validation: 1, seed: 0 })).toThrow(
      new RangeError("validation share 1 is outside [0, 1): write 0.2 to hold back a fifth of the rows"),
    );
    expect(() => splitRows(10, { validation: NaN, seed: 0 })).toThrow(/share NaN/);
    expect(() => splitRows(10, { validation: 0.2, seed: 0.5 })).toThrow(
      new RangeError("seed 0.5 is no whole number: write one, such as 0"),
    );
  });
});
