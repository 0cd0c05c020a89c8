/** What docs/semantics.md says about the edges, on every target. */
import * as d from "downhill";
import { type DType, grad, jit, type Tensor, tensor } from "downhill";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { setTarget, targetNames } from "../targets/targets.ts";

const ints = (...values: number[]): Tensor => tensor(values, { dtype: "int32" });
const least = -(2 ** 31);
const most = 2 ** 31 - 1;

describe("dtypes of results", () => {
  const order: readonly DType[] = ["bool", "int32", "float32", "float64"];
  const of = (dtype: DType): Tensor => d.ones([2], { dtype });

  test("two tensors: the later one of bool, int32, float32, float64", () => {
    order.forEach((a, i) =>
      order.forEach((b, j) => {
        const joint = order[Math.max(i, j)]!;
        const numeric = joint === "bool" ? "int32" : joint;
        expect(d.add(of(a), of(b)).dtype, `${a} + ${b}`).toBe(numeric);
        expect(d.maximum(of(a), of(b)).dtype, `max(${a}, ${b})`).toBe(numeric);
        expect(d.matmul(of(a), of(b)).dtype, `${a} · ${b}`).toBe(numeric);
        expect(d.concatenate([of(a), of(b)]).dtype, `${a} beside ${b}`).toBe(joint);
        expect(d.where(true, of(a), of(b)).dtype, `${a} or ${b}`).toBe(joint);
        expect(d.div(of(a), of(b)).dtype, `${a} / ${b}`).toBe(joint === "float64" ? "float64" : "float32");
        expect(d.less(of(a), of(b)).dtype, `${a} < ${b}`).toBe("bool");
      }),
    );
  });

  test("a number takes the tensor's, unless that cannot hold it", () => {
    for (const dtype of ["int32", "float32", "float64"] as const)
      expect(d.add(of(dtype), 1).dtype).toBe(dtype);
    expect([d.add(of("int32"), 0.5).dtype, d.add(of("int32"), 2 ** 31).dtype]).toEqual([
      "float32",
      "float32",
    ]);
    expect([d.add(of("bool"), 1).dtype, d.exp(of("int32")).dtype, d.mean(of("int32")).dtype]).toEqual([
      "int32",
      "float32",
      "float32",
    ]);
  });
});

