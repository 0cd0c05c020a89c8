/**
 * Formulas put together in normal form: like terms and like factors collected, and what is known of functions applied.
 */
import {
  euler,
  hasValue,
  isCall,
  isNumber,
  isPlain,
  minusOne,
  type Node,
  number,
  one,
  plainCall,
  plainPower,
  plainProduct,
  plainSum,
  powerParts,
  split,
  type SumNode,
  type Term,
  zero,
} from "./node.ts";
import * as q from "./rational.ts";
import type { Rational } from "./rational.ts";

/** The sum of nodes: like terms collected, sums among them taken apart. */
export const sum = (...nodes: readonly Node[]): Node => {
  const terms = new Map<string, Term>();
  let constant = q.zero;
  let isConstantFirst = false;
  const add = (node: Node, factor: Rational): void => {
    if (node.kind === "number") {
      if (terms.size === 0 && q.isZero(constant)) isConstantFirst = true;
      constant = q.plus(constant, q.times(node.value, factor));
      return;
    }
    if (node.kind === "sum") {
      const own = (): void => add(number(node.constant), factor);
      if (node.isConstantFirst && !q.isZero(node.constant)) own();
      for (const term of node.terms) add(term.node, q.times(term.coefficient, factor));
      if (!node.isConstantFirst && !q.isZero(node.constant)) own();
      return;
    }
    const { node: rest, coefficient } = split(node);
    // −(a − b) is taken apart as well, 2(a − b) is not.
    if (rest.kind === "sum" && isPlain(coefficient)) return add(rest, q.times(coefficient, factor));
    const before = terms.get(rest.key);
    const total = q.plus(before?.coefficient ?? q.zero, q.times(coefficient, factor));
    if (q.isZero(total)) terms.delete(rest.key);
    else terms.set(rest.key, { node: before?.node ?? rest, coefficient: total });
  };
  for (const node of nodes) add(node, q.one);
  return sumOf([...terms.values()], constant, isConstantFirst);
};

/** expm1(x) + 1 is e^x. */
const withoutExpm1 = (terms: readonly Term[], constant: Rational): Node | undefined => {
  const found = terms.find(
    ({ node, coefficient }) => isCall(node, "expm1") && q.equals(coefficient, constant),
  );
  if (found === undefined || !isCall(found.node, "expm1")) return undefined;
  const exponential = product(number(found.coefficient), exp(found.node.args[0]!));
  return sum(
    ...terms.map((term) => (term === found ? exponential : product(number(term.coefficient), term.node))),
  );
};

const sumOf = (terms: readonly Term[], constant: Rational, isConstantFirst: boolean): Node => {
  const [first] = terms;
  if (first === undefined) return number(constant);
  if (terms.length === 1 && q.isZero(constant)) return product(number(first.coefficient), first.node);
  const exponential = withoutExpm1(terms, constant);
  if (exponential !== undefined) return exponential;
  return plainSum(terms, constant, isConstantFirst);
};

/** The product of nodes: like bases collected, products among them taken apart. */
export const product = (...nodes: readonly Node[]): Node => {
  const bases = new Map<string, { base: Node; exponent: Node }>();
  let coefficient = q.one;
  const multiply = (node: Node): void => {
    if (node.kind === "number") {
      coefficient = q.times(coefficient, node.value);
    } else if (node.kind === "product") {
      coefficient = q.times(coefficient, node.coefficient);
      node.factors.forEach(multiply);
    } else {
      raise(powerParts(node));
    }
  };
  const raise = ({ base, exponent }: { base: Node; exponent: Node }): void => {
    const before = bases.get(base.key);
    if (before === undefined && base.kind === "sum" && isWhole(exponent)) {
      // (p − 1)/(1 − p) is −1.
      const opposite = bases.get(negatedSum(base).key);
      if (opposite !== undefined && isWhole(opposite.exponent)) {
        if (isOdd(exponent)) coefficient = q.negative(coefficient);
        return raise({ base: opposite.base, exponent });
      }
    }
    bases.set(base.key, {
      base: before?.base ?? base,
      exponent: before === undefined ? exponent : sum(before.exponent, exponent),
    });
  };
  nodes.forEach(multiply);
  if (q.isZero(coefficient)) return zero;
  const factors: Node[] = [];
  for (const { base, exponent } of collectSpecial(bases)) {
    const factor = power(base, exponent);
    if (factor.kind === "number") coefficient = q.times(coefficient, factor.value);
    else if (factor.kind === "product") {
      coefficient = q.times(coefficient, factor.coefficient);
      factors.push(...factor.factors);
    } else factors.push(factor);
  }
  if (q.isZero(coefficient)) return zero;
  if (factors.length === 0) return number(coefficient);
  if (factors.length === 1 && q.equals(coefficient, q.one)) return factors[0]!;
  const [only] = factors;
  return factors.length === 1 && only!.kind === "sum" && q.equals(coefficient, q.minusOne)
    ? negatedSum(only!)
    : plainProduct(coefficient, factors);
};

