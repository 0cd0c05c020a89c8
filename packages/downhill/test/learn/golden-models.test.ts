/** The linear models reach scikit-learn's optimum, by every solver that goes there by itself. */
import { grad, tensor } from "downhill";
import { ElasticNet, Lasso, LinearRegression, LogisticRegression, metrics, Ridge } from "downhill/learn";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { agree, type Tolerance } from "../golden-helpers/golden.ts";
import { type GoldenFit, goldenFits, tableOf } from "./golden-models.ts";
import { setTarget, targetNames } from "../targets/targets.ts";

/**
 * Of methods that end at the solution of a linear system: the references are good to about 1e-9 (their README), rounding
 * here is 1e-12 at the most.
 */
const exact: Tolerance = { absolute: 1e-12, relative: 1e-9 };

/** L-BFGS ends when no component of the gradient of the loss per row is larger. */
const tol = 1e-12;

/**
 * A gradient of size g at a point means that the minimum is within g/μ of it, μ the least curvature: 1/(C·n) through the
 * penalty. Without one the curvature is that of the data, which is between 0.001 and 0.1 for the tables here.
 */
const iterated = ({ hyperparameters: { C }, n_rows: rows, coefficients }: GoldenFit): Tolerance => ({
  absolute: tol * Math.sqrt(coefficients.flat().length) * (C === undefined ? 1000 : C * rows),
  relative: 1e-9,
});

const expectNumbers = (
  actual: ArrayLike<number>,
  expected: readonly number[] | readonly (readonly number[])[],
  what: string,
  { absolute, relative }: Tolerance,
): void => {
  const flat = expected.flat();
  // Coefficients that are (nearly) 0 are as good as the others are.
  const tolerance = {
    relative,
    absolute: Math.max(absolute, 1e-3 * relative * Math.max(...flat.map(Math.abs))),
  };
  expect(actual.length, what).toBe(flat.length);
  flat.forEach((value, i) => {
    if (!agree(actual[i]!, value, tolerance))
      throw new Error(`${what}[${i}] is ${actual[i]!}, expected ${value}`);
  });
};

type Regressor = LinearRegression | Ridge | Lasso | ElasticNet;

const regressors: Readonly<Record<string, (fit: GoldenFit) => Regressor>> = {
  linear_regression: () => new LinearRegression(),
  ridge: ({ hyperparameters: { alpha } }) => new Ridge({ alpha: alpha! }),
  lasso: ({ hyperparameters: { alpha } }) => new Lasso({ alpha: alpha!, tol: 1e-12 }),
  elastic_net: ({ hyperparameters: { alpha, l1_ratio: l1Ratio } }) =>
    new ElasticNet({ alpha: alpha!, l1Ratio: l1Ratio!, tol: 1e-12 }),
};

const regressions = goldenFits.filter(({ model }) => model in regressors);
const classifications = goldenFits.filter(({ model }) => model.includes("logistic_regression"));

test("there are fits of every model", () => {
  expect(new Set(regressions.map(({ model }) => model))).toEqual(new Set(Object.keys(regressors)));
  expect(new Set(classifications.map(({ model }) => model)).size).toBe(4);
});

describe.each(targetNames)("on %s", (target) => {
  beforeAll(() => setTarget(target));
  afterAll(() => setTarget("wasm"));

  test.each(regressions)("$id", (fit) => {
    const table = tableOf(fit);
    const X = tensor(table.X, { dtype: "float64" });
    const y = table.y.map(Number);
    const model = regressors[fit.model]!(fit).fit(X, y);

    expect(model.coef.dtype).toBe("float64");
    expectNumbers(model.coef.data, fit.coefficients, "coefficients", exact);
    expectNumbers(model.intercept.data, [fit.intercept].flat(), "intercept", exact);
    expectNumbers([model.objectiveValue], [fit.objective], "objective", exact);
    expectNumbers([model.score(X, y)], [fit.r2!], "R²", exact);
    const predicted = model.predict(X);
    expectNumbers(
      [metrics.meanSquaredError(y, predicted)],
      [fit.mean_squared_error!],
      "mean squared error",
      exact,
    );
    const first = fit.predictions_first_rows!;
    expectNumbers(predicted.data.slice(0, first.length), first, "predictions", exact);
    if (fit.nonzero !== undefined)
      expect(Array.from(model.coef.data).filter((value) => value !== 0)).toHaveLength(fit.nonzero);
  });

  const solvers = classifications.flatMap((fit) =>
    // The Hessian of ten classes of 64 columns is 650 × 650: nothing for a Newton step.
    (fit.dataset === "digits" ? (["lbfgs"] as const) : (["lbfgs", "newton"] as const)).map((solver) => ({
      ...fit,
      solver,
    })),
  );

  test.each(solvers)("$id by $solver", ({ solver, ...fit }) => {
    const table = tableOf(fit);
    const X = tensor(table.X, { dtype: "float64" });
    // The positions of the classes as labels: the references have an order of their own, labels are sorted here.
    const y = table.y.map((label) => fit.classes!.indexOf(label));
    const { C = Infinity } = fit.hyperparameters;
    const model = new LogisticRegression({ C, solver, tol, maxIter: 2000, warmStart: true });
    if (target === "reference" && fit.dataset === "digits") {
      // The interpreter would take ten seconds from zero: it takes over where the value has thirteen digits, which is half
      // as many of the coefficients.
      const close = ((1 + 1e-13) * fit.objective) / (C * fit.n_rows);
      setTarget("wasm");
      model.fit(X, y, { onEpoch: ({ loss }) => loss > close });
      expect(model.stopReason).toBe("interrupted");
      setTarget(target);
    }
    model.fit(X, y);
    const precision = solver === "newton" ? exact : iterated(fit);

    expect(model.converged).toBe(true);
    expect(model.classes).toEqual(fit.classes!.map((_, i) => i));
    expect(model.coef.dtype).toBe("float64");
    expectNumbers(model.coef.data, fit.coefficients, "coefficients", precision);
    expectNumbers(model.intercept.data, [fit.intercept].flat(), "intercept", precision);
    // The objective is flat at its minimum: errors of the coefficients come in squared.
    expectNumbers([model.objectiveValue], [fit.objective], "objective", { absolute: 0, relative: 1e-12 });
    expect(model.score(X, y)).toBe(fit.train_correct! / fit.n_rows);
    const probabilities = model.predictProba(X);
    expectNumbers([metrics.logLoss(y, probabilities)], [fit.mean_log_loss!], "log loss", precision);
    const first = fit.probabilities_first_rows!;
    const columns = fit.classes!.length;
    const found = Array.from(probabilities.data.slice(0, first.length * columns));
    // Relative errors of small probabilities are absolute errors of logits: errors of coefficients times columns,
    // whose standardised values have magnitudes that add up to less than 640 in a row.
    expectNumbers(columns === 2 ? found.filter((_, i) => i % 2 === 1) : found, first, "probabilities", {
      absolute: 1e-15,
      relative: 640 * Math.max(precision.absolute, precision.relative),
    });

    const slope = grad(model.lossFunction(X, y))(model.parameters);
    for (const part of [slope.coef, slope.intercept!])
      expect(Math.max(...part.data.map(Math.abs))).toBeLessThan(1e-11);
  });
});
