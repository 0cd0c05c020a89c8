/** Simplified derivatives of the reference functions, against values computed by others. */
import { derive } from "downhill/formula";
import { describe, expect, test } from "vitest";
import { readGolden } from "../golden-helpers/golden.ts";

interface GoldenFunction {
  readonly id: string;
  readonly expression: string;
  readonly variables: readonly string[];
  readonly points: readonly {
    readonly at: readonly number[];
    readonly value: number;
    readonly gradient: readonly number[];
    readonly hessian: readonly (readonly number[])[];
  }[];
}

const { functions } = readGolden<{ readonly functions: readonly GoldenFunction[] }>("functions");

/** The reference agrees with 50-digit derivatives to about 1e-12; simplifying may cost some of the 16 digits of a double. */
const tolerance = 1e-10;

const close = (actual: number, expected: number, what: string): void => {
  const size = Math.max(Math.abs(actual), Math.abs(expected));
  if (!(Math.abs(actual - expected) <= 1e-12 + tolerance * size))
    throw new Error(`${what}: ${actual}, expected ${expected}`);
};

test("the file has its functions", () => {
  expect(functions.length).toBe(72);
});

describe("derivations of the golden functions", () => {
  test.each(functions)("$id", ({ expression, variables, points }) => {
    const derivation = derive(expression, { variables, order: 2 });
    expect(derivation.variables).toEqual(variables);
    expect(derivation.check).toMatchObject({ agrees: true, points: 16 });
    expect(derivation.higher.filter(({ check }) => !check.agrees)).toEqual([]);
    const n = variables.length;
    expect(derivation.higher.length).toBe((n * (n + 1)) / 2);
    for (const { at, gradient, hessian } of points) {
      const values = Object.fromEntries(variables.map((name, i) => [name, at[i]!]));
      derivation.partials.forEach(({ symbol, evaluate }, i) =>
        close(evaluate(values).item(), gradient[i]!, symbol.text),
      );
      for (const { by, symbol, evaluate } of derivation.higher) {
        const [i, j] = by.map((name) => variables.indexOf(name));
        close(evaluate(values).item(), hessian[i!]![j!]!, symbol.text);
      }
    }
  });
});

test("values put in are those of the reference", () => {
  for (const { expression, variables, points } of functions) {
    const [{ at, value, gradient }] = points as [GoldenFunction["points"][number]];
    const derivation = derive(expression, {
      variables,
      at: Object.fromEntries(variables.map((name, i) => [name, at[i]!])),
    });
    close(derivation.at!.value, value, expression);
    derivation.partials.forEach(({ symbol, numbers }, i) =>
      close(numbers!.slope, gradient[i]!, `${expression}: ${symbol.text}`),
    );
  }
});