/** −(a − b) is b − a. */
const negatedSum = (node: SumNode): Node =>
  sumOf(
    node.terms.map((term) => ({ node: term.node, coefficient: q.negative(term.coefficient) })),
    q.negative(node.constant),
    node.isConstantFirst,
  );

/** Functions that are the ratio of two others of the same argument. */
const ratios = [
  ["sin", "cos", "tan"],
  ["sinh", "cosh", "tanh"],
] as const;

type Powers = Map<string, { base: Node; exponent: Node }>;

/** x²/|x| and x·sign x are |x|. */
const collectAbsolutes = (collected: Powers): void => {
  for (const { base, exponent } of [...collected.values()]) {
    if (isCall(base, "sign") && hasValue(exponent, 1)) {
      const inside = collected.get(base.args[0]!.key);
      if (inside === undefined || !isOdd(inside.exponent)) continue;
      const absolute = call("abs", base.args);
      collected.delete(base.key);
      collected.set(base.args[0]!.key, { base: inside.base, exponent: sum(inside.exponent, minusOne) });
      collected.set(absolute.key, {
        base: absolute,
        exponent: sum(collected.get(absolute.key)?.exponent ?? zero, one),
      });
    }
    if (!isCall(base, "abs")) continue;
    const inside = collected.get(base.args[0]!.key);
    if (inside === undefined || !isEven(inside.exponent)) continue;
    collected.delete(base.args[0]!.key);
    // A factor sign x may have raised it by now.
    const { exponent: reached } = collected.get(base.key)!;
    collected.set(base.key, { base, exponent: sum(reached, inside.exponent) });
  }
};

/** sin x / cos x is tan x. */
const collectRatios = (collected: Powers): void => {
  for (const [above, below, ratio] of ratios)
    for (const { base } of [...collected.values()]) {
      if (!isCall(base, above)) continue;
      const divisor = call(below, base.args);
      const [up, down] = [collected.get(base.key)?.exponent, collected.get(divisor.key)?.exponent];
      if (up?.kind !== "number" || down?.kind !== "number") continue;
      if (q.isNegative(up.value) || !q.isNegative(down.value)) continue;
      const common = q.isLess(up.value, q.negative(down.value)) ? up.value : q.negative(down.value);
      const quotient = call(ratio, base.args);
      const before = collected.get(quotient.key)?.exponent ?? zero;
      collected.set(base.key, { base, exponent: sum(up, number(q.negative(common))) });
      collected.set(divisor.key, { base: divisor, exponent: sum(down, number(common)) });
      collected.set(quotient.key, { base: quotient, exponent: sum(before, number(common)) });
    }
};

const collectSpecial = (bases: Powers): { base: Node; exponent: Node }[] => {
  for (const { base } of bases.values())
    if (base.kind === "call") {
      collectRatios(bases);
      collectAbsolutes(bases);
      break;
    }
  return [...bases.values()];
};

/** Powers of numbers are multiplied out up to this exponent. */
const mostMultiplied = 64n;

const isWhole = (node: Node): boolean => node.kind === "number" && q.isInteger(node.value);
const isOdd = (node: Node): boolean => node.kind === "number" && node.value.numerator % 2n !== 0n;
const isEven = (node: Node): boolean => isWhole(node) && !isOdd(node);

/** base^exponent. Where both are 0 it is 1; roots are taken apart only where that holds for negative bases too. */
export const power = (base: Node, exponent: Node): Node => {
  if (hasValue(exponent, 0)) return one;
  if (hasValue(exponent, 1)) return base;
  if (hasValue(base, 1)) return one;
  if (base.kind === "number" && exponent.kind === "number") {
    const known = numberPower(base.value, exponent.value);
    if (known !== undefined) return known;
  }
  if (base.kind === "power" && isWhole(exponent)) return power(base.base, product(base.exponent, exponent));
  if (isCall(base, "abs") && isEven(exponent)) return power(base.args[0]!, exponent);
  // √(x²) is |x|.
  if (base.kind === "power" && exponent.kind === "number" && isEven(base.exponent))
    return power(call("abs", [base.base]), product(base.exponent, exponent));
  if (isCall(base, "exp") && exponent.kind !== "number") return exp(product(base.args[0]!, exponent));
  if (base === euler || base.key === euler.key)
    return isNumber(exponent) ? plainPower(base, exponent) : exp(exponent);
  if (base.kind === "product" && isWhole(exponent))
    return product(
      power(number(base.coefficient), exponent),
      ...base.factors.map((factor) => power(factor, exponent)),
    );
  // √(4x) is 2√x.
  if (base.kind === "product" && exponent.kind === "number" && !q.equals(base.coefficient, q.one)) {
    const root = numberPower(base.coefficient, exponent.value);
    if (root?.kind === "number") return product(root, power(plainProduct(q.one, base.factors), exponent));
  }
  if (base.kind === "product" && base.factors.length === 1 && q.equals(base.coefficient, q.one))
    return power(base.factors[0]!, exponent);
  return plainPower(base, exponent);
};

