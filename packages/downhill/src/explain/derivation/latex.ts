/** A derivation as LaTeX. */
import type { Derivation, DerivedStep, PartialDerivative } from "./derivation.ts";

/** One display formula. */
export interface LatexBlock {
  /** What it shows, in words: "Steps". */
  readonly title: string;
  /** To be set in display mode. */
  readonly latex: string;
}

/** Lines of an equation, aligned at their first relation. */
const aligned = (lines: readonly string[]): string =>
  `\\begin{aligned}\n${lines.join(" \\\\\n")}\n\\end{aligned}`;

const stepLine = ({ name, definition, slopes }: DerivedStep): string => {
  const local = slopes.map(({ symbol, slope }) => `${symbol.latex} = ${slope.latex}`).join(", \\quad ");
  return `${name.latex} &= ${definition.latex}${local === "" ? "" : ` &\\qquad ${local}`}`;
};

const backwardLines = (steps: readonly DerivedStep[]): string[] =>
  [...steps]
    .reverse()
    .slice(1)
    .flatMap(({ backward }) =>
      backward === undefined ? [] : [`${backward.symbol.latex} &= ${backward.sum.latex}`],
    );

const partialLines = ({ symbol, sum, result }: PartialDerivative): string[] =>
  sum.latex === result.latex
    ? [`${symbol.latex} &= ${result.latex}`]
    : [`${symbol.latex} &= ${sum.latex}`, `&= ${result.latex}`];

/** The derivation as display formulas, in the order of its text. */
export const latexBlocks = ({ call, formula, steps, partials, higher }: Derivation): LatexBlock[] => {
  const isLong = partials.some(({ paths, pathCount }) => paths === undefined && pathCount > 0);
  const backward = isLong ? backwardLines(steps) : [];
  return [
    { title: "Function", latex: `${call.latex} = ${formula.latex}` },
    ...(steps.length === 0 ? [] : [{ title: "Steps", latex: aligned(steps.map(stepLine)) }]),
    ...(backward.length === 0 ? [] : [{ title: "Backward", latex: aligned(backward) }]),
    ...partials.map((partial) => ({
      title: `Slope by ${partial.by}`,
      latex: aligned(partialLines(partial)),
    })),
    ...higher.map(({ by, symbol, result, where }) => ({
      title: `Derivative by ${by.join(" and ")}`,
      latex: aligned([
        `${symbol.latex} &= ${result.latex}`,
        ...where.map(({ name, definition }) => `${name.latex} &= ${definition.latex}`),
      ]),
    })),
  ];
};

/** The derivation as LaTeX text, each display formula under a comment that names it. */
export const derivationLatex = (derivation: Derivation): string =>
  latexBlocks(derivation)
    .map(({ title, latex }) => `% ${title}\n\\[\n${latex}\n\\]`)
    .join("\n\n");
