/** The control group: trainings with which nothing is the matter get no diagnosis and no warning. */
import {
  describeDiagnosis,
  type Diagnosis,
  ElasticNet,
  LinearRegression,
  LogisticRegression,
  MLPClassifier,
  MLPRegressor,
  Ridge,
} from "downhill/learn";
import { describe, expect, test } from "vitest";
import { readTable } from "../tables.ts";
import { cancer, diabetes, progression, raw, type Training, wine } from "./trainings.ts";

const iris = readTable("iris");
const digits = readTable("digits");
const half = { X: diabetes.X.slice(221), y: progression.slice(221) };

const healthy: readonly (readonly [name: string, make: () => Training])[] = [
  ["least squares, solved", () => ({ model: new LinearRegression(), X: raw.X, y: progression })],
  [
    "least squares by descent at the rate measured",
    () => ({ model: new LinearRegression({ solver: "sgd" }), X: diabetes.X, y: progression }),
  ],
  [
    "close to the border, and below it",
    () => ({
      model: new LinearRegression({ solver: "momentum", learningRate: 0.4 }),
      X: diabetes.X,
      y: progression,
    }),
  ],
  ["ridge by Adam", () => ({ model: new Ridge({ solver: "adam" }), X: diabetes.X, y: progression })],
  ["an elastic net", () => ({ model: new ElasticNet({ alpha: 0.05 }), X: diabetes.X, y: progression })],
  ["two classes by L-BFGS", () => ({ model: new LogisticRegression(), X: cancer.X, y: cancer.y })],
  [
    "three classes by Newton's method",
    () => ({ model: new LogisticRegression({ solver: "newton" }), X: iris.X, y: iris.y }),
  ],
  [
    "classes in batches",
    () => ({
      model: new LogisticRegression({ solver: "nesterov", batchSize: 32, maxIter: 60 }),
      X: wine.X,
      y: wine.y,
    }),
  ],
  ["a network on raw flowers", () => ({ model: new MLPClassifier(), X: iris.X, y: iris.y })],
  [
    "a network on digits, with pixels that are almost always 0",
    () => ({ model: new MLPClassifier({ maxIter: 40 }), X: digits.X, y: digits.y }),
  ],
  [
    "tanh that has learnt its rows to the last",
    () => ({
      model: new MLPClassifier({ activation: "tanh", hiddenLayerSizes: [32, 16] }),
      X: cancer.X,
      y: cancer.y,
    }),
  ],
  [
    "a network stopped in time by rows held out",
    () => ({
      model: new MLPRegressor({ earlyStopping: true, earlyStoppingBy: "loss", learningRate: 0.005 }),
      X: diabetes.X.slice(0, 221),
      y: progression.slice(0, 221),
      options: { validation: half },
    }),
  ],
  [
    "a deep network for numbers",
    () => ({
      model: new MLPRegressor({ hiddenLayerSizes: [32, 32, 32], maxIter: 80 }),
      X: diabetes.X,
      y: progression,
    }),
  ],
];

describe.each(healthy)("%s", (_, make) => {
  test("nothing is the matter", () => {
    const { model, X, y, options = {} } = make();
    const typed = model as {
      fit(X: unknown, y: unknown, options: object): unknown;
      diagnose(X: unknown, y: unknown): Diagnosis;
    };
    typed.fit(X, y, options);
    const diagnosis = typed.diagnose(X, y);
    expect(describeDiagnosis(diagnosis)).toBe("");
    expect(diagnosis).toEqual({ bad: undefined, causes: [], warnings: [] });
  });
});
