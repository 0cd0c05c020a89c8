/** The derivation of the model's gradient. */
import { latexBlocks } from "downhill/explain";
import type { Derivation } from "downhill/explain";
import { featureNames } from "downhill-model/plan";
import { formatNumber, formatCount, formatSigned } from "../../terminal/numbers.ts";
import { printable } from "../../terminal/text.ts";
import type { Result } from "../../training/keep.ts";
import { details, type Html, paragraph, scrolling, section, table, text } from "../html.ts";
import type { ModelDerivation, Variable } from "../measure/derivation.ts";
import type { Evidence } from "../measure/measure.ts";
import { formula } from "../mathematics.ts";

/** Simplified slopes that are longer than this are harder to read than the steps that lead to them. */
const longestResult = 420;

const set = (shape: Variable["shape"], rows: number): string => {
  const sizes = shape.map((length) => String(length === "n" ? rows : length));
  return sizes.length === 0 ? "\\mathbb{R}" : `\\mathbb{R}^{${sizes.join(" \\times ")}}`;
};

const latexName = (name: string): string =>
  name === "lambda" ? "\\lambda" : name.replace(/(\d+)$/, "_{$1}");

function variableTable(result: Result, { derivation: { variables, penalty } }: Evidence): Html {
  const rows = variables.map(({ name, shape, meaning }) => {
    const where =
      name === "y" && result.prepared.task.kind === "classification"
        ? `\\{${result.prepared.task.classes.length === 2 ? "0, 1" : `0, \\dots, ${result.prepared.task.classes.length - 1}`}\\}^{${result.prepared.train.rows}}`
        : set(shape, result.prepared.train.rows);
    const value = name === "lambda" && penalty !== null ? `, ${formatNumber(penalty)}` : "";
    return [formula(`${latexName(name)} \\in ${where}`), text(meaning + value)];
  });
  return table(
    "What the letters stand for in this model",
    [{ title: "letter" }, { title: "meaning" }],
    rows,
    {
      hasRowHeads: false,
    },
  );
}

/** `x₁ = age, x₂ = bmi, …` */
function featureList({ prepared }: Result): Html {
  const names = featureNames(prepared.plan);
  const shown = names.slice(0, 60);
  const items = shown.map((name, i) => `<li value="${i + 1}">${text(name)}</li>`);
  const rest = names.length - shown.length;
  return details(
    `The ${formatCount(names.length)} features, in the order of the columns of X`,
    `<ol class="features">${items.join("")}</ol>${rest > 0 ? paragraph(text(`and ${formatCount(rest)} more`)) : ""}`,
  );
}

/** The slope by one weight, with its column's name. */
function oneWeight(result: Result, { weights }: Evidence): Html {
  const [top] = weights ?? [];
  const { task } = result.prepared;
  if (top === undefined || (task.kind === "classification" && task.classes.length > 2)) return "";
  const index = top.place + 1;
  const penalty = task.kind === "classification" ? ` + 2 \\lambda w_{${index}}` : "";
  const [factor, error] =
    task.kind === "regression"
      ? ["\\frac{2}{n}", "\\left(x_i^{\\top} w + b - y_i\\right)"]
      : ["\\frac{1}{n}", "\\left(\\sigma(x_i^{\\top} w + b) - y_i\\right)"];
  return (
    paragraph(
      text(
        `For a single weight, that of ${printable(top.feature)} (${formatSigned(top.perUnit, 4)} per unit), it says: of each row, how wrong the prediction is, times what stands in that column, and the mean over all rows.`,
      ),
    ) +
    scrolling(
      `The slope by the weight of ${top.feature}`,
      formula(
        `\\frac{\\partial L}{\\partial w_{${index}}} = ${factor} \\sum_{i=1}^{n} ${error}\\, x_{i,${index}}${penalty}`,
        true,
      ),
      "formula",
    )
  );
}

interface Block {
  readonly title: string;
  readonly latex: string;
}

/** More formulas, in letters of LaTeX, would make too large a file: each letter becomes some forty bytes. */
const mostLatex = 3600;

