/** Derivations of functions of tensors, in the notation of matrices. */
import {
  abs,
  ArgumentError,
  cumsum,
  grad,
  logsumexp,
  max,
  nn,
  random,
  relu,
  softmax,
  sum,
  type Tensor,
  tensor,
} from "downhill";
import { derive, type Derivation, latexBlocks } from "downhill/explain";
import katex from "katex";
import { describe, expect, test } from "vitest";

const draw = (seed: number, ...shape: number[]): Tensor =>
  random.normal(random.key(seed), shape, { dtype: "float64" });

const [X, y, w, b] = [draw(1, 5, 3), draw(2, 5), draw(3, 3), draw(4)];
const [W, bias, classes] = [draw(5, 3, 4), draw(6, 4), tensor([0, 3, 1, 2, 0], { dtype: "int32" })];

interface Case {
  readonly name: string;
  readonly f: (...args: never[]) => Tensor;
  readonly at: Readonly<Record<string, Tensor>>;
  readonly wrt: readonly string[];
  readonly formula: string;
  readonly results: readonly string[];
}

const cases: readonly Case[] = [
  {
    name: "linear regression",
    f: (w: Tensor, b: Tensor, X: Tensor, y: Tensor) => nn.mse(X.matmul(w).add(b), y),
    at: { w, b, X, y },
    wrt: ["w", "b"],
    formula: "‖X w + b − y‖²/n",
    results: ["2 Xᵀ(X w + b − y)/n", "2Σ (X w + b − y)/n"],
  },
  {
    name: "ridge regression",
    f: (w: Tensor, X: Tensor, y: Tensor) => X.matmul(w).sub(y).square().mean().add(w.square().sum().mul(0.1)),
    at: { w, X, y },
    wrt: ["w"],
    formula: "‖X w − y‖²/n + 0.1‖w‖²",
    results: ["2 Xᵀ(X w − y)/n + 0.2w"],
  },
  {
    name: "logistic regression",
    f: (w: Tensor, b: Tensor, X: Tensor, y: Tensor) => nn.binaryCrossEntropy(X.matmul(w).add(b), y),
    at: { w, b, X, y },
    wrt: ["w", "b"],
    formula: "Σ (softplus(X w + b) − y ∘ (X w + b))/n",
    results: ["Xᵀ(σ(X w + b) − y)/n", "Σ (σ(X w + b) − y)/n"],
  },
  {
    name: "softmax cross-entropy of logits",
    f: (z: Tensor, y: Tensor) => nn.softmaxCrossEntropy(z, y),
    at: { z: draw(7, 4), y: tensor(2, { dtype: "int32" }) },
    wrt: ["z"],
    formula: "logsumexp(z) − Σ (onehot(y) ∘ z)",
    results: ["softmax(z) − onehot(y)"],
  },
  {
    name: "softmax regression",
    f: (W: Tensor, b: Tensor, X: Tensor, y: Tensor) => nn.softmaxCrossEntropy(X.matmul(W).add(b), y),
    at: { W, b: bias, X, y: classes },
    wrt: ["W", "b"],
    formula: "Σ (logsumexp(X W + b) − (onehot(y) ∘ (X W + b)) 𝟏)/n",
    results: ["Xᵀ(softmax(X W + b) − onehot(y))/n", "(softmax(X W + b) − onehot(y))ᵀ 𝟏/n"],
  },
  {
    name: "a network with a hidden layer",
    f: (A: Tensor, a: Tensor, B: Tensor, X: Tensor, Y: Tensor) =>
      nn.mse(X.matmul(A).add(a).tanh().matmul(B), Y),
    at: { A: draw(8, 3, 6), a: draw(9, 6), B: draw(10, 6, 2), X, Y: draw(11, 5, 2) },
    wrt: ["A", "B"],
    formula: "‖tanh(X A + a) B − Y‖²/(n m)",
    results: [
      "2 Xᵀ(((tanh(X A + a) B − Y) Bᵀ) ∘ (1 − tanh(X A + a)²))/(n m)",
      "2 tanh(X A + a)ᵀ(tanh(X A + a) B − Y)/(n m)",
    ],
  },
  {
    name: "a quadratic form",
    f: (x: Tensor, A: Tensor) => x.matmul(A).dot(x),
    at: { x: w, A: draw(12, 3, 3) },
    wrt: ["x", "A"],
    formula: "xᵀ A x",
    results: ["A x + Aᵀ x", "x xᵀ"],
  },
  {
    name: "weighted errors",
    f: (w: Tensor, X: Tensor, y: Tensor, s: Tensor) => nn.mae(X.matmul(w), y, { weights: s }),
    at: { w, X, y, s: abs(draw(13, 5)) },
    wrt: ["w"],
    formula: "|X w − y|ᵀ s/Σ s",
    results: ["Xᵀ(s ∘ sign(X w − y))/Σ s"],
  },
  {
    name: "the log of a sum of exponentials",
    f: (z: Tensor) => logsumexp(z, 1).sum(),
    at: { z: draw(14, 5, 4) },
    wrt: ["z"],
    formula: "Σ logsumexp(z)",
    results: ["softmax(z)"],
  },
];

