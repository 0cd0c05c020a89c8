/** Lasso and elastic net where they are delicate: against the conditions that a minimum meets. */
import { tensor } from "downhill";
import { ElasticNet, Lasso } from "downhill/learn";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { exactLeastSquares } from "./exact.ts";

type Rows = readonly (readonly number[])[];

interface Setting {
  readonly alpha: number;
  readonly l1Ratio?: number;
  readonly fitIntercept?: boolean;
  readonly weights?: readonly number[];
}

const fit = (X: Rows, y: readonly number[], { alpha, l1Ratio = 1, fitIntercept = true, weights }: Setting) =>
  new ElasticNet({ alpha, l1Ratio, fitIntercept, tol: 0, maxIter: 10_000 }).fit(X, y, {
    sampleWeight: weights,
  });

/**
 * By how much the coefficients miss the conditions for a minimum of
 * 1/(2Σs)·Σ s(y − Xw − b)² + l1·Σ|w| + ½·l2·Σw², as a share of the largest slope at 0. They are sufficient: the
 * function is convex.
 */
const violation = (X: Rows, y: readonly number[], model: ElasticNet, setting: Setting): number => {
  const { alpha, l1Ratio = 1, fitIntercept = true, weights = y.map(() => 1) } = setting;
  const [l1, l2] = [alpha * l1Ratio, alpha * (1 - l1Ratio)];
  const w = [...model.coef.data];
  const b = model.intercept.item();
  const total = weights.reduce((sum, s) => sum + s, 0);
  const mean = (of: (row: number) => number): number =>
    weights.reduce((sum, s, row) => sum + s * of(row), 0) / total;
  const residual = (row: number): number =>
    y[row]! - b - X[row]!.reduce((sum, value, column) => sum + value * w[column]!, 0);
  const misses = w.map((value, column) => {
    const pull = mean((row) => X[row]![column]! * residual(row)) - l2 * value;
    return value === 0 ? Math.max(0, Math.abs(pull) - l1) : Math.abs(pull - Math.sign(value) * l1);
  });
  if (fitIntercept) misses.push(Math.abs(mean(residual)));
  const scale = Math.max(
    mean((row) => Math.abs(y[row]!)) || 1,
    ...w.map((_, column) => mean((row) => Math.abs(X[row]![column]! * y[row]!))),
  );
  return Math.max(...misses) / scale;
};

const expectMinimum = (X: Rows, y: readonly number[], setting: Setting): ElasticNet => {
  const model = fit(X, y, setting);
  expect(model.converged).toBe(true);
  // The slopes are sums of a few dozen terms, each rounded, of coefficients that solve a system of condition 1e4 or so.
  expect(violation(X, y, model, setting)).toBeLessThan(1e-10);
  return model;
};

const wobble = (i: number, j: number): number => Math.sin(12.9898 * (i + 1) * (j + 2));
const table = (rows: number, columns: number): number[][] =>
  Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_unused, j) => wobble(i, j)));
const targets = (rows: number): number[] => Array.from({ length: rows }, (_, i) => 3 + 2 * wobble(i, 17));

describe.each([true, false])("with fitIntercept %s", (fitIntercept) => {
  describe.each([1, 0.5, 0.01])("and an absolute share of %d", (l1Ratio) => {
    test.each([1e-4, 0.02, 0.3, 100])("strength %d", (alpha) => {
      expectMinimum(table(14, 5), targets(14), { alpha, l1Ratio, fitIntercept });
    });

    test("more columns than rows", () => {
      expectMinimum(table(5, 9), targets(5), { alpha: 0.05, l1Ratio, fitIntercept });
    });

    test("weights, some of them zero", () => {
      const weights = [1, 0, 2.5, 0, 0.125, 3, 1, 0.5];
      expectMinimum(table(8, 3), targets(8), { alpha: 0.05, l1Ratio, fitIntercept, weights });
    });

    test("columns in very different units", () => {
      const X = table(12, 3).map(([a, b, c]) => [a! * 1e4, b!, c! * 1e-2]);
      expectMinimum(X, targets(12), { alpha: 0.003, l1Ratio, fitIntercept });
    });
  });

  test("no absolute share is ridge regression", () => {
    const X = table(10, 3).map((row) => [...row, row[0]!]);
    const model = fit(X, targets(10), { alpha: 0.3, l1Ratio: 0, fitIntercept });
    const exact = exactLeastSquares(X, targets(10), { alpha: 0.3 * 10, fitIntercept });
    expect(model.converged).toBe(true);
    exact.coef.forEach((value, i) => expect(model.coef.data[i]).toBeCloseTo(value, 12));
    expect(model.intercept.item()).toBeCloseTo(exact.intercept, 12);
  });

  test("no penalty is least squares", () => {
    const model = fit(table(10, 3), targets(10), { alpha: 0, fitIntercept });
    const exact = exactLeastSquares(table(10, 3), targets(10), { fitIntercept });
    expect(model.converged).toBe(true);
    exact.coef.forEach((value, i) => expect(model.coef.data[i]).toBeCloseTo(value, 12));
  });

  test("the same column twice", () => {
    const X = table(10, 2).map(([a, b]) => [a!, b!, a!]);
    // Only the squares decide how twins share.
    const { data } = expectMinimum(X, targets(10), { alpha: 0.05, l1Ratio: 0.5, fitIntercept }).coef;
    expect(data[2]).toBeCloseTo(data[0]!, 12);
    expectMinimum(X, targets(10), { alpha: 0.05, fitIntercept });
  });

  test("a penalty that leaves nothing", () => {
    const model = expectMinimum(table(10, 3), targets(10), { alpha: 10, fitIntercept });
    expect(model.coef.toArray()).toEqual([0, 0, 0]);
  });

  test("one row", () => {
    expectMinimum([[2, -1]], [5], { alpha: 0.5, fitIntercept });
  });
});

