/** Options that are refused, each with a message that says what to write. */
import { ArgumentError } from "downhill";
import {
  ElasticNet,
  Lasso,
  LinearRegression,
  LogisticRegression,
  MLPClassifier,
  MLPRegressor,
  Ridge,
  SGDClassifier,
  SGDRegressor,
} from "downhill/learn";
import { describe, expect, test } from "vitest";

type Constructor = new (options?: never) => { readonly options: object };

const linear: readonly Constructor[] = [LinearRegression, Ridge, LogisticRegression];
const swept: readonly Constructor[] = [Lasso, ElasticNet];
const networks: readonly Constructor[] = [MLPRegressor, MLPClassifier];
const stepped = [...linear, ...networks];

const solvers = '"sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw"';
const fromZero = "write a number from 0";
const count = "write a whole number from 1";
const share = "write a number from 0 and below 1";

const refused: readonly (readonly [readonly Constructor[], options: object, message: string])[] = [
  [[...stepped, ...swept], { colour: "red" }, 'there is no option "colour"; the options are '],
  [[...stepped, ...swept], { maxIter: 0 }, `maxIter is 0; ${count}`],
  [[...stepped, ...swept], { maxIter: 2.5 }, `maxIter is 2.5; ${count}`],
  [[...stepped, ...swept], { tol: -1 }, `tol is -1; ${fromZero}`],
  [[...stepped, ...swept], { tol: NaN }, `tol is NaN; ${fromZero}`],
  [stepped, { learningRate: 0 }, "learningRate is 0; write a number above 0"],
  [stepped, { learningRate: "fast" }, "learningRate is fast; write a number above 0"],
  [stepped, { batchSize: -3 }, `batchSize is -3; ${count}`],
  [stepped, { batchSize: "all" }, `batchSize is all; ${count}`],
  [stepped, { nIterNoChange: 0 }, `nIterNoChange is 0; ${count}`],
  [stepped, { randomState: -1 }, "randomState is -1; write a whole number from 0"],
  [stepped, { randomState: 0.5 }, "randomState is 0.5; write a whole number from 0"],
  [stepped, { validationFraction: 1 }, "validationFraction is 1; write a number between 0 and 1"],
  [stepped, { earlyStopping: 1 }, "earlyStopping is 1; write true or false"],
  [stepped, { earlyStoppingBy: "luck" }, 'earlyStoppingBy is "luck"; write one of "score", "loss"'],
  [[LinearRegression, Ridge], { solver: "lbfgs" }, `solver is "lbfgs"; write one of "newton", ${solvers}`],
  [[LogisticRegression], { solver: "saga" }, `solver is "saga"; write one of "lbfgs", "newton", ${solvers}`],
  [networks, { solver: "newton" }, `solver is "newton"; write one of "lbfgs", ${solvers}`],
  [[...linear, ...swept], { fitIntercept: null }, "fitIntercept is null; write true or false"],
  [[Ridge, ...swept, ...networks], { alpha: -0.1 }, `alpha is -0.1; ${fromZero}`],
  [[ElasticNet], { l1Ratio: 1.2 }, "l1Ratio is 1.2; write a number from 0 to 1"],
  [[LogisticRegression], { C: 0 }, "C is 0; write a number above 0, or Infinity for no penalty"],
  [networks, { hiddenLayerSizes: 100 }, "hiddenLayerSizes is 100; write a list such as [100] or [64, 32]"],
  [networks, { hiddenLayerSizes: [8, 0] }, `hiddenLayerSizes[1] is 0; ${count}`],
  [
    networks,
    { activation: "elu" },
    'activation is "elu"; write one of "identity", "logistic", "tanh", "relu"',
  ],
  [
    networks,
    { learningRateSchedule: "cosine" },
    'learningRateSchedule is "cosine"; write one of "constant", "invscaling", "adaptive"',
  ],
  [networks, { powerT: -1 }, `powerT is -1; ${fromZero}`],
  [networks, { dropout: 1 }, `dropout is 1; ${share}`],
  [networks, { momentum: 1 }, `momentum is 1; ${share}`],
  [networks, { beta1: -0.1 }, `beta1 is -0.1; ${share}`],
  [networks, { beta2: 1 }, `beta2 is 1; ${share}`],
  [networks, { epsilon: 0 }, "epsilon is 0; write a number above 0"],
];

