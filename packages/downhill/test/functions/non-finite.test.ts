/**
 * Infinities, NaN, subnormals and integers that overflow, in reductions, products, comparisons and conversions: what NumPy
 * has, by the reference and on wasm in every way to run, at every place in a vector and behind the last whole one.
 */
import {
  all,
  any,
  argmax,
  argmin,
  cumsum,
  type DType,
  logsumexp,
  max,
  mean,
  min,
  prod,
  std,
  sum,
  tensor,
  type Tensor,
  variance,
  where,
} from "downhill";
import { describe, expect, test } from "vitest";
import { compiledEveryWay } from "../targets/ways.ts";

const inf = Infinity;
const floats = ["float32", "float64"] as const;

/** The least positive number. */
const least = { float32: 2 ** -149, float64: 2 ** -1074 };
const largest = { float32: (2 - 2 ** -23) * 2 ** 127, float64: Number.MAX_VALUE };

type Data = Parameters<typeof tensor>[0];

type Computation = (...args: Tensor[]) => Tensor | readonly Tensor[];

/** Arguments, and what each of the results must be. */
type Case = readonly [args: readonly Tensor[], ...expected: readonly unknown[]];

/** Checks cases of one type, in all ways; the signs of zeros do not count, and true is 1. */
const checkAll = (f: Computation, cases: readonly Case[]): void => {
  for (const [way, run] of compiledEveryWay(f, ...cases[0]![0]))
    for (const [args, ...expected] of cases)
      expect(
        run(...args).map((result) => plain(result.toArray())),
        way,
      ).toEqual(expected.map(plain));
};

const check = (f: Computation, args: readonly Tensor[], ...expected: readonly unknown[]): void => {
  checkAll(f, [[args, ...expected]]);
};

const plain = (values: unknown): unknown => (Array.isArray(values) ? values.map(plain) : Number(values) + 0);

/** Lengths with and without whole vectors, and what is left over. */
const lengths = [1, 2, 3, 4, 5, 6, 7, 8, 9, 17, 70];

/** An array of 1, 2, 3, … with other values at some places. */
const counting = (length: number, others: Readonly<Record<number, number>> = {}): number[] =>
  Array.from({ length }, (_, i) => others[i] ?? i + 1);

describe.each(floats)("reductions of %s", (dtype) => {
  const make = (data: Data): Tensor => tensor(data, { dtype });

  test.each(lengths)("NaN wins wherever it is, among %d", (length) => {
    const reductions = (x: Tensor): Tensor[] => [
      max(x),
      min(x),
      sum(x),
      mean(x),
      prod(x),
      argmax(x),
      argmin(x),
    ];
    checkAll(
      reductions,
      counting(length).map((_, at) => [
        [make(counting(length, { [at]: NaN }))],
        NaN,
        NaN,
        NaN,
        NaN,
        NaN,
        at,
        at,
      ]),
    );
  });

  test("the first NaN is the extreme one, in every row and column", () => {
    const x = make([
      [1, NaN, 3, NaN, 5],
      [NaN, 2, inf, 4, -inf],
      [6, 7, 8, NaN, NaN],
    ]);
    check((t) => [argmax(t, 1), argmin(t, 1)], [x], [1, 0, 3], [1, 0, 3]);
    check((t) => [argmax(t, 0), argmin(t, 0)], [x], [1, 0, 1, 0, 2], [1, 0, 0, 0, 2]);
    check((t) => [max(t, 1), min(t, 0)], [x], [NaN, NaN, NaN], [NaN, NaN, 3, NaN, NaN]);
  });

  test.each(lengths)("infinities, among %d", (length) => {
    const reductions = (x: Tensor): Tensor[] => [max(x), min(x), sum(x), argmax(x), argmin(x)];
    const isAlone = length === 1;
    const cases = counting(length).flatMap((_, at): Case[] => {
      const first = at === 0 && !isAlone ? 1 : 0;
      const last = at === length - 1 && !isAlone ? length - 2 : length - 1;
      const [high, low] = [inf, -inf].map((value) => [make(counting(length, { [at]: value }))]);
      return [
        [high!, inf, isAlone ? inf : first + 1, inf, at, first],
        [low!, isAlone ? -inf : last + 1, -inf, -inf, last, at],
      ];
    });
    const everywhere = (value: number): Tensor[] => [make(counting(length).map(() => value))];
    cases.push([everywhere(-inf), -inf, -inf, -inf, 0, 0], [everywhere(inf), inf, inf, inf, 0, 0]);
    checkAll(reductions, cases);
  });

  test("opposite infinities, zero times infinity, overflow", () => {
    check((x) => [sum(x), mean(x), prod(x)], [make([inf, 1, -inf, 2, 3])], NaN, NaN, -inf);
    check((x) => prod(x), [make([0, 1, 2, inf, 4, 5])], NaN);
    const big = largest[dtype];
    check((x) => [sum(x), prod(x)], [make([big, big, -1, 1, 1])], inf, -inf);
    check((x) => [variance(x), std(x)], [make([1, inf, 2, 3, 4])], NaN, NaN);
  });

  test("subnormals are added, multiplied and compared like other numbers", () => {
    const tiny = least[dtype];
    const x = make([3, 1, 2, 5, 4, 7, 6, 9, 8].map((k) => k * tiny));
    check((t) => [sum(t), max(t), min(t), argmax(t), argmin(t)], [x], 45 * tiny, 9 * tiny, tiny, 7, 1);
    check((t) => prod(t), [make([tiny, 4, 1, 2, 0.25, 1, 1])], 2 * tiny);
    check((t) => mean(t), [make([2 * tiny, 4 * tiny, 6 * tiny])], 4 * tiny);
    check((t) => cumsum(t), [make([tiny, tiny, tiny])], [tiny, 2 * tiny, 3 * tiny]);
  });

  test("of no elements", () => {
    const nothing = make([]);
    check(
      (x) => [sum(x), prod(x), mean(x), variance(x), std(x), logsumexp(x), any(x), all(x)],
      [nothing],
      0,
      1,
      NaN,
      NaN,
      NaN,
      -inf,
      false,
      true,
    );
    const rows = tensor(new Float64Array(0), { shape: [0, 3], dtype });
    check(
      (x) => [sum(x, 0), prod(x, 0), mean(x, 0), sum(x, 1)],
      [rows],
      [0, 0, 0],
      [1, 1, 1],
      [NaN, NaN, NaN],
      [],
    );
    for (const reduce of [max, min, argmax, argmin]) expect(() => reduce(nothing)).toThrow("of no elements");
  });

  test("running sums after infinity and NaN", () => {
    check((x) => cumsum(x), [make([1, inf, 2, -inf, 3])], [1, inf, inf, NaN, NaN]);
    check((x) => cumsum(x), [make([1, NaN, 2])], [1, NaN, NaN]);
  });

  test("logsumexp", () => {
    check(
      (x) => logsumexp(x, 1),
      [
        make([
          [-inf, 0, -inf],
          [-inf, -inf, -inf],
          [inf, 0, 1],
          [NaN, 0, inf],
          [largest[dtype], -inf, -largest[dtype]],
        ]),
      ],
      [0, -inf, inf, NaN, largest[dtype]],
    );
  });

  test("NaN is true", () => {
    check((x) => [any(x), all(x)], [make([0, NaN, 0])], true, false);
    check((x) => [any(x), all(x)], [make([NaN, NaN])], true, true);
    check((x) => [any(x), all(x)], [make([0, -0, least[dtype]])], true, false);
  });
});

