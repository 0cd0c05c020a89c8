/** Eigenvalues by products against dense ones. */
import { tensor, type Tensor } from "downhill";
import { conditionNumber, curvatureRange, hessianTrace, sharpness, topEigenpairs } from "downhill/explain";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { lanczos } from "../../src/curvature/lanczos.ts";
import { tridiagonalEigenvalues } from "../../src/curvature/tridiagonal.ts";
import { denseHessian, eigensystem, flat, type Matrix, multiply } from "./dense.ts";
import { irisLogistic, irisNetwork, normals, quadratic, vector, withEigenvalues } from "./problems.ts";
import { setTarget, targetNames } from "../targets/targets.ts";

const range = (count: number, f: (i: number) => number): number[] =>
  Array.from({ length: count }, (_, i) => f(i));

/**
 * Both computations are in double precision on matrices of 40 rows at most: a hundred roundings of the largest magnitude,
 * and the tolerance 1e-9 of the method, of which its eigenvalues use only a small part.
 */
const expectClose = (actual: number, expected: number, magnitude: number, share = 1e-9): void => {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(share * magnitude);
};

const spectra: Readonly<Record<string, number[]>> = {
  "one number": [3],
  "one negative number": [-2],
  "well separated": [1, 2, 4, 8, 16],
  "positive and negative, the negative one larger": [-20, -1, 0.5, 7],
  "close together": range(12, (i) => 1 + i * 1e-3),
  "a ravine": [1e-6, 1e-3, 1, 1e3],
  "rank one": [5, 0, 0, 0, 0, 0],
  zero: range(6, () => 0),
  "negative definite": [-9, -5, -3, -1],
  "the identity": range(8, () => 1),
  "degenerate on top": [1, 2, 7, 7, 7],
  "degenerate everywhere": [-4, -4, 0, 0, 3, 3, 3, 3],
  "larger, some of them alike": range(40, (i) => Math.round(10 * Math.sin(i))),
};

describe.each(targetNames)("on %s", (target) => {
  beforeAll(() => setTarget(target));
  afterAll(() => setTarget("reference"));

  describe.each(Object.entries(spectra))("of a quadratic: %s", (_, eigenvalues) => {
    const A = withEigenvalues(eigenvalues, eigenvalues.length);
    const f = quadratic(A);
    const at = vector(normals(7, eigenvalues.length));
    const sorted = [...eigenvalues].sort((a, b) => b - a);
    const [largest, smallest] = [sorted[0]!, sorted.at(-1)!];
    const magnitude = Math.max(Math.abs(largest), Math.abs(smallest));

    test("both ends", () => {
      const found = curvatureRange(f, at);
      expectClose(found.largest, largest, magnitude);
      expectClose(found.smallest, smallest, magnitude);
      expectClose(found.magnitude, magnitude, magnitude);
      expect(Math.abs(found.largest - largest)).toBeLessThanOrEqual(found.largestError + 1e-14 * magnitude);
      expect(found.products).toBeLessThanOrEqual(eigenvalues.length);
      expectClose(sharpness(f, at), largest, magnitude);
    });

    test.each(["value", "magnitude"] as const)("the top ones by %s, each as often as it occurs", (by) => {
      const expected = by === "value" ? sorted : [...sorted].sort((a, b) => Math.abs(b) - Math.abs(a));
      for (const count of [1, 3, eigenvalues.length, eigenvalues.length + 2]) {
        const pairs = topEigenpairs(f, at, count, { by });
        expect(pairs).toHaveLength(Math.min(count, eigenvalues.length));
        pairs.forEach(({ value, vector: v, residual }, i) => {
          const wanted = by === "value" ? value - expected[i]! : Math.abs(value) - Math.abs(expected[i]!);
          expectClose(wanted, 0, magnitude);
          // They are eigenvectors of the matrix itself, of length 1 and orthogonal to each other.
          const product = multiply(A, v.data);
          const off = Math.hypot(...product.map((x, j) => x - value * v.data[j]!));
          expect(off).toBeLessThanOrEqual(residual + 1e-8 * magnitude);
          pairs.slice(0, i + 1).forEach((other, j) => {
            expectClose(v.dot(other.vector).item(), i === j ? 1 : 0, 1, 1e-7);
          });
        });
      }
    });

    test("their sum", () => {
      const { trace, standardError } = hessianTrace(f, at);
      expectClose(
        trace,
        eigenvalues.reduce((sum, x) => sum + x, 0),
        eigenvalues.length * magnitude,
        1e-14,
      );
      expect(standardError).toBe(0);
    });
  });

  test.each([
    ["a ravine", [1, 10, 1e4], 1e4],
    ["a bowl", [2, 2, 2], 1],
    ["a trough", [2, 0, 1], Infinity],
    ["a saddle", [2, -1], Infinity],
  ] as const)("the condition number of %s", (_, eigenvalues, expected) => {
    const found = conditionNumber(
      quadratic(withEigenvalues(eigenvalues, 5)),
      vector(normals(1, eigenvalues.length)),
    );
    if (expected === Infinity) expect(found).toBe(Infinity);
    // The smallest eigenvalue carries the rounding of the largest: 1e4 times its own.
    else expectClose(found, expected, expected, 1e-11 * expected);
  });

  test("of a penalised logistic regression on iris, at several points", () => {
    const f = irisLogistic();
    for (const seed of [1, 2, 3]) {
      const params = { w: vector(normals(seed, 4)), b: tensor(Float64Array.of(0.5), { shape: [] }) };
      const { values } = eigensystem(denseHessian(f, params));
      const top = values.at(-1)!;
      expectClose(sharpness(f, params), top, top);
      expectClose(conditionNumber(f, params), top / values[0]!, top / values[0]!, 1e-7);
      topEigenpairs(f, params, 5).forEach(({ value }, i) => expectClose(value, values.at(-1 - i)!, top));
      expectClose(
        hessianTrace(f, params).trace,
        values.reduce((a, b) => a + b),
        top,
        1e-13,
      );
    }
  });

  test("of a network, curved upwards and downwards", () => {
    const { loss, params } = irisNetwork();
    const dense = denseHessian(loss, params);
    const { values } = eigensystem(dense);
    const [low, high] = [values[0]!, values.at(-1)!];
    expect(low).toBeLessThan(-1e-3);
    const found = curvatureRange(loss, params);
    expectClose(found.largest, high, high);
    expectClose(found.smallest, low, high);
    const pairs = topEigenpairs(loss, params, 6, { by: "magnitude" });
    const expected = [...values].sort((a, b) => Math.abs(b) - Math.abs(a));
    pairs.forEach(({ value, vector: v }, i) => {
      expectClose(value, expected[i]!, high);
      const direction = flat(v);
      const off = multiply(dense, direction).map((x, j) => x - value * direction[j]!);
      expect(Math.hypot(...off)).toBeLessThanOrEqual(1e-7 * high);
    });
    expect(conditionNumber(loss, params)).toBe(Infinity);
  });

  test("in float32, to its precision", () => {
    const eigenvalues = [0.5, 1, 3, 10];
    const A = withEigenvalues(eigenvalues, 9);
    const a = tensor(A);
    const f = (x: Tensor): Tensor => x.dot(a.dot(x)).mul(0.5);
    const found = curvatureRange(f, tensor([1, 2, 3, 4]));
    // A handful of roundings of the largest, 6e-8 each.
    expectClose(found.largest, 10, 10, 1e-6);
    expectClose(found.smallest, 0.5, 10, 1e-6);
  });
});

