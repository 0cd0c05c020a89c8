/** The LaTeX of derivations is what KaTeX accepts in its strict mode. */
import { derive } from "downhill/formula";
import katex from "katex";
import { expect, test } from "vitest";
import { latexBlocks } from "downhill/explain";
import { readGolden } from "../golden-helpers/golden.ts";

const { functions } = readGolden<{
  readonly functions: readonly {
    readonly id: string;
    readonly expression: string;
    readonly variables: readonly string[];
  }[];
}>("functions");

const render = (latex: string): string =>
  katex.renderToString(latex, { displayMode: true, throwOnError: true, strict: "error" });

test.each(functions)("KaTeX sets $id", ({ expression, variables }) => {
  for (const { title, latex } of latexBlocks(derive(expression, { variables }))) {
    expect(title).not.toBe("");
    expect(render(latex)).toContain("katex-display");
  }
});

test("names are set as letters, Greek letters, words and with indices", () => {
  const { partials } = derive("theta1 * loss_rate * x_2 * sigma * ωx", { wrt: ["x_2"] });
  expect(partials[0]!.result.latex).toBe(
    "\\theta_{1} \\cdot \\text{loss\\_rate} \\cdot \\sigma \\cdot \\text{ωx}",
  );
});

test("strict mode refuses what is no LaTeX", () => {
  expect(() => render("\\frac{a}")).toThrow();
  expect(() => render("a é")).toThrow();
});

const resultOf = (formula: string, by: string): string =>
  derive(formula, { wrt: [by] }).partials[0]!.result.latex;

test.each([
  ["a power of a step is one of the function, not of its argument", "tanh(x)", "1 - \\tanh^{2} x"],
  ["of a logarithm to a base", "w * log2(x)^2", "\\log_2^{2} x", "w"],
  ["of what is written as a sum", "w * expm1(x)^2", "\\left(e^{x} - 1\\right)^{2}", "w"],
  ["a sum among factors stands in brackets", "w * expm1(x)", "e^{x} - 1", "w"],
  ["of two arguments", "w * max(x, y)^2", "\\max(x, y)^{2}", "w"],
  [
    "what follows a function without brackets is no part of its argument",
    "w * sin(x) * (y + z)",
    "\\sin x \\cdot \\left(y + z\\right)",
    "w",
  ],
  ["nor is an indicator", "sin(max(x, y))", "\\cos \\max(x, y) \\cdot \\left[x > y\\right]"],
  ["two functions stand side by side", "w * sin(x) * cos(y)", "\\cos y \\, \\sin x", "w"],
])("%s", (_, formula, latex, by = "x") => {
  expect(resultOf(formula, by)).toBe(latex);
});

test("a power of a function and a function in brackets among factors as they were written", () => {
  expect(derive("w * expm1(x)", { wrt: ["w"] }).formula.latex).toBe("w \\left(e^{x} - 1\\right)");
  expect(derive("(sin(x)^3)^2").formula.latex).toBe("\\left(\\sin^{3} x\\right)^{2}");
});

test("a power of a number keeps away from the letters behind it", () => {
  expect(derive("w * 2^x * y", { wrt: ["w"] }).partials[0]!.result).toEqual({
    text: "2^x y",
    latex: "2^{x} y",
  });
});
