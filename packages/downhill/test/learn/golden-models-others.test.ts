/** The fits of test/golden/models.json by other losses than squared errors and log losses. */
import { tensor } from "downhill";
import { HuberRegressor, LinearSVC, PoissonRegressor } from "downhill/learn";
import { expect, test } from "vitest";
import { agree } from "../golden-helpers/golden.ts";
import { type GoldenFit, goldenFits, tableOf } from "./golden-models.ts";

type Fit = GoldenFit & {
  readonly hyperparameters: { readonly epsilon?: number };
  readonly scale?: number;
  readonly outliers?: number;
  readonly decision_first_rows?: readonly number[];
};

const makers: Readonly<Record<string, (options: object) => PoissonRegressor | HuberRegressor | LinearSVC>> = {
  poisson_regression: (options) => new PoissonRegressor(options),
  huber_regression: (options) => new HuberRegressor(options),
  linear_svc_squared_hinge: (options) => new LinearSVC(options),
};

const fits = goldenFits.filter(({ model }) => model in makers) as readonly Fit[];

/**
 * Values of up to 600 have roundings of 1e-13, gradients of 1e-12; the least curvature of the loss per row is 1e-4 (that of the tables'
 * most dependent columns, 0.009, by the 2/σ of Huber's loss). Coefficients are of size 1 to 40.
 */
const tolerance = { absolute: 1e-8, relative: 1e-8 };

const near = (actual: ArrayLike<number>, expected: readonly number[]): void => {
  expect(actual).toHaveLength(expected.length);
  expected.forEach((value, i) => {
    if (!agree(actual[i]!, value, tolerance)) throw new Error(`[${i}] is ${actual[i]!}, expected ${value}`);
  });
};

test("there are fits of each, and all of the file are run here or by squared errors and log losses", () => {
  expect(new Set(fits.map(({ model }) => model)).size).toBe(3);
  const others = goldenFits.filter(({ model }) =>
    /^(linear_regression|ridge|lasso|elastic_net)$|logistic/.test(model),
  );
  expect(fits.length + others.length).toBe(goldenFits.length);
});

test.each(fits)("$id", (fit) => {
  const table = tableOf(fit);
  const X = tensor(table.X, { dtype: "float64" });
  const y = table.y.map((cell) => fit.classes?.indexOf(cell) ?? Number(cell));
  const model = makers[fit.model]!({ ...fit.hyperparameters, tol: 1e-13, maxIter: 5000 }).fit(X, y);
  expect(model.converged).toBe(true);
  near(model.coef.data, fit.coefficients.flat());
  near(model.intercept.data, [fit.intercept].flat());
  // Flat at the optimum.
  expect(Math.abs(model.objectiveValue / fit.objective - 1)).toBeLessThan(1e-12);
  if (model.kind === "LinearSVC") {
    near(model.decisionFunction(X).data.slice(0, 5), fit.decision_first_rows!);
    expect(model.score(X, y) * fit.n_rows).toBeCloseTo(fit.train_correct!, 9);
    return;
  }
  near(model.predict(X).data.slice(0, 5), fit.predictions_first_rows!);
  if (model.kind === "HuberRegressor") {
    near([model.scale], [fit.scale!]);
    expect(model.outliers(X, y).filter(Boolean)).toHaveLength(fit.outliers!);
  }
});
