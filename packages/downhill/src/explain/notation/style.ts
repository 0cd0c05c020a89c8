/** What differs between characters and LaTeX when a formula is written. */

/** What stands at the ends of a factor: decides how it is joined to its neighbours. */
export type FactorKind = "number" | "letter" | "word" | "function" | "call" | "group";

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
  /** A primitive of the engine applied to arguments. */
  call(primitive: string, args: readonly Part[], exponent?: Part): string;
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
}

export const level = { relation: 0, sum: 1, quotient: 2, product: 3, power: 4, atom: 5 } as const;
export type Level = (typeof level)[keyof typeof level];