test("random symmetric matrices of any size, with zeros and repetitions", () => {
  // The core itself, without the compiler: many small cases cost nothing.
  const operatorOf = (A: Matrix) => ({
    size: A.length,
    multiply: (v: Float64Array) => Float64Array.from(multiply(A, v)),
  });
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 1, maxLength: 14 }),
      fc.integer({ min: 0, max: 1000 }),
      (eigenvalues, seed) => {
        const A = withEigenvalues(eigenvalues, seed);
        const size = eigenvalues.length;
        const all = lanczos(operatorOf(A), { maxSteps: size, seed, isDone: () => false });
        const sorted = [...eigenvalues].sort((a, b) => a - b);
        expect(all.isComplete).toBe(true);
        expect(all.steps).toBe(size);
        // Of the whole space each eigenvalue is found as often as it occurs, to a few roundings of 4.
        all.values.forEach((value, i) => expect(Math.abs(value - sorted[i]!)).toBeLessThan(1e-13 * size * 4));
        // Bounds on the error hold on the way, too.
        const some = lanczos(operatorOf(A), {
          maxSteps: Math.ceil(size / 2),
          seed: seed + 1,
          isDone: () => false,
        });
        some.values.forEach((value, i) => {
          const nearest = Math.min(...sorted.map((other) => Math.abs(other - value)));
          expect(nearest).toBeLessThanOrEqual(some.residuals[i]! + 1e-12);
        });
      },
    ),
    { numRuns: 200 },
  );
});

test("numbers are parameters too, in double precision", () => {
  const f = ({ x, y }: { x: Tensor; y: Tensor }): Tensor => x.square().mul(y).add(y.square());
  // The Hessian is [[2y, 2x], [2x, 2]].
  const [x, y] = [0.1, 3];
  const expected = y + 1 + Math.hypot(y - 1, 2 * x);
  expect(sharpness(f, { x, y })).toBeCloseTo(expected, 13);
  const [pair] = topEigenpairs(f, { x, y }, 1);
  expect(pair!.vector.x.dtype).toBe("float64");
  expect(Math.abs(pair!.vector.x.item())).toBeGreaterThan(0.9);
});

