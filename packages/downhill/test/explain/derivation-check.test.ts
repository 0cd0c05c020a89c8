/** What a derivation says of its own check: rounding, kinks and places outside of a function are no faults, wrong slopes are. */
import { derivationText } from "downhill/explain";
import { derive } from "downhill/formula";
import { expect, test } from "vitest";
import { checkGradient } from "../../src/explain/derivation/check.ts";
import { literal } from "../../src/tensor/tensor.ts";
import { programOfScalars, traceScalars } from "../../src/explain/derivation/trace-scalars.ts";

test.each([
  ["max(0, x)", { x: 0 }],
  ["relu(x)", { x: 0 }],
  ["max(x, y)", { x: 1, y: 1 }],
])("at a kink any slope between those to both sides is a convention: %s", (formula, at) => {
  const derivation = derive(formula, { at });
  expect(derivation.check).toMatchObject({
    agrees: true,
    includesGiven: false,
    givenIsKink: true,
    points: 16,
  });
  expect(derivationText(derivation)).toContain("the one given is a kink");
});

test.each([
  // Second derivatives that are 0, of terms that cancel.
  "sin(0.5 + y) / b * b",
  "log2(exp(w - y))",
  "acos(sin(w - b))",
  "sinh(asinh(x))",
  // Slopes below what differences of the value can show.
  "erf(pi + (y + w) * 3 * e)",
  "cos((pi + y * y) * exp(y * 10))",
  // Derivatives with a value where the function has none.
  "relu(acos(x) + w * w)",
  // Central differences over several jumps, which agree by chance.
  "ceil((y * 2)^3)",
  // 0·∞ as written, 0 as computed.
  "atan(relu(1 - b))^x",
])("rounding and singular places are no faults: %s", (formula) => {
  const { check, higher } = derive(formula, { order: 2 });
  expect([check, ...higher.map((derivative) => derivative.check)].filter(({ agrees }) => !agrees)).toEqual(
    [],
  );
  expect(check.points).toBeGreaterThan(0);
});

test.each(["max(min(x, y), y)", "x * max(max(pi, y), y)", "min(w, max(w, x)) * w"])(
  "sides that are equal in whole regions are no faults where the derivation tells another slope: %s",
  (formula) => {
    const { check, higher } = derive(formula, { order: 2 });
    expect([check, ...higher.map((derivative) => derivative.check)].filter(({ agrees }) => !agrees)).toEqual(
      [],
    );
  },
);

test("x·sign x·|x|^n is |x|^(n + 1)", () => {
  for (const formula of ["abs(x)^x", "x * sign(x) * abs(x)^y", "x^3 * sign(x) * abs(x)^2.5"]) {
    const { check, higher } = derive(formula, { order: 3 });
    expect([check, ...higher.map((derivative) => derivative.check)].every(({ agrees }) => agrees)).toBe(true);
  }
});

test.each([1 + 1e-4, 1 - 1e-8, -1])("slopes that are wrong by a factor of %d are told", (factor) => {
  const { program } = traceScalars((x, y) => x.mul(y).sin().add(x.div(y)), ["x", "y"]);
  const wrong = programOfScalars(2, ([x, y]) => {
    const inner = x!.mul(y!).cos();
    return [
      inner.mul(y!).mul(factor).add(literal(1, "float64").div(y!)),
      inner.mul(x!).sub(x!.div(y!.square())),
    ];
  });
  expect(checkGradient(program, [0, 1], wrong)).toMatchObject({ points: 16, agrees: false });
});
