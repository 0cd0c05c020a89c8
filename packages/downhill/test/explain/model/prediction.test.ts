/** Explanations of predictions against the engine's gradient, for every kind of model, on real tables. */
import { ArgumentError, grad, ShapeError, tensor, type Tensor } from "downhill";
import { explainPrediction, type ExplainOptions, type PredictionExplanation } from "downhill/explain";
import {
  ElasticNet,
  Lasso,
  LinearSVC,
  LinearRegression,
  LogisticRegression,
  MLPClassifier,
  MLPRegressor,
  NotFittedError,
  Ridge,
  SGDClassifier,
  SGDRegressor,
} from "downhill/learn";
import type { Explainable } from "../../../src/explain/model/explainable.ts";
import { describe, expect, test } from "vitest";
import { checkSlopes, objectiveOnRow } from "../../../src/explain/model/check.ts";
import { doubleParameters, weightsOf } from "../../../src/explain/model/layers.ts";
import { readTable } from "../../learn/tables.ts";

const diabetes = readTable("diabetes", { preprocessing: "standardise" });
const cancer = readTable("breast_cancer", { preprocessing: "standardise" });
const iris = readTable("iris", { preprocessing: "standardise" });
const wine = readTable("wine", { preprocessing: "standardise" });
const digits = readTable("digits", { preprocessing: "standardise" });

const numbers = diabetes.y.map((value) => (Number(value) - 152) / 77);
const pairs = numbers.map((value, i) => [value, diabetes.X[i]![2]! + value]);

interface Case {
  readonly name: string;
  readonly model: Explainable;
  readonly X: readonly (readonly number[])[];
  readonly y: readonly (string | number | readonly number[])[];
}

const of = (name: string, model: Explainable, X: Case["X"], y: Case["y"], rows = X.length): Case => ({
  name,
  model: (model as { fit(X: Case["X"], y: Case["y"]): Explainable }).fit(X.slice(0, rows), y.slice(0, rows)),
  X,
  y,
});

const network = { maxIter: 15, hiddenLayerSizes: [12, 7], randomState: 3 } as const;
const unpenalised = [
  of("linear regression", new LinearRegression(), diabetes.X, numbers),
  of(
    "linear regression without intercept",
    new LinearRegression({ fitIntercept: false }),
    diabetes.X,
    numbers,
  ),
  of("linear regression of two targets", new LinearRegression(), diabetes.X, pairs),
  of("logistic regression", new LogisticRegression({ C: Infinity, maxIter: 5 }), cancer.X, cancer.y),
  of("logistic regression of classes", new LogisticRegression({ C: Infinity, maxIter: 5 }), iris.X, iris.y),
  of("network for numbers", new MLPRegressor({ ...network, alpha: 0 }), diabetes.X, numbers),
  of(
    "network for two numbers",
    new MLPRegressor({ ...network, alpha: 0, activation: "tanh" }),
    diabetes.X,
    pairs,
  ),
  of("network for two classes", new MLPClassifier({ ...network, alpha: 0 }), cancer.X, cancer.y),
  of("network for classes", new MLPClassifier({ ...network, alpha: 0 }), wine.X, wine.y),
  of(
    "deep network",
    new MLPClassifier({ ...network, alpha: 0, hiddenLayerSizes: [9, 8, 7, 6] }),
    wine.X,
    wine.y,
  ),
  of(
    "network of sigmoids",
    new MLPClassifier({ ...network, alpha: 0, activation: "logistic" }),
    iris.X,
    iris.y,
  ),
  of(
    "network without activation",
    new MLPClassifier({ ...network, alpha: 0, activation: "identity" }),
    iris.X,
    iris.y,
  ),
  of(
    "network without hidden layers",
    new MLPClassifier({ maxIter: 15, alpha: 0, hiddenLayerSizes: [] }),
    iris.X,
    iris.y,
  ),
  of(
    "wide network",
    new MLPClassifier({ maxIter: 3, alpha: 0, hiddenLayerSizes: [32] }),
    digits.X,
    digits.y,
    300,
  ),
];
const penalised = [
  of("ridge", new Ridge({ alpha: 3 }), diabetes.X, numbers),
  of("ridge of two targets", new Ridge({ alpha: 3 }), diabetes.X, pairs),
  of("lasso", new Lasso({ alpha: 0.05 }), diabetes.X, numbers),
  of(
    "stochastic gradient descent",
    new SGDRegressor({ penalty: "elasticnet", alpha: 0.1, maxIter: 3 }),
    diabetes.X,
    numbers,
  ),
  of(
    "stochastic gradient descent for classes",
    new SGDClassifier({ loss: "logLoss", alpha: 0.02, maxIter: 3 }),
    cancer.X,
    cancer.y,
  ),
  of("elastic net", new ElasticNet({ alpha: 0.1, l1Ratio: 0.3 }), diabetes.X, numbers),
  of("logistic regression, penalised", new LogisticRegression({ C: 0.5 }), cancer.X, cancer.y),
  of(
    "logistic regression, classes weighted",
    new LogisticRegression({ classWeight: { setosa: 3 } }),
    iris.X,
    iris.y,
  ),
  of("logistic regression, balanced", new LogisticRegression({ classWeight: "balanced" }), wine.X, wine.y),
  of("network for numbers, penalised", new MLPRegressor({ ...network, alpha: 0.5 }), diabetes.X, numbers),
  of(
    "network for classes, penalised",
    new MLPClassifier({ ...network, alpha: 0.5, solver: "lbfgs" }),
    iris.X,
    iris.y,
  ),
];
const cases = [...unpenalised, ...penalised];

