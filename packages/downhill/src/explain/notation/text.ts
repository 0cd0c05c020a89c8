/** Formulas in characters: −2x(y − (w x + b)). */
import { subscript } from "./names.ts";
import { beginsWithNumber, level, type Part, type Style } from "./style.ts";

export { subscript };

const superscripts: Readonly<Record<string, string>> = { "-": "⁻", "−": "⁻", n: "ⁿ" };
const digits = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** In small raised characters, if there are such. */
const superscript = (text: string): string | undefined => {
  if (!/^(−?\d+|n)$/.test(text)) return undefined;
  return text.replace(/./g, (character) => superscripts[character] ?? digits[Number(character)]!);
};

const group = (inside: string): string => `(${inside})`;
const enclosed = (part: Part, least: number): string => (part.level < least ? group(part.text) : part.text);

/** Names of primitives where they are not written by their own. */
const names: Readonly<Record<string, string>> = {
  log: "ln",
  log2: "log₂",
  log10: "log₁₀",
  sigmoid: "σ",
  maximum: "max",
  minimum: "min",
  asin: "arcsin",
  acos: "arccos",
  atan: "arctan",
  asinh: "arsinh",
  acosh: "arcosh",
  atanh: "artanh",
  erfinv: "erf⁻¹",
  stopGradient: "stop",
};

const infix: Readonly<Record<string, string>> = {
  eq: "=",
  same: "=",
  ne: "≠",
  lt: "<",
  le: "≤",
  gt: ">",
  ge: "≥",
  and: "and",
  or: "or",
  xor: "xor",
  mod: "mod",
};

const brackets: Readonly<Record<string, readonly [string, string]>> = {
  abs: ["|", "|"],
  floor: ["⌊", "⌋"],
  ceil: ["⌈", "⌉"],
};

const raised = (base: string, exponent: Part): string => {
  const small = superscript(exponent.text);
  if (small !== undefined) return base + small;
  const isShort = exponent.level === level.atom && exponent.kind !== "call";
  return `${base}^${isShort ? exponent.text : group(exponent.text)}`;
};

export const textStyle: Style = {
  minus: "−",
  plus: "+",
  fractionsEnclose: false,
  number: (text) => text,
  scientific: (mantissa, exponent) =>
    `${mantissa === "1" ? "" : `${mantissa}·`}10${superscript(String(exponent).replace("-", "−"))!}`,
  join: (left, leftKind, right, rightKind) => {
    if (leftKind === "word" || rightKind === "word" || beginsWithNumber(rightKind))
      return `${left} · ${right}`;
    // f · (1 − x) is no value of f.
    if (rightKind === "group") return leftKind === "function" ? `${left} · ${right}` : left + right;
    if (
      leftKind === "number" &&
      (rightKind === "letter" || rightKind === "function" || !/^\p{L}{2}/u.test(right))
    )
      return left + right;
    return `${left} ${right}`;
  },
  group,
  fraction: (above, below) =>
    `${enclosed(above, level.product)}/${below.level <= level.product ? group(below.text) : below.text}`,
  power: raised,
  root: (inside) => `√${inside.level === level.atom ? inside.text : group(inside.text)}`,
  exponential: (exponent) => raised("e", exponent),
  call: (primitive, args) => {
    const [first, second] = args;
    const sign = infix[primitive];
    if (sign !== undefined) return { text: `${enclosed(first!, 1)} ${sign} ${enclosed(second!, 1)}` };
    if (primitive === "not") return { text: `not ${enclosed(first!, level.atom)}` };
    const [left, right] = brackets[primitive] ?? [`${names[primitive] ?? primitive}(`, ")"];
    return { text: left + args.map(({ text }) => text).join(", ") + right };
  },
  indicator: (condition) => `[${condition}]`,
  cases: (condition, yes, no) => `{${yes} if ${condition}, otherwise ${no}}`,
};
