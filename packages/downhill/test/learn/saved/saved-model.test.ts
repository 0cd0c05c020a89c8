/** Estimators saved and loaded again. */
import { tensor, Tensor } from "downhill";
import {
  type AnyEstimator,
  ElasticNet,
  type EstimatorKind,
  HuberRegressor,
  Lasso,
  LinearRegression,
  LinearSVC,
  loadModel,
  LogisticRegression,
  MLPClassifier,
  MLPRegressor,
  NotFittedError,
  PoissonRegressor,
  Ridge,
  saveModel,
  SGDClassifier,
  SGDRegressor,
} from "downhill/learn";
import { describe, expect, test } from "vitest";
import { counts, few, newcomers, severalY, stored, three, two, X, X32, y } from "./examples.ts";

/** At least one fitted estimator of each kind. */
const fitted: Readonly<Record<EstimatorKind, readonly [what: string, make: () => AnyEstimator][]>> = {
  LinearRegression: [
    ["", () => new LinearRegression().fit(X, y)],
    ["in float32", () => new LinearRegression().fit(X32, y)],
    ["of several targets", () => new LinearRegression().fit(X, severalY)],
    ["without intercept", () => new LinearRegression({ fitIntercept: false }).fit(X, y)],
    ["by steps", () => new LinearRegression({ solver: "adam", maxIter: 7 }).fit(X, y)],
  ],
  Ridge: [
    ["", () => new Ridge({ alpha: 0.1 }).fit(X, y)],
    ["of several targets", () => new Ridge({ fitIntercept: false }).fit(X, severalY)],
  ],
  Lasso: [["", () => new Lasso({ alpha: 0.3 }).fit(X, y)]],
  ElasticNet: [["", () => new ElasticNet({ alpha: 0.2, l1Ratio: 0.7, fitIntercept: false }).fit(X, y)]],
  LogisticRegression: [
    ["of two classes", () => new LogisticRegression().fit(X, two)],
    ["of three, without penalty", () => new LogisticRegression({ C: Infinity, maxIter: 3 }).fit(X, three)],
    [
      "of booleans",
      () =>
        new LogisticRegression().fit(
          X,
          two.map((label) => label === "high"),
        ),
    ],
    [
      "with class weights in a map",
      () =>
        new LogisticRegression({
          classWeight: new Map([
            [10, 2],
            [30, 0.5],
          ]),
        }).fit(X, three),
    ],
    [
      "with class weights by name, in float32",
      () => new LogisticRegression({ classWeight: { high: 3 }, solver: "newton" }).fit(X32, two),
    ],
  ],
  PoissonRegressor: [
    ["", () => new PoissonRegressor({ alpha: 0.1 }).fit(X, counts)],
    ["in float32, without intercept", () => new PoissonRegressor({ fitIntercept: false }).fit(X32, counts)],
  ],
  HuberRegressor: [
    ["", () => new HuberRegressor().fit(X, y)],
    ["without intercept", () => new HuberRegressor({ epsilon: 2, fitIntercept: false }).fit(X32, y)],
  ],
  LinearSVC: [
    ["of two classes", () => new LinearSVC().fit(X, two)],
    ["of three", () => new LinearSVC({ C: 0.3, classWeight: "balanced" }).fit(X, three)],
  ],
  SGDRegressor: [["", () => new SGDRegressor({ maxIter: 5, penalty: "l1" }).fit(X, y)]],
  SGDClassifier: [
    ["of two classes", () => new SGDClassifier({ maxIter: 5 }).fit(X, two)],
    [
      "of three, in parts",
      () =>
        new SGDClassifier({ loss: "modifiedHuber", fitIntercept: false }).partialFit(X, three, {
          classes: [10, 20, 30],
        }),
    ],
  ],
  MLPRegressor: [
    ["", () => new MLPRegressor({ ...few, earlyStopping: true }).fit(X, y)],
    [
      "of several targets, in float64",
      () => new MLPRegressor(few).fit(tensor(X, { dtype: "float64" }), severalY),
    ],
    ["without hidden layers", () => new MLPRegressor({ ...few, hiddenLayerSizes: [] }).fit(X, y)],
  ],
  MLPClassifier: [
    ["of two classes", () => new MLPClassifier({ ...few, activation: "tanh" }).fit(X, two)],
    ["of three", () => new MLPClassifier({ ...few, solver: "lbfgs", classWeight: "balanced" }).fit(X, three)],
  ],
};

const cases = Object.values(fitted).flatMap((entries) =>
  entries.map(([what, make]) => [`${make().kind} ${what}`.trim(), make] as const),
);