describe.each(floats)("matrix products of %s", (dtype) => {
  /** Row by column in float64; zeros are exact, sums small whole numbers. */
  const byHand = (
    a: readonly number[],
    b: readonly number[],
    rows: number,
    depth: number,
    columns: number,
  ): number[] =>
    Array.from({ length: rows * columns }, (_, i) => {
      const [row, column] = [Math.floor(i / columns), i % columns];
      let total = 0;
      for (let k = 0; k < depth; k++) total += a[row * depth + k]! * b[k * columns + column]!;
      return total;
    });

  // Small ones run as loops, large ones in packed tiles that are filled up with zeros at the edges.
  test.each([
    [1, 1, 1],
    [2, 3, 5],
    [3, 17, 1],
    [1, 9, 9],
    [13, 21, 18],
    [37, 45, 41],
  ])("%d×%d·×%d: infinities and NaN reach what they belong to and nothing else", (rows, depth, columns) => {
    const a = Array.from({ length: rows * depth }, (_, i) => (i % 7) - 3);
    const b = Array.from({ length: depth * columns }, (_, i) => (i % 5) - 2);
    a[a.length - 1] = inf;
    a[0] = rows > 1 ? NaN : 2;
    if (rows > 2) a[depth + (depth >> 1)] = -inf;
    if (columns > 1) b[columns - 1] = -inf;
    if (columns > 4) b[b.length - 3] = NaN;
    const expected = byHand(a, b, rows, depth, columns);
    const operands = [
      tensor(Float64Array.from(a), { shape: [rows, depth], dtype }),
      tensor(Float64Array.from(b), { shape: [depth, columns], dtype }),
    ];
    check((x, y) => x.matmul(y).reshape(-1), operands, expected);
  });

  test("subnormal and overflowing sums", () => {
    const tiny = least[dtype];
    const row = (value: number): Tensor =>
      tensor(
        Float64Array.from({ length: 20 }, () => value),
        { shape: [1, 20], dtype },
      );
    check((a, b) => a.matmul(b.T), [row(tiny), row(1)], [[20 * tiny]]);
    check((a, b) => a.matmul(b.T), [row(largest[dtype]), row(1)], [[inf]]);
    check((a, b) => a.matmul(b.T), [row(largest[dtype]), row(-1)], [[-inf]]);
  });

  test("of no columns: zeros", () => {
    const [a, b] = [
      [2, 0],
      [0, 3],
    ].map((shape) => tensor(new Float64Array(0), { shape, dtype }));
    check((x, y) => x.matmul(y), [a!, b!], [[0, 0, 0], [0, 0, 0]]); // prettier-ignore
  });
});

