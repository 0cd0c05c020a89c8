/**
 * Formulas as trees in a normal form: sums of products of powers, with exact fractions for coefficients. Like terms and
 * like factors are collected as a node is built, sums inside of products stay as they are (expand.ts multiplies them
 * out). Nodes with equal keys are equal formulas. Trees are kept small by those who build them: large parts get names.
 */
import * as q from "./rational.ts";
import type { Rational } from "./rational.ts";

interface Common {
  /** Equal for equal formulas, whatever the order in which they were written. */
  readonly key: string;
  /** Numbers, symbols and function names in it. */
  readonly size: number;
}

export interface NumberNode extends Common {
  readonly kind: "number";
  readonly value: Rational;
}

/** A variable, a named step, or a constant such as π. */
export interface SymbolNode extends Common {
  readonly kind: "symbol";
  readonly name: string;
  /** The value of a constant. */
  readonly constant?: number;
}

/** Σ coefficient·node + constant. Nodes are no numbers, no sums, and have no coefficient of their own. */
export interface SumNode extends Common {
  readonly kind: "sum";
  readonly terms: readonly Term[];
  readonly constant: Rational;
  /** Whether the constant was written first: 1 − x. */
  readonly isConstantFirst: boolean;
}

export interface Term {
  readonly node: Node;
  readonly coefficient: Rational;
}

/** coefficient · Π factor; factors are symbols, powers, calls and sums, each base once. */
export interface ProductNode extends Common {
  readonly kind: "product";
  readonly coefficient: Rational;
  readonly factors: readonly Node[];
}

/** The exponent is not 1, and a number to a whole power is a number. */
export interface PowerNode extends Common {
  readonly kind: "power";
  readonly base: Node;
  readonly exponent: Node;
}

/** A primitive applied to arguments: sin x, x < y. */
export interface CallNode extends Common {
  readonly kind: "call";
  readonly primitive: string;
  readonly args: readonly Node[];
}

export type Node = NumberNode | SymbolNode | SumNode | ProductNode | PowerNode | CallNode;

export const number = (value: Rational | number): NumberNode => {
  const exact = typeof value === "number" ? q.fromNumber(value) : value;
  return { kind: "number", value: exact, key: q.keyOf(exact), size: 1 };
};

// Marked as pure, so that bundles of programs that derive nothing leave this file out.
export const zero = /* @__PURE__ */ number(0);
export const one = /* @__PURE__ */ number(1);
export const minusOne = /* @__PURE__ */ number(-1);

export const symbol = (name: string, constant?: number): SymbolNode => ({
  kind: "symbol",
  name,
  // Apart from the keys of numbers and of what is made of them.
  key: constant === undefined ? `'${name}'` : `const ${name}`,
  size: 1,
  ...(constant !== undefined && { constant }),
});

/** The circle constant and the base of natural logarithms. */
export const pi = /* @__PURE__ */ symbol("π", Math.PI);
export const euler = /* @__PURE__ */ symbol("e", Math.E);

export const isNumber = (node: Node): node is NumberNode => node.kind === "number";

/** Whether a node is this whole number. */
export const hasValue = (node: Node, value: number): boolean =>
  node.kind === "number" && node.value.denominator === 1n && node.value.numerator === BigInt(value);

export const isCall = (node: Node, primitive: string): node is CallNode =>
  node.kind === "call" && node.primitive === primitive;

/** The numeric factor of a node, and the rest. */
export const split = (node: Node): Term => {
  if (node.kind !== "product") return { node, coefficient: q.one };
  const { coefficient, factors } = node;
  if (q.equals(coefficient, q.one)) return { node, coefficient };
  return { node: factors.length === 1 ? factors[0]! : plainProduct(q.one, factors), coefficient };
};

const sizeOf = (nodes: readonly Node[]): number => nodes.reduce((total, { size }) => total + size, 0);

/** Whether a coefficient is 1 or −1. */
export const isPlain = (coefficient: Rational): boolean => q.equals(q.absolute(coefficient), q.one);

/** Whether a number multiplied in or added must be written. */
const writtenSize = (value: Rational, isNeutral: boolean): number =>
  isNeutral ? 0 : Number(!q.isZero(value));

/**
 * Long keys by numbers, which are never given twice: keys are made of keys, and would grow as large as the formulas. When
 * the table is full it begins anew; equal formulas made before and after are then taken for different ones, no more.
 */
const numbers = new Map<string, string>();
let lastNumber = 0;
const longestKey = 24;
const mostKeys = 100_000;

const shortKey = (key: string): string => {
  if (key.length <= longestKey) return key;
  let short = numbers.get(key);
  if (short === undefined) {
    if (numbers.size >= mostKeys) numbers.clear();
    short = `#${++lastNumber}`;
    numbers.set(key, short);
  }
  return short;
};

/** A product as it stands: factors collected already. */
export const plainProduct = (coefficient: Rational, factors: readonly Node[]): ProductNode => ({
  kind: "product",
  coefficient,
  factors,
  key: shortKey(`(${[q.keyOf(coefficient), ...factors.map(({ key }) => key).sort()].join("*")})`),
  size: sizeOf(factors) + writtenSize(coefficient, isPlain(coefficient)),
});

/** A sum as it stands: terms collected already. */
export const plainSum = (terms: readonly Term[], constant: Rational, isConstantFirst: boolean): SumNode => {
  const keys = terms.map(({ node, coefficient }) => `${q.keyOf(coefficient)}*${node.key}`).sort();
  const size = terms.reduce(
    (total, { node, coefficient }) => total + node.size + writtenSize(coefficient, isPlain(coefficient)),
    writtenSize(constant, false),
  );
  return {
    kind: "sum",
    terms,
    constant,
    isConstantFirst: isConstantFirst && !q.isZero(constant),
    key: shortKey(`[${[q.keyOf(constant), ...keys].join("+")}]`),
    size,
  };
};

/** The base and exponent of a factor. */
export const powerParts = (factor: Node): { base: Node; exponent: Node } =>
  factor.kind === "power" ? factor : { base: factor, exponent: one };

/** A power as it stands. */
export const plainPower = (base: Node, exponent: Node): PowerNode => ({
  kind: "power",
  base,
  exponent,
  key: shortKey(`${base.key}^${exponent.key}`),
  size: base.size + (hasValue(exponent, -1) ? 0 : exponent.size),
});

/** A primitive applied, as it stands. */
export const plainCall = (primitive: string, args: readonly Node[]): CallNode => ({
  kind: "call",
  primitive,
  args,
  key: shortKey(`${primitive}(${args.map(({ key }) => key).join(",")})`),
  size: 1 + sizeOf(args),
});
