/** What readers type and paste, with the signs of print. */
import { expect, test } from "vitest";
import { parseFormula } from "downhill/formula";
import { readNumber, shown } from "../../src/ui/numbers.ts";
import { plainFormula } from "../../src/ui/plain-formula.ts";

test.each<[string, Readonly<Record<string, number>>, number]>([
  ["2×x² − π", { x: 3 }, 18 - Math.PI],
  ["x₁² + x₂³", { x1: 2, x2: 3 }, 31],
  ["x⁻¹² · 2¹⁰", { x: 1 }, 1024],
  ["½x + √(x + 1) − √x1", { x: 8, x1: 4 }, 5],
  ["x**2", { x: 3 }, 9],
  ["2,5*x + max(1,5)", { x: 2 }, 10],
  ["max((0,5 + x)^2,1) + 3(1,5)", { x: 1 }, 6.75],
  ["𝑥² + 𝑦", { x: 2, y: 1 }, 5],
])("%s is read", (text, values, value) => {
  expect(parseFormula(plainFormula(text))(values).item()).toBeCloseTo(value, 12);
});

test.each(["(3 - (2*w + b))^2", "x^2 - y^2 + y^4/4", "atan2(1, x)", "f(x) = 2", "1e-3x", "α·w"])(
  "%s stays as it is",
  (text) => expect(plainFormula(text)).toBe(text),
);

test.each<[string, number | undefined]>([
  ["1,5", 1.5],
  ["−2", -2],
  ["1/4", 0.25],
  ["1.5·10⁻³", 0.0015],
  ["−2×10^3", -2000],
  ["10⁻⁷", 1e-7],
  ["1e-3", 0.001],
  ["1.2.3", undefined],
  ["·10⁻³", undefined],
  ["", undefined],
  ["1e999", undefined],
])("the number %s", (text, value) => expect(readNumber(text)).toBe(value));

test("numbers are read as they are shown", () => {
  for (const value of [1e-7, -1.25e-9, 3e8, -1e12, 0.25, -1234]) expect(readNumber(shown(value))).toBe(value);
});
