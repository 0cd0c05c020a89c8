/** Formulas as text: precedence, what is refused, and random formulas printed and read back. */
import fc from "fast-check";
import { grad, jit, type Tensor, tensor, vmap } from "downhill";
import { FormulaError, parseFormula } from "downhill/formula";
import { expect, test } from "vitest";

const value = (text: string, at: Readonly<Record<string, number>> = {}): number =>
  parseFormula(text)(at).item();

test.each<[string, Readonly<Record<string, number>>, number]>([
  ["-x^2", { x: 3 }, -9],
  ["2^-x", { x: 3 }, 0.125],
  ["a^b^c", { a: 2, b: 3, c: 2 }, 512],
  ["x^-y^2", { x: 2, y: 2 }, 1 / 16],
  ["-2^2", {}, -4],
  ["(-2)^2", {}, 4],
  ["a - b - c", { a: 10, b: 3, c: 2 }, 5],
  ["a / b / c", { a: 12, b: 3, c: 2 }, 2],
  ["a / b * c", { a: 12, b: 3, c: 2 }, 8],
  ["a - -b", { a: 1, b: 2 }, 3],
  ["+x", { x: 2 }, 2],
  ["2x", { x: 4 }, 8],
  ["2x^2", { x: 3 }, 18],
  ["2(x + 1)(x - 1)", { x: 3 }, 16],
  ["x y", { x: 3, y: 4 }, 12],
  [".5 + 2.5e2 + 1e-3", {}, 250.501],
  ["2·x − 1", { x: 3 }, 5],
  ["6 ÷ x × 2", { x: 3 }, 4],
  ["pi + π", {}, 2 * Math.PI],
  ["ln(e)", {}, 1],
  ["log(8, 2)", {}, 3],
  ["log2(8) + log10(100)", {}, 5],
  ["max(1, x, 2) + min(5, x)", { x: 3 }, 6],
  ["atan2(1, -1)", {}, (3 * Math.PI) / 4],
  ["θ1 + w_2", { θ1: 1, w_2: 2 }, 3],
])("%s", (text, at, expected) => {
  expect(value(text, at)).toBeCloseTo(expected, 14);
});

test("constants are computed in the precision of the values", () => {
  expect(value("sqrt(2) * x", { x: 1 })).toBe(Math.SQRT2);
  const f = parseFormula("pi * x");
  expect(f({ x: tensor(1, { dtype: "float32" }) }).dtype).toBe("float32");
  expect(f({ x: tensor(1, { dtype: "float32" }) }).item()).toBe(Math.fround(Math.PI));
  expect(f({ x: tensor(1, { dtype: "int32" }) }).dtype).toBe("float32");
  expect(f({ x: tensor([1, 2], { dtype: "float64" }) }).toArray()).toEqual([Math.PI, 2 * Math.PI]);
});

test("variables come in the order of their appearance, or as they are given", () => {
  expect(parseFormula("b + a*b - c").variables).toEqual(["b", "a", "c"]);
  expect(parseFormula("a*b", { variables: ["b", "a", "c"] }).variables).toEqual(["b", "a", "c"]);
  expect(parseFormula("e*x").variables).toEqual(["x"]);
  expect(parseFormula("e*x", { variables: ["e", "x"] })({ e: 3, x: 2 }).item()).toBe(6);
  expect(parseFormula("x").text).toBe("x");
});

test("a formula is a function like any other", () => {
  const f = parseFormula("(y - (w*x + b))^2");
  const at = { y: 4, w: 1, x: 3, b: 2 };
  const slopes = grad(f)(at) as Record<string, Tensor>;
  expect(Object.fromEntries(Object.entries(slopes).map(([name, slope]) => [name, slope.item()]))).toEqual({
    y: -2,
    w: 6,
    x: 2,
    b: 2,
  });
  expect(jit(f)(at).item()).toBe(1);
  const many = vmap((x: Tensor) => f({ ...at, x }))(tensor([3, 2, 1]));
  expect(many.toArray()).toEqual([1, 0, 1]);
});

