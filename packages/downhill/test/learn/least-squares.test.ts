/** Ordinary and penalised least squares where they are delicate, against exact rational arithmetic. */
import { type Tensor, tensor } from "downhill";
import { LinearRegression, Ridge } from "downhill/learn";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { exactLeastSquares, type ExactOptions } from "./exact.ts";

type Rows = readonly (readonly number[])[];

const epsilon = Number.EPSILON;

/** The largest difference, as a share of the largest element. */
const distance = (actual: Tensor, expected: readonly number[]): number => {
  const { data } = actual;
  expect(data.length).toBe(expected.length);
  const size = Math.max(...expected.map(Math.abs));
  const differences = expected.map((value, i) => Math.abs(data[i]! - value));
  return Math.max(...differences) / (size === 0 ? 1 : size);
};

/**
 * @param sensitivity how many times a rounding of the data may come back in the coefficients: the condition number of
 *   the centred columns (scaled to equal length), with some room for sizes and sums.
 */
const expectExact = (
  X: Rows,
  y: readonly number[],
  { weights, fitIntercept = true, alpha = 0 }: ExactOptions = {},
  sensitivity = 100,
): void => {
  const expected = exactLeastSquares(X, y, { ...(weights && { weights }), fitIntercept, alpha });
  const model = alpha === 0 ? new LinearRegression({ fitIntercept }) : new Ridge({ fitIntercept, alpha });
  model.fit(X, y, { sampleWeight: weights });
  expect(distance(model.coef, expected.coef)).toBeLessThan(sensitivity * epsilon);
  const reach = Math.max(
    Math.abs(expected.intercept),
    ...X.flatMap((row) => row.map((value, column) => Math.abs(value * expected.coef[column]!))),
    ...y.map(Math.abs),
  );
  expect(Math.abs(model.intercept.item() - expected.intercept)).toBeLessThanOrEqual(
    sensitivity * epsilon * reach,
  );
};

/** Irregular numbers that are the same every time. */
const wobble = (i: number, j: number): number => Math.sin(12.9898 * (i + 1) * (j + 2));
const table = (rows: number, columns: number): number[][] =>
  Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_unused, j) => wobble(i, j)));
const targets = (rows: number): number[] => Array.from({ length: rows }, (_, i) => 3 + 2 * wobble(i, 17));

describe.each([true, false])("with fitIntercept %s", (fitIntercept) => {
  const options = { fitIntercept };

  test("independent columns", () => {
    expectExact(table(12, 4), targets(12), options);
  });

  test("one column twice", () => {
    const X = table(10, 3).map(([a, b, c]) => [a!, b!, a!, c!]);
    expectExact(X, targets(10), options);
  });

  test("a column that is the sum of others", () => {
    const X = table(10, 2).map(([a, b]) => [
      Math.fround(a!),
      Math.fround(b!),
      Math.fround(a!) + Math.fround(b!),
    ]);
    expectExact(X, targets(10), options);
  });

  test("columns in units that differ by many orders of magnitude, one of them dependent", () => {
    const units = [2 ** 40, 2 ** -40, 2 ** -30];
    const X = table(10, 2).map(([a, b]) => [a! * units[0]!, b! * units[1]!, a! * units[2]!]);
    const { coef } = exactLeastSquares(X, targets(10), options);
    const model = new LinearRegression(options).fit(X, targets(10));
    // Each in its own unit: none is small beside the others.
    coef.forEach((expected, column) =>
      expect(Math.abs(model.coef.data[column]! - expected)).toBeLessThan(100 * epsilon * Math.abs(expected)),
    );
  });

  test("a column of zeros and a constant one", () => {
    const X = table(9, 2).map(([a, b]) => [a!, 0, b!, 0.1]);
    expectExact(X, targets(9), options);
  });

  test("nothing but constant columns", () => {
    expectExact(
      table(7, 1).map(() => [0.1, 0.7]),
      targets(7),
      options,
    );
  });

  test("as many columns as rows", () => {
    expectExact(table(5, 5), targets(5), options, 1e4);
  });

  test("more columns than rows", () => {
    expectExact(table(4, 9), targets(4), options, 1e3);
  });

  test("more columns than rows, and equal rows with unequal targets", () => {
    const rows = table(3, 6);
    expectExact([...rows, rows[0]!, rows[0]!], targets(5), options, 1e3);
  });

  test("more columns than rows, all in one direction", () => {
    expectExact(
      [1, 2, 4].map((factor) => table(1, 5)[0]!.map((value) => value * factor)),
      [1, 3, 2],
      options,
    );
  });

  test("one row", () => {
    expectExact([[2, -1, 3]], [5], options);
    expectExact([[2]], [5], options);
  });

  test("weights, some of them zero", () => {
    const weights = [1, 0, 2.5, 0, 0.125, 3, 1, 0.5];
    expectExact(table(8, 3), targets(8), { ...options, weights });
  });

  test("so many zero weights that columns depend on each other", () => {
    const weights = [1, 0, 2.5, 0, 0, 0, 0, 0.5];
    expectExact(table(8, 4), targets(8), { ...options, weights }, 1e3);
  });

  test("a constant target", () => {
    expectExact(
      table(8, 2),
      targets(8).map(() => 0.1),
      options,
    );
  });

  test.each([1e-9, 1e-3, 1, 1e6])("a penalty of %d, on dependent columns", (alpha) => {
    const X = table(9, 2).map(([a, b]) => [a!, b!, a!]);
    // Only the penalty tells the twins apart: the squared condition number of both together is about 10 / alpha.
    expectExact(X, targets(9), { ...options, alpha }, 1e3 + 100 / alpha);
  });

  test.each([1e-9, 1e-3, 1, 1e6])("a penalty of %d, on more columns than rows", (alpha) => {
    const rows = table(4, 7);
    expectExact([...rows, rows[1]!], targets(5), { ...options, alpha }, 1e3);
  });
});

