/** Sorting, picking, repeating and diagonals where the golden values do not reach: edges, NaN, refusals. */
import * as d from "downhill";
import { type Tensor, tensor } from "downhill";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { setTarget, targetNames } from "../targets/targets.ts";

const matrix = tensor([
  [1, 2, 3],
  [4, 5, 6],
]);

describe.each(targetNames)("sorting on %s", (target) => {
  beforeAll(() => setTarget(target));
  afterAll(() => setTarget("reference"));

  test("NaN comes last, equal elements keep their order, −0 equals 0", () => {
    const x = tensor([3, NaN, 0, -Infinity, -0, Infinity, 3, NaN, 0]);
    const order = [3, 2, 4, 8, 0, 6, 5, 1, 7];
    expect(d.argsort(x).toArray()).toEqual(order);
    expect(
      d
        .jit((y: Tensor) => d.argsort(y))(x)
        .toArray(),
    ).toEqual(order);
    expect(d.sort(x).toArray()).toEqual([-Infinity, 0, -0, 0, 3, 3, Infinity, NaN, NaN]);
  });

  test("every length, against the platform's own", () => {
    const f = d.jit((y: Tensor) => d.sort(y));
    for (const length of [1, 2, 3, 5, 8, 13, 100]) {
      const values = Float64Array.from({ length }, (_, i) => (i * 37) % 11);
      const sorted = f(tensor(values, { dtype: "float64" }));
      expect([...sorted.data]).toEqual([...values.toSorted()]);
    }
  });

  test("integers at their ends, booleans, no elements", () => {
    const ends = tensor([2 ** 31 - 1, -(2 ** 31), 0], { dtype: "int32" });
    expect(d.sort(ends).toArray()).toEqual([-(2 ** 31), 0, 2 ** 31 - 1]);
    const flags = d.sort(tensor([true, false, true]));
    expect([flags.dtype, [...flags.data]]).toEqual(["bool", [0, 1, 1]]);
    expect(d.sort(d.zeros([2, 0]), 0).shape).toEqual([2, 0]);
  });
});

test("running products of no elements, of one, of integers that wrap", () => {
  expect(d.cumprod(d.zeros([0])).shape).toEqual([0]);
  expect(d.cumprod(tensor([7])).toArray()).toEqual([7]);
  expect(d.cumprod(matrix).toArray()).toEqual([1, 2, 6, 24, 120, 720]);
  expect(d.cumprod(tensor([2 ** 16, 2 ** 15, 2], { dtype: "int32" })).toArray()).toEqual([
    65536,
    -(2 ** 31),
    0,
  ]);
});

test("diagonals off the matrix are empty", () => {
  expect(d.diagonal(matrix, { offset: 2 }).toArray()).toEqual([3]);
  expect(d.diagonal(matrix, { offset: -1 }).toArray()).toEqual([4]);
  expect(d.diagonal(matrix, { offset: 3 }).shape).toEqual([0]);
  expect(d.diagonal(matrix, { offset: -5 }).shape).toEqual([0]);
  expect(d.diag(tensor([1, 2]), -1).toArray()).toEqual([
    [0, 0, 0],
    [1, 0, 0],
    [0, 2, 0],
  ]);
  expect(d.diag(d.zeros([0]), 2).toArray()).toEqual([
    [0, 0],
    [0, 0],
  ]);
  expect(d.trace(d.ones([2, 3, 4]), { axis1: 1, axis2: -1 }).toArray()).toEqual([3, 3]);
});

test("tile and repeat", () => {
  expect(d.tile(tensor([1, 2]), 2).toArray()).toEqual([1, 2, 1, 2]);
  expect(d.tile(matrix, [2, 0]).shape).toEqual([4, 0]);
  expect(d.repeat(matrix, 2).toArray()).toEqual([1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6]);
  expect(d.repeat(matrix, [1, 0, 2], 1).toArray()).toEqual([
    [1, 3, 3],
    [4, 6, 6],
  ]);
});

test("scatterAdd counts from the end, spreads updates, keeps integers", () => {
  expect(d.scatterAdd(d.zeros([3]), [-1, 0, -1], 1).toArray()).toEqual([1, 0, 2]);
  const counts = d.scatterAdd(d.zeros([3], { dtype: "int32" }), [1, 1], 1);
  expect([counts.dtype, counts.toArray()]).toEqual(["int32", [0, 2, 0]]);
});

test("what is refused", () => {
  expect(() => d.tile(matrix, -1)).toThrow("-1 times; write whole numbers from 0");
  expect(() => d.repeat(matrix, [1, 2], 1)).toThrow("2 counts for 3 elements; give one for each");
  expect(() => d.scatterAdd(matrix, [2], 1)).toThrow("index 2 is out of range for length 2");
  expect(() => d.diag(d.zeros([2, 2, 2]))).toThrow("diagonal takes any rank");
  expect(() => d.argsort(tensor(1))).toThrow("axis -1 given for a scalar");
});
