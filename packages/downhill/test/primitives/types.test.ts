/** The type rule of every primitive agrees with what its evaluation gives. */
import { describe, expect, test } from "vitest";
import { verify } from "../../src/program/verify.ts";
import { primitives } from "../../src/program/primitive.ts";
import { parseProgram } from "../../src/program/parse.ts";
import { printProgram } from "../../src/program/print.ts";
import { buildProgram } from "../../src/program/trace.ts";
import { isFloating } from "../../src/tensor/dtype.ts";
import { apply, drawOperands, evaluate, rows } from "./op-table/rows.ts";

test("every primitive has samples", () => {
  for (const { name, samples } of primitives()) expect(samples.length, name).toBeGreaterThan(0);
});

describe("types", () => {
  test.each(rows)("$id", (row) => {
    const operands = drawOperands(row, "types");
    const types = row.primitive.types(operands, row.sample.params);
    const values = evaluate(row, operands);
    expect(values.map(({ shape, dtype }) => ({ shape, dtype }))).toEqual(
      types.map(({ shape, dtype }) => ({ shape, dtype })),
    );
    for (const value of values) {
      if (isFloating(value.dtype)) expect(value.data.every(Number.isFinite), "in the domain").toBe(true);
      if (value.dtype === "bool") expect(value.data.every((flag) => flag === 0 || flag === 1)).toBe(true);
    }
  });
});

describe("print → parse → print", () => {
  test.each(rows)("$id", (row) => {
    const program = verify(
      buildProgram("print", drawOperands(row, "print"), (xs) => apply(row)(...xs)),
      "trace",
    );
    const text = printProgram(program);
    expect(printProgram(verify(parseProgram(text), "parse"))).toBe(text);
  });
});
