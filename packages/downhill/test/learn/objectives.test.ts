/** The objective that an estimator states is the one whose value it gives, computed here from its predictions. */
import { type Tensor } from "downhill";
import {
  type AnyEstimator,
  ElasticNet,
  Lasso,
  LinearRegression,
  LogisticRegression,
  type MLPClassifier,
  MLPRegressor,
  MLPClassifier as Perceptron,
  Ridge,
} from "downhill/learn";
import { describe, expect, test } from "vitest";
import { distance, float64, numbers, rows, table, threeClasses, twoClasses } from "./subjects.ts";

const X = float64(table);
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const squares = (values: ArrayLike<number>): number => sum(Array.from(values, (value) => value ** 2));

/** Weights that are no whole numbers, and add up to 72. */
const sampleWeight = table.map((_, i) => [0.5, 1.5, 1, 2.5, 0, 1.7][i % 6]!);

/** Σ s·(y − ŷ)² */
const errors = (model: { predict(X: Tensor): Tensor }, weights: readonly number[], y = numbers): number => {
  const predicted = model.predict(X).data;
  return sum(y.map((value, i) => weights[i]! * (value - predicted[i]!) ** 2));
};

/** Σ s·log loss */
const logLosses = (
  model: LogisticRegression | MLPClassifier,
  weights: readonly number[],
  y: readonly number[],
): number => {
  const probabilities = model.predictProba(X);
  const classes = probabilities.shape[1]!;
  return -sum(y.map((label, i) => weights[i]! * Math.log(probabilities.data[i * classes + label]!)));
};

const kernels = ({ coefs }: MLPRegressor | MLPClassifier): number =>
  sum(coefs.map(({ data }) => squares(data)));

const ones = table.map(() => 1);
const few = { maxIter: 7 } as const;

interface Statement {
  readonly model: AnyEstimator;
  readonly text: string;
  readonly value: number;
}

const statements: Readonly<Record<string, () => Statement>> = {
  "least squares": () => {
    const model = new LinearRegression().fit(X, numbers);
    return {
      model,
      text: "mean squared error = 1/60·Σ (y − Xw − b)²",
      value: errors(model, ones) / rows,
    };
  },
  "least squares through the origin, weighted, by steps": () => {
    const model = new LinearRegression({ solver: "adam", fitIntercept: false, ...few });
    model.fit(X, numbers, { sampleWeight });
    return {
      model,
      text: "mean squared error = 1/72·Σ s·(y − Xw)²",
      value: errors(model, sampleWeight) / 72,
    };
  },
  "least squares of two targets": () => {
    const targets = numbers.map((value, i) => [value, 2 - table[i]![0]!]);
    const model = new LinearRegression().fit(X, targets);
    const predicted = model.predict(X).data;
    return {
      model,
      text: "mean squared error = 1/120·Σ (y − Xw − b)²",
      value: squares(targets.flat().map((value, i) => value - predicted[i]!)) / 120,
    };
  },
  ridge: () => {
    const model = new Ridge({ alpha: 2.5 }).fit(X, numbers);
    return {
      model,
      text: "Σ (y − Xw − b)² + 2.5·Σ w²",
      value: errors(model, ones) + 2.5 * squares(model.coef.data),
    };
  },
  "ridge, weighted, by steps": () => {
    const model = new Ridge({ solver: "sgd", learningRate: 0.01, ...few }).fit(X, numbers, { sampleWeight });
    return {
      model,
      text: "Σ s·(y − Xw − b)² + 1·Σ w²",
      value: errors(model, sampleWeight) + squares(model.coef.data),
    };
  },
  lasso: () => {
    const model = new Lasso({ alpha: 0.2 }).fit(X, numbers);
    return {
      model,
      text: "1/(2·60)·Σ (y − Xw − b)² + 0.2·Σ |w|",
      value: errors(model, ones) / 120 + 0.2 * sum(Array.from(model.coef.data, Math.abs)),
    };
  },
  "elastic net, weighted": () => {
    const model = new ElasticNet({ alpha: 0.2, l1Ratio: 0.25 }).fit(X, numbers, { sampleWeight });
    return {
      model,
      text: "1/(2·72)·Σ s·(y − Xw − b)² + 0.05·Σ |w| + 0.075·Σ w²",
      value:
        errors(model, sampleWeight) / 144 +
        0.05 * sum(Array.from(model.coef.data, Math.abs)) +
        0.075 * squares(model.coef.data),
    };
  },
  "logistic regression": () => {
    const model = new LogisticRegression({ C: 0.5 }).fit(X, twoClasses);
    return {
      model,
      text: "0.5·Σ log loss + 1/2·Σ w²",
      value: 0.5 * logLosses(model, ones, twoClasses) + squares(model.coef.data) / 2,
    };
  },
  "logistic regression of weighted classes, by steps": () => {
    const model = new LogisticRegression({ classWeight: { 1: 3 }, solver: "adam", ...few });
    model.fit(X, threeClasses, { sampleWeight });
    const weights = sampleWeight.map((weight, i) => (threeClasses[i] === 1 ? 3 : 1) * weight);
    return {
      model,
      text: "1·Σ s·log loss + 1/2·Σ w²",
      value: logLosses(model, weights, threeClasses) + squares(model.coef.data) / 2,
    };
  },
  "logistic regression without penalty": () => {
    const model = new LogisticRegression({ C: Infinity }).fit(X, threeClasses);
    return { model, text: "Σ log loss", value: logLosses(model, ones, threeClasses) };
  },
  "a perceptron for numbers, all rows in each step": () => {
    const model = new MLPRegressor({ alpha: 0.3, ...few }).fit(X, numbers);
    return {
      model,
      text: "1/60·Σ (y − ŷ)² + 0.3/60·Σ w²",
      value: errors(model, ones) / 60 + (0.3 / 60) * kernels(model),
    };
  },
  "a perceptron for numbers, weighted, fifteen rows in each step": () => {
    const model = new MLPRegressor({ alpha: 0.3, batchSize: 15, ...few });
    model.fit(X, numbers, { sampleWeight });
    // Rows without weight are left out, which makes 50 of them; fifteen of these weigh 72·15/50.
    return {
      model,
      text: "1/72·Σ s·(y − ŷ)² + 0.3/21.6·Σ w²",
      value: errors(model, sampleWeight) / 72 + (0.3 / 21.6) * kernels(model),
    };
  },
  "a perceptron for two numbers": () => {
    const targets = numbers.map((value, i) => [value, 2 - table[i]![0]!]);
    const model = new MLPRegressor({ solver: "lbfgs", alpha: 0, ...few }).fit(X, targets);
    const predicted = model.predict(X).data;
    return {
      model,
      text: "1/120·Σ (y − ŷ)²",
      value: squares(targets.flat().map((value, i) => value - predicted[i]!)) / 120,
    };
  },
  "a perceptron for two classes": () => {
    const model = new Perceptron({ alpha: 0.3, batchSize: 20, ...few }).fit(X, twoClasses);
    return {
      model,
      text: "1/60·Σ log loss + 0.3/(2·20)·Σ w²",
      value: logLosses(model, ones, twoClasses) / 60 + (0.3 / 40) * kernels(model),
    };
  },
  "a perceptron for three classes by L-BFGS": () => {
    const model = new Perceptron({ alpha: 0.3, solver: "lbfgs", classWeight: "balanced", ...few });
    model.fit(X, threeClasses);
    const count = (label: number): number => threeClasses.filter((y) => y === label).length;
    const weights = threeClasses.map((label) => 60 / (3 * count(label)));
    return {
      model,
      text: "1/60·Σ s·log loss + 0.3/(2·60)·Σ w²",
      value: logLosses(model, weights, threeClasses) / 60 + (0.3 / 120) * kernels(model),
    };
  },
};

