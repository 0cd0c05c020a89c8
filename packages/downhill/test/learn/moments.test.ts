/** Moments from one pass, beside those of exact means: whatever rows the means are guessed from. */
import { tensor } from "downhill";
import { describe, expect, test } from "vitest";
import { momentsOf } from "../../src/learn/moments.ts";

const rows = 3000;

type Column = (row: number) => number;

const wave: Column = (row) => Math.sin(row * 1.7) + Math.cos(row * row);

interface Case {
  readonly name: string;
  readonly columns: readonly Column[];
  readonly weight?: Column;
}

// Every second row is looked at for the means.
const cases: readonly Case[] = [
  { name: "waves", columns: [wave, (row) => 3 * wave(row + 1) - 2, (row) => wave(row) + wave(2 * row)] },
  { name: "large offsets", columns: [(row) => 1e8 + wave(row), (row) => -3e9 + 100 * wave(row + 5)] },
  { name: "rows sorted", columns: [(row) => 1e6 + row ** 2, wave] },
  { name: "the other rows are far away", columns: [(row) => wave(row) + (row % 2) * 1e6, wave] },
  { name: "a row far away", columns: [(row) => wave(row) + (row === 1 ? 1e9 : 0), wave] },
  { name: "weights", columns: [wave, (row) => 50 + wave(3 * row)], weight: (row) => (row % 7) / 3 },
  {
    name: "the rows looked at have next to no weight",
    columns: [(row) => wave(row) + (row % 2) * 1e8, wave],
    weight: (row) => (row % 2 === 0 ? 1e-12 : 1),
  },
  {
    name: "the rows looked at have no weight",
    columns: [(row) => (row % 2) * 1e8 + wave(row), wave],
    weight: (row) => row % 2,
  },
];

const sum = (term: (row: number) => number): number => {
  let result = 0;
  for (let row = 0; row < rows; row++) result += term(row);
  return result;
};

describe.each(cases)("$name", ({ columns, weight = () => 1 }) => {
  const target: Column = (row) => 2 + wave(row + 11);
  const all = [...columns, target];
  const total = sum(weight);
  const means = all.map((column) => {
    const first = sum((row) => weight(row) * column(row)) / total;
    return first + sum((row) => weight(row) * (column(row) - first)) / total;
  });
  const centred = (j: number, row: number): number => all[j]!(row) - means[j]!;
  const product = (i: number, j: number): number =>
    sum((row) => weight(row) * centred(i, row) * centred(j, row));
  const sizes = all.map((_, j) => Math.sqrt(product(j, j)));
  const moments = momentsOf({
    X: tensor(
      Array.from({ length: rows }, (_, row) => columns.map((column) => column(row))),
      { dtype: "float64" },
    ),
    Y: tensor(
      Array.from({ length: rows }, (_, row) => [target(row)]),
      { dtype: "float64" },
    ),
    weights: Float64Array.from({ length: rows }, (_, row) => weight(row)),
    fitIntercept: true,
  });
  // n sums are off by no more than n roundings, on either side, here about √n of them; the shift, which is the mean of half
  // of the rows' weight, makes that three times as much at most, and the rounding of values with an offset o counts by o/σ.
  const noise = (i: number): number => 1 + (Math.abs(means[i]!) * Math.sqrt(total)) / sizes[i]!;
  const tolerance = (i: number, j: number): number =>
    3 * Math.sqrt(rows) * Number.EPSILON * sizes[i]! * sizes[j]! * Math.max(noise(i), noise(j));

  test("sums of squares and products", () => {
    const count = columns.length;
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < count; j++) {
        expect(Math.abs(moments.gram[i * count + j]! - product(i, j))).toBeLessThan(tolerance(i, j));
        expect(moments.gram[i * count + j]).toBe(moments.gram[j * count + i]);
      }
      expect(Math.abs(moments.products[i]! - product(i, count))).toBeLessThan(tolerance(i, count));
      expect(Math.abs(moments.xMean[i]! - means[i]!)).toBeLessThan(
        // of the last addition, and of the sum of deviations
        Number.EPSILON * (Math.abs(means[i]!) + 3 * Math.sqrt(rows / total) * sizes[i]!),
      );
    }
    expect(Math.abs(moments.squares[0]! - product(count, count))).toBeLessThan(tolerance(count, count));
  });

  test("what a plane leaves", () => {
    const W = Float64Array.from(columns, (_, j) => (j + 1) / sizes[j]!);
    const rest = (row: number): number =>
      columns.reduce((left, _, j) => left - centred(j, row) * W[j]!, centred(columns.length, row));
    const size = Math.sqrt(sum((row) => weight(row) * rest(row) ** 2));
    const remainder = moments.remainderAt(W);
    columns.forEach((_, j) => {
      const expected = sum((row) => weight(row) * centred(j, row) * rest(row));
      const mostNoise = Math.max(...columns.map((_, i) => noise(i) * (i + 1)));
      expect(Math.abs(remainder[j]! - expected)).toBeLessThan(
        3 * Math.sqrt(rows) * Number.EPSILON * sizes[j]! * (size + mostNoise),
      );
    });
  });
});
