/** Logistic regression where it is delicate: against the conditions that a minimum of a convex function meets. */
import { tensor } from "downhill";
import { LogisticRegression, type LogisticRegressionOptions } from "downhill/learn";
import { describe, expect, test } from "vitest";

type Rows = readonly (readonly number[])[];

const wobble = (i: number, j: number): number => Math.sin(12.9898 * (i + 1) * (j + 2));
const table = (rows: number, columns: number): number[][] =>
  Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_unused, j) => wobble(i, j)));
/** Classes that no plane separates. */
const classes = (rows: number, count: number): number[] =>
  Array.from({ length: rows }, (_, i) => Math.floor(((wobble(i, 9) + 1) / 2) * count));

/**
 * The largest slope of (C·Σ s·log loss + ½Σw²) / (C·Σs) at a model's coefficients, by the textbook's formula
 * Σ s(p − t)x: with it, the function is at its minimum to within so much.
 */
const slopeAt = (
  X: Rows,
  y: readonly number[],
  model: LogisticRegression,
  weights: readonly number[] = y.map(() => 1),
): number => {
  const { C, fitIntercept } = model.options;
  const labels = model.classes as readonly number[];
  const isBinary = labels.length === 2;
  const coef = model.coef.toArray() as number[][];
  const intercept = model.intercept.toArray() as number[];
  const total = weights.reduce((sum, s) => sum + s, 0);
  const errors = X.map((row, i) => {
    const scores = coef.map((w, k) => row.reduce((sum, x, j) => sum + x * w[j]!, intercept[k]!));
    if (isBinary) return [1 / (1 + Math.exp(-scores[0]!)) - Number(y[i] === labels[1])];
    const highest = Math.max(...scores);
    const shares = scores.map((score) => Math.exp(score - highest));
    const whole = shares.reduce((a, b) => a + b);
    return shares.map((share, k) => share / whole - Number(y[i] === labels[k]));
  });
  const slopes = coef.flatMap((w, k) => [
    ...w.map(
      (value, j) =>
        X.reduce((sum, row, i) => sum + weights[i]! * errors[i]![k]! * row[j]!, 0) / total +
        (C === Infinity ? 0 : value / (C * total)),
    ),
    ...(fitIntercept ? [X.reduce((sum, _, i) => sum + weights[i]! * errors[i]![k]!, 0) / total] : []),
  ]);
  return Math.max(...slopes.map(Math.abs));
};

const tol = 1e-10;
const fit = (
  X: Rows,
  y: readonly number[],
  options: Partial<LogisticRegressionOptions>,
  weights?: readonly number[],
): LogisticRegression =>
  new LogisticRegression({ tol, maxIter: 1000, ...options }).fit(X, y, { sampleWeight: weights });

describe.each(["lbfgs", "newton"] as const)("%s", (solver) => {
  describe.each([2, 3])("%d classes", (count) => {
    const X = table(30, 4);
    const y = classes(30, count);

    test.each([
      [1, true],
      [1e-3, true],
      [1e3, false],
      [Infinity, true],
      [Infinity, false],
    ])("C %d, fitIntercept %s", (C, fitIntercept) => {
      const model = fit(X, y, { solver, C, fitIntercept });
      expect(model.converged).toBe(true);
      // The slopes computed here are rounded in another way: by a few units of 1e-16.
      expect(slopeAt(X, y, model)).toBeLessThan(1.01 * tol);
    });

    test("one column twice: both get half", () => {
      const twice = X.map((row) => [...row, row[0]!]);
      for (const C of [1, Infinity]) {
        const model = fit(twice, y, { solver, C });
        expect(slopeAt(twice, y, model)).toBeLessThan(1.01 * tol);
        // Starting at 0, no step tells twins apart.
        for (const w of model.coef.toArray() as number[][]) expect(w[4]).toBeCloseTo(w[0]!, 12);
      }
    });

    test("a constant column: the intercept, which costs nothing, takes its part", () => {
      const constant = X.map((row) => [...row, 0.5]);
      const model = fit(constant, y, { solver });
      for (const w of model.coef.toArray() as number[][]) expect(Math.abs(w[4]!)).toBeLessThan(1e-8);
      expect(slopeAt(constant, y, model)).toBeLessThan(1.01 * tol);
    });

    test("weights: zero leaves a row out, two counts it twice", () => {
      const weights = X.map((_, i) => i % 3);
      const model = fit(X, y, { solver }, weights);
      expect(slopeAt(X, y, model, weights)).toBeLessThan(1.01 * tol);
      const rows = weights.flatMap((weight, i) => new Array<number>(weight).fill(i));
      const repeated = fit(
        rows.map((i) => X[i]!),
        rows.map((i) => y[i]!),
        { solver },
      );
      // Curvatures are above 1e-2, so that slopes of 1e-10 leave coefficients within 1e-8.
      model.coef.data.forEach((value, i) =>
        expect(Math.abs(value - repeated.coef.data[i]!)).toBeLessThan(1e-8),
      );
    });

    test("float32", () => {
      const narrow = tensor(X, { dtype: "float32" });
      const model = new LogisticRegression({ solver, tol: 1e-6 }).fit(narrow, y);
      const wide = fit(X, y, { solver });
      expect(model.coef.dtype).toBe("float32");
      // Slopes in float32 are rounded to about 1e-7; the curvature is above 1e-2.
      model.coef.data.forEach((value, i) => expect(Math.abs(value - wide.coef.data[i]!)).toBeLessThan(1e-4));
    });
  });

  test.each([2, 3])("more columns than rows, %d classes", (count) => {
    const [X, y] = [table(7, 12), classes(7, count)];
    const model = fit(X, y, { solver });
    expect(model.converged).toBe(true);
    expect(slopeAt(X, y, model)).toBeLessThan(1.01 * tol);
  });

  test("columns in very different units, without a penalty", () => {
    const units = [1e4, 1, 1e-3];
    const X = table(30, 3).map((row) => row.map((value, j) => value * units[j]!));
    const y = classes(30, 2);
    const model = fit(X, y, { solver, C: Infinity, maxIter: 10_000 });
    const plain = fit(table(30, 3), y, { solver, C: Infinity });
    // Newton's steps do not depend on units; the slopes that L-BFGS stops at are in units of their own.
    const allowed = solver === "newton" ? 1e-9 : 1e-3;
    plain.coef.data.forEach((value, j) =>
      expect(Math.abs(model.coef.data[j]! * units[j]! - value)).toBeLessThan(allowed),
    );
  });

  test("classes that a plane separates, without a penalty: it ends, and all are met", () => {
    const X = [[-2], [-1], [1], [2]];
    const model = fit(X, [0, 0, 1, 1], { solver, C: Infinity, tol: 1e-6 });
    expect(model.score(X, [0, 0, 1, 1])).toBe(1);
    expect(Number.isFinite(model.coef.item())).toBe(true);
    expect(Number.isFinite(model.objectiveValue)).toBe(true);
  });
});

test("Newton's method takes few steps, and none at the minimum", () => {
  const [X, y] = [table(30, 4), classes(30, 3)];
  const model = new LogisticRegression({ solver: "newton", tol: 1e-10, warmStart: true }).fit(X, y);
  expect(model.nIter).toBeLessThan(8);
  const before = model.coef.toArray();
  expect(model.fit(X, y).nIter).toBe(0);
  expect(model.coef.toArray()).toEqual(before);
});
