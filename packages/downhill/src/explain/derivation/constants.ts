/** Numbers of programs as exact constants. */
import { power, product, call } from "../algebra/build.ts";
import { euler, type Node, number, pi } from "../algebra/node.ts";
import * as q from "../algebra/rational.ts";
import type { Program } from "../../program/program.ts";

const root = (node: Node): Node => power(node, number(q.rational(1, 2)));

/** Doubles that stand for irrational numbers. */
const irrational = (): readonly (readonly [number, Node])[] => [
  [Math.PI, pi],
  [Math.E, euler],
  [2 / Math.sqrt(Math.PI), product(number(2), power(root(pi), number(-1)))],
  [Math.sqrt(Math.PI) / 2, product(number(q.rational(1, 2)), root(pi))],
  [Math.sqrt(2 / Math.PI), root(product(number(2), power(pi, number(-1))))],
  [Math.SQRT2, root(number(2))],
  [Math.SQRT1_2, power(root(number(2)), number(-1))],
  [Math.LN2, call("log", [number(2)])],
  [Math.LN10, call("log", [number(10)])],
  [Math.LOG2E, power(call("log", [number(2)]), number(-1))],
  [Math.LOG10E, power(call("log", [number(10)]), number(-1))],
];

let byValue: ReadonlyMap<number, Node> | undefined;

/** The exact constant that a number of a program stands for. */
export const constantNode = (value: number): Node => {
  byValue ??= new Map(irrational());
  const found = byValue.get(value);
  if (found !== undefined) return found;
  const opposite = byValue.get(-value);
  if (opposite !== undefined) return product(number(-1), opposite);
  return Number.isFinite(value)
    ? number(value)
    : {
        kind: "symbol",
        name: String(value).replace("Infinity", "∞"),
        constant: value,
        key: `const ${value}`,
        size: 1,
      };
};

/** Whether numbers in a program are written as decimals: then those in its derivatives are, too. */
export const hasDecimals = ({ equations }: Program): boolean =>
  equations.some(({ inputs }) =>
    inputs.some((input) => input.kind === "literal" && isShortDecimal(input.value)),
  );

/** A number that someone has written with a decimal point, not π or a third. */
const isShortDecimal = (value: number): boolean => !Number.isInteger(value) && String(value).length <= 12;
