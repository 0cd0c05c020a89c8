/** A model's formulas as text and as LaTeX. */
import { checkSentence } from "../../derivation/text.ts";
import { type Layout, layoutOf, lengthOf, pad, type TextOptions, wrapped } from "../../notation/lines.ts";
import type { Equation, ModelFormulas } from "../formulas.ts";
import { figure } from "./numbers.ts";

/** Equations, each with its note beside it where there is room, otherwise below it. */
const equationLines = (equations: readonly Equation[], { width, faint }: Layout): string[] => {
  const column = Math.max(...equations.map(({ text }) => lengthOf(text)));
  const indent = " ".repeat(column + 5);
  return equations.flatMap(({ text, note }) => {
    if (note === "") return [`  ${text}`];
    const [first = "", ...rest] = wrapped(note, "", "", Math.max(20, width - column - 5));
    return [`  ${pad(text, column)}   ${faint(first)}`, ...rest.map((line) => indent + faint(line))];
  });
};

/** What a model computes, its loss, gradient and objective, for people. */
export const formulasText = (formulas: ModelFormulas, options: TextOptions = {}): string => {
  const layout = layoutOf(options);
  const { forward, loss, gradient, penalty, objective, objectiveValue, derivation, parameters } = formulas;
  const { width, heading } = layout;
  const matrix = derivation?.partials.flatMap(({ symbol, result }) =>
    wrapped(result.text, `  ${symbol.text} = `, " ".repeat(lengthOf(symbol.text) + 5), width),
  );
  const sections: (readonly [string, readonly string[]])[] = [
    ["What it computes of a row", equationLines(forward, layout)],
    ["The loss of a row", equationLines(loss, layout)],
    ["Its gradient, by the chain rule from the loss back", equationLines(gradient, layout)],
    [
      "The objective in force",
      [
        ...wrapped(
          `${objective} = ${figure(objectiveValue)} over all rows, by ${parameters} numbers that were learnt`,
          "  ",
          "  ",
          width,
        ),
        ...(penalty === null ? [] : equationLines([penalty], layout)),
        ...wrapped(
          `The slopes of all rows are averaged like their losses; at the minimum the pulls of all rows${penalty === null ? "" : " and of the penalty"} balance, and the gradient is 0.`,
          "  ",
          "  ",
          width,
        ),
      ],
    ],
    ...(derivation === null
      ? []
      : [
          [
            "The mean over all rows, in the notation of matrices: X has a row for each row of the table",
            [
              ...wrapped(derivation.formula.text, "  L = ", "      ", width),
              ...matrix!.map(layout.strong),
              ...wrapped(`derived by the engine: ${checkSentence(derivation.check)}`, "  ", "  ", width).map(
                layout.faint,
              ),
            ],
          ] as const,
        ]),
  ];
  return sections.map(([title, lines]) => [heading(title), ...lines].join("\n")).join("\n\n");
};

const block = (title: string, equations: readonly { readonly latex: string }[]): string =>
  `% ${title}\n\\[\n\\begin{aligned}\n${equations.map(({ latex }) => latex.replace(" = ", " &= ")).join(" \\\\\n")}\n\\end{aligned}\n\\]`;

/** The same in LaTeX: display formulas with comments that name them. */
export const formulasLatex = ({ forward, loss, gradient, penalty, derivation }: ModelFormulas): string =>
  [
    block("What it computes of a row", forward),
    block("The loss of a row", loss),
    block("Its gradient", gradient),
    ...(penalty === null ? [] : [block("The penalty beside the loss of each row", [penalty])]),
    ...(derivation === null
      ? []
      : [
          block("The mean over all rows", [
            { latex: `L = ${derivation.formula.latex}` },
            ...derivation.partials.map(({ symbol, result }) => ({
              latex: `${symbol.latex} = ${result.latex}`,
            })),
          ]),
        ]),
  ].join("\n\n");
