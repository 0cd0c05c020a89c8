/** Formulas written out, in either style. */
import { fractionOf } from "../algebra/fraction.ts";
import { product } from "../algebra/build.ts";
import {
  type CallNode,
  isCall,
  hasValue,
  type Node,
  number,
  powerParts,
  type SumNode,
} from "../algebra/node.ts";
import * as q from "../algebra/rational.ts";
import { latexStyle } from "./latex.ts";
import { nameNotation, type Notation } from "./names.ts";
import { level, type Level, type Part, type Style } from "./style.ts";
import { textStyle } from "./text.ts";

export interface SymbolNotation extends Notation {
  /** How it stands among factors: `word`, with dots around it; `function`, with a dot before brackets. */
  readonly kind?: "word" | "function";
}

export interface PrintOptions {
  /** How symbols are written; variables by their names if left out. */
  readonly symbol?: (name: string) => SymbolNotation | undefined;
  /** What is written in place of a node: a symbol that stands for it. */
  readonly resolve?: (node: Node) => Node | undefined;
  /** The definition to write in place of a symbol. */
  readonly definition?: (name: string) => Node | undefined;
  /** Calls that are written in a way of their own. */
  readonly call?: (node: CallNode, print: (node: Node) => Part, form: keyof Notation) => Part | undefined;
  /** The place of a symbol among others of a product. */
  readonly order?: (name: string) => number;
  /** Whether factors are brought into the usual order; true if left out. */
  readonly isSorted?: boolean;
  /** Fractions whose decimals end are written as decimals. */
  readonly decimals?: boolean;
}

/** The formula in characters and in LaTeX. */
export const print = (node: Node, options: PrintOptions = {}): Notation => ({
  text: printerOf(textStyle, "text", options)(node).text,
  latex: printerOf(latexStyle, "latex", options)(node).text,
});

/** Digits of a fraction's decimals, if they end soon. */
const decimalsOf = (value: q.Rational): string | undefined => {
  let places = 0;
  let scaled = value;
  while (!q.isInteger(scaled) && places < 12) {
    scaled = q.times(scaled, q.rational(10));
    places++;
  }
  if (!q.isInteger(scaled)) return undefined;
  const text = scaled.numerator.toString().padStart(places + 1, "0");
  return places === 0 ? text : `${text.slice(0, -places)}.${text.slice(-places)}`;
};

/** A fraction whose digits tell nothing. */
const isUnwieldy = ({ numerator, denominator }: q.Rational): boolean =>
  denominator > 1_000_000_000n || numerator > 1_000_000_000_000n || numerator < -1_000_000_000_000n;

/** Numbers of so many zeros are written with a power of ten. */
const mostZeros = 6;