test("few products find the sharpest of many directions, as well as its error bound says", () => {
  const size = 2000;
  const curvatures = vector(range(size, (i) => (i === 0 ? 2 : i / size)));
  const f = (x: Tensor): Tensor => x.square().mul(curvatures).sum().mul(0.5);
  const found = curvatureRange(f, vector(range(size, () => 0)), { maxProducts: 25 });
  expect(found.products).toBeLessThanOrEqual(25);
  expectClose(found.largest, 2, 2, 1e-9);
  // The lower end is crowded: not found so soon, and said to be uncertain.
  expect(found.smallestError).toBeGreaterThan(1e-6);
  expect(found.smallest).toBeLessThanOrEqual(found.smallestError + 1e-12);
});

test("the estimated trace lies within its standard error as often as it should", () => {
  const size = 200;
  const A = withEigenvalues(
    range(size, (i) => Math.cos(i) + 0.5),
    3,
  );
  const trace = A.reduce((sum, row, i) => sum + row[i]!, 0);
  const f = quadratic(A);
  const deviations = range(40, (seed) => {
    const estimate = hessianTrace(f, vector(range(size, () => 0)), { samples: 30, seed });
    return (estimate.trace - trace) / estimate.standardError;
  });
  // Of 40 nearly normal deviations, 95 % lie within 2.05 (Student's t with 29 degrees): fewer than 34 with probability 1e-3.
  expect(deviations.filter((d) => Math.abs(d) <= 2.05).length).toBeGreaterThanOrEqual(34);
  // And the error is no larger than it must be: the variance of vᵀAv is 2·Σ of the squares beside the diagonal.
  const squares = A.flatMap((row, i) => row.filter((_, j) => i !== j)).reduce((sum, x) => sum + x * x, 0);
  const { standardError } = hessianTrace(f, vector(range(size, () => 0)), { samples: 150 });
  expect(standardError / Math.sqrt((2 * squares) / 150)).toBeGreaterThan(0.8);
  expect(standardError / Math.sqrt((2 * squares) / 150)).toBeLessThan(1.25);
});

test("curvature that is not finite is NaN", () => {
  const f = ({ x }: { x: Tensor }): Tensor => x.sqrt();
  expect(sharpness(f, { x: 0 })).toBeNaN();
  expect(conditionNumber(f, { x: 0 })).toBeNaN();
});

test("what has no curvature is refused", () => {
  const f = (x: Tensor): Tensor => x.square().sum();
  expect(() => sharpness(f, tensor(Int32Array.of(1, 2)))).toThrow(
    /dtype int32, which cannot move smoothly; make it a float with \.astype\("float64"\)/,
  );
  expect(() => sharpness(() => tensor(1), {})).toThrow(/contain no number/);
  expect(() => topEigenpairs(f, vector([1, 2]), 0)).toThrow(/count is 0; write a whole number from 1/);
  expect(() => sharpness(f, vector([1]), { tolerance: 0 })).toThrow(/between 0 and 1/);
  expect(() => sharpness(f, vector([1]), { maxProducts: 1.5 })).toThrow(/whole number from 1/);
  expect(() => hessianTrace(f, vector([1]), { samples: 1 })).toThrow(/whole number from 2/);
  expect(() => sharpness((x: Tensor) => x, vector([1, 2]))).toThrow(/gradient is of a scalar/);
});

describe("eigenvalues of tridiagonal matrices", () => {
  const dense = (diagonal: readonly number[], off: readonly number[]): Matrix =>
    diagonal.map((d, i) =>
      diagonal.map((_, j) => (i === j ? d : Math.abs(i - j) === 1 ? off[Math.min(i, j)]! : 0)),
    );

  test.each([
    [[2], []],
    [
      [1, 1],
      [0, 0],
    ],
    [
      [0, 0, 0, 0],
      [1, 1, 1, 0],
    ],
    [
      [1e-8, 1, 1e8, 2],
      [1e-3, 5, 1e4, 0],
    ],
    [normals(1, 30), normals(2, 30)],
    // Wilkinson's matrix W21⁺, whose top eigenvalues agree to 14 digits.
    [range(21, (i) => Math.abs(i - 10)), range(21, () => 1)],
  ])("%#", (diagonal, off) => {
    const rows = diagonal.map((_, i) => Float64Array.from(diagonal, (__, j) => Number(i === j)));
    const values = tridiagonalEigenvalues(diagonal, off, rows);
    const A = dense(diagonal, off);
    const expected = eigensystem(A).values;
    const magnitude = Math.max(...expected.map(Math.abs));
    values.forEach((value, k) => {
      expectClose(value, expected[k]!, magnitude, 1e-14);
      const v = rows.map((row) => row[k]!);
      multiply(A, v).forEach((x, i) => expectClose(x, value * v[i]!, magnitude, 1e-13));
      expect(Math.hypot(...v)).toBeCloseTo(1, 12);
    });
  });
});