/** A number's power where it is a number again; a square root without fraction inside otherwise. */
const numberPower = (base: Rational, exponent: Rational): Node | undefined => {
  if (q.isZero(base)) return q.isNegative(exponent) ? undefined : zero;
  const { numerator, denominator } = exponent;
  if (numerator > mostMultiplied || numerator < -mostMultiplied) return undefined;
  const root = denominator === 1n ? base : q.exactRoot(base, Number(denominator));
  if (root !== undefined) return number(q.power(root, Number(numerator)));
  return undefined;
};

/**
 * e^x, as a product with a factor for each term of x, so that e^a and e^(2a − b) have e^a in common. Printing puts the
 * factors together again.
 */
export const exp = (x: Node): Node => {
  if (x.kind === "number") return hasValue(x, 0) ? one : plainPower(euler, x);
  if (hasValue(x, 1)) return euler;
  if (isCall(x, "log")) return x.args[0]!;
  const terms = x.kind === "sum" ? x.terms : [split(x)];
  const constant = x.kind === "sum" ? x.constant : q.zero;
  return product(
    ...terms.map(({ node, coefficient }) =>
      isCall(node, "log")
        ? power(node.args[0]!, number(coefficient))
        : power(plainCall("exp", [node]), number(coefficient)),
    ),
    q.isZero(constant) ? one : power(euler, number(constant)),
  );
};

/** Functions that are 0 at 0. */
const zeroAtZero = new Set([
  "sin",
  "tan",
  "asin",
  "atan",
  "sinh",
  "tanh",
  "asinh",
  "atanh",
  "erf",
  "expm1",
  "log1p",
  "sign",
  "abs",
]);

/** ln x, with powers of e among its factors taken out: ln(e^a·S) is a + ln S. */
const logarithm = (x: Node): Node => {
  if (hasValue(x, 1)) return zero;
  const factors = x.kind === "product" ? x.factors : [x];
  const exponents: Node[] = [];
  const others: Node[] = [];
  for (const factor of factors) {
    const { base, exponent } = powerParts(factor);
    if (base.key === euler.key) exponents.push(exponent);
    else if (isCall(base, "exp")) exponents.push(product(base.args[0]!, exponent));
    else others.push(factor);
  }
  if (exponents.length === 0) return plainCall("log", [x]);
  const rest = product(number(x.kind === "product" ? x.coefficient : q.one), ...others);
  return sum(...exponents, hasValue(rest, 1) ? zero : plainCall("log", [rest]));
};

const opposites: Readonly<Record<string, string>> = {
  lt: "ge",
  le: "gt",
  gt: "le",
  ge: "lt",
  eq: "ne",
  ne: "eq",
};

/** A choice; one between 0 and something else is written with the 0 last. */
const select = (condition: Node, yes: Node, no: Node): Node => {
  if (yes.key === no.key) return yes;
  const opposite = condition.kind === "call" ? opposites[condition.primitive] : undefined;
  if (hasValue(yes, 0) && condition.kind === "call" && opposite !== undefined)
    return plainCall("select", [plainCall(opposite, condition.args), no, yes]);
  return plainCall("select", [condition, yes, no]);
};

/** A primitive applied to arguments, in the normal form of what it means. */
export const call = (primitive: string, args: readonly Node[]): Node => {
  const [a, b, c] = args;
  switch (primitive) {
    case "add":
      return sum(a!, b!);
    case "sub":
      return sum(a!, product(minusOne, b!));
    case "mul":
      return product(a!, b!);
    case "div":
      return hasValue(b!, 0) ? plainCall(primitive, args) : product(a!, power(b!, minusOne));
    case "neg":
      return product(minusOne, a!);
    case "square":
      return power(a!, number(2));
    case "sqrt":
      return power(a!, number(q.rational(1, 2)));
    case "pow":
      return power(a!, b!);
    case "exp":
      return exp(a!);
    case "log":
      return logarithm(a!);
    case "convert":
      return a!;
    case "cos":
    case "cosh":
      return hasValue(a!, 0) ? one : plainCall(primitive, args);
    case "select":
      return select(a!, b!, c!);
    default:
      return zeroAtZero.has(primitive) && hasValue(a!, 0) ? zero : plainCall(primitive, args);
  }
};
