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
