/** Explanations of models whose numbers can be followed by hand, as text. */
import { ArgumentError, tensor } from "downhill";
import {
  explainModel,
  explainPrediction,
  formulasLatex,
  formulasText,
  predictionText,
} from "downhill/explain";
import {
  type AnyEstimator,
  ElasticNet,
  LinearRegression,
  loadModel,
  LogisticRegression,
  MLPClassifier,
  MLPRegressor,
  SGDRegressor,
} from "downhill/learn";
import katex from "katex";
import { describe, expect, test } from "vitest";

const saved = (kind: string, options: object, nFeatures: number, rest: object): object => ({
  format: "downhill estimator",
  version: 1,
  kind,
  options,
  nFeatures,
  history: {},
  nIter: 1,
  bestEpoch: 1,
  stopReason: "converged",
  objective: "the loss",
  objectiveValue: 1,
  ...rest,
});

const double = (values: number[] | number[][]) => tensor(values, { dtype: "float64" });

/** z = 1.5·x1 − 0.5·x2 + 0.25 */
const logistic = loadModel({
  config: saved("LogisticRegression", { C: 1 }, 2, {
    classes: ["no", "yes"],
    parameters: { coef: "float64[1, 2]", intercept: "float64[1]" },
  }),
  tensors: { "parameters.coef": double([[1.5, -0.5]]), "parameters.intercept": double([0.25]) },
});

/** Two inputs, two units of relu, one number. */
const network = loadModel({
  config: saved("MLPRegressor", { hiddenLayerSizes: [2], alpha: 0 }, 2, {
    parameters: {
      layers: [
        { kernel: "float64[2, 2]", bias: "float64[2]" },
        { kernel: "float64[2, 1]", bias: "float64[1]" },
      ],
    },
  }),
  tensors: {
    "parameters.layers.0.kernel": double([
      [1, -1],
      [0.5, 2],
    ]),
    "parameters.layers.0.bias": double([0, 1]),
    "parameters.layers.1.kernel": double([[2], [-1]]),
    "parameters.layers.1.bias": double([0.5]),
  },
});

const widths = (text: string): number[] => text.split("\n").map((line) => [...line].length);

