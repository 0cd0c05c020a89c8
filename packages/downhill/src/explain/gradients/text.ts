/** What a check of gradients found, in words. */
import type { ArgumentCheck } from "./argument-check.ts";
import { rightFrom } from "./line.ts";

const figure = (x: number): string => (Number.isFinite(x) ? String(Number(x.toPrecision(6))) : String(x));

const short = (x: number): string => String(Number(x.toPrecision(2)));

const remainderOf = ({ remainderSlope }: ArgumentCheck): string =>
  remainderSlope === undefined
    ? "the remainder is rounding, as of a linear function"
    : `the remainder vanishes as h^${remainderSlope.toFixed(2)}`;

const reasonOf = (check: ArgumentCheck): string => {
  const { verdict, derivative, forward, modesAgree, sides, remainderSlope } = check;
  const { difference, differenceError, rounding } = check;
  if (!modesAgree) return `reverse mode gives ${figure(derivative)}, forward mode ${figure(forward)}`;
  switch (verdict) {
    case "right":
      return remainderOf(check);
    case "kink":
      return `a kink: the slopes of its sides are ${figure(sides![0])} and ${figure(sides![1])}`;
    case "wrong":
      if (sides !== undefined)
        return `outside of the slopes of both sides, ${figure(sides[0])} and ${figure(sides[1])}`;
      if (remainderSlope === undefined || remainderSlope >= rightFrom) return remainderOf(check);
      return `${remainderOf(check)}, instead of h^2`;
    case "unclear":
      if (![difference, differenceError].every(Number.isFinite))
        return "cannot tell: the values are not finite; choose another point";
      return `cannot tell: ${short(rounding)} of the values may be rounding, which hides the slope; choose another point, or float64`;
  }
};

const verdictOf = ({ verdict, modesAgree }: ArgumentCheck): string => (modesAgree ? verdict : "wrong");

/** A line for each tensor, the wrong ones first. */
export const gradientText = (agrees: boolean, checks: readonly ArgumentCheck[]): string => {
  const rank = (check: ArgumentCheck): number =>
    ["wrong", "unclear", "kink", "right"].indexOf(verdictOf(check));
  const lines = [...checks]
    .sort((a, b) => rank(a) - rank(b))
    .map(
      (check) =>
        `  ${verdictOf(check).padEnd(7)} ${check.path}${check.order === 2 ? ", second order" : ""}: ` +
        `${figure(check.derivative)} from the derivative, ${figure(check.difference)} ± ${short(check.differenceError)} from differences; ${reasonOf(check)}`,
    );
  const title = agrees
    ? "the derivatives are those of the function"
    : checks.some((check) => verdictOf(check) === "wrong")
      ? "a derivative is not that of the function"
      : "cannot tell whether the derivatives are those of the function";
  return [title, ...lines].join("\n");
};