const printerOf = (style: Style, form: keyof Notation, options: PrintOptions): ((node: Node) => Part) => {
  const atom = (text: string, kind: Part["kind"] = "call"): Part => ({ text, level: level.atom, kind });
  const atLeast = (part: Part, least: Level): Part =>
    part.level >= least ? part : { text: style.group(part.text), level: level.atom, kind: "group" };

  /** A number that is not negative. */
  const magnitude = (value: q.Rational): Part => {
    if (!q.isInteger(value) && isUnwieldy(value)) {
      const [mantissa = "", exponent] = String(q.toNumber(value)).split("e");
      return exponent === undefined
        ? atom(style.number(mantissa), "number")
        : { text: style.scientific(mantissa, Number(exponent)), level: level.product, kind: "number" };
    }
    const text = options.decimals === true || q.isInteger(value) ? decimalsOf(value) : undefined;
    if (text === undefined)
      return {
        text: style.fraction(
          atom(style.number(value.numerator.toString()), "number"),
          atom(style.number(value.denominator.toString()), "number"),
        ),
        level: style.fractionsEnclose ? level.power : level.quotient,
        kind: "number",
      };
    const [, large, zeros = ""] = /^(\d*[1-9])(0+)$/.exec(text) ?? [];
    if (large !== undefined && zeros.length > mostZeros)
      return { text: style.scientific(large, zeros.length), level: level.product, kind: "number" };
    const [, small] = /^0\.(0{4,})/.exec(text) ?? [];
    if (small !== undefined) {
      const [mantissa, exponent] = [text.slice(2 + small.length), -(text.length - 2)];
      return { text: style.scientific(mantissa, exponent), level: level.product, kind: "number" };
    }
    return atom(style.number(text), "number");
  };

  const negated = (part: Part): Part => ({
    text: style.minus + atLeast(part, level.quotient).text,
    level: level.sum,
    kind: part.kind,
    negated: part,
  });

  /** A definition, factor by factor as the user wrote it. */
  const asWritten = (node: Node): Part =>
    printerOf(style, form, { ...options, resolve: () => undefined, isSorted: false })(node);

  const named = (name: string): Part => {
    const definition = options.definition?.(name);
    if (definition !== undefined) return asWritten(definition);
    const notation: SymbolNotation = options.symbol?.(name) ?? nameNotation(name);
    const isWord = form === "text" ? /^\p{L}{2}/u.test(notation.text) : notation.latex.startsWith("\\text");
    return atom(notation[form], notation.kind ?? (isWord ? "word" : "letter"));
  };

  const print = (node: Node): Part => {
    const symbol = options.resolve?.(node);
    return symbol?.kind === "symbol" ? named(symbol.name) : written(node);
  };

  const written = (node: Node): Part => {
    switch (node.kind) {
      case "number":
        return q.isNegative(node.value) ? negated(magnitude(q.negative(node.value))) : magnitude(node.value);
      case "symbol":
        return node.constant === undefined ? named(node.name) : atom(constantName(node.name), "letter");
      case "sum":
        return sumOf(node);
      case "product":
        return q.isNegative(node.coefficient)
          ? negated(positiveProduct(q.negative(node.coefficient), node))
          : positiveProduct(node.coefficient, node);
      case "power":
        return positiveProduct(q.one, node);
      case "call":
        return options.call?.(node, print, form) ?? callOf(node.primitive, node.args);
    }
  };

  const constantName = (name: string): string => (form === "text" ? name : nameNotation(name).latex);

  const sumOf = (node: SumNode): Part => {
    const terms = ordered(node).map((term) => {
      const coefficient =
        term.kind === "number" ? term.value : term.kind === "product" ? term.coefficient : q.one;
      const isNegative = q.isNegative(coefficient);
      return { isNegative, part: print(isNegative ? product(number(-1), term) : term) };
    });
    const text = terms.reduce((before, { isNegative, part }, i) => {
      const { text: term } = atLeast(part, isNegative ? level.quotient : level.sum);
      if (i === 0) return isNegative ? style.minus + term : term;
      return `${before} ${isNegative ? style.minus : style.plus} ${part.level === level.sum ? atLeast(part, level.quotient).text : term}`;
    }, "");
    return { text, level: level.sum, kind: "call" };
  };

  const positiveProduct = (coefficient: q.Rational, node: Node): Part => {
    const { above, below, exponent } = fractionOf(node);
    const asDecimal =
      isUnwieldy(coefficient) || (options.decimals === true && decimalsOf(coefficient) !== undefined);
    const top = asDecimal ? coefficient : q.rational(coefficient.numerator);
    const bottom = asDecimal ? q.one : q.rational(coefficient.denominator);
    const numerator = sideBySide(top, above, exponent);
    if (below.length === 0 && q.isInteger(coefficient)) return numerator;
    if (below.length === 0 && asDecimal) return numerator;
    const denominator = sideBySide(bottom, below, undefined);
    return {
      text: style.fraction(numerator, denominator),
      level: style.fractionsEnclose ? level.power : level.quotient,
      kind: style.fractionsEnclose ? "call" : numerator.kind,
    };
  };

  const sideBySide = (
    coefficient: q.Rational,
    factors: readonly Node[],
    exponent: Node | undefined,
  ): Part => {
    const written = exponent === undefined ? factors : [...factors, exponential];
    const sorted = options.isSorted === false ? written : byKind(written, options.order ?? (() => 0));
    const parts = mergedRoots(sorted).map((part) =>
      part === exponential ? exponentialOf(exponent!) : factorOf(part),
    );
    if (!q.equals(coefficient, q.one) || parts.length === 0) parts.unshift(magnitude(coefficient));
    if (parts.length === 1) return parts[0]!;
    const { negated: positive } = parts[0]!;
    return positive === undefined ? joined(parts) : negated(joined([positive, ...parts.slice(1)]));
  };

  const joined = (parts: readonly Part[]): Part => {
    const [first, ...others] = parts.map((part, i) => atLeast(part, i === 0 ? level.product : level.power));
    return others.reduce(
      (before, part) => ({
        text: style.join(before.text, before.kind, part.text, part.kind),
        level: level.product,
        kind: part.kind,
      }),
      first!,
    );
  };

  const exponentialOf = (exponent: Node): Part => ({
    text: style.exponential(print(exponent)),
    level: level.power,
    kind: "letter",
  });

  const factorOf = (node: Node): Part => {
    const { base, exponent } = powerParts(node);
    if (node.kind !== "power") return print(node);
    const symbol = options.resolve?.(node);
    if (symbol !== undefined) return print(node);
    if (exponent.kind === "number" && q.equals(exponent.value, q.rational(1, 2)))
      return { text: style.root(print(base)), level: level.power, kind: "call" };
    const raised =
      exponent.kind === "number"
        ? printerOf(style, form, { ...options, decimals: false })(exponent)
        : print(exponent);
    const whole = print(base);
    if (whole.raised !== undefined)
      return { text: whole.raised(raised), level: level.power, kind: whole.kind };
    const below = atLeast(whole, level.atom);
    // 2^x and y, side by side, are no 2^xy.
    const kind = below.kind === "number" ? "numeral" : below.kind;
    return { text: style.power(below.text, raised), level: level.power, kind };
  };

  const callOf = (primitive: string, args: readonly Node[]): Part => {
    const [a, b, c] = args;
    const called = (name: string, parts: readonly Part[]): Part => ({
      level: looseness[name] ?? level.atom,
      kind: "call",
      ...style.call(name, parts),
    });
    if (primitive === "select") {
      if (hasValue(b!, 1) && hasValue(c!, 0)) return atom(style.indicator(print(a!).text));
      // max(x, 0), as `relu` traces it.
      if (hasValue(c!, 0) && isCall(a!, "gt") && a.args[0]!.key === b!.key && hasValue(a.args[1]!, 0))
        return called("relu", [print(b!)]);
      return atom(style.cases(print(a!).text, print(b!).text, print(c!).text));
    }
    if (primitive === "exp") return exponentialOf(a!);
    return called(primitive, args.map(print));
  };
  return print;
};

