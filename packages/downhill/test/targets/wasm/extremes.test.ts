/** Maxima and minima of NaN, infinities and zeros of both signs, wherever they stand: as Math.max and Math.min have them. */
import { describe, expect, it } from "vitest";
import { tensor, type Tensor } from "../../../src/index.ts";
import type { DType } from "../../../src/tensor/dtype.ts";
import { compiledEveryWay } from "../ways.ts";

/** A quiet NaN whose sign bit is set, as processors make it of 0 / 0. */
const negativeNaN = new Float64Array(BigUint64Array.of(0xfff8n << 48n).buffer)[0]!;

/** What most elements are, and what a few of them are instead. */
const mixtures: readonly (readonly [usual: number, specials: readonly number[]])[] = [
  [-1, [-0]],
  [-1, [0, -0]],
  [1, [0]],
  [1, [0, -0]],
  [-0, [0]],
  [0, [-0]],
  [3, [NaN]],
  [-Infinity, [negativeNaN]],
  [Infinity, [-Infinity, 5]],
  [-Infinity, []],
  [-0, []],
  [-2, [-1, NaN, 0, -0, Infinity]],
];

const table = (
  rows: number,
  columns: number,
  [usual, specials]: (typeof mixtures)[number],
  seed: number,
): number[] => {
  const values = new Array<number>(rows * columns).fill(usual);
  specials.forEach((special, i) => {
    values[(seed * 31 + i * 17) % values.length] = special;
  });
  return values;
};

const fold = (values: readonly number[], pick: (...values: number[]) => number): number =>
  values.reduce((a, b) => pick(a, b));

const shapes = [[1, 1], [3, 5], [2, 33], [33, 2], [17, 40], [9, 150], [150, 9]] as const; // prettier-ignore

describe.each(["float32", "float64"] as const)("%s", (dtype: DType) => {
  it("along rows, down columns and over everything", () => {
    for (const [rows, columns] of shapes) {
      const runs = compiledEveryWay(
        (x: Tensor) => [
          x.max(1),
          x.max(0),
          x.max(),
          x.min(1),
          x.min(0),
          x.min(),
          x.mul(2).max(1).sub(x.min(1)),
        ],
        tensor(new Float64Array(rows * columns), { shape: [rows, columns], dtype }),
      );
      mixtures.forEach((mixture, m) => {
        for (let seed = 0; seed < 5; seed++) {
          const values = table(rows, columns, mixture, seed + 5 * m);
          const row = (i: number): number[] => values.slice(i * columns, (i + 1) * columns);
          const column = (j: number): number[] => values.filter((_, at) => at % columns === j);
          const [rowNumbers, columnNumbers] = [[...Array(rows).keys()], [...Array(columns).keys()]];
          const expected = [Math.max, Math.min].flatMap((pick) => [
            rowNumbers.map((i) => fold(row(i), pick)),
            columnNumbers.map((j) => fold(column(j), pick)),
            [fold(values, pick)],
          ]);
          expected.push(rowNumbers.map((i) => 2 * fold(row(i), Math.max) - fold(row(i), Math.min)));
          for (const [way, run] of runs) {
            const results = run(tensor(values, { shape: [rows, columns], dtype })).map(({ data }) => [
              ...data,
            ]);
            expect(results, `${way}, ${rows}×${columns} of ${JSON.stringify(mixture)}, ${seed}`).toEqual(
              expected,
            );
          }
        }
      });
    }
  });

  it("of tall tables, whose rows are taken a few at a time", () => {
    const [rows, columns] = [3601, 40];
    const runs = compiledEveryWay(
      (x: Tensor) => [x.max(0), x.min(0)],
      tensor(new Float64Array(rows * columns), { shape: [rows, columns], dtype }),
    );
    for (const mixture of mixtures) {
      const values = table(rows, columns, mixture, 4321);
      const columnNumbers = [...Array(columns).keys()];
      const expected = [Math.max, Math.min].map((pick) =>
        columnNumbers.map((j) =>
          fold(
            values.filter((_, at) => at % columns === j),
            pick,
          ),
        ),
      );
      for (const [way, run] of runs) {
        const results = run(tensor(values, { shape: [rows, columns], dtype })).map(({ data }) => [...data]);
        expect(results, `${way}, ${JSON.stringify(mixture)}`).toEqual(expected);
      }
    }
  });
});