/** The same with what tensors hold in their place: two tensors of equal values are two all the same. */
const plain = (node: unknown): unknown => {
  if (node instanceof Tensor) return { dtype: node.dtype, shape: node.shape, values: node.data };
  if (Array.isArray(node)) return node.map(plain);
  const isObject =
    typeof node === "object" && node !== null && Object.getPrototypeOf(node) === Object.prototype;
  return isObject ? Object.fromEntries(Object.entries(node).map(([key, part]) => [key, plain(part)])) : node;
};

const knowsProbabilities = (model: AnyEstimator): model is LogisticRegression =>
  "predictProba" in model && (model.kind !== "SGDClassifier" || model.options.loss === "modifiedHuber");

const predictionsOf = (model: AnyEstimator): unknown[] =>
  "classes" in model
    ? [
        model.predict(newcomers),
        knowsProbabilities(model) && model.predictProba(newcomers),
        model.decisionFunction(newcomers),
      ]
    : [model.predict(newcomers)];

/** What a model knows, apart from what `predict` does with it. */
const knowledge = (model: AnyEstimator): Record<string, unknown> => {
  const { kind, options, parameters, nFeatures, history, nIter, stopReason, bestEpoch } = model;
  const { converged, objective, objectiveValue, isFitted } = model;
  return {
    ...{ kind, options, parameters, nFeatures, history, nIter, stopReason, bestEpoch },
    ...{ converged, objective, objectiveValue, isFitted },
    classes: "classes" in model ? model.classes : undefined,
  };
};

describe("saved and loaded", () => {
  test.each(cases)("%s", (_what, make) => {
    const model = make();
    const saved = saveModel(model);
    const loaded = loadModel(stored(saved));
    expect(loaded.constructor).toBe(model.constructor);
    expect(plain(knowledge(loaded))).toStrictEqual(plain(knowledge(model)));
    expect(plain(predictionsOf(loaded))).toStrictEqual(plain(predictionsOf(model)));
    expect(plain(saveModel(loaded))).toStrictEqual(plain(saved));
  });

  test.each(Object.keys(fitted) as EstimatorKind[])("every tensor of %s is at its path", (kind) => {
    const model = fitted[kind][0]![1]();
    const { tensors } = saveModel(model);
    const values = (tree: unknown): Tensor[] =>
      Object.values(tree as object).flatMap((part: unknown) =>
        part !== null && typeof part === "object" && "dtype" in part ? [part as Tensor] : values(part),
      );
    const parameters = Object.entries(tensors).filter(([path]) => path.startsWith("parameters."));
    expect(parameters.map(([, value]) => value)).toEqual(values(model.parameters));
    for (const [path, value] of parameters) {
      const found = path
        .split(".")
        .slice(1)
        .reduce<unknown>((node, key) => (node as Record<string, unknown>)[key], model.parameters);
      expect(found).toBe(value);
    }
  });

  test("the form is the one that files have", () => {
    const saved = saveModel(new Ridge({ alpha: 2 }).fit([[1], [2], [3]], [2, 4, 6]));
    expect(JSON.parse(JSON.stringify(saved.config))).toEqual({
      format: "downhill estimator",
      version: 1,
      kind: "Ridge",
      options: expect.objectContaining({ alpha: 2, fitIntercept: true, solver: "newton" }) as unknown,
      nFeatures: 1,
      parameters: { coef: "float64[1]", intercept: "float64[]" },
      history: { epoch: "float64[1]", loss: "float64[1]", seconds: "float64[1]" },
      nIter: 1,
      bestEpoch: 1,
      stopReason: "converged",
      objective: "Σ (y − Xw − b)² + 2·Σ w²",
      // Σ of centred x·y is 4, of x² 2: w = 4 / (2 + 2) = 1, residuals 1, 0, −1: 2 + 2·1.
      objectiveValue: 4,
    });
    expect(saved.tensors["parameters.coef"]!.toArray()).toEqual([1]);
    expect(saved.tensors["parameters.intercept"]!.item()).toBe(2);
  });

  test("a loaded model goes on learning from where it was", () => {
    const options = { warmStart: true, maxIter: 2, tol: 0 };
    const model = new LogisticRegression(options).fit(X, two);
    const loaded = loadModel(stored(saveModel(model))) as LogisticRegression;
    expect(plain(loaded.fit(X, two).parameters)).toStrictEqual(plain(model.fit(X, two).parameters));
  });

  test("a model that has not been fitted has nothing to save", () => {
    expect(() => saveModel(new Lasso())).toThrow(NotFittedError);
  });
});