describe.each(targetNames)("on %s", (target) => {
  beforeAll(() => setTarget(target));
  afterAll(() => setTarget("reference"));

  /** The value alone and compiled, which must agree. */
  const both = (f: (...operands: Tensor[]) => Tensor, ...operands: Tensor[]): unknown => {
    const value = f(...operands).toArray();
    expect(jit(f)(...operands).toArray(), "compiled").toEqual(value);
    return value;
  };

  test("integers wrap", () => {
    const [a, b] = [ints(most, least, 65536), ints(1, 1, 65536)];
    expect(both((x, y) => d.stack([x.add(y), x.sub(y), x.mul(y), x.neg(), d.abs(x)]), a, b)).toEqual([
      [least, least + 1, 131072],
      [most - 1, most, 0],
      [most, least, 0],
      [-most, least, -65536],
      [most, least, 65536],
    ]);
    expect(both((x) => x.sum(), ints(most, 1))).toBe(least);
  });

  test("division is of floats; mod has the sign of the divisor", () => {
    expect(both((x, y) => x.div(y), ints(7, -7, 1, 0), ints(2, 2, 0, 0))).toEqual([3.5, -3.5, Infinity, NaN]);
    expect(both((x, y) => x.mod(y), ints(7, -7, 7, -7, 5, least), ints(3, 3, -3, -3, 0, -1))).toEqual([
      1, 2, -2, -1, 0, 0,
    ]);
    const [a, b] = [tensor([7.5, -7.5, 7.5, -7.5, 5]), tensor([3, 3, -3, -3, 0])];
    expect(both((x, y) => x.mod(y), a, b)).toEqual([1.5, 1.5, -1.5, -1.5, NaN]);
  });

  test("floats become integers by cutting off, held within 32 bits", () => {
    const x = tensor([2.9, -2.9, 3e9, -3e9, Infinity, NaN]);
    expect(both((v) => v.astype("int32"), x)).toEqual([2, -2, most, least, most, 0]);
  });

  test("NaN is largest and smallest, and the first of it is found", () => {
    const x = tensor([1, NaN, 3, NaN]);
    expect(both((v) => d.stack([v.max(), v.min()]), x)).toEqual([NaN, NaN]);
    expect(both((v) => d.stack([v.argmax(), v.argmin()]), x)).toEqual([1, 1]);
    expect(both((v) => d.stack([v.maximum(2), v.minimum(2)]), x)).toEqual([
      [2, NaN, 3, NaN],
      [1, NaN, 2, NaN],
    ]);
    expect(both((v) => d.stack([v.equal(v), v.notEqual(v), v.less(2)]).astype("int32"), x)).toEqual([
      [1, 0, 1, 0],
      [0, 1, 0, 1],
      [1, 0, 0, 0],
    ]);
  });

  test("no elements: sums are 0, products 1, means NaN", () => {
    const none = d.zeros([2, 0]);
    expect(both((v) => d.stack([v.sum(1), v.prod(1), v.mean(1), d.logsumexp(v, 1)]), none)).toEqual([
      [0, 0],
      [1, 1],
      [NaN, NaN],
      [-Infinity, -Infinity],
    ]);
    expect(both((v) => v.matmul(v.T), none)).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect(() => none.max()).toThrow("max: no max of no elements");
    expect(() => none.argmin(1)).toThrow("no argmin of no elements");
    expect(grad((v: Tensor) => v.square().sum())(none).shape).toEqual([2, 0]);
  });

  test("logarithms of a softmax are as exact for large numbers as for small ones", () => {
    const x = tensor([
      [1e8, 1e8],
      [8, 0],
      [1e4, 1e4 - 8],
      [-Infinity, 3],
    ]);
    // ln(1 + e⁻⁸) and what is 8 below.
    const [high, low] = [-Math.log1p(Math.exp(-8)), -8 - Math.log1p(Math.exp(-8))];
    const rows = [
      [-Math.LN2, -Math.LN2],
      [high, low],
      [high, low],
      [-Infinity, 0],
    ];
    (both((v) => d.logSoftmax(v), x) as number[][]).forEach((row, i) =>
      row.forEach((value, j) => {
        const wanted = rows[i]![j]!;
        // 1 + e⁻⁸ is rounded, and what is far below besides.
        if (value !== wanted)
          expect(Math.abs(value - wanted)).toBeLessThan(2 ** -24 + Math.abs(wanted) * 2 ** -23);
      }),
    );
  });

  test("scalars have no axes: reductions over all of them are the value", () => {
    expect(both((v) => d.stack([v.sum(), v.mean(), v.max(), v.std()]), tensor(3))).toEqual([3, 3, 3, 0]);
    expect(() => tensor(3).sum(0)).toThrow("axis 0 given for a scalar");
    expect(() => d.all(tensor([1]), 1)).toThrow("all: axis 1 is out of range");
    expect(() => d.norm(tensor([1]), 1)).toThrow("norm: axis 1 is out of range");
  });

  test("slopes at ties and kinks", () => {
    const slope = (f: (v: Tensor) => Tensor, at: number | number[]): unknown =>
      jit(grad((v: Tensor) => f(v).sum()))(tensor(at)).toArray();
    expect(slope((v) => v.max(), [2, 2, 1])).toEqual([0.5, 0.5, 0]);
    expect(slope((v) => v.max(), [1, NaN])).toEqual([0, 0]);
    expect(slope((v) => v.maximum(2), [2, 3])).toEqual([0.5, 1]);
    expect(slope((v) => d.sort(v).mul(tensor([1, 10, 100])), [2, 1, 2])).toEqual([10, 1, 100]);
    expect(slope((v) => d.maxPool1d(v.reshape(1, 1, 3), 3), [2, 2, 2])).toEqual([1, 0, 0]);
    expect(slope((v) => d.clip(v, 0, 1), [0, 1, 2])).toEqual([1, 1, 0]);
    expect(slope((v) => d.stack([d.abs(v), d.relu(v), d.sign(v), d.round(v)]), 0)).toBe(0);
    expect(slope((v) => d.leakyRelu(v, 0.1), 0)).toBeCloseTo(0.1, 6);
    expect(slope((v) => d.norm(v), [0, 0])).toEqual([0, 0]);
    expect(slope((v) => v.std(), [5, 5])).toEqual([0, 0]);
    expect(slope((v) => d.sqrt(v), 0)).toBe(Infinity);
  });
});
