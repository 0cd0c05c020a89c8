/** What the diagnosis finds in tables, against the plain definitions, and on tables of many rows. */
import { describe, expect, test } from "vitest";
import { outliersOf } from "../../src/learn/diagnosis/columns.ts";
import { firstEqualRows } from "../../src/learn/diagnosis/equal-rows.ts";
import { random, tensor, type Tensor } from "../../src/index.ts";

const normal = (seed: number, rows: number): Float64Array =>
  Float64Array.from(random.normal(random.key(seed), [rows]).data);

const column = (cells: Float64Array): Tensor => tensor(cells, { dtype: "float64" });

/** The definition, tried for one cell, for two, … */
const plainly = (cells: Float64Array) => {
  const median = cells.toSorted()[cells.length >> 1]!;
  const distance = (row: number): number => Math.abs(cells[row]! - median);
  const order = [...cells.keys()].sort((a, b) => distance(b) - distance(a));
  for (let count = 1; count <= Math.max(1, Math.floor(cells.length / 200)); count++) {
    const squares = order.slice(count).map((row) => distance(row) ** 2);
    const deviation = Math.sqrt(squares.reduce((a, b) => a + b) / squares.length);
    if (deviation > 0 && distance(order[count - 1]!) > 100 * deviation)
      return { rows: order.slice(0, count), value: cells[order[0]!]!, median };
  }
  return undefined;
};

describe("outliers", () => {
  test.each([
    ["none", 600, []],
    ["one", 600, [500]],
    ["three, of which two are equal", 800, [1e6, -700, 1e6]],
    ["more than one in 200", 400, [1e3, 1e3, 1e3]],
    ["one at the border, below", 600, [99]],
    ["one at the border, above", 600, [106]],
    ["so many that none is farther than the others", 1000, [1e4, 1e4, -1e4, 1e4, 1e4, 1e4, 1e4]],
    ["one of few rows", 10, [1000]],
  ])("%s", (_name, rows, strangers) => {
    const cells = normal(rows, rows);
    strangers.forEach((cell, i) => (cells[(i * 37) % rows] = cell));
    const found = outliersOf(column(cells), 0);
    expect(found && { rows: found.rows, value: found.value, median: found.median }).toEqual(plainly(cells));
  });

  test("of 300 000 rows are found in no time", () => {
    const cells = normal(1, 300_000);
    cells[123_456] = 2e5;
    cells[7] = -1e5;
    const found = outliersOf(column(cells), 0)!;
    expect(found.rows).toEqual([123_456]);
    // The second one is among the others, and makes them this wide: √(1e10/300 000 + 1).
    expect(found.deviation).toBeCloseTo(182.577, 2);
  });
});

test("the first of equal rows, with cells that differ in single bits only", () => {
  const rows = 3000;
  const values = [0, -0, 1, 1 + 2 ** -52, 2 ** -1074, 3, 2 ** 40, 2 ** 41];
  const cells = random.randint(random.key(3), [rows, 4], 0, values.length).data;
  const table = Float64Array.from(cells, (index) => values[index]!);
  const seen = new Map<string, number>();
  const expected = Array.from({ length: rows }, (_, row) => {
    const key = table.subarray(4 * row, 4 * row + 4).join();
    if (!seen.has(key)) seen.set(key, row);
    return seen.get(key)!;
  });
  expect(Array.from(firstEqualRows(tensor(table, { shape: [rows, 4], dtype: "float64" })))).toEqual(expected);
});
