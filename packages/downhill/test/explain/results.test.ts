/** Simplified results as a textbook prints them. */
import { derive } from "downhill/formula";
import { expect, test } from "vitest";

/** A formula, the variables to differentiate by (all if left out), and the derivatives in their order. */
const cases: readonly (readonly [
  formula: string,
  wrt: readonly string[] | undefined,
  ...results: string[],
])[] = [
  // Losses.
  ["(actual - predicted)^2", undefined, "2(actual − predicted)", "−2(actual − predicted)"],
  ["(y - (w*x + b))^2", ["w", "b"], "−2x(y − (w x + b))", "−2(y − (w x + b))"],
  ["0.5 * (w1*x1 + w2*x2 - y)^2", ["w1", "w2"], "x₁(w₁ x₁ + w₂ x₂ − y)", "x₂(w₁ x₁ + w₂ x₂ − y)"],
  ["softplus(z) - y*z", ["z"], "σ(z) − y"],
  ["-(y*log(p) + (1 - y)*log(1 - p))", ["p"], "(p − y)/(p(1 − p))"],
  ["-(y*log(sigmoid(z)) + (1 - y)*log(1 - sigmoid(z)))", ["z"], "σ(z) − y"],
  ["log(1 + exp(-y*(w*x + b)))", ["w"], "−y x σ(−y(w x + b))"],
  [
    "-log(exp(a) / (exp(a) + exp(b) + exp(c)))",
    ["a", "b"],
    "e^a/(e^a + e^b + e^c) − 1",
    "e^b/(e^a + e^b + e^c)",
  ],
  [
    "log(exp(a) + exp(b) + exp(c)) - (ya*a + yb*b + yc*c)",
    ["a", "c"],
    "e^a/(e^a + e^b + e^c) − ya",
    "e^c/(e^a + e^b + e^c) − yc",
  ],
  ["log(cosh(y - p))", ["p"], "−tanh(y − p)"],
  ["p * log(p / q)", undefined, "1 + ln(p/q)", "−p/q"],
  // Activations.
  ["sigmoid(x)", undefined, "σ(x)(1 − σ(x))"],
  ["1 / (1 + exp(-x))", undefined, "σ(x)(1 − σ(x))"],
  ["tanh(x)", undefined, "1 − tanh(x)²"],
  ["softplus(x)", undefined, "σ(x)"],
  ["relu(w*x + b)", ["w"], "x [w x + b > 0]"],
  ["x / (1 + abs(x))", undefined, "1/(1 + |x|)²"],
  ["exp(a) / (exp(a) + exp(b) + exp(c))", ["a", "b"], "f · (1 − f)", "−f e^b/(e^a + e^b + e^c)"],
  ["0.5 * x * (1 + erf(x / sqrt(2)))", undefined, "0.5(1 + erf(x/√2)) + x e^(−0.5x²)/√(2π)"],
  // Test functions of optimizers.
  ["(1 - x)^2 + 100*(y - x^2)^2", undefined, "−2(1 − x) − 400x(y − x²)", "200(y − x²)"],
  ["(x + 2*y - 7)^2 + (2*x + y - 5)^2", undefined, "10x + 8y − 34", "8x + 10y − 38"],
  ["0.5 * (x^4 - 16*x^2 + 5*x)", undefined, "2x³ − 16x + 2.5"],
  // The inside cover of a calculus book.
  ["x^n", undefined, "n x^(n − 1)", "xⁿ ln(x)"],
  ["x^x", undefined, "x^x(1 + ln(x))"],
  ["2^-x", undefined, "−2^(−x) ln(2)"],
  ["x / y", undefined, "1/y", "−x/y²"],
  ["(a*x + b) / (c*x + d)", ["x"], "(a d − b c)/(c x + d)²"],
  ["ln(x) / x", undefined, "(1 − ln(x))/x²"],
  ["sqrt(x)", undefined, "1/(2√x)"],
  ["sqrt(x^2 + y^2)", undefined, "x/√(x² + y²)", "y/√(x² + y²)"],
  ["x^(1/3)", undefined, "1/(3x^(2/3))"],
  ["x * exp(-x)", undefined, "e^(−x)(1 − x)"],
  ["exp(x)^2", undefined, "2e^(2x)"],
  ["e^x", undefined, "e^x"],
  ["pi * r^2", undefined, "2π r"],
  ["log10(x)", undefined, "1/(x ln(10))"],
  ["log(x, b)", undefined, "1/(x ln(b))", "−ln(x)/(b ln(b)²)"],
  ["log1p(x)", undefined, "1/(1 + x)"],
  ["expm1(x)", undefined, "e^x"],
  ["sin(x) * cos(x)", undefined, "cos(x)² − sin(x)²"],
  ["sin(x)^2 + cos(x)^2", undefined, "0"],
  ["tan(x)", undefined, "1 + tan(x)²"],
  ["asin(x)", undefined, "1/√(1 − x²)"],
  ["atan(x / y)", undefined, "y/(x² + y²)", "−x/(x² + y²)"],
  ["erf(x)", undefined, "2e^(−x²)/√π"],
  ["erfc(x)", undefined, "−2e^(−x²)/√π"],
  ["abs(x)", undefined, "sign(x)"],
  ["max(x, y)", undefined, "[x > y]", "[y > x]"],
  ["floor(x)", undefined, "0"],
  ["(x + 1) * (x - 1)", undefined, "2x"],
  ["x * x * x * x - x / x + x - x", undefined, "4x³"],
  [
    "exp(-0.5 * ((x - m) / s)^2) / (s * sqrt(2*pi))",
    undefined,
    "−f · (x − m)/s²",
    "f · (x − m)/s²",
    "f · (x − m)²/s³ − f/s",
  ],
];