const explainRow = (
  { model, X, y }: Case,
  row: number,
  options: ExplainOptions = {},
): PredictionExplanation =>
  explainPrediction(model, X[row]!, { truth: y[row]!, trainingRows: X.length, ...options });

/** The slopes of an explanation in the order of the layers' kernels [inputs, outputs] and biases. */
const slopesOf = ({ layers }: PredictionExplanation): number[][] =>
  layers.flatMap(({ units }) => {
    const inputs = units[0]!.weights.length;
    const kernel = Array.from({ length: inputs }, (_, j) =>
      units.map(({ slopes }) => slopes!.weights[j]!),
    ).flat();
    const bias = units.flatMap(({ slopes }) => slopes!.bias ?? []);
    return bias.length === 0 ? [kernel] : [kernel, bias];
  });

const engineSlopes = ({ model }: Case, loss: (parameters: never) => Tensor): number[][] =>
  weightsOf(grad(loss)(doubleParameters(model) as never)).flatMap(({ kernel, bias }) =>
    bias === undefined ? [Array.from(kernel.data)] : [Array.from(kernel.data), Array.from(bias.data)],
  );

const largest = (values: readonly (readonly number[])[]): number => Math.max(...values.flat().map(Math.abs));

const rowsOf = ({ X }: Case): number[] => [0, 7, Math.floor(X.length / 2), X.length - 1];

describe.each(unpenalised)("$name", (each) => {
  test("has the slopes of the engine's gradient", () => {
    const { model, X, y } = each;
    for (const row of rowsOf(each)) {
      const found = slopesOf(explainRow(each, row));
      const x = tensor([X[row]!], { dtype: "float64" });
      const expected = engineSlopes(each, model.lossFunction(x, [y[row]!] as never));
      const scale = largest(expected);
      expect(scale).toBeGreaterThan(0);
      expect(found.map(({ length }) => length)).toEqual(expected.map(({ length }) => length));
      // Sums of at most 61 products in double precision, relative to the largest slope.
      found.forEach((part, i) =>
        part.forEach((slope, k) => expect(Math.abs(slope - expected[i]![k]!) / scale).toBeLessThan(1e-12)),
      );
    }
  });
});