/** Lines further apart, and the second column of equations aligned at its left. */
const spaced = (latex: string): string =>
  latex.replaceAll(" \\\\\n", " \\\\[0.45em]\n").replaceAll(" &\\qquad ", " &&\\qquad ");

const show = ({ title, latex }: Block): Html => scrolling(title, formula(spaced(latex), true), "formula");

const lengthOf = (blocks: readonly Block[]): number =>
  blocks.reduce((sum, { latex }) => sum + latex.length, 0);

/** The steps forward and backward; those of networks without the slope of each step, which the steps backward have too. */
function stepBlocks(derivation: Derivation): readonly Block[] {
  const isStep = ({ title }: Block): boolean => title === "Steps" || title === "Backward";
  const whole = latexBlocks(derivation).filter(isStep);
  if (lengthOf(whole) <= mostLatex) return whole;
  const steps = derivation.steps.map((step) => ({ ...step, slopes: [] }));
  return latexBlocks({ ...derivation, steps }).filter(isStep);
}

const stepTitles: Readonly<Record<string, string>> = {
  Steps: "Forward: the loss in steps",
  Backward: "Backward: the slope of the loss by each step, from the last to the first",
};

function stepsOf(derivation: Derivation): Html {
  const blocks = stepBlocks(derivation);
  const content =
    lengthOf(blocks) > 2 * mostLatex
      ? paragraph(text("The network is so deep that its steps would fill this page; they are left out."))
      : blocks
          .map((block) => `<h3>${text(stepTitles[block.title] ?? block.title)}</h3>${show(block)}`)
          .join("");
  return details("How the gradient comes about, step by step", content);
}

/** Each slope in one line: simplified, or in terms of the steps where that would be too long to read. */
function slopesOf({ partials }: Derivation): Html {
  const lines = partials.map(({ symbol, sum, result }) => {
    const shown = result.latex.length <= longestResult ? result : sum;
    return `${symbol.latex} &= ${shown.latex}`;
  });
  const isLong = partials.some(({ result }) => result.latex.length > longestResult);
  const note = isLong ? paragraph(text("The letters u are the steps of the loss, further down.")) : "";
  return (
    show({ title: "The gradient", latex: `\\begin{aligned}\n${lines.join(" \\\\\n")}\n\\end{aligned}` }) +
    note
  );
}

function checkedText({ derivation: { check }, value, loss, isSmaller }: ModelDerivation): string {
  const smaller = isSmaller
    ? " It was made and checked with fewer features and units than the model has; its form does not depend on how many there are."
    : "";
  if (!check.agrees)
    return `The derivation is not confirmed: it could not be checked at enough points.${smaller}`;
  return `The derivation is checked: at ${check.points} points its slopes agree with the engine's gradient to ${formatNumber(check.engine, 2)}, and with central differences to ${formatNumber(check.centralDifference, 2)}. At the weights kept the loss written here is ${formatNumber(value, 7)}; the one that the training made small is ${formatNumber(loss, 7)} on the same rows.${smaller}`;
}

export function calculusSection(result: Result, evidence: Evidence): Html {
  const { derivation } = evidence.derivation;
  const { call, formula: whole, rules, notes } = derivation;
  const signs = notes.filter((note) => !/^\w+ = \d/.test(note));
  return section({
    id: "calculus",
    title: "Its calculus",
    content: `
${paragraph(text("The loss, as a function of the weights; n is the number of rows."))}
<div class="card">${show({ title: "The loss", latex: `${call.latex} = ${whole.latex}` })}${variableTable(result, evidence)}</div>
${featureList(result)}
${paragraph(text("Its gradient, which says how the loss changes with each weight. The training goes against it."))}
<div class="card">${slopesOf(derivation)}${oneWeight(result, evidence)}</div>
${stepsOf(derivation)}
${details(
  "The rules and signs",
  table(
    "Rules",
    [{ title: "rule" }, { title: "what it says" }],
    rules.map(({ name, sentence }) => [text(name), text(sentence)]),
  ) + `<ul class="notes">${signs.map((note) => `<li>${text(note)}</li>`).join("")}</ul>`,
)}
${paragraph(`<span class="faint">${text(checkedText(evidence.derivation))}</span>`)}`,
  });
}