const rows = cases.map(([formula, wrt, ...results]) => ({ formula, wrt, results }));

test.each(rows)("$formula", ({ formula, wrt, results }) => {
  const { partials, check } = derive(formula, wrt === undefined ? {} : { wrt });
  expect(partials.map(({ result }) => result.text)).toEqual(results);
  expect(check.agrees).toBe(true);
});

test("higher derivatives, each mixed one once", () => {
  const { higher } = derive("x^2 * y^3", { order: 3 });
  expect(higher.map(({ symbol, result }) => `${symbol.text} = ${result.text}`)).toEqual([
    "∂²f/∂x² = 2y³",
    "∂²f/∂x∂y = 6x y²",
    "∂²f/∂y² = 6x² y",
    "∂³f/∂x³ = 0",
    "∂³f/∂x²∂y = 6y²",
    "∂³f/∂x∂y² = 12x y",
    "∂³f/∂y³ = 6x²",
  ]);
  expect(higher.every(({ check }) => check.agrees)).toBe(true);
});

test("curves have d, functions of several variables ∂", () => {
  expect(derive("x^3", { order: 2 }).higher[0]!.symbol).toEqual({
    text: "d²f/dx²",
    latex: "\\frac{d^{2} f}{dx^{2}}",
  });
  expect(derive("x^3 * y", { wrt: ["x"] }).partials[0]!.symbol.latex).toBe(
    "\\frac{\\partial f}{\\partial x}",
  );
});

test("the function and its steps take letters that no variable has", () => {
  const { call, steps } = derive("f * u1 + sin(u2)", { wrt: ["f"] });
  expect(call.text).toBe("L(f, u₁, u₂)");
  expect(steps.map(({ name }) => name.text)).toEqual(["v₁", "v₂", "L"]);
});

test("names of constants become variables where they are named as such", () => {
  expect(derive("e * x", { wrt: ["e"] }).partials[0]!.result.text).toBe("x");
  expect(derive("e * x", { wrt: ["x"] }).partials[0]!.result.text).toBe("e");
  expect(derive("2 * pi", { at: { pi: 3 } }).at!.value).toBe(6);
});

test("many paths are added up step by step, without becoming longer than the function", () => {
  const text = `${"sin(x + cos(y * ".repeat(30)}x${"))".repeat(30)}`;
  const { partials, check } = derive(text);
  expect(partials.map(({ paths, pathCount }) => [paths, pathCount])).toEqual([
    [undefined, 31],
    [undefined, 30],
  ]);
  expect(check.agrees).toBe(true);
  expect(String(derive(text)).length).toBeLessThan(40 * text.length);
});