describe.each(cases)("$name", (each) => {
  const row = 7;
  const explanation = explainRow(each, row);
  const { model, X, y } = each;

  test("agrees with the model's own objective, its penalty included, and with differences", () => {
    const { check } = explanation;
    expect(check).toMatchObject({ agrees: true });
    expect(check!.engine).toBeLessThan(1e-12);
    expect(check!.parameters).toBe(slopesOf(explanation).flat().length);
    expect(check!.differences).toBeGreaterThan(Math.min(10, check!.parameters) / 2);
    // Extrapolated central differences of a smooth function in double precision.
    expect(check!.centralDifference).toBeLessThan(1e-8);
  });

  test("predicts what the model predicts", () => {
    const { outputs, predicted } = explanation;
    const x = tensor([X[row]!], { dtype: model.kind.startsWith("MLP") ? "float32" : "float64" });
    const known = "classes" in model ? model.predictProba(x) : model.predict(x);
    expect(outputs).toHaveLength(known.size);
    // Networks compute in single precision; an output is a sum of a few dozen products.
    outputs.forEach(({ value }, k) => expect(value).toBeCloseTo(known.data[k]!, 5));
    expect(predicted).toBe("classes" in model ? model.predict(x)[0] : null);
  });

  test("puts every sum together from the terms shown, and every slope from its factors", () => {
    const { layers, inputs } = explanation;
    layers.forEach(({ units }, i) => {
      const before =
        i === 0 ? inputs.map(({ value }) => value) : layers[i - 1]!.units.map(({ value }) => value);
      units.forEach(({ weights, bias, sum, slope, slopes }, k) => {
        const total = weights.reduce((all, weight, j) => all + weight * before[j]!, bias ?? 0);
        expect(sum).toBeCloseTo(total, 11);
        expect(slopes!.bias).toBe(bias === null ? null : slopes!.sum);
        slopes!.weights.forEach((each, j) => expect(each).toBe(slopes!.sum * before[j]! + 0));
        const next = layers[i + 1];
        if (next === undefined) return;
        const back = next.units.reduce((all, unit) => all + unit.slopes!.sum * unit.weights[k]!, 0);
        expect(slopes!.value).toBeCloseTo(back, 11);
        expect(slopes!.sum).toBe(slopes!.value * slope! + 0);
      });
    });
    const last = layers.at(-1)!;
    if (last.activation === "softmax") return;
    for (const { slope, slopes } of last.units) expect(slopes!.value * slope!).toBeCloseTo(slopes!.sum, 11);
  });

  test("foretells a step, and tells what it does", () => {
    const learningRate = 1e-6;
    const { step, loss, layers } = explainRow(each, row, { learningRate });
    const norm = Math.hypot(...slopesOf(explanation).flat());
    expect(step!.loss.before).toBeCloseTo(loss!, 12);
    expect((step!.loss.predicted - step!.loss.before) / (-learningRate * norm ** 2)).toBeCloseTo(1, 6);
    // So short a step goes as the slope says, but for the digits that the difference of two losses has lost.
    const lost = (1e-15 * loss!) / (learningRate * norm ** 2) + 1e-3;
    const share = (step!.loss.actual - step!.loss.before) / (step!.loss.predicted - step!.loss.before);
    expect(Math.abs(share - 1)).toBeLessThan(lost);
    expect(step!.predictions.map(({ before }) => before)).toEqual(
      layers.at(-1)!.units.map(({ value }) => value),
    );
  });

  test("names the steepest weights", () => {
    const { steepest, layers } = explanation;
    const all = slopesOf(explanation)
      .flat()
      .map(Math.abs)
      .sort((a, b) => b - a);
    expect(steepest.map(({ slope }) => Math.abs(slope))).toEqual(all.slice(0, 3));
    for (const { layer, unit, input, slope, weight, factors } of steepest) {
      const { weights, bias, slopes } = layers[layer - 1]!.units[unit - 1]!;
      expect(weight).toBe(input === null ? bias : weights[input]);
      expect(slope).toBe(input === null ? slopes!.bias : slopes!.weights[input]);
      expect(factors[0] * factors[1]).toBe(slope);
    }
  });

  test("is plain data, and goes forward alone where the truth is not known", () => {
    expect(JSON.parse(JSON.stringify(explanation))).toEqual(explanation);
    const forward = explainPrediction(model, X[row]!);
    expect(forward).toMatchObject({ loss: null, step: null, check: null, truth: null, steepest: [] });
    expect(forward.layers.flatMap(({ units }) => units.map(({ value }) => value))).toEqual(
      explanation.layers.flatMap(({ units }) => units.map(({ value }) => value)),
    );
    expect(forward.layers.every(({ units }) => units.every(({ slopes }) => slopes === null))).toBe(true);
    expect(y[row]).toBeDefined();
  });
});

describe("the loss and the penalty", () => {
  const caseOf = (name: string): Case => cases.find((each) => each.name === name)!;

  test("of numbers is the squared error, of classes the log loss", () => {
    const linear = caseOf("linear regression");
    const { outputs, loss } = explainRow(linear, 3);
    expect(loss).toBeCloseTo((outputs[0]!.value - outputs[0]!.truth!) ** 2, 12);
    const lasso = explainRow(caseOf("lasso"), 3);
    expect(lasso.loss).toBeCloseTo((lasso.outputs[0]!.value - lasso.outputs[0]!.truth!) ** 2 / 2, 12);
    const logistic = explainRow(caseOf("logistic regression of classes"), 60);
    const ofTruth = logistic.outputs.find(({ truth }) => truth === 1)!;
    expect(ofTruth.label).toBe("versicolor");
    expect(logistic.loss).toBeCloseTo(-Math.log(ofTruth.value), 12);
  });

  // Each objective divided by the number of its losses.
  test.each([
    ["ridge", { squares: 3 / 442, absolutes: 0 }],
    ["ridge of two targets", { squares: 3 / 884, absolutes: 0 }],
    ["lasso", { squares: 0, absolutes: 0.05 }],
    ["elastic net", { squares: 0.035, absolutes: 0.03 }],
    ["logistic regression, penalised", { squares: 0.5 / (0.5 * 569), absolutes: 0 }],
    ["network for numbers, penalised", { squares: 0.5 / 200, absolutes: 0 }],
    ["network for classes, penalised", { squares: 0.5 / (2 * 150), absolutes: 0 }],
    ["linear regression", { squares: 0, absolutes: 0 }],
  ])("beside a row's loss %s has its share of the penalty", (name, expected) => {
    const { squares, absolutes } = explainRow(caseOf(name), 0).penalty;
    expect(squares).toBeCloseTo(expected.squares, 15);
    expect(absolutes).toBeCloseTo(expected.absolutes, 15);
  });

  test("numbers in the target's own unit", () => {
    const each = caseOf("linear regression");
    const scale = { mean: 152, deviation: 77 };
    const truth = Number(diabetes.y[4]);
    const inOwnUnit = explainRow(each, 4, { truth, target: { name: "progression", scale } });
    const plain = explainRow(each, 4);
    expect(inOwnUnit.loss).toBeCloseTo(plain.loss!, 12);
    expect(inOwnUnit.outputs[0]).toMatchObject({ label: "progression", truth });
    expect(inOwnUnit.outputs[0]!.value).toBeCloseTo(plain.outputs[0]!.value * 77 + 152, 10);
  });
});

