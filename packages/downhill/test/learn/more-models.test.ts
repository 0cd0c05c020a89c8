/** Estimators reach the optima of test/golden/more-models.json, which are scikit-learn's. */
import { grad, type Tensor } from "downhill";
import {
  type ClassWeight,
  HuberRegressor,
  LinearSVC,
  LogisticRegression,
  metrics,
  PoissonRegressor,
} from "downhill/learn";
import { describe, expect, test } from "vitest";
import { agree, type GoldenArray, readGolden, toTensor } from "../golden-helpers/golden.ts";

interface Fit {
  readonly model: "PoissonRegressor" | "HuberRegressor" | "LinearSVC" | "LogisticRegression";
  readonly y: "counts" | "numbers" | "two" | "three";
  readonly options: { readonly classWeight?: ClassWeight | null };
  readonly weighted: boolean;
  readonly coef: GoldenArray;
  readonly intercept: number | GoldenArray;
  readonly objective: number;
  readonly predicted?: GoldenArray;
  readonly decision?: GoldenArray;
  readonly scale?: number;
  readonly outliers?: number;
  readonly r2?: number;
  readonly deviance_explained?: number;
  readonly correct?: number;
}

const golden = readGolden<{
  readonly X: GoldenArray;
  readonly counts: GoldenArray;
  readonly numbers: GoldenArray;
  readonly two: readonly number[];
  readonly three: readonly number[];
  readonly sampleWeight: GoldenArray;
  readonly fits: readonly Fit[];
}>("more-models");

const X = toTensor(golden.X);
const sampleWeight = toTensor(golden.sampleWeight);
const targets = { counts: toTensor(golden.counts), numbers: toTensor(golden.numbers) };

/**
 * A gradient of at most 1e-12 leaves coefficients that far from the optimum, divided by the least curvature of the loss per row, which on
 * this table is above 0.001 (the penalty of the strongest C alone is 1/600 of a row).
 */
const tol = 1e-12;
const near = { absolute: 1e-9, relative: 1e-9 };
/** Values are flat at the optimum. */
const same = { absolute: 0, relative: 1e-12 };

const expectNear = (actual: ArrayLike<number>, expected: ArrayLike<unknown>, what: string): void => {
  expect(actual.length, what).toBe(expected.length);
  Array.from(expected, Number).forEach((value, i) => {
    if (!agree(actual[i]!, value, near)) throw new Error(`${what}[${i}] is ${actual[i]!}, expected ${value}`);
  });
};

const interceptOf = ({ intercept }: Fit): readonly unknown[] =>
  typeof intercept === "number" ? [intercept] : intercept.data;

const name = ({ model, y, options, weighted }: Fit): string =>
  `${model} of ${y} ${JSON.stringify(options)}${weighted ? ", weighted" : ""}`;

const cases = golden.fits.map((fit) => [name(fit), fit] as const);
const ofNumbers = cases.filter(([, { y }]) => y === "counts" || y === "numbers");
const ofClasses = cases.filter(([, { y }]) => y === "two" || y === "three");

test("all of them are run", () => {
  expect(ofNumbers.length + ofClasses.length).toBe(golden.fits.length);
  expect(new Set(golden.fits.map(({ model }) => model)).size).toBe(4);
});

const slopes = (tree: object): number[] =>
  Object.values(tree).flatMap((leaf) => Array.from((leaf as Tensor).data, Math.abs));

describe.each(ofNumbers)("%s", (_name, fit) => {
  const y = targets[fit.y as "counts"];
  const weights = fit.weighted ? { sampleWeight } : {};
  const options = { ...fit.options, tol, maxIter: 1000 };
  const makers = {
    PoissonRegressor: () => [
      new PoissonRegressor(options),
      new PoissonRegressor({ ...options, solver: "newton" as const }),
    ],
    HuberRegressor: () => [new HuberRegressor(options)],
  };

  test("is where scikit-learn is", () => {
    for (const made of makers[fit.model as "PoissonRegressor"]()) {
      const model = made.fit(X, y, weights);
      expect(model.converged).toBe(true);
      expectNear(model.coef.data, fit.coef.data, "coef");
      expectNear(model.intercept.data, interceptOf(fit), "intercept");
      expectNear(model.predict(X).data.slice(0, 5), fit.predicted!.data, "predictions");
      const { objectiveValue } = model;
      if (!agree(objectiveValue, fit.objective, same))
        throw new Error(`objective ${objectiveValue}, expected ${fit.objective}`);
      // That of scikit-learn's own fit, before it was carried to the optimum.
      expect(model.score(X, y)).toBeCloseTo(fit.r2 ?? fit.deviance_explained!, 4);
      const gradient = grad(model.lossFunction(X, y, weights))(model.parameters);
      expect(Math.max(...slopes(gradient))).toBeLessThan(1e-11);
    }
  });

  if (fit.model === "HuberRegressor")
    test("the scale, and which rows are outliers", () => {
      const model = new HuberRegressor(options).fit(X, y, weights);
      expectNear([model.scale], [fit.scale], "scale");
      expect(model.outliers(X, y).filter(Boolean)).toHaveLength(fit.outliers!);
    });
});