const deriveCase = ({ f, at, wrt }: Case): Derivation => derive(f, { at, wrt });

describe.each(cases)("$name", (each) => {
  const derivation = deriveCase(each);

  test("is written as in a textbook", () => {
    expect(derivation.formula.text).toBe(each.formula);
    expect(derivation.partials.map(({ result }) => result.text)).toEqual(each.results);
  });

  test("agrees with the engine and with differences, and computes what it prints", () => {
    expect(derivation.check).toMatchObject({ agrees: true, points: 4, includesGiven: true });
    const names = Object.keys(each.at);
    const gradient = grad(each.f as (...args: Tensor[]) => Tensor, {
      argnums: each.wrt.map((name) => names.indexOf(name)),
    })(...Object.values(each.at));
    derivation.partials.forEach(({ evaluate }, i) => {
      const [found, expected] = [evaluate(each.at), gradient[i]!];
      expect(found.shape).toEqual(expected.shape);
      // Sums of at most 15 products in double precision.
      found.data.forEach((value, k) => expect(value).toBeCloseTo(expected.data[k]!, 12));
    });
  });

  test("is set by KaTeX in its strict mode", () => {
    for (const { latex } of latexBlocks(derivation))
      expect(
        katex.renderToString(latex, { displayMode: true, throwOnError: true, strict: "error" }),
      ).toContain("katex-display");
  });
});

test("steps, backward pass and notes of softmax regression", () => {
  const text = String(deriveCase(cases.find(({ name }) => name === "softmax regression")!));
  expect(text.slice(0, text.indexOf("\n\nRules"))).toBe(`\
L(W, b, X, y) = Σ (logsumexp(X W + b) − (onehot(y) ∘ (X W + b)) 𝟏)/n

Steps
  u₁ = X W   [5, 4]              ∂u₁/∂W = X              matrix product
  u₂ = u₁ + b   [5, 4]           ∂u₂/∂u₁ = 1             sum rule
                                 ∂u₂/∂b = 1              sum rule
  u₃ = logsumexp(u₂)   [5]       ∂u₃/∂u₂ = softmax(u₂)   log-sum-exp
  u₄ = onehot(y) ∘ u₂   [5, 4]   ∂u₄/∂u₂ = onehot(y)     cases
  u₅ = u₄ 𝟏   [5]                ∂u₅/∂u₄ = 1             sum of elements
  u₆ = u₃ − u₅   [5]             ∂u₆/∂u₃ = 1             sum rule
                                 ∂u₆/∂u₅ = −1            sum rule
  u₇ = Σ u₆                      ∂u₇/∂u₆ = 1             sum of elements
  L = u₇/n                       ∂L/∂u₇ = 1/n            constant factor

Backward, from the last step to the first
  ∂L/∂u₇ = 1/n
  ∂L/∂u₆ = ∂L/∂u₇
  ∂L/∂u₅ = −∂L/∂u₆
  ∂L/∂u₄ = (∂L/∂u₅) 𝟏ᵀ
  ∂L/∂u₃ = ∂L/∂u₆
  ∂L/∂u₂ = ((∂L/∂u₃) 𝟏ᵀ) ∘ softmax(u₂) + ∂L/∂u₄ ∘ onehot(y)
  ∂L/∂u₁ = ∂L/∂u₂

Slope by W
  ∂L/∂W = Xᵀ ∂L/∂u₁
        = Xᵀ(softmax(X W + b) − onehot(y))/n

Slope by b
  ∂L/∂b = (∂L/∂u₂)ᵀ 𝟏
        = (softmax(X W + b) − onehot(y))ᵀ 𝟏/n`);
  expect(text).toContain("\n  n = 5 is the number of elements along an axis.\n");
  expect(text).toContain("\n  onehot(y) has a row for each class in y: 1 at the class, 0 elsewhere.\n");
});

