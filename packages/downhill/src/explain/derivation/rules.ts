/** The rules of calculus by name, each with a plain sentence. */
import type { Equation } from "../../program/program.ts";

export interface Rule {
  readonly name: string;
  readonly sentence: string;
}

export const rules = {
  sum: {
    name: "sum rule",
    sentence: "A sum changes by as much as its term does; a subtracted term counts with a minus sign.",
  },
  constantFactor: {
    name: "constant factor",
    sentence: "A factor that stays fixed stays in front: twice the factor, twice the slope.",
  },
  product: {
    name: "product rule",
    sentence:
      "While one factor moves the others stay fixed, so the slope by a factor is the product of the others.",
  },
  quotient: {
    name: "quotient rule",
    sentence:
      "The slope of u/v by u is 1/v, and by v it is −(u/v)/v: a larger divisor makes the quotient smaller.",
  },
  power: {
    name: "power rule",
    sentence: "The exponent comes down in front as a factor, and the power is lowered by one.",
  },
  root: {
    name: "power rule for roots",
    sentence: "A square root is the power ½, so its slope is one half divided by the root.",
  },
  exponential: {
    name: "exponential rule",
    sentence: "With the variable in the exponent, the power itself comes back, times ln of the base.",
  },
  exp: { name: "exponential rule", sentence: "e^u is its own slope." },
  log: {
    name: "logarithm rule",
    sentence: "The slope of ln u is 1/u: the larger u is, the slower its logarithm grows.",
  },
  extreme: {
    name: "maximum and minimum",
    sentence: "Only the value that is chosen passes its slope on; the other may move without effect.",
  },
  absolute: {
    name: "absolute value",
    sentence: "The slope of |u| is the sign of u: +1 where u is positive, −1 where it is negative.",
  },
  choice: {
    name: "cases",
    sentence: "In each case the slope is that of the branch in force.",
  },
  steps: { name: "steps", sentence: "Between its jumps the value stays the same: its slope is 0." },
  stop: { name: "held fixed", sentence: "The value is held fixed, so its slope counts as 0." },
  matrix: {
    name: "matrix product",
    sentence:
      "In A B each element of B meets a column of A, so slopes come back through the transpose: Aᵀ times them.",
  },
  elements: {
    name: "sum of elements",
    sentence: "A sum changes by as much as each of its elements does: the slope by each is 1.",
  },
  logsumexp: {
    name: "log-sum-exp",
    sentence: "The slope of ln Σ e^z by each z is softmax(z), the share of its e^z in the sum.",
  },
} as const satisfies Record<string, Rule>;

/** Of constants, and of the links of the chain: they belong to every derivation. */
export const constantRule: Rule = {
  name: "constant rule",
  sentence: "What does not depend on the variable has slope 0.",
};
export const chainRule: Rule = {
  name: "chain rule",
  sentence:
    "Along a path the slopes multiply; where several paths lead from the variable to the result, their products add up.",
};

const byPrimitive: Readonly<Record<string, keyof typeof rules>> = {
  add: "sum",
  sub: "sum",
  neg: "constantFactor",
  square: "power",
  sqrt: "root",
  exp: "exp",
  log: "log",
  maximum: "extreme",
  minimum: "extreme",
  abs: "absolute",
  select: "choice",
  sign: "steps",
  floor: "steps",
  ceil: "steps",
  round: "steps",
  stopGradient: "stop",
  dot: "matrix",
  sum: "elements",
};

/**
 * The rule that gives the slope of an operation by its operand at `position`.
 *
 * @param isFixed which operands do not depend on the variables.
 * @param inTable what the table of derivatives says, for basic functions.
 */
export const ruleOf = (
  { primitive: { name } }: Equation,
  position: number,
  isFixed: readonly boolean[],
  inTable: () => string,
): Rule => {
  if (name === "mul") return isFixed[1 - position] === true ? rules.constantFactor : rules.product;
  if (name === "div") return position === 0 && isFixed[1] === true ? rules.constantFactor : rules.quotient;
  if (name === "pow") return position === 0 ? rules.power : rules.exponential;
  const rule = byPrimitive[name];
  return rule === undefined ? { name: "table of derivatives", sentence: inTable() } : rules[rule];
};
