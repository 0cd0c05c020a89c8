/** Products as fractions. */
import { power, product, sum } from "./build.ts";
import { isCall, type Node, number, powerParts } from "./node.ts";
import * as q from "./rational.ts";

export interface Fraction {
  /** Factors above the bar, without the numbers. */
  readonly above: readonly Node[];
  /** Factors below the bar. */
  readonly below: readonly Node[];
  /** The exponent of all powers of e together. */
  readonly exponent: Node | undefined;
}

/** A product's factors above and below the fraction bar, and the exponent of its powers of e. */
export const fractionOf = (node: Node): Fraction => {
  const above: Node[] = [];
  const below: Node[] = [];
  const exponents: Node[] = [];
  for (const part of node.kind === "product" ? node.factors : [node]) {
    const { base, exponent } = powerParts(part);
    if (isCall(base, "exp")) exponents.push(product(base.args[0]!, exponent));
    else if (exponent.kind === "number" && q.isNegative(exponent.value))
      below.push(power(base, number(q.negative(exponent.value))));
    else above.push(part);
  }
  return { above, below, exponent: exponents.length === 0 ? undefined : sum(...exponents) };
};