describe("a logistic regression", () => {
  // z = 3 − 0.5 + 0.25 = 2.75, p = 1/(1 + e^−2.75) = 0.93991, L = −ln(1 − p) = 2.8120.
  const explanation = explainPrediction(logistic, [2, 1], {
    truth: "no",
    trainingRows: 100,
    features: [
      {
        name: "hours of work in the week before",
        cell: "12",
        treatment: { kind: "number", number: 12, scale: { mean: 10, deviation: 1 }, filled: null },
      },
      { name: "school=A", cell: "A", treatment: { kind: "category", state: "known" } },
    ],
    target: { name: "passed" },
  });
  const text = predictionText(explanation);

  test("goes forward and back with every number", () => {
    for (const line of [
      "  The model says “yes” and gives it the probability 0.94; but it is “no”, to which it gave 0.0601.",
      "  hours of work in the week b…  12  (12 − 10) / 1  2   1.5    3",
      "  school=A     A  this category  1  −0.5   −0.5",
      "  bias b                                    0.25",
      "  sum z = Σ w·x + b                         2.75",
      "  probability of yes: p = σ(z) = 1 / (1 + e^−2.75) = 0.9399; of no: 1 − p = 0.06009",
      "  loss L = −ln(1 − p) = 2.812, since it is no (y = 0)",
      "  ∂L/∂p = 1/(1 − p) = 16.64                                 slope of the logarithm",
      "  ∂p/∂z = p·(1 − p) = 0.05648                               slope of the sigmoid",
      "  ∂L/∂z = ∂L/∂p · ∂p/∂z = 16.64·0.05648 = 0.9399 = p − y    chain rule: slopes multiply",
      "    hours of work in the week b…  0.9399 · 2  =   1.88",
      "    school=A      0.9399 · 1  =   0.9399",
      "    bias b        0.9399 · 1  =   0.9399",
    ])
      expect(text.replace(/ +/g, " ")).toContain(`${line.replace(/ +/g, " ")}\n`);
    expect(text).toMatch(/all 3 slopes equal the engine's gradient/);
  });

  test("tells the penalty apart", () => {
    // 1·Σ log loss + ½·Σ w², shared by 100 rows.
    expect(text.replace(/\s+/g, " ")).toContain(
      "the objective has 0.005·Σ w² beside the loss of each row: slope 2·0.005·w, which pulls weights towards 0 (0.015 at the largest, 1.5)",
    );
  });

  test.each([60, 80, 100])(
    "keeps to %s characters, without what was done to the cells if need be",
    (width) => {
      const narrow = predictionText(explanation, { width });
      const tables = narrow.slice(narrow.indexOf("Forward"), narrow.indexOf("  probability"));
      expect(Math.max(...widths(tables))).toBeLessThanOrEqual(width);
      expect(tables.includes("(12 − 10) / 1")).toBe(width > 60);
      const words = narrow.slice(0, narrow.indexOf("Forward"));
      expect(Math.max(...widths(words))).toBeLessThanOrEqual(width);
    },
  );
});

describe("a network", () => {
  // z = (2, 4), a = (2, 4), ŷ = 4 − 4 + 0.5 = 0.5, L = (0.5 − 1)² = 0.25, ∂L/∂ŷ = −1.
  const explanation = explainPrediction(network, [1, 2], { truth: 1, target: { name: "y" } });

  test("is summed up by its layers", () => {
    const text = predictionText(explanation).replace(/ +/g, " ");
    for (const line of [
      " 1 relu 2 2 of 2 above 0 4.472 2 1.2: 4, 1.1: 2",
      " 1.2 4 −1 −4",
      " 1.1 2 2 4",
      " sum z = Σ w·a + b 0.5",
      " loss L = (ŷ − y)² = (0.5 − 1)² = 0.25",
      " ∂L/∂z = ∂L/∂ŷ = 2·(ŷ − y) = 2·(−0.5) = −1 power rule",
      " 2 1 4.583 1.2 → 2.1: −1·4 = −4",
      " 1 2.236 2.236 5.477 x2 → 1.1: −2·2 = −4",
      " ∂L/∂a of 1.1 = Σ ∂L/∂z·w from unit 2.1 = (−1)·2 = −2",
      " ∂L/∂z of 1.1 = ∂L/∂a · ∂a/∂z = (−2)·1 = −2 slope of relu at z = 2",
      " ∂L/∂w = ∂L/∂z · x2 = (−2)·2 = −4",
    ])
      expect(text).toContain(`\n${line}\n`);
  });

  test("shows any of its units", () => {
    const text = predictionText(explanation, { unit: "1.2" }).replace(/ +/g, " ");
    for (const line of [
      "Unit 1.2, layer 1 of 2: its weighted sum and its value",
      " x2 2 2 4",
      " x1 1 −1 −1",
      " bias b 1",
      " a = relu(z) = max(z, 0) = 4",
      " 2.1 y −1 −1 1",
      " ∂a/∂z = 1, since z is above 0",
      " ∂L/∂z = ∂L/∂a · ∂a/∂z = 1·1 = 1",
      " x2 → 1.2 1 · 2 = 2",
      " bias of 1.2 1 · 1 = 1",
    ])
      expect(`\n${text}`).toContain(`\n${line}\n`);
    expect(predictionText(explanation, { unit: "2.1" })).toContain("Unit 2.1 (y), layer 2 of 2");
  });

  test.each([
    ["3.1", "unit: there is no layer 3; the model has 2"],
    ["1.3", "unit: there is no unit 1.3; layer 1 has 2, 1.1 to 1.2"],
    ["x", 'unit: "x" is no unit; write LAYER.UNIT, such as 1.3'],
  ])("has no unit %s", (unit, message) => {
    expect(() => predictionText(explanation, { unit })).toThrow(ArgumentError);
    expect(() => predictionText(explanation, { unit })).toThrow(message);
  });

  test("passes nothing back through units that relu holds at 0", () => {
    const dead = predictionText(explainPrediction(network, [4, -1], { truth: 0 }), { unit: "1.2" });
    expect(dead).toContain("∂a/∂z = 0, since z is not above 0: nothing flows back through it");
    expect(dead).toContain("∂L/∂z is 0, and so are the slopes of all 3 weights and biases of this unit");
  });
});

describe("probabilities that round to 0 or 1", () => {
  test("have a slope all the same", () => {
    // z = 1500.25: 1 − p is 0 in double precision, and so is its product with p.
    const text = predictionText(explainPrediction(logistic, [1000, 0], { truth: "no" }));
    expect(text).toContain("loss L = −ln(1 − p) = 1500, since it is no (y = 0)");
    expect(text).toContain("∂L/∂z = ∂L/∂p · ∂p/∂z = p − y = 1 − 0 = 1");
    const right = explainPrediction(logistic, [1000, 0], { truth: "yes" });
    expect(right.loss).toBe(0);
    expect(right.words.join(" ")).toContain("there is little to learn from this row");
  });
});

describe("formulas", () => {
  const X = [
    [1, 2],
    [2, 1],
    [3, 5],
    [0, 1],
  ];
  const three = ["a", "b", "c", "a"];
  const models: [string, AnyEstimator, readonly string[]][] = [
    [
      "linear regression",
      new LinearRegression().fit(X, [1, 2, 4, 0]),
      ["z = wᵀ x + b", "L = (ŷ − y)²", "∂L/∂z = 2(ŷ − y)", "∂L/∂w = 2 Xᵀ(X w + b − y)/n"],
    ],
    [
      "regression of two targets without intercept",
      new LinearRegression({ fitIntercept: false }).fit(X, [
        [1, 2],
        [2, 1],
        [4, 0],
        [0, 3],
      ]),
      ["z = Wᵀ x", "L = ‖ŷ − y‖²/2", "∂L/∂W = 2 Xᵀ(X W − Y)/(n m)"],
    ],
    [
      "elastic net",
      new ElasticNet({ alpha: 0.2, l1Ratio: 0.5 }).fit(X, [1, 2, 4, 0]),
      ["L = ½ (ŷ − y)²", "∂L/∂z = ŷ − y", "+ 0.05 Σ w² + 0.1 Σ |w|"],
    ],
    [
      "stochastic gradient descent",
      new SGDRegressor({ alpha: 0.2, maxIter: 3 }).fit(X, [1, 2, 4, 0]),
      ["L = ½ (ŷ − y)²", "∂L/∂z = ŷ − y", "+ 0.1 Σ w²"],
    ],
    [
      "logistic regression",
      new LogisticRegression().fit(X, ["n", "y", "y", "n"]),
      ["p = σ(z) = 1/(1 + e^−z)", "∂L/∂z = p − y", "∂L/∂w = Xᵀ(σ(X w + b) − y)/n + w"],
    ],
    [
      "softmax regression",
      new LogisticRegression().fit(X, three),
      ["p = softmax(z): pₖ = e^zₖ / Σ e^z", "L = −Σ yₖ ln pₖ", "∂L/∂W = x (∂L/∂z)ᵀ"],
    ],
    [
      "network of tanh",
      new MLPClassifier({ hiddenLayerSizes: [3, 2], activation: "tanh", maxIter: 2 }).fit(X, three),
      ["a₁ = tanh(z₁)", "∂L/∂z₃ = p − y", "∂L/∂z₂ = (W₃ ∂L/∂z₃) ∘ (1 − a₂²)", "∂L/∂W₁ = x (∂L/∂z₁)ᵀ"],
    ],
    [
      "network of sigmoids",
      new MLPRegressor({ hiddenLayerSizes: [3], activation: "logistic", maxIter: 2 }).fit(X, [1, 2, 4, 0]),
      ["a₁ = σ(z₁)", "∂L/∂z₁ = (W₂ ∂L/∂z₂) ∘ a₁ ∘ (1 − a₁)"],
    ],
    [
      "network without activation",
      new MLPRegressor({ hiddenLayerSizes: [3], activation: "identity", maxIter: 2 }).fit(X, [1, 2, 4, 0]),
      ["∂L/∂z₁ = W₂ ∂L/∂z₂"],
    ],
  ];

  test.each(models)("of a %s", (_, model, expected) => {
    const formulas = explainModel(model, { trainingRows: 1 });
    const text = formulasText(formulas);
    for (const equation of expected) expect(text).toContain(`  ${equation}`);
    expect(Math.max(...widths(text))).toBeLessThanOrEqual(100);
    if (formulas.derivation !== null) expect(formulas.derivation.check.agrees).toBe(true);
    for (const [, latex] of formulasLatex(formulas).matchAll(/\\\[\n([^]*?)\n\\\]/g))
      expect(
        katex.renderToString(latex!, { displayMode: true, throwOnError: true, strict: "error" }),
      ).toContain("katex-display");
  });
});
