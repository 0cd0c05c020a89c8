/** Formulas of numbers: written in symbols, written with the numbers put in, and computed, all from one definition. */
import { latexNumber } from "../../ui/numbers.ts";

export interface Term {
  /** In LaTeX. */
  readonly symbols: string;
  /** The same with numbers in the place of symbols. */
  readonly numbers: string;
  readonly value: number;
  /** How tightly it holds together, in symbols and in numbers: a negative number is no tighter than a sum. */
  readonly tight: readonly [symbols: Tightness, numbers: Tightness];
}

type Tightness = 0 | 1 | 2;
const [loose, product, whole] = [0, 1, 2] as const;

/** A quantity with a letter of its own. */
export const named = (symbols: string, value: number): Term => ({
  symbols,
  numbers: latexNumber(value),
  value,
  tight: [whole, value < 0 ? loose : whole],
});

/** A number that belongs to the rule. */
export const constant = (value: number, latex = latexNumber(value)): Term => ({
  symbols: latex,
  numbers: latex,
  value,
  tight: [whole, whole],
});

const within = (text: string, tight: Tightness, least: Tightness): string =>
  tight < least ? `\\left(${text}\\right)` : text;

const build = (
  value: number,
  tight: Tightness,
  write: (part: (term: Term, least?: Tightness) => string, sign: string) => string,
): Term => ({
  symbols: write(({ symbols, tight: [own] }, least = loose) => within(symbols, own, least), "\\,"),
  numbers: write(({ numbers, tight: [, own] }, least = loose) => within(numbers, own, least), " \\cdot "),
  value,
  tight: [tight, tight],
});

export const plus = (a: Term, b: Term): Term =>
  build(a.value + b.value, loose, (part) => `${part(a)} + ${part(b, product)}`);

export const minus = (a: Term, b: Term): Term =>
  build(a.value - b.value, loose, (part) => `${part(a)} - ${part(b, product)}`);

export const times = (a: Term, b: Term): Term =>
  build(a.value * b.value, product, (part, sign) => `${part(a, product)}${sign}${part(b, product)}`);

export const over = (a: Term, b: Term): Term =>
  build(a.value / b.value, product, (part) => `\\frac{${part(a)}}{${part(b)}}`);

export const negative = (a: Term): Term => build(-a.value, loose, (part) => `-${part(a, product)}`);

export const root = (a: Term): Term => build(Math.sqrt(a.value), whole, (part) => `\\sqrt{${part(a)}}`);

/** To a whole power. */
export const power = (a: Term, exponent: Term): Term =>
  build(a.value ** exponent.value, whole, (part) => `${part(a, whole)}^{${part(exponent)}}`);

export const square = (a: Term): Term => power(a, constant(2));

export const size = (a: Term): Term => build(Math.abs(a.value), whole, (part) => `\\left|${part(a)}\\right|`);

export const sign = (a: Term): Term =>
  build(Math.sign(a.value), whole, (part) => `\\operatorname{sign}\\left(${part(a)}\\right)`);

export const largest = (a: Term, b: Term): Term =>
  build(Math.max(a.value, b.value), whole, (part) => `\\max\\left(${part(a)},\\ ${part(b)}\\right)`);

/** The same quantity under a letter: what follows is written with the letter. */
export const as = (symbols: string, { value }: Term): Term => named(symbols, value);