describe("columns that nearly depend on each other", () => {
  const nearly = (distanceApart: number): number[][] =>
    table(12, 3).map(([a, b, c]) => [a!, b!, a! + b! + distanceApart * c!]);

  test.each([1e-3, 1e-5, 1e-7, 1e-9, 1e-11])("%d apart", (apart) => {
    // The condition number is about 4 / apart; so much of the rounding comes back, times the residual's share.
    expectExact(nearly(apart), targets(12), {}, 1e3 / apart);
  });

  test("powers of one number", () => {
    const X = Array.from({ length: 14 }, (_, i) => {
      const x = 1 + i / 8;
      return [x, x ** 2, x ** 3, x ** 4, x ** 5, x ** 6];
    });
    const y = X.map(([x]) => Math.sin(3 * x!));
    // Condition number of the scaled columns: 1e7.
    expectExact(X, y, {}, 1e9);
  });
});

describe("columns far from zero", () => {
  test("years", () => {
    const X = table(12, 2).map(([a, b], i) => [1990 + i, a!, 2000 + b!]);
    expectExact(X, targets(12), {}, 1e5);
  });

  test("seconds since 1970, and the same in days", () => {
    const X = Array.from({ length: 12 }, (_, i) => [1.6e9 + 86400 * i * i, wobble(i, 3)]);
    expectExact(X, targets(12), {}, 1e6);
    const both = X.map(([seconds, b]) => [seconds!, b!, seconds! / 2 ** 16]);
    expectExact(both, targets(12), {}, 1e6);
  });

  test("a column with nothing but rounding", () => {
    const model = new LinearRegression().fit(
      table(10, 1).map(([a], i) => [a!, i % 2 === 0 ? 0.3 : 0.1 + 0.2]),
      targets(10),
    );
    const alone = new LinearRegression().fit(table(10, 1), targets(10));
    expect(distance(model.coef, [alone.coef.data[0]!, 0])).toBeLessThan(100 * epsilon);
    expect(model.coef.data[1]).toBe(0);
  });

  test("many rows with a large mean", () => {
    const rows = 20_000;
    const deviations = Array.from({ length: rows }, (_, i) => ((i * 7919) % 1001) - 500);
    const model = new LinearRegression().fit(
      deviations.map((deviation) => [1e9 + deviation / 1024]),
      deviations.map((deviation) => 2 + (3 * deviation) / 1024),
    );
    // Everything is exact in float64, and so is the plane.
    expect(Math.abs(model.coef.data[0]! - 3)).toBeLessThan(1e-12);
    expect(Math.abs(model.predict([[1e9]]).item() - 2)).toBeLessThan(1e-5);
  });
});