describe("the check", () => {
  const each = cases.find(({ name }) => name === "network for classes")!;
  const { model, X, y } = each;
  const x = tensor([X[0]!], { dtype: "float64" });
  const parameters = doubleParameters(model);
  const objective = objectiveOnRow(model, x, y[0]!, X.length);
  const gradient = weightsOf(grad(objective)(parameters));

  test("finds a slope that is wrong", () => {
    const none = { squares: 0, absolutes: 0 };
    expect(checkSlopes(objective, parameters, gradient, weightsOf(parameters), none).agrees).toBe(true);
    gradient.forEach((_, layer) => {
      const wrong = gradient.map((weights, i) => {
        if (i !== layer) return weights;
        // The largest slope of the layer, off by a millionth of the largest of all.
        const most = largest(gradient.map(({ kernel }) => Array.from(kernel.data)));
        const values = Float64Array.from(weights.kernel.data);
        values[0]! += 1e-6 * most;
        return { ...weights, kernel: tensor(values, { shape: weights.kernel.shape, dtype: "float64" }) };
      });
      expect(checkSlopes(objective, parameters, wrong, weightsOf(parameters), none).agrees).toBe(false);
    });
  });
});

describe("explainPrediction refuses", () => {
  test("losses that it does not know yet", () => {
    const labels = cancer.y.map((_, i) => i % 3);
    const refused = [
      [
        new SGDRegressor({ loss: "huber", maxIter: 1 }).fit(diabetes.X, numbers),
        'SGDRegressor with the loss "huber"',
      ],
      [new SGDClassifier({ maxIter: 1 }).fit(cancer.X, cancer.y), 'SGDClassifier with the loss "hinge"'],
      [
        new SGDClassifier({ loss: "logLoss", maxIter: 1 }).fit(cancer.X, labels),
        "SGDClassifier of 3 classes, each against the rest,",
      ],
      [new LinearSVC({ maxIter: 1 }).fit(cancer.X, cancer.y), "LinearSVC"],
    ] as const;
    for (const [model, what] of refused)
      expect(() => explainPrediction(model, new Array<number>(model.nFeatures).fill(0))).toThrow(
        `a ${what} is not explained yet; give it one of LinearRegression, Ridge`,
      );
  });

  const { model, X } = cases.find(({ name }) => name === "logistic regression of classes")!;

  test("models that know nothing yet", () => {
    expect(() => explainPrediction(new LinearRegression(), [1])).toThrow(NotFittedError);
  });

  test("rows of another length", () => {
    expect(() => explainPrediction(model, [1, 2])).toThrow(ShapeError);
    expect(() => explainPrediction(model, [1, 2])).toThrow(
      "explainPrediction: the row has 2 numbers, but the model was fitted with 4 columns",
    );
  });

  test("numbers that are not finite", () => {
    expect(() => explainPrediction(model, [1, NaN, 2, 3])).toThrow(
      "explainPrediction: the row has NaN in column 1; fill in such numbers",
    );
  });

  test("truths that the model could not predict", () => {
    expect(() => explainPrediction(model, X[0]!, { truth: "rose" })).toThrow(
      'explainPrediction: the truth "rose" is none of the classes "setosa", "versicolor", "virginica"',
    );
    const linear = cases[0]!;
    expect(() => explainPrediction(linear.model, linear.X[0]!, { truth: "much" })).toThrow(ArgumentError);
    expect(() => explainPrediction(linear.model, linear.X[0]!, { truth: [1, 2] })).toThrow(
      "explainPrediction: the truth is [1,2]; write a number",
    );
  });
});