test.each<[string, number, string]>([
  ["2 * sine(x)", 4, "unknown function sine\n    2 * sine(x)\n        ^\n  did you mean sin?"],
  ["sin x", 0, "sin is a function"],
  ["w(x + 1) + w", 0, "for a product write w * (…)"],
  ["foo(x)", 0, "there are exp, ln, log"],
  ["(x + ", 5, "unexpected end of expression\n    (x + \n         ^"],
  ["((x)", 4, "parenthesis ) expected"],
  ["x + * 2", 4, "value expected"],
  ["x**2", 2, "write ^ for powers"],
  ["x²", 1, "write ^2 for a power"],
  ["√x", 0, "write sqrt(x) for a root"],
  ["|x|", 0, "write abs(x) for |x|"],
  ["2*|x|", 2, "write abs(x) for |x|"],
  ["2,5*x", 1, "write 2.5 with a point"],
  ["e^{-x}", 3, "in place of LaTeX"],
  ["\\frac{1}{2}x", 0, "in place of LaTeX"],
  ["x^2 = 3", 4, "a formula has no =; write what stands to the right of it"],
  ["2 + 1e400*x", 4, "1e400 is too large"],
  ["", 0, "there is nothing in it"],
  ["y = 2*x", 2, "a formula has no =; write what stands to the right of it"],
  ["f(x) = x", 5, "a formula has no ="],
  ["x; y", 1, "one formula, in one line"],
  ["x > 0 ? x : 0", 2, "there are no conditions"],
  ["x > 2", 2, "there are no comparisons"],
  ["1 < x < 2", 2, "there are no comparisons"],
  ["x % 2", 2, "formulas have no %"],
  ["x!", 1, "formulas have no !"],
  ["[1, 2]", 0, "there are no vectors"],
  ["x[1]", 1, "such as x1"],
  ["model.w", 5, "such as x1"],
  ["{a: 1}", 0, "there are no objects"],
  ['"text"', 0, "is no number that a formula can hold"],
  ["x + Infinity", 0, "is no number that a formula can hold"],
  ["1/2x", 1, "it is not clear where the divisor ends"],
  ["a/2x", 1, "write a/(2*x) or a/2*x"],
  ["max(x)", 0, "max takes 2 or more arguments, not 1"],
  ["exp(x, y)", 0, "exp takes 1 argument, not 2"],
  ["log(x, 2, 3)", 0, "log takes 1 or 2 arguments, not 3"],
  ["constructor(x)", 0, "unknown function constructor"],
  [`${"(".repeat(20_000)}x${")".repeat(20_000)}`, 0, "nested too deeply"],
])("refuses %s", (text, position, message) => {
  let caught: unknown;
  try {
    parseFormula(text);
  } catch (error) {
    caught = error;
  }
  expect(caught).toBeInstanceOf(FormulaError);
  expect((caught as FormulaError).message).toContain(message);
  expect((caught as FormulaError).position).toBe(position);
  expect((caught as FormulaError).text).toBe(text);
});

test("with given variables, other names are refused with the nearest", () => {
  expect(() => parseFormula("actual - predictd", { variables: ["actual", "predicted"] })).toThrow(
    "unknown variable predictd\n    actual - predictd\n             ^\n  did you mean predicted?",
  );
  expect(() => parseFormula("q", { variables: ["a", "b"] })).toThrow("the variables are a, b");
});

test("missing values are named", () => {
  expect(() => parseFormula("x*y")({ x: 1 })).toThrow("formula: no value for y in x*y; it has x, y");
});

/** A random formula with its value computed beside it. */
interface Sample {
  readonly text: string;
  readonly value: number;
}

const at = { x: 0.7, y: -1.3, z: 2.1 } as const;
type Name = keyof typeof at;

/** How tightly the text holds together: sums 1, products 2, signs 3, powers 4, the rest 5. */
interface Printed extends Sample {
  readonly level: number;
}

const enclosed = (part: Printed, least: number): string =>
  part.level < least ? `(${part.text})` : part.text;

const formulas: fc.Arbitrary<Printed> = fc.letrec<{ any: Printed }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    fc.constantFrom<Name>("x", "y", "z").map((name) => ({ text: name, value: at[name], level: 5 })),
    fc.constantFrom("0.5", "2", "3", "1e-1").map((text) => ({ text, value: Number(text), level: 5 })),
    fc.tuple(fc.constantFrom("+", "-"), tie("any"), tie("any")).map(([sign, a, b]) => ({
      text: `${enclosed(a, 1)} ${sign} ${enclosed(b, 2)}`,
      value: sign === "+" ? a.value + b.value : a.value - b.value,
      level: 1,
    })),
    fc.tuple(fc.constantFrom("*", "/"), tie("any"), tie("any")).map(([sign, a, b]) => ({
      text: `${enclosed(a, 2)}${sign}${enclosed(b, 3)}`,
      value: sign === "*" ? a.value * b.value : a.value / b.value,
      level: 2,
    })),
    tie("any").map((a) => ({ text: `-${enclosed(a, 3)}`, value: -a.value, level: 3 })),
    fc.tuple(tie("any"), tie("any")).map(([a, b]) => ({
      // The exponent may begin with a sign, and be a power again.
      text: `${enclosed(a, 5)}^${enclosed(b, 3)}`,
      value: a.value ** b.value,
      level: 4,
    })),
    fc.tuple(fc.constantFrom("sin", "cos", "tanh", "atan"), tie("any")).map(([name, a]) => ({
      text: `${name}(${a.text})`,
      value: Math[name as "sin"](a.value),
      level: 5,
    })),
    fc.tuple(tie("any"), tie("any")).map(([a, b]) => ({
      text: `max(${a.text}, ${b.text})`,
      value: Math.max(a.value, b.value),
      level: 5,
    })),
  ),
})).any;

test("random formulas are read with the brackets they need and no others", () => {
  fc.assert(
    fc.property(formulas, ({ text, value: expected }) => {
      const found = parseFormula(text, { variables: ["x", "y", "z"] })(at).item();
      if (Number.isNaN(expected)) {
        expect(found).toBeNaN();
        return;
      }
      // The same operations in double precision, but for the last digit of functions and powers, which steep formulas magnify.
      if (Math.abs(expected) > 1e6 || Math.abs(expected) < 1e-6) return;
      expect(Math.abs(found - expected) / Math.abs(expected)).toBeLessThan(1e-9);
    }),
    { numRuns: 1000, seed: 4 },
  );
});

test("texts at random are refused or read, and never anything else", () => {
  const pieces = fc.constantFrom(..."xy2.+-*/^(), ", "sin(", "=", "[", "?", "e", "pi", "\n", '"', "²", "#");
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
      try {
        parseFormula(parts.join(""));
      } catch (error) {
        expect(error).toBeInstanceOf(FormulaError);
      }
    }),
    { numRuns: 2000, seed: 4 },
  );
});