describe("the objective of", () => {
  test.each(Object.entries(statements))("%s", (_, state) => {
    const { model, text, value } = state();
    expect(model.objective).toBe(text);
    // Sums of sixty terms in another order.
    expect(distance([model.objectiveValue], [value])).toBeLessThan(1e-12);
  });
});

describe("of the rows held out", () => {
  const others = float64(table.map(([a, b, c]) => [a! + 0.1, -b!, c!]));

  test("the penalty is no part of their loss", () => {
    const y = numbers.map((value) => value + 0.3);
    const model = new Ridge({ solver: "adam", alpha: 50, maxIter: 3 });
    model.fit(X, numbers, { validation: { X: others, y, sampleWeight } });
    const predicted = model.predict(others).data;
    const expected = sum(y.map((value, i) => sampleWeight[i]! * (value - predicted[i]!) ** 2)) / 72;
    expect(distance([model.history.validationLoss[2]!], [expected])).toBeLessThan(1e-12);
    expect(model.history.validationScore[2]).toBe(model.score(others, y, { sampleWeight }));
  });

  test("class weights are part of it", () => {
    const model = new LogisticRegression({ solver: "adam", classWeight: { 0: 4 }, maxIter: 3 });
    model.fit(X, twoClasses, { validation: { X: others, y: twoClasses } });
    const probabilities = model.predictProba(others).data;
    const weights = twoClasses.map((label) => (label === 0 ? 4 : 1));
    const losses = twoClasses.map((label, i) => -weights[i]! * Math.log(probabilities[2 * i + label]!));
    expect(distance([model.history.validationLoss[2]!], [sum(losses) / sum(weights)])).toBeLessThan(1e-12);
  });

  test("neither are they part of the objective, when they are split off", () => {
    const model = new MLPRegressor({ earlyStopping: true, validationFraction: 0.25, alpha: 0, maxIter: 5 });
    model.fit(X, numbers);
    expect(model.objective).toBe("1/45·Σ (y − ŷ)²");
  });
});