test("arguments may be objects of tensors, and tensors come from outside", () => {
  const loss = (parameters: { w: Tensor; b: Tensor }, data: { X: Tensor }): Tensor =>
    nn.mse(data.X.matmul(parameters.w).add(parameters.b), y);
  const derivation = derive(loss, { at: { parameters: { w, b }, data: { X } }, wrt: ["w"] });
  expect(derivation.variables).toEqual(["b", "w", "X"]);
  expect(derivation.partials[0]!.result.text).toBe("2 Xᵀ(X w + b − A)/n");
  expect(derivation.notes).toContain("A is a tensor [5] from outside of the function.");
  expect(derivation.check.agrees).toBe(true);
});

test.each([
  ["tanh", (x: Tensor) => x.tanh(), "softmax(tanh(X A + a) B + b)"],
  // Too long for one line: the scores have the name of a step, and softmax is of them, not of their difference to a maximum.
  ["relu", (x: Tensor) => relu(x), "softmax(u₅)"],
])("classes behind a layer of %s", (_, activation, probabilities) => {
  const at = { A: draw(17, 3, 6), a: draw(18, 6), B: draw(19, 6, 4), b: bias, X, y: classes };
  const { steps, partials, check } = derive(
    (A: Tensor, a: Tensor, B: Tensor, b: Tensor, X: Tensor, y: Tensor) =>
      nn.softmaxCrossEntropy(activation(X.matmul(A).add(a)).matmul(B).add(b), y),
    { at, wrt: ["A", "a", "B", "b"] },
  );
  expect(check.agrees).toBe(true);
  expect(steps[5]!.definition.text).toBe("logsumexp(u₅)");
  expect(partials[3]!.result.text).toBe(`(${probabilities} − onehot(y))ᵀ 𝟏/n`);
});

test("what has no form with rows and columns is written by its elements", () => {
  const cube = draw(15, 2, 3, 4);
  const { partials, check } = derive((x: Tensor) => x.square().sum(), { at: { x: cube } });
  expect(partials[0]!.symbol.text).toBe("∂L/∂xᵢⱼₖ");
  expect(partials[0]!.result.text).toBe("2xᵢⱼₖ");
  expect(check.agrees).toBe(true);
});

test("softmax of rows, and sums over both axes", () => {
  const z = draw(16, 5, 4);
  const f = (z: Tensor, Y: Tensor): Tensor => sum(softmax(z).mul(Y));
  const { check } = derive(f, { at: { z, Y: draw(17, 5, 4) }, wrt: ["z"] });
  expect(check.agrees).toBe(true);
});

test.each<[string, () => unknown, string]>([
  [
    "results that are no numbers",
    () => derive((x: Tensor) => x.mul(2), { at: { x: w } }),
    "the function returns shape 3; a derivation is of a number",
  ],
  [
    "operations without a form",
    () => derive((x: Tensor) => cumsum(x).sum(), { at: { x: w } }),
    "cumsum has no form; of tensors there are elementwise functions",
  ],
  [
    "reshapes that mix axes",
    () => derive((x: Tensor) => x.reshape(15).square().sum(), { at: { x: X } }),
    "reshape from 5×3 to 15 has no form",
  ],
  [
    "slopes of maxima",
    () => derive((x: Tensor) => max(x), { at: { x: w } }),
    "max of a tensor is only written where it is held fixed",
  ],
  [
    "whole numbers as variables",
    () =>
      derive((x: Tensor, k: Tensor) => x.mul(k).sum(), {
        at: { x: w, k: tensor([1, 2, 3], { dtype: "int32" }) },
        wrt: ["k"],
      }),
    "k is a tensor of whole numbers",
  ],
  [
    "second derivatives",
    () => derive((x: Tensor) => x.square().sum(), { at: { x: w }, order: 2 }),
    "order 2 of a function of tensors; write hessian or hvp",
  ],
])("refuses %s", (_, call, message) => {
  expect(call).toThrow(ArgumentError);
  expect(call).toThrow(message);
});

test("at a minimum, where nothing but rounding is left of the slopes, the check is not alarmed", () => {
  const [points, targets] = [draw(20, 40, 3), draw(21, 40)];
  const loss = (w: Tensor): Tensor => nn.mse(points.matmul(w), targets);
  let best = w;
  for (let i = 0; i < 400; i++) best = best.sub(grad(loss)(best).mul(0.1));
  expect(max(abs(grad(loss)(best))).item()).toBeLessThan(1e-14);
  expect(derive(loss, { at: { w: best } }).check).toMatchObject({ agrees: true, includesGiven: true });
});
