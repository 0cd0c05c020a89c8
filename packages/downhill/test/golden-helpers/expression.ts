/** The expressions of golden/functions.json as functions of tensors; the grammar is in the README there. */
import * as d from "downhill";
import type { Operand, Tensor } from "downhill";

type Values = Readonly<Record<string, Tensor>>;
type Evaluate = (values: Values) => Operand;

/** The functions by the names that the file uses. */
const functions: Readonly<Record<string, (...args: Operand[]) => Tensor>> = {
  ...Object.fromEntries(
    Object.entries({
      exp: d.exp,
      log: d.log,
      log1p: d.log1p,
      expm1: d.expm1,
      sqrt: d.sqrt,
      sin: d.sin,
      cos: d.cos,
      tan: d.tan,
      asin: d.asin,
      acos: d.acos,
      atan: d.atan,
      sinh: d.sinh,
      cosh: d.cosh,
      tanh: d.tanh,
      sigmoid: d.sigmoid,
      softplus: d.softplus,
      relu: d.relu,
      abs: d.abs,
      erf: d.erf,
    }).map(([name, f]) => [name, (x: Operand) => f(x)]),
  ),
  atan2: (y, x) => d.atan2(y, x),
  max: (a, b) => d.maximum(a, b),
  min: (a, b) => d.minimum(a, b),
};

/** Two-operand operations; of two numbers a number, so that constants stay exact. */
const operators: Readonly<Record<string, (a: Operand, b: Operand) => Operand>> = {
  "+": (a, b) => (typeof a === "number" && typeof b === "number" ? a + b : d.add(a, b)),
  "-": (a, b) => (typeof a === "number" && typeof b === "number" ? a - b : d.sub(a, b)),
  "*": (a, b) => (typeof a === "number" && typeof b === "number" ? a * b : d.mul(a, b)),
  "/": (a, b) => (typeof a === "number" && typeof b === "number" ? a / b : d.div(a, b)),
  "^": (a, b) => (typeof a === "number" && typeof b === "number" ? a ** b : d.pow(a, b)),
};

/** A function of numbers alone in double precision, which tensors made of plain numbers would not keep. */
const ofNumbers: Readonly<Record<string, (x: number) => number>> = { exp: Math.exp, sqrt: Math.sqrt };

const negated = (x: Operand): Operand => (typeof x === "number" ? -x : d.neg(x));

/** Compiles an expression; throws on anything outside of the grammar. */
export const parseExpression = (text: string): ((values: Values) => Tensor) => {
  const tokens = text.match(/\d*\.?\d+(?:e[-+]?\d+)?|[a-z]\w*|\S/gi) ?? [];
  let position = 0;
  const accept = (...wanted: string[]): string | undefined =>
    wanted.includes(tokens[position] ?? "end") ? tokens[position++] : undefined;
  const expected = (token: string): void => {
    if (accept(token) === undefined)
      throw new Error(`${text}: expected ${token}, found ${tokens[position] ?? "the end"}`);
  };
  const leftAssociative = (part: () => Evaluate, ...names: string[]): Evaluate => {
    let left = part();
    for (let name = accept(...names); name !== undefined; name = accept(...names)) {
      const [before, after, operator] = [left, part(), operators[name]!];
      left = (values) => operator(before(values), after(values));
    }
    return left;
  };
  const atom = (): Evaluate => {
    if (accept("(") !== undefined) {
      const inside = sum();
      expected(")");
      return inside;
    }
    const token = tokens[position++] ?? "";
    if (/^[\d.]/.test(token)) return () => Number(token);
    if (!/^[a-z]/i.test(token)) throw new Error(`${text}: unexpected ${token}`);
    if (accept("(") !== undefined) {
      const args = [sum()];
      while (accept(",") !== undefined) args.push(sum());
      expected(")");
      const f = functions[token]!;
      return (values) => {
        const given = args.map((arg) => arg(values));
        const [only] = given;
        return typeof only === "number" && given.length === 1 ? ofNumbers[token]!(only) : f(...given);
      };
    }
    return token === "pi" ? () => Math.PI : (values) => values[token]!;
  };
  const power = (): Evaluate => {
    const base = atom();
    if (accept("^") === undefined) return base;
    const exponent = unary();
    return (values) => operators["^"]!(base(values), exponent(values));
  };
  const unary = (): Evaluate => {
    if (accept("-") === undefined) return power();
    const operand = unary();
    return (values) => negated(operand(values));
  };
  const product = (): Evaluate => leftAssociative(unary, "*", "/");
  const sum = (): Evaluate => leftAssociative(product, "+", "-");
  const whole = sum();
  if (position < tokens.length) throw new Error(`${text}: ${tokens[position]!} after the end`);
  return (values) => whole(values) as Tensor;
};
