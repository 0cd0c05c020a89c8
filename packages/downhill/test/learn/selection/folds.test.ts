/** Folds, against scikit-learn's. */
import { type Fold, KFold, StratifiedKFold } from "downhill/learn";
import { describe, expect, test } from "vitest";
import { golden } from "../golden-pipelines.ts";

const tests = (folds: readonly Fold[]): number[][] => folds.map(({ test: rows }) => [...rows]);
describe("folds", () => {
  test.each(golden.folds)(
    "$folds of $rows $y in $nSplits are scikit-learn's",
    ({ folds, rows, y, nSplits, test: expected }) => {
      const found =
        folds === "KFold"
          ? new KFold({ nSplits }).split({ length: rows! })
          : new StratifiedKFold({ nSplits }).split(y!, y);
      expect(tests(found)).toEqual(expected);
      for (const { train, test: held } of found)
        expect([...train, ...held].sort((a, b) => a - b)).toEqual([
          ...(y ?? Array.from({ length: rows! })).keys(),
        ]);
    },
  );

  test("shuffled ones are a partition too, in the same shares, by the seed", () => {
    const y = Array.from({ length: 31 }, (_, i) => (i % 3 === 0 ? "rare" : "common"));
    const split = (randomState: number) =>
      tests(new StratifiedKFold({ nSplits: 4, shuffle: true, randomState }).split(y, y));
    const found = split(1);
    expect(found.flat().sort((a, b) => a - b)).toEqual([...y.keys()]);
    for (const rows of found) {
      const rare = rows.filter((row) => y[row] === "rare").length;
      expect([2, 3]).toContain(rare);
    }
    expect(split(1)).toEqual(found);
    expect(split(2)).not.toEqual(found);
    const plain = tests(new KFold({ nSplits: 4, shuffle: true }).split(y));
    expect(plain.flat().sort((a, b) => a - b)).toEqual([...y.keys()]);
    expect(plain.map(({ length }) => length)).toEqual([8, 8, 8, 7]);
    expect(plain[0]).not.toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  test("what they refuse", () => {
    expect(() => new KFold({ nSplits: 1 })).toThrow("KFold: nSplits is 1; write a whole number from 2");
    expect(() => new KFold({ nSplits: 4 }).split([1, 2, 3])).toThrow("3 rows do not make 4 folds");
    expect(() => new StratifiedKFold().split([1, 2])).toThrow("y is missing; it tells the classes");
    expect(() => new StratifiedKFold().split([1, 2, 3], ["a", "b", "a"])).toThrow(
      "no class has more than 2 rows",
    );
  });
});
