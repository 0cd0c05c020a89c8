import { describe, expect, it } from "vitest";
import { inBlocks } from "../../src/compiler/long-reductions.ts";
import type { Statement } from "../../src/program/loop.ts";
import * as s from "../../src/program/scalar.ts";
import type { TypedArray } from "../../src/tensor/dtype.ts";
import {
  accumulator,
  at,
  buffers,
  expectAgreement,
  kernelOf,
  load,
  loop,
  loopIndex,
  modes,
  runWasm,
  store,
  valueOf,
} from "../targets/wasm/support.ts";

/** Extents of the loops, outer ones first: `4(16, 8)`. */
const outline = (statements: readonly Statement[]): string =>
  statements
    .flatMap((statement) => {
      if (statement.kind !== "loop") return [];
      const inside = outline(statement.body);
      return [`${statement.extent}${inside === "" ? "" : `(${inside})`}`];
    })
    .join(", ");

/** Whole numbers, so that sums are exact in any order. */
const wholeNumbers = (length: number): Float32Array =>
  Float32Array.from({ length }, (_, i) => (i * 37) % 101);

const [i, j] = [loopIndex("i"), loopIndex("j")];
const [sum, largest] = [accumulator("f32", "sum"), accumulator("f32", "largest")];
const zero = s.constant("f32", 0);
const [x, y] = buffers("float32", "float32") as [
  ReturnType<typeof buffers>[0],
  ReturnType<typeof buffers>[0],
];

const declare = (): Statement => ({ kind: "declare", accumulator: sum, initial: zero });
const add = (value = load(x, at([[i, 1]]))): Statement => ({
  kind: "accumulate",
  accumulator: sum,
  combine: "add",
  value,
});

/** Checks the outline of what becomes of the statements, and that it gives what they gave, in every way to run. */
const check = (
  statements: readonly Statement[],
  outlineInBlocks: string,
  arrays: readonly TypedArray[],
): void => {
  const blocked = inBlocks(statements);
  expect(outline(blocked)).toBe(outlineInBlocks);
  for (const mode of modes) {
    const [, expected] = runWasm(kernelOf([x, y], statements), arrays, mode);
    const [, actual] = runWasm(kernelOf([x, y], blocked), arrays, mode);
    expect([...actual!], JSON.stringify(mode)).toEqual([...expected!]);
    expectAgreement(kernelOf([x, y], blocked), arrays, mode);
  }
};

describe("long reductions", () => {
  it("are done in blocks, the rest as one more", () => {
    const body = [declare(), loop(i, 2500, [add()]), store(y, at([]), valueOf(sum))];
    check(body, "2(1024), 452", [wholeNumbers(2500), new Float32Array(1)]);
    const lanes = [declare(), loop(i, 9000, [add()], true), store(y, at([]), valueOf(sum))];
    check(lanes, "2(4096), 808", [wholeNumbers(9000), new Float32Array(1)]);
  });

  it("of few numbers stay as they are", () => {
    const body = [declare(), loop(i, 1024, [add()]), store(y, at([]), valueOf(sum))];
    check(body, "1024", [wholeNumbers(1024), new Float32Array(1)]);
  });

  it("take other running values along", () => {
    const value = load(x, at([[i, 1]]));
    const max: Statement = { kind: "accumulate", accumulator: largest, combine: "max", value };
    const body: Statement[] = [
      declare(),
      { kind: "declare", accumulator: largest, initial: s.constant("f32", -Infinity) },
      loop(i, 5000, [add(value), max], true),
      store(y, at([]), valueOf(sum)),
      store(y, at([], 1), valueOf(largest)),
    ];
    check(body, "1(4096), 904", [wholeNumbers(5000), new Float32Array(2)]);
  });

  it("over several axes count what all of them add", () => {
    const value = load(x, at([[i, 300], [j, 2]])); // prettier-ignore
    const nested = (rows: number, columns: number): Statement[] => [
      declare(),
      loop(i, rows, [loop(j, columns, [add(value)], true)]),
      store(y, at([]), valueOf(sum)),
    ];
    check(nested(50, 100), "5(10(100))", [wholeNumbers(50 * 300), new Float32Array(1)]);
    check(nested(3, 6000), "3(1(1(4096), 1904))", [wholeNumbers(2 * 6000 + 900), new Float32Array(1)]);
  });

  it("whose values are looked at on the way are left alone", () => {
    const body = [declare(), loop(i, 2000, [add(), store(y, at([[i, 1]]), valueOf(sum))])];
    check(body, "2000", [wholeNumbers(2000), new Float32Array(2000)]);
  });

  it("down the columns of a tall table take as many rows at a time as fit into the cache", () => {
    const value = load(x, at([[i, 70], [j, 1]])); // prettier-ignore
    const perColumn = (rows: number, combine: "add" | "max"): Statement[] => [
      loop(
        j,
        70,
        [
          declare(),
          loop(i, rows, [{ kind: "accumulate", accumulator: sum, combine, value }]),
          store(y, at([[j, 1]]), valueOf(sum)),
        ],
        true,
      ),
    ];
    for (const combine of ["add", "max"] as const) {
      check(perColumn(500, combine), "70(500)", [wholeNumbers(500 * 70), new Float32Array(70)]);
      check(perColumn(1000, combine), "70(8(117), 64)", [wholeNumbers(1000 * 70), new Float32Array(70)]);
    }
  });

  it("of very many numbers are done in blocks of blocks", () => {
    const body = inBlocks([
      declare(),
      loop(i, 3e7, [add(s.constant("f32", 1))]),
      store(y, at([]), valueOf(sum)),
    ]);
    expect(outline(body)).toBe("170(172(1024)), 56(1024), 896");
    // One after another the ones would be lost from 2^24 on.
    expect(
      runWasm(kernelOf([x, y], body), [wholeNumbers(1), new Float32Array(1)], { simd: false })[1]![0],
    ).toBe(3e7);
  });
});