test("one column, by hand", () => {
  // Centred: Σx² = 2, Σxy = 4. w = (4/3 − alpha) / (2/3).
  const model = new Lasso({ alpha: 1 / 3 }).fit([[1], [2], [3]], [2, 4, 6]);
  expect(model.coef.data[0]).toBeCloseTo(1.5, 14);
  expect(model.intercept.item()).toBeCloseTo(1, 14);
});

test("constant columns and a constant target", () => {
  const X = table(9, 2).map(([a, b]) => [a!, 0.1, b!]);
  const model = fit(X, targets(9), { alpha: 0.01 });
  const without = fit(table(9, 2), targets(9), { alpha: 0.01 });
  expect(model.coef.data[1]).toBe(0);
  expect(model.coef.data[0]).toBeCloseTo(without.coef.data[0]!, 13);
  for (const alpha of [0, 0.01]) {
    const flat = fit(
      X,
      X.map(() => 0.1),
      { alpha },
    );
    expect(flat.coef.toArray()).toEqual([0, 0, 0]);
    expect(flat.intercept.item()).toBe(0.1);
  }
});

test("a column that has become constant loses the coefficient of the last fit", () => {
  const model = new Lasso({ alpha: 0.01, warmStart: true }).fit(table(9, 2), targets(9));
  expect(model.coef.data[1]).not.toBe(0);
  const X = table(9, 2).map(([a]) => [a!, 7]);
  expect(model.fit(X, targets(9)).coef.data[1]).toBe(0);
});

test("float32 tables are fitted in float64 and rounded at the end", () => {
  const X = table(12, 4).map((row) => row.map(Math.fround));
  const y = targets(12).map(Math.fround);
  const options = { alpha: 0.05, tol: 0 };
  const rounded = new Lasso(options).fit(tensor(X, { dtype: "float32" }), y);
  const whole = new Lasso(options).fit(X, y);
  expect(rounded.coef.dtype).toBe("float32");
  expect(rounded.coef.toArray()).toEqual(Array.from(whole.coef.data, Math.fround));
  expect(rounded.intercept.item()).toBe(Math.fround(whole.intercept.item()));
});

test("the objective falls with every sweep, to the value of the function that it names", () => {
  const [X, y, alpha, l1Ratio] = [table(12, 4), targets(12), 0.05, 0.3];
  const model = fit(X, y, { alpha, l1Ratio });
  const { loss } = model.history;
  loss.slice(1).forEach((value, i) => expect(value).toBeLessThanOrEqual(loss[i]! * (1 + 1e-15)));
  const w = [...model.coef.data];
  const predicted = model.predict(X).data;
  const squares = y.reduce((sum, value, row) => sum + (value - predicted[row]!) ** 2, 0);
  const value =
    squares / (2 * y.length) +
    alpha * l1Ratio * w.reduce((sum, c) => sum + Math.abs(c), 0) +
    0.5 * alpha * (1 - l1Ratio) * w.reduce((sum, c) => sum + c * c, 0);
  expect(model.objectiveValue).toBeCloseTo(value, 13);
});

test("tables of small whole numbers, of any rank", () => {
  const digit = fc.integer({ min: -2, max: 2 });
  const list = (length: number) => fc.array(digit, { minLength: length, maxLength: length });
  const given = fc
    .tuple(fc.constantFrom(3, 6), fc.constantFrom(2, 4, 7))
    .chain(([rows, columns]) =>
      fc.tuple(
        fc.array(list(columns), { minLength: rows, maxLength: rows }),
        list(rows),
        fc.boolean(),
        fc.constantFrom(0.1, 0.25, 1),
        fc.constantFrom(1, 0.5),
      ),
    );
  fc.assert(
    fc.property(given, ([X, y, fitIntercept, alpha, l1Ratio]) => {
      // To the gap of duality: where coefficients are at the border of 0, no sweep is the last.
      const tol = 1e-12;
      const model = new ElasticNet({ alpha, l1Ratio, fitIntercept, tol, maxIter: 20_000 }).fit(X, y);
      expect(model.converged).toBe(true);
      // A gap of g in a function of curvature c leaves slopes of √(2cg): here with c up to 4.
      expect(violation(X, y, model, { alpha, l1Ratio, fitIntercept })).toBeLessThan(1e-5);
    }),
    { numRuns: 300 },
  );
});
