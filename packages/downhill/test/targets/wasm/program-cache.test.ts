/** Programs outside of `jit` are compiled once, also where numbers in them change from call to call. */
import { makeProgram, printProgram, tensor, type Tensor } from "downhill";
import { parseProgram } from "downhill/explain";
import { describe, expect, test } from "vitest";
import { liftNumbers, numbersOf } from "../../../src/program/lift-numbers.ts";
import type { Program } from "../../../src/program/program.ts";
import { interpreter } from "../../../src/program/trace.ts";
import { verify } from "../../../src/program/verify.ts";
import { makeProgramCache } from "../../../src/targets/wasm/program-cache.ts";

/** A cache that keeps the texts of what it compiled. */
const makeCache = (): { run: (program: Program, ...inputs: Tensor[]) => number[]; compiled: string[] } => {
  const compiled: string[] = [];
  const find = makeProgramCache((program) => {
    compiled.push(printProgram(verify(program, "lifting")));
    return interpreter.compile(program);
  });
  const run = (program: Program, ...inputs: Tensor[]): number[] =>
    find(program)(inputs.map((input) => input.concrete("test"))).map((result) => result.item());
  return { run, compiled };
};

const x = tensor(3, { dtype: "float64" });
const scaled = (factor: number, exponent = 2, extra = 0): Program =>
  makeProgram((z: Tensor) => [z.mul(factor).add(z.pow(exponent)), tensor(extra)])(x);

describe("program cache", () => {
  test("the same program is compiled once", () => {
    const { run, compiled } = makeCache();
    for (let i = 0; i < 5; i++) expect(run(scaled(2), tensor(0), x)[0]).toBe(15);
    expect(compiled).toHaveLength(1);
  });

  test("a number that changes becomes an input with its third value", () => {
    const { run, compiled } = makeCache();
    const extra = tensor(0);
    for (let i = 0; i < 50; i++) expect(run(scaled(i), extra, x)[0]).toBe(3 * i + 9);
    expect(compiled).toHaveLength(3);
    // The exponent did not change: it stays, and can be multiplied out.
    expect(compiled[2]).toContain("2:float64");
    expect(compiled[2]).toContain("c: float64[]) {");
    // Another exponent: it joins the inputs.
    for (let i = 0; i < 50; i++) expect(run(scaled(i, 3), extra, x)[0]).toBe(3 * i + 27);
    expect(compiled).toHaveLength(4);
    expect(compiled[3]).toContain("d: float64[]) {");
    // The first two stay as they were.
    expect(run(scaled(0), extra, x)[0]).toBe(9);
    expect(compiled).toHaveLength(4);
  });

  test("numbers are told apart to the bit", () => {
    const { run, compiled } = makeCache();
    const divided = (by: number): Program => makeProgram((z: Tensor) => z.div(by))(x);
    expect([0, -0, NaN, 0, -0, NaN].map((by) => run(divided(by), x)[0])).toEqual(
      [0, -0, NaN, 0, -0, NaN].map((by) => 3 / by),
    );
    expect(compiled).toHaveLength(3);
  });

  test("programs of other shapes are others", () => {
    const { compiled, run } = makeCache();
    for (const n of [1, 1, 1, 1, 2, 3, 4]) {
      const ones = tensor(new Float64Array(n).fill(1));
      expect(run(makeProgram((z: Tensor) => z.mul(n).sum())(ones), ones)[0]).toBe(n * n);
    }
    expect(compiled).toHaveLength(4);
  });
});

test("numbers among results are lifted too", () => {
  const program = parseProgram(
    "program(a: float32[]) { b: float32[] = add(a, 1:float32) return b, 2:int32, b, 1:bool }",
  );
  expect(numbersOf(program).map(({ value }) => value)).toEqual([1, 2, 1]);
  expect(
    printProgram(
      verify(
        liftNumbers(program, (i) => i > 0),
        "lifting",
      ),
    ),
  ).toBe(
    "program(a: float32[], b: int32[], c: bool[]) {\n  d: float32[] = add(a, 1:float32)\n  return d, b, d, c\n}",
  );
});
