/** Where formulas end: the part that is to blame, what happened, and that what is advised helps. */
import { descend, holdVariables, whereUndefined } from "downhill/explain";
import { parseFormula } from "downhill/formula";
import { describe, expect, test } from "vitest";

type Values = Readonly<Record<string, number>>;

const said = (text: string, at: Values): string | undefined =>
  whereUndefined(parseFormula(text), at)?.toString();

const cases: readonly (readonly [string, Values, string])[] = [
  ["ln(x)+1/y", { x: -1, y: 0 }, "ln(x) has no value: log of −1 does not exist; go where x is above 0"],
  ["ln(x)+1/y", { x: 1, y: 0 }, "1/y has no value: 1 is divided by 0; go where y is not 0"],
  ["sqrt(y)", { y: 0 }, "√y has no slope: the slope of the square root at 0 is infinite"],
  [
    "2+sqrt(y-2)",
    { y: 0 },
    "√(y − 2) has no value: the square root of −2 does not exist; go where y − 2 (now −2)",
  ],
  ["x^0.5", { x: -1 }, "(−1)^0.5 does not exist; go where x is above 0, or write a whole exponent"],
  ["asin(x)+x", { x: 2 }, "arcsin(x) has no value: asin of 2 does not exist: it takes numbers from −1 to 1"],
  ["exp(x)", { x: 800 }, "e^x has no value: e^800 overflows"],
  ["y*ln(sigmoid(x))", { x: -800, y: 1 }, "ln(σ(x)) has no value: log of 0 is −∞; write -softplus(-(…))"],
  ["x^2+ln(-1)", { x: 1 }, "log of −1 does not exist; write another number"],
  ["x*1e200*y", { x: 1e200, y: 1 }, "overflows: float64 ends at 1.798e308; go where the numbers are smaller"],
  ["relu(ln(x))", { x: -1 }, "ln(x) has no value"],
];

describe("a formula that is not finite", () => {
  test.each(cases)("%s", (text, at, words) => {
    expect(said(text, at)).toContain(words);
  });

  test("is none where value and slopes are finite", () => {
    expect(said("x^2", { x: 1 })).toBeUndefined();
    // 1/0 is infinite, and its arctangent π/2; but no slope comes back through it.
    expect(whereUndefined(parseFormula("atan(1/x)"), { x: 0 })?.of).toBe("slope");
  });

  test("has parts that are too long to be written out", () => {
    const long = Array.from({ length: 30 }, (_, i) => `${i + 2}*x^${i + 2}`).join("+");
    const found = whereUndefined(parseFormula(`ln(-(${long}))`), { x: 1 })!;
    expect(found.part).toBeUndefined();
    expect(found.happened).toMatch(/log of −\d+ does not exist/);
  });

  test("needs a number for each variable", () => {
    expect(() => whereUndefined(parseFormula("x*y"), { x: 1 })).toThrow(/no value for y/);
  });
});

const advice: readonly (readonly [string, string, Values])[] = [
  ["ln(x)", "ln(softplus(x))", { x: -1 }],
  ["sqrt(x)", "sqrt(x + 0.001)", { x: 0 }],
  ["sqrt(x)", "sqrt(abs(x))", { x: -1 }],
  ["1/x", "1/(x^2 + 0.001)", { x: 0 }],
  ["asin(x)", "asin(max(-1, min(1, x)))", { x: 3 }],
  ["acosh(x)", "acosh(max(1, x))", { x: 0.5 }],
  ["x^0.5", "abs(x)^0.5", { x: -1 }],
  ["ln(sigmoid(x))", "-softplus(-(x))", { x: -800 }],
];

test.each(advice)("of %s the advice helps: %s", (text, better, at) => {
  expect(said(text, at)).toBeDefined();
  // At the very edge of a domain a slope may still be infinite, as that of asin at 1: what was missing is the value.
  const left = whereUndefined(parseFormula(better), at);
  expect(left === null || left.of === "slope").toBe(true);
});

test("a descent that cannot begin says so, of a formula with values that stay as well", () => {
  const f = parseFormula("ln(x*c)+y");
  expect(() => descend(holdVariables(f, { c: 2 }), { from: { x: -1, y: 2 } })).toThrow(
    /descend: at the start, x = −1, y = 2, ln\(2x\) has no value: log of −2 does not exist; go where/,
  );
});