test("many rows with a column that is the sum of others", () => {
  const rows = 50_000;
  const X = Array.from({ length: rows }, (_, i) => {
    const [a, b] = [Math.fround(wobble(i, 1)), Math.fround(wobble(i, 2))];
    return [a, b, a + b];
  });
  const y = X.map(([a, b]) => 2 * a! - b! + 5);
  // Of all w with w₁ + w₃ = 2 and w₂ + w₃ = −1 the shortest: w₃ = 1/3.
  const model = new LinearRegression().fit(X, y);
  expect(distance(model.coef, [5 / 3, -4 / 3, 1 / 3])).toBeLessThan(1e-12);
  expect(Math.abs(model.intercept.item() - 5)).toBeLessThan(1e-12);
});

test("tables of small whole numbers, of any rank", () => {
  const digit = fc.integer({ min: -2, max: 2 });
  const list = (length: number) => fc.array(digit, { minLength: length, maxLength: length });
  const given = fc.tuple(fc.constantFrom(3, 6), fc.constantFrom(2, 4, 7)).chain(([rows, columns]) =>
    fc.tuple(
      fc.array(list(columns), { minLength: rows, maxLength: rows }),
      list(rows),
      fc
        .array(fc.nat(2), { minLength: rows, maxLength: rows })
        .filter((weights) => weights.some((s) => s > 0)),
      fc.boolean(),
      fc.constantFrom(0, 0, 2 ** -8),
    ),
  );
  fc.assert(
    fc.property(given, ([X, y, weights, fitIntercept, alpha]) => {
      // Such numbers depend on each other or are far from it: squared condition numbers are some thousands.
      expectExact(X, y, { weights, fitIntercept, alpha }, 1e6);
    }),
    { numRuns: 300 },
  );
});

test("several targets are as many fits", () => {
  for (const columns of [3, 14]) {
    const X = table(9, columns).map((row) => [...row, row[0]!]);
    const Y = X.map((_, i) => [targets(9)[i]!, wobble(i, 40), 0]);
    for (const model of [new LinearRegression(), new Ridge({ alpha: 0.01 })]) {
      model.fit(X, Y);
      expect(model.coef.shape).toEqual([3, columns + 1]);
      for (let target = 0; target < 3; target++) {
        const { coef, intercept } = exactLeastSquares(
          X,
          Y.map((row) => row[target]!),
          { alpha: "alpha" in model.options ? model.options.alpha : 0 },
        );
        const row = model.coef.slice([target, target + 1]).squeeze();
        expect(distance(row, coef)).toBeLessThan(1e4 * epsilon);
        expect(Math.abs(model.intercept.data[target]! - intercept)).toBeLessThan(1e4 * epsilon);
      }
    }
  }
});

test("float32 tables are fitted in float64 and rounded at the end", () => {
  const X = table(15, 3).map((row) => row.map(Math.fround));
  const y = targets(15).map(Math.fround);
  const model = new LinearRegression().fit(tensor(X, { dtype: "float32" }), y);
  const expected = exactLeastSquares(X, y);
  expect(model.coef.dtype).toBe("float32");
  expect(model.coef.toArray()).toEqual(expected.coef.map(Math.fround));
  expect(model.intercept.item()).toBe(Math.fround(expected.intercept));
});

test("dtypes that are no floats become float64", () => {
  const X = [
    [0, 1],
    [1, 1],
    [1, 0],
    [0, 0],
  ];
  const y = [1, 4, 2, 3];
  const expected = exactLeastSquares(X, y);
  for (const dtype of ["bool", "int32"] as const) {
    const model = new LinearRegression().fit(tensor(X, { dtype }), y);
    expect(model.coef.dtype).toBe("float64");
    expect(distance(model.coef, expected.coef)).toBeLessThan(10 * epsilon);
  }
});

test("targets without a column are refused", () => {
  expect(() => new LinearRegression().fit([[1], [2]], [[], []])).toThrow(/y has no column: \[2, 0\]/);
});