describe.each(ofClasses)("%s", (_name, fit) => {
  test("is where scikit-learn is", () => {
    const Model = fit.model === "LinearSVC" ? LinearSVC : LogisticRegression;
    const y = golden[fit.y as "two"];
    const weights = fit.weighted ? { sampleWeight } : {};
    const model = new Model({ ...fit.options, tol, maxIter: 1000 }).fit(X, y, weights);
    expect(model.converged).toBe(true);
    expect(model.coef.shape).toEqual(fit.coef.shape);
    expectNear(model.coef.data, fit.coef.data, "coef");
    expectNear(model.intercept.data, interceptOf(fit), "intercept");
    if (!agree(model.objectiveValue, fit.objective, same))
      throw new Error(`objective ${model.objectiveValue}, expected ${fit.objective}`);
    if (fit.decision !== undefined)
      expectNear(
        model.decisionFunction(X).data.slice(0, fit.decision.data.length),
        fit.decision.data,
        "decision",
      );
    expect(model.score(X, y) * y.length).toBeCloseTo(fit.correct!, 9);
  });
});

test("Poisson's deviance", () => {
  const model = new PoissonRegressor({ alpha: 0, tol }).fit(X, targets.counts);
  const predicted = model.predict(X);
  const { meanPoissonDeviance, d2PoissonScore } = metrics;
  // The objective is half of it, but for y·ln y − y.
  const constant = Array.from(targets.counts.data, (y) => (y === 0 ? 0 : y * Math.log(y) - y));
  const rest = constant.reduce((sum, value) => sum + value, 0) / constant.length;
  expect(meanPoissonDeviance(targets.counts, predicted) / 2).toBeCloseTo(model.objectiveValue + rest, 12);
  expect(d2PoissonScore([1, 0, 3], [1, 1e-300, 3])).toBe(1);
  const mean = [4 / 3, 4 / 3, 4 / 3];
  expect(d2PoissonScore([1, 0, 3], mean)).toBe(0);
  // scikit-learn 1.9: nothing is left of such predictions in their difference from the count.
  expect(meanPoissonDeviance([3, 1, 2], [3e-17, 2e-9, 1.5])).toBeCloseTo(89.02488169732425, 12);
  expect(() => meanPoissonDeviance([1], [0])).toThrow("1 was predicted as 0; counts are at least 0");
  expect(() => new PoissonRegressor().fit([[1], [2]], [1, -1])).toThrow(
    "PoissonRegressor.fit: y[1] is -1; counts are not negative",
  );
  expect(() => new PoissonRegressor().fit([[1], [2]], [0, 0])).toThrow("all counts are 0");
});

test("options out of range, and several targets", () => {
  expect(() => new PoissonRegressor({ alpha: -1 })).toThrow("alpha is -1; write a number from 0");
  expect(() => new PoissonRegressor({ solver: "sgd" as never })).toThrow('solver is "sgd"');
  expect(() => new HuberRegressor({ epsilon: 1 })).toThrow("epsilon is 1; write a number above 1");
  expect(() => new LinearSVC({ C: 0 })).toThrow("C is 0; write a number above 0");
  const two = [
    [1, 2],
    [3, 4],
  ];
  for (const model of [new PoissonRegressor(), new HuberRegressor()])
    expect(() => model.fit(two, two)).toThrow(
      `${model.kind}.fit: y has shape [2, 2]; fit one model for each target`,
    );
});

test("a perfect fit has no scale, and leaves a plane", () => {
  const line = Array.from({ length: 9 }, (_, i) => [i]);
  const model = new HuberRegressor({ alpha: 0 }).fit(
    line,
    line.map(([x]) => 2 * x! - 1),
  );
  expect(model.coef.data[0]).toBeCloseTo(2, 4);
  expect(model.intercept.item()).toBeCloseTo(-1, 4);
  expect(model.scale).toBeLessThan(1e-3);
});