describe.each(floats)("comparisons and choices of %s", (dtype) => {
  const xs = [NaN, NaN, 1, inf, -inf, 0, -0, inf, least[dtype], 2];
  const ys = [NaN, 1, NaN, inf, inf, -0, 0, NaN, 0, 3];

  test("on NaN only notEqual holds; zeros are equal", () => {
    const pair = [tensor(xs, { dtype }), tensor(ys, { dtype })];
    const by = (compare: (x: number, y: number) => boolean): boolean[] =>
      xs.map((x, i) => compare(x, ys[i]!));
    check(
      (x, y) => [x.equal(y), x.notEqual(y), x.less(y), x.lessEqual(y), x.greater(y), x.greaterEqual(y)],
      pair,
      by((x, y) => x === y),
      by((x, y) => x !== y),
      by((x, y) => x < y),
      by((x, y) => x <= y),
      by((x, y) => x > y),
      by((x, y) => x >= y),
    );
  });

  test("what is not chosen does not show", () => {
    const [x, y] = [tensor([NaN, 1, inf, 2, 3], { dtype }), tensor([1, NaN, 2, -inf, NaN], { dtype })];
    const flags = tensor([false, true, false, true, true]);
    check((c, a, b) => where(c, a, b), [flags, x, y], [1, 1, 2, 2, 3]);
  });
});

describe("integers", () => {
  const int = (data: Data): Tensor => tensor(data, { dtype: "int32" });
  const [low, high] = [-(2 ** 31), 2 ** 31 - 1];

  test("sums, differences and products wrap around", () => {
    const x = int([high, low, 65536, low, 123456789]);
    const y = int([1, -1, 65536, -1, 987654321]);
    check(
      (a, b) => [a.add(b), a.sub(b), a.mul(b), a.neg(), a.abs(), a.square()],
      [x, y],
      [low, high, 131072, high, 1111111110],
      [high - 1, low + 1, 0, low + 1, -864197532],
      [high, low, 0, low, -67153019],
      [-high, low, -65536, low, -123456789],
      [high, low, 65536, low, 123456789],
      [1, 0, 0, 0, -1757895751],
    );
  });

  test.each(lengths)("reductions of %d wrap around", (length) => {
    const x = counting(length).map((i) => high - i * i);
    const total = x.reduce((a, b) => (a + b) | 0, 0);
    const product = x.reduce((a, b) => Math.imul(a, b), 1);
    check(
      (t) => [sum(t), prod(t), max(t), min(t)],
      [int(x)],
      total,
      product,
      high - 1,
      high - length * length,
    );
    check(
      (t) => t.expandDims(0).matmul(t.expandDims(1)),
      [int(x)],
      [[x.reduce((a, b) => (a + Math.imul(b, b)) | 0, 0)]],
    );
  });

  test("the remainder has the sign of the divisor, and is 0 for divisor 0", () => {
    check(
      (a, b) => a.mod(b),
      [int([7, -7, 7, -7, 5, low, low, 0, high]), int([3, 3, -3, -3, 0, -1, 0, 0, low])],
      [1, 2, -2, -1, 0, 0, 0, 0, -1],
    );
  });

  test("true division by zero is that of floats", () => {
    check((a, b) => a.div(b), [int([1, -1, 0]), int([0, 0, 0])], [inf, -inf, NaN]);
  });
});

describe("conversions", () => {
  const convert = (from: DType, to: DType, values: Data, expected: unknown): void =>
    check((x) => x.astype(to), [tensor(values, { dtype: from })], expected);

  test.each(floats)("%s to int32 cuts off, saturates, and takes NaN for 0", (dtype) => {
    convert(
      dtype,
      "int32",
      [2.9, -2.9, 0.99, -0.5, NaN, inf, -inf, 2 ** 31, -(2 ** 31), 3e9, -3e9, 1e30, 2147483520],
      [
        2, -2, 0, 0, 0, 2147483647, -2147483648, 2147483647, -2147483648, 2147483647, -2147483648, 2147483647,
        2147483520,
      ],
    );
  });

  test.each(floats)("%s to bool: everything but zero is true", (dtype) => {
    convert(dtype, "bool", [0, -0, 1, NaN, inf, least[dtype]], [false, false, true, true, true, true]);
  });

  test("float64 to float32 rounds to nearest, overflows to infinity and keeps subnormals", () => {
    convert(
      "float64",
      "float32",
      [
        0.1,
        1 + 2 ** -24,
        1 + 3 * 2 ** -24,
        1e39,
        -1e39,
        2 ** -149,
        2 ** -150,
        1.5 * 2 ** -150,
        NaN,
        3.4028235677973366e38,
      ],
      [Math.fround(0.1), 1, 1 + 2 ** -22, inf, -inf, 2 ** -149, 0, 2 ** -149, NaN, inf],
    );
  });

  test("int32 to float32 rounds to nearest, halves to even", () => {
    convert(
      "int32",
      "float32",
      [16777217, 16777219, -16777217, 2147483647, -2147483648],
      [16777216, 16777220, -16777216, 2147483648, -2147483648],
    );
  });
});
