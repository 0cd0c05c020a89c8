/** What differs between characters and LaTeX when a formula is written. */

/**
 * What stands at the ends of a factor: decides how it is joined to its neighbours. `open` is a function without brackets
 * around its argument, which would take what follows for a part of it: \sin x. `numeral` begins with a number and ends
 * otherwise: 2^x.
 */
export type FactorKind = "number" | "numeral" | "letter" | "word" | "function" | "call" | "open" | "group";

export const beginsWithNumber = (kind: FactorKind): boolean => kind === "number" || kind === "numeral";

export interface Style {
  readonly minus: string;
  readonly plus: string;
  /** The name of a number in digits. */
  number(digits: string): string;
  /** m · 10^exponent. */
  scientific(mantissa: string, exponent: number): string;
  /** Two factors side by side. */
  join(left: string, leftKind: FactorKind, right: string, rightKind: FactorKind): string;
  group(inside: string): string;
  /** `above` and `below` come without brackets; the flags say whether they are single factors. */
  fraction(above: Part, below: Part): string;
  /** Whether a fraction brackets its parts itself, so that sums in it need none. */
  readonly fractionsEnclose: boolean;
  power(base: string, exponent: Part): string;
  root(inside: Part): string;
  /** e^exponent. */
  exponential(exponent: Part): string;
  /** A primitive of the engine applied to arguments: an atom of kind `call` where nothing else is said. */
  call(primitive: string, args: readonly Part[]): Pick<Part, "text"> & Partial<Part>;
  /** 1 where the condition holds, otherwise 0. */
  indicator(condition: string): string;
  cases(condition: string, yes: string, no: string): string;
}

/** A piece of a formula with what must be known to put it into another. */
export interface Part {
  readonly text: string;
  /** How tightly it holds together. */
  readonly level: Level;
  readonly kind: FactorKind;
  /** What stands behind the minus sign, if it begins with one that holds for all of it. */
  readonly negated?: Part;
  /** The same to a power, where an exponent behind it would belong to its end alone: \\sin^{2} x. */
  readonly raised?: (exponent: Part) => string;
}

export const level = { relation: 0, sum: 1, quotient: 2, product: 3, power: 4, atom: 5 } as const;
export type Level = (typeof level)[keyof typeof level];