const looseness: Readonly<Record<string, Level>> = {
  eq: 0,
  ne: 0,
  lt: 0,
  le: 0,
  gt: 0,
  ge: 0,
  and: 0,
  or: 0,
  xor: 0,
  mod: 0,
};

/** The place of e^… among factors. */
const exponential: Node = { kind: "symbol", name: "e^", key: "e^", size: 0 };

/** Factors in the order in which they are written: constants, variables, roots, e^…, functions, sums. */
const byKind = (factors: readonly Node[], order: (name: string) => number): Node[] => {
  const place = (node: Node): number => {
    const { base } = powerParts(node);
    return base.kind === "symbol" && base.constant === undefined ? order(base.name) : 0;
  };
  const rank = (node: Node): number => {
    if (node === exponential) return 3;
    const { base, exponent } = powerParts(node);
    if (base.kind === "number") return 0;
    if (exponent.kind !== "number") return 1.7;
    if (base.kind === "symbol") return base.constant === undefined ? 1.5 : 1;
    if (exponent.kind === "number" && !q.isInteger(exponent.value)) return 2;
    return base.kind === "sum" ? 5 : 4;
  };
  return [...factors].sort((a, b) => rank(a) - rank(b) || place(a) - place(b));
};

const isConstant = (node: Node): boolean =>
  node.kind === "number" || (node.kind === "symbol" && node.constant !== undefined);

/** √2·√π as √(2π): the bases are positive. */
const mergedRoots = (factors: readonly Node[]): Node[] => {
  const isRoot = (node: Node): boolean =>
    node.kind === "power" &&
    isPositiveConstant(node.base) &&
    node.exponent.kind === "number" &&
    q.equals(node.exponent.value, q.rational(1, 2));
  const roots = factors.filter(isRoot);
  if (roots.length < 2) return [...factors];
  const inside = product(...roots.map((root) => powerParts(root).base));
  const merged: Node = { kind: "power", base: inside, exponent: number(q.rational(1, 2)), key: "√", size: 1 };
  return [merged, ...factors.filter((part) => !isRoot(part))];
};

const isPositiveConstant = (node: Node): boolean =>
  node.kind === "product" ? node.factors.every(isConstant) : isConstant(node);

/** Terms as they are written: a positive one first; of polynomials the highest degree first. */
const ordered = (node: SumNode): Node[] => {
  const terms = node.terms.map((term) => product(number(term.coefficient), term.node));
  const constant = q.isZero(node.constant) ? [] : [number(node.constant)];
  const all = node.isConstantFirst ? [...constant, ...terms] : [...terms, ...constant];
  const degrees = all.map(degreeOf);
  if (all.length > 2 && degrees.every((degree) => degree !== undefined)) {
    const degree = new Map(all.map((term, i) => [term, degrees[i]!]));
    all.sort((a, b) => degree.get(b)! - degree.get(a)!);
  }
  const isNegative = (term: Node): boolean =>
    term.kind === "number"
      ? q.isNegative(term.value)
      : term.kind === "product" && q.isNegative(term.coefficient);
  const positive = all.findIndex((term) => !isNegative(term));
  if (positive <= 0) return all;
  return [all[positive]!, ...all.slice(0, positive), ...all.slice(positive + 1)];
};

/** The exponent of a power of a variable; undefined for other terms. */
const degreeOf = (term: Node): number | undefined => {
  if (term.kind === "number") return 0;
  const factors = term.kind === "product" ? term.factors : [term];
  let degree = 0;
  for (const part of factors) {
    const { base, exponent } = powerParts(part);
    if (base.kind !== "symbol" || base.constant !== undefined || exponent.kind !== "number") return undefined;
    degree += q.toNumber(exponent.value);
  }
  return degree;
};