describe.each(refused)("%#", (constructors, options, message) => {
  test.each(constructors.map((constructor) => [constructor.name, constructor] as const))(
    `%s: ${message}`,
    (name, constructor) => {
      expect(() => new constructor(options as never)).toThrow(`${name}: ${message}`);
    },
  );
});

test("what is left out, or undefined, has its default", () => {
  for (const constructor of [...stepped, ...swept]) {
    const { options } = new constructor();
    const undefinedToo = Object.fromEntries(Object.keys(options).map((name) => [name, undefined]));
    expect(new constructor(undefinedToo as never).options).toEqual(options);
    // What is given back can be given again.
    expect(new constructor(options as never).options).toEqual(options);
  }
});

test("scikit-learn's defaults, where it has the option", () => {
  expect(new MLPClassifier().options).toMatchObject({
    hiddenLayerSizes: [100],
    activation: "relu",
    solver: "adam",
    alpha: 1e-4,
    batchSize: "auto",
    powerT: 0.5,
    maxIter: 200,
    shuffle: true,
    tol: 1e-4,
    warmStart: false,
    momentum: 0.9,
    earlyStopping: false,
    validationFraction: 0.1,
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
    nIterNoChange: 10,
  });
  expect(new LogisticRegression().options).toMatchObject({ C: 1, solver: "lbfgs", tol: 1e-4, maxIter: 100 });
  expect(new Ridge().options).toMatchObject({ alpha: 1, fitIntercept: true });
  expect(new Lasso().options).toMatchObject({ alpha: 1, tol: 1e-4, maxIter: 1000 });
  expect(new ElasticNet().options).toMatchObject({ alpha: 1, l1Ratio: 0.5, tol: 1e-4, maxIter: 1000 });
});

describe("tables without targets or weights that could be learnt from are refused in words", () => {
  const X = [
    [1, 2],
    [2, 1],
    [3, 5],
    [4, 3],
  ];
  const none = undefined as never;
  test.each<[string, () => unknown, string]>([
    ["no y", () => new Ridge().fit(X, none), "Ridge.fit: y is undefined; write a list"],
    ["no labels", () => new LogisticRegression().fit(X, none), "LogisticRegression.fit: y is undefined"],
    ["one number", () => new Ridge().fit(X, 3 as never), "Ridge.fit: y is 3; write a list"],
    [
      "weights that are null",
      () => new SGDRegressor().fit(X, [1, 2, 3, 4], { sampleWeight: null as never }),
      "SGDRegressor.fit: sampleWeight is null; write a list",
    ],
    [
      "classes without a weight",
      () => new SGDClassifier({ classWeight: { a: 0, b: 0 } }).fit(X, ["a", "b", "a", "b"]),
      "SGDClassifier.fit: no row has a weight in float64",
    ],
    [
      "weights that float32 does not know",
      () => new MLPRegressor().fit(X, [1, 2, 3, 4], { sampleWeight: [1e-60, 1e-60, 0, 1e-60] }),
      "MLPRegressor.fit: no row has a weight in float32",
    ],
  ])("%s", (_, fit, message) => {
    expect(fit).toThrow(ArgumentError);
    expect(fit).toThrow(message);
  });

  test("a training on numbers whose squares overflow says what ran away", () => {
    const huge = X.map((row) => row.map((value) => value * 1e300));
    expect(() => new SGDRegressor({ maxIter: 5 }).fit(huge, [1, 2, 3, 4])).toThrow("the loss became");
  });
});
