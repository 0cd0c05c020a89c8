/** Columns and targets in unwieldy units: a descent comes where it comes in ordinary ones. */
import { tensor, type Tensor } from "downhill";
import {
  HuberRegressor,
  LinearSVC,
  LogisticRegression,
  type LogisticRegressionOptions,
  PoissonRegressor,
} from "downhill/learn";
import { describe, expect, test } from "vitest";
import { unitsOf } from "../../src/learn/units.ts";

const plain = [0, 1, 1, 3, 2, 0, 3, 2, 4, 5, 5, 1, 6, 4, 7, 2];
const tableOf = (change: (a: number, b: number) => readonly number[]): Tensor =>
  tensor(
    Array.from({ length: 8 }, (_, i) => [...change(plain[2 * i]!, plain[2 * i + 1]!)]),
    { dtype: "float64" },
  );
/** One column is very large, the other far from 0 beside its deviation. */
const X = tableOf((a, b) => [a * 1e12, b + 1e6]);
const labels = [0, 1, 0, 0, 1, 0, 1, 1];
const counts = [1, 0, 2, 1, 4, 2, 6, 5];

const expectAll = (found: Tensor, expected: readonly number[], digits: number): void =>
  expected.forEach((value, i) => expect(found.data[i]! / value, `row ${i}`).toBeCloseTo(1, digits));

// The second column keeps ten digits beside its offset of 1e6.
const digits = 8;
const tight = { tol: 1e-10, maxIter: 1000 };

describe.each(["lbfgs", "newton"] as const)("by %s", (solver) => {
  test("logistic regression", () => {
    // By scipy's BFGS in ordinary units, in which the penalty on the first column is 1e-24 of what it was.
    const expected = [
      0.07430344929942481, 0.5254621851564946, 0.047686200729765885, 0.40855877896598847, 0.9676577054139094,
      0.3011579352592442, 0.9491477052369867, 0.7260260405423334,
    ];
    const model = new LogisticRegression({ solver, ...tight }).fit(X, labels);
    expect(model.converged).toBe(true);
    expect(model.objectiveValue).toBeCloseTo(2.71279306365207, 10);
    const found = model.predictProba(X).data;
    expectAll(tensor(Float64Array.from(expected, (_, i) => found[2 * i + 1]!)), expected, 6);
  });

  test("Poisson regression", () => {
    // scikit-learn 1.9 in ordinary units; in these it stays at the mean.
    const expected = [
      0.6082424060719165, 1.083875941956395, 0.93980353181704, 1.67471131268296, 3.446766888397119,
      2.587618999796118, 5.325645931176067, 5.3333349881060315,
    ];
    expectAll(
      new PoissonRegressor({ alpha: 0, solver, ...tight }).fit(X, counts).predict(X),
      expected,
      digits,
    );
  });
});

test("Huber's regression, of targets in the billions, and in billionths", () => {
  // By scipy's simplices (Nelder and Mead) in ordinary units.
  const expected = [
    0.814263727, 2.44803001, 2.304065444, 3.937831728, 5.927144182, 5.427633446, 7.4169459, 7.628527503,
  ];
  const targets = [1, 2, 2.5, 4, 60, 5, 7, 8];
  for (const unit of [1e9, 1e-9]) {
    const y = tensor(Float64Array.from(targets, (value) => value * unit));
    const model = new HuberRegressor({ alpha: 0, ...tight }).fit(X, y);
    expectAll(
      model.predict(X),
      expected.map((value) => value * unit),
      5,
    );
    expect(model.scale / unit).toBeCloseTo(0.35355401, 7);
    expect(model.outliers(X, y).indexOf(true)).toBe(4);
  }
});

test("Huber's regression of targets that are all alike", () => {
  // scikit-learn's scale falls no lower than 10·2⁻⁵².
  const model = new HuberRegressor().fit(X, new Array<number>(8).fill(3));
  expect(model.objectiveValue).toBeLessThan(1e-13);
  expectAll(model.predict(X), new Array<number>(8).fill(3), 12);
});

test("a strong penalty settles no fit before it began", () => {
  // scikit-learn 1.9: with weights of 1e-12 scores are as small, and tell classes apart.
  const sampleWeight = new Array<number>(8).fill(1e-12);
  const small = tableOf((a, b) => [a - 3.5, b - 2.25]);
  const weak = new LogisticRegression().fit(small, labels, { sampleWeight });
  expect(weak.score(small, labels)).toBe(0.875);
  expectAll(weak.coef, [4e-12, 5e-12], 3);
});

test("linear support vector machine", () => {
  const large = tableOf((a, b) => [a * 1e4, b]);
  // scikit-learn 1.9
  const expected = [
    0.25076080340053086, 0.6804625684553132, -0.14363968349255887, 0.2860620815622234, 0.9665246500175365,
    -0.10833840533086635, 0.5721241631244468, -0.0012172854228943584,
  ];
  const model = new LinearSVC({ fitIntercept: false, ...tight }).fit(large, labels);
  expectAll(model.decisionFunction(large), expected, 6);
});

test("training goes on where it was, and tells losses and parameters in the units that were given", () => {
  const options: Partial<LogisticRegressionOptions> = { warmStart: true, ...tight };
  const model = new LogisticRegression(options).fit(X, labels);
  const { objectiveValue, nIter } = model;
  expect(nIter).toBeGreaterThan(3);
  const seen: Tensor[] = [];
  model.fit(X, labels, {
    onParameters: (parameters) => void seen.push((parameters as { coef: Tensor }).coef),
  });
  expect(model.nIter).toBeLessThan(3);
  expect(model.objectiveValue).toBeCloseTo(objectiveValue, 12);
  expect(Math.abs(seen[0]!.data[0]!)).toBeLessThan(1e-11);
  expect(model.lossFunction(X, labels)(model.parameters).item() * 8).toBeCloseTo(objectiveValue, 8);
});

test("a sample of the rows of a large table tells only where no number is large", () => {
  const rows = 5000;
  const values = Float64Array.from({ length: 2 * rows }, (_, i) => Math.sin(i * i));
  const units = () =>
    unitsOf(
      {
        X: tensor(values, { shape: [rows, 2] }),
        Y: tensor(new Float64Array(rows), { shape: [rows, 1] }),
        weights: tensor(new Float64Array(rows).fill(1)),
        penalty: tensor(0, { dtype: "float64" }),
      },
      true,
    );
  expect(units()).toBeUndefined();
  // In the second row, of which every fourth is taken.
  values[2] = 1e9;
  expect(units()?.sizes).toEqual(Float64Array.of(2 ** Math.round(Math.log2(1e9 / Math.sqrt(rows))), 1));
});
