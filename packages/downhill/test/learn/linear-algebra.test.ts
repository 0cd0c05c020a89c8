/** The solvers of linear systems, each by itself, against exact rational arithmetic. */
import { tensor } from "downhill";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { centredTable } from "../../src/learn/centred-table.ts";
import { solveByReflections } from "../../src/learn/least-squares-by-reflections.ts";
import { factorSymmetric } from "../../src/learn/linear-algebra.ts";
import { exactLeastSquares } from "./exact.ts";

type Rows = readonly (readonly number[])[];

const digit = fc.integer({ min: -2, max: 2 });
const list = (length: number) => fc.array(digit, { minLength: length, maxLength: length });
/** A table of small whole numbers of any rank, and targets. */
const tables = fc
  .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }))
  .chain(([rows, columns]) =>
    fc.tuple(fc.array(list(columns), { minLength: rows, maxLength: rows }), list(rows)),
  );

const expectClose = (actual: ArrayLike<number>, expected: readonly number[]): void => {
  expect(actual.length).toBe(expected.length);
  // Such numbers depend on each other or are far from it: squared condition numbers are some thousands.
  const size = Math.max(1, ...expected.map(Math.abs));
  expected.forEach((value, i) => expect(Math.abs(actual[i]! - value)).toBeLessThan(1e-10 * size));
};

describe("a symmetric factor", () => {
  const normalEquations = (X: Rows, y: readonly number[]): { H: Float64Array; g: Float64Array } => {
    const size = X[0]!.length;
    const H = new Float64Array(size * size);
    const g = new Float64Array(size);
    X.forEach((row, i) =>
      row.forEach((a, j) => {
        g[j]! += a * y[i]!;
        row.forEach((b, k) => (H[j * size + k]! += a * b));
      }),
    );
    return { H, g };
  };

  test("gives the shortest solution, of several right-hand sides at once", () => {
    fc.assert(
      fc.property(tables, ([X, y]) => {
        const size = X[0]!.length;
        const { H, g } = normalEquations(X, y);
        const both = Float64Array.from({ length: 2 * size }, (_, i) => (i % 2 === 0 ? 1 : -3) * g[i >> 1]!);
        const solution = factorSymmetric(H, size).solve(both, 2);
        const { coef } = exactLeastSquares(X, y, { fitIntercept: false });
        expectClose(
          solution,
          coef.flatMap((value) => [value, -3 * value]),
        );
      }),
    );
  });

  test("knows the rank, whatever the units, and names independent columns first", () => {
    for (const unit of [1, 1e-8, 1e8]) {
      const { H } = normalEquations(
        [
          [1 * unit, 2, 3 * unit],
          [0, 1, 0],
          [2 * unit, -1, 6 * unit],
        ],
        [0, 0, 0],
      );
      const { rank, order } = factorSymmetric(H, 3);
      expect(rank).toBe(2);
      expect([...order].sort()).toEqual([0, 1, 2]);
      expect(order.slice(0, 2)).toContain(1);
    }
  });

  test("of nothing is nothing", () => {
    const { rank, solve } = factorSymmetric(new Float64Array(0), 0);
    expect(rank).toBe(0);
    expect([...solve(new Float64Array(0))]).toEqual([]);
    const zero = factorSymmetric(new Float64Array(4), 2);
    expect(zero.rank).toBe(0);
    expect([...zero.solve(Float64Array.of(1, 2))]).toEqual([0, 0]);
  });
});

test("least squares by reflections alone: tall and wide, any rank, centred or not, penalised or not", () => {
  fc.assert(
    fc.property(tables, fc.boolean(), fc.constantFrom(0, 0, 0.5), ([X, y], fitIntercept, alpha) => {
      const table = centredTable({
        X: tensor(X, { dtype: "float64" }),
        Y: tensor(
          y.map((value) => [value, 2 * value]),
          { dtype: "float64" },
        ),
        weights: new Float64Array(X.length).fill(1),
        fitIntercept,
      });
      const { coef } = exactLeastSquares(X, y, { fitIntercept, alpha });
      expectClose(
        solveByReflections(table, alpha),
        coef.flatMap((value) => [value, 2 * value]),
      );
    }),
    { numRuns: 300 },
  );
});
