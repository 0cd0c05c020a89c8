/** Formulas in LaTeX; primitives are written as their records say. */
import type { ElementwisePrimitive } from "../../primitives/elementwise.ts";
import { scalarPrimitive } from "../algebra/operations.ts";
import { beginsWithNumber, level, type Part, type Style } from "./style.ts";

const group = (inside: string): string => `\\left(${inside}\\right)`;

const notationOf = (primitive: string): string => {
  const found = scalarPrimitive(primitive === "same" ? "eq" : primitive) as ElementwisePrimitive | undefined;
  return found?.notation ?? `\\operatorname{${primitive}}(#1)`;
};

/** Whether the place of an operand in a notation has brackets of its own on the left. */
const isEnclosed = (notation: string, place: number): boolean => {
  const before = notation.slice(0, place).trimEnd();
  return /[{(|,&]$|\\l(floor|ceil)$/.test(before) || /^\s*(\\end|$)/.test(before);
};

const applied = (notation: string, args: readonly Part[]): string =>
  notation.replace(/#(\d)/g, (_, digit: string, place: number) => {
    const { text, level: own } = args[Number(digit) - 1]!;
    const isRelation = /(^#1 | #2$)/.test(notation);
    if (isRelation) return own < level.sum ? group(text) : text;
    // ln(1 + #1) with something that begins with a minus sign.
    if (/\+ $/.test(notation.slice(0, place))) return text.startsWith("-") ? group(text) : text;
    return own === level.atom || isEnclosed(notation, place) ? text : group(text);
  });

/** `\sin #1` and the like, where an exponent stands behind the name: \sin^{2} x, not \sin x^{2}. */
const operatorWithArgument = /^(\\[a-z]+(_\{?\d+\}?)?|\\operatorname\{[^}]*\})(?= #1$|\(#1\)$)/;
/** Brackets around everything but the name: an exponent behind them belongs to all. */
const enclosedCall = /^(\\[a-z]+|\\operatorname\{[^}]*\})\(#1, #2\)$|^\\left.*\\right[|]$|^\\l.*\\r[a-z]+$/;

/** `e^{#1} - 1` */
const isSum = / - \d+$/;

export const latexStyle: Style = {
  minus: "-",
  plus: "+",
  fractionsEnclose: true,
  number: (text) => text,
  scientific: (mantissa, exponent) => `${mantissa === "1" ? "" : `${mantissa} \\cdot `}10^{${exponent}}`,
  join: (left, leftKind, right, rightKind) => {
    if (leftKind === "word" || rightKind === "word" || beginsWithNumber(rightKind))
      return `${left} \\cdot ${right}`;
    if (leftKind === "function" && rightKind === "group") return `${left} \\cdot ${right}`;
    if (leftKind === "open" && rightKind !== "open") return `${left} \\cdot ${right}`;
    if (rightKind === "group" || leftKind === "number") return `${left} ${right}`;
    const areLetters = ![leftKind, rightKind].some((kind) => kind === "call" || kind === "open");
    return areLetters ? `${left} ${right}` : `${left} \\, ${right}`;
  },
  group,
  fraction: (above, below) => `\\frac{${above.text}}{${below.text}}`,
  power: (base, exponent) => `${base}^{${exponent.text}}`,
  root: (inside) => `\\sqrt{${inside.text}}`,
  exponential: (exponent) => `e^{${exponent.text}}`,
  call: (primitive, args) => {
    const notation = notationOf(primitive);
    const text = applied(notation, args);
    const [operator] = operatorWithArgument.exec(notation) ?? [];
    const isOpen = notation.endsWith(" #1") && args[0]!.level === level.atom;
    const raised = (exponent: Part): string =>
      operator === undefined
        ? `${group(text)}^{${exponent.text}}`
        : applied(`${operator}^{${exponent.text}}${notation.slice(operator.length)}`, args);
    return {
      text,
      ...(isOpen && { kind: "open" }),
      ...(isSum.test(notation) && { level: level.sum }),
      ...(!enclosedCall.test(notation) && { raised }),
    };
  },
  indicator: (condition) => `\\left[${condition}\\right]`,
  cases: (condition, yes, no) =>
    `\\begin{cases} ${yes} & \\text{if } ${condition} \\\\ ${no} & \\text{otherwise} \\end{cases}`,
};
