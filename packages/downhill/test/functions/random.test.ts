/** Random numbers: the bits of jax.random, on every target, one by one, compiled and in batches. */
import { erf, erfinv, jit, random, type Tensor, tensor, vmap } from "downhill";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readGolden } from "../golden-helpers/golden.ts";
import { setTarget, targetNames } from "../targets/targets.ts";

interface Case {
  readonly seed: number;
  readonly key: readonly number[];
  readonly split3: readonly (readonly number[])[];
  readonly fold_in_7: readonly number[];
  readonly bits_2x5: readonly (readonly number[])[];
  readonly uniform_float32_9: readonly number[];
  readonly normal_float32_9: readonly number[];
  readonly "bernoulli_0.3_12": readonly boolean[];
}

const { cases } = readGolden<{ readonly cases: readonly Case[] }>("random");

const unsigned = (bits: Tensor): number[] => Array.from(bits.data, (word) => word >>> 0);

const mean = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

describe.each(targetNames)("on %s", (target) => {
  beforeAll(() => setTarget(target));
  afterAll(() => setTarget("reference"));

  describe.each(cases)("seed $seed", (expected) => {
    const key = (): Tensor => random.key(expected.seed);

    test("keys", () => {
      expect(unsigned(key())).toEqual(expected.key);
      expect(random.split(key(), 3).shape).toEqual([3, 2]);
      expect(unsigned(random.split(key(), 3))).toEqual(expected.split3.flat());
      expect(unsigned(random.foldIn(key(), 7))).toEqual(expected.fold_in_7);
    });

    test("bits and uniform numbers", () => {
      expect(random.bits(key(), [2, 5]).shape).toEqual([2, 5]);
      expect(unsigned(random.bits(key(), [2, 5]))).toEqual(expected.bits_2x5.flat());
      expect(Array.from(random.uniform(key(), [9]).data)).toEqual(expected.uniform_float32_9);
    });

    test("normal numbers to 1e-5 relative", () => {
      random.normal(key(), [9]).data.forEach((value, i) => {
        const wanted = expected.normal_float32_9[i]!;
        expect(Math.abs(value - wanted)).toBeLessThanOrEqual(1e-5 * Math.abs(wanted));
      });
    });

    test("bernoulli", () => {
      const flags = random.bernoulli(key(), 0.3, [12]);
      expect(flags.dtype).toBe("bool");
      expect(Array.from(flags.data, Boolean)).toEqual(expected["bernoulli_0.3_12"]);
    });

    test("the same bits from traced seeds and keys, compiled and in batches", () => {
      const seed = tensor(expected.seed, { dtype: "int32" });
      const compiled = jit((s: Tensor) => random.bits(random.key(s), [2, 5]));
      expect(unsigned(compiled(seed))).toEqual(expected.bits_2x5.flat());

      const keys = random.split(key(), 3);
      const batch = vmap((k: Tensor) => random.uniform(k, [4]))(keys);
      const compiledBatch = jit(vmap((k: Tensor) => random.uniform(k, [4])))(keys);
      expect(compiledBatch.toArray()).toEqual(batch.toArray());
      for (let i = 0; i < 3; i++)
        expect(batch.take(i).toArray()).toEqual(random.uniform(keys.take(i), [4]).toArray());

      const steps = tensor([7, 8], { dtype: "int32" });
      const folded = vmap((step: Tensor) => random.foldIn(key(), step))(steps);
      expect(unsigned(folded.take(0))).toEqual(expected.fold_in_7);
      expect(folded.take(1).toArray()).toEqual(random.foldIn(key(), 8).toArray());
    });
  });

  test("a batch of keys folded with a batch of numbers", () => {
    const keys = random.split(random.key(1), 2);
    const steps = tensor([3, 4, 5], { dtype: "int32" });
    const table = vmap((key: Tensor) => vmap((step: Tensor) => random.foldIn(key, step))(steps))(keys);
    expect(table.shape).toEqual([2, 3, 2]);
    for (let i = 0; i < 2; i++)
      for (let j = 0; j < 3; j++)
        expect(table.take(i).take(j).toArray()).toEqual(random.foldIn(keys.take(i), 3 + j).toArray());
  });

  test("moments of uniform and normal numbers", () => {
    const count = 20_000;
    for (const dtype of ["float32", "float64"] as const) {
      const u = random.uniform(random.key(3), [count], { dtype });
      expect(u.dtype).toBe(dtype);
      expect(u.data.every((value) => value >= 0 && value < 1)).toBe(true);
      // Five standard errors: √(1/12/n) for the mean, √(1/180/n) for the variance.
      expect(Math.abs(mean(u.data) - 1 / 2)).toBeLessThan(5 * Math.sqrt(1 / 12 / count));
      expect(Math.abs(u.var().item() - 1 / 12)).toBeLessThan(5 * Math.sqrt(1 / 180 / count));

      const z = random.normal(random.key(4), [count], { dtype });
      expect(z.dtype).toBe(dtype);
      expect(Math.abs(mean(z.data))).toBeLessThan(5 / Math.sqrt(count));
      expect(Math.abs(z.var().item() - 1)).toBeLessThan(5 * Math.sqrt(2 / count));
      const inside = z.abs().less(1.959963984540054).sum().item() / count;
      expect(Math.abs(inside - 0.95)).toBeLessThan(5 * Math.sqrt((0.95 * 0.05) / count));
    }
  });

  test("uniform bounds", () => {
    const u = random.uniform(random.key(5), [1000], { min: -3, max: 2 });
    expect(u.data.every((value) => value >= -3 && value < 2)).toBe(true);
    expect(Math.min(...u.data)).toBeLessThan(-2.9);
    expect(Math.max(...u.data)).toBeGreaterThan(1.9);
    const low = tensor([0, 10]);
    const spread = random.uniform(random.key(5), [2], { min: low, max: low.add(1) });
    expect(spread.data[0]! < 1 && spread.data[1]! >= 10).toBe(true);
  });

  test("whole numbers", () => {
    const dice = random.randint(random.key(6), [6000], 1, 7);
    expect(dice.dtype).toBe("int32");
    const counts = [1, 2, 3, 4, 5, 6].map((face) => dice.equal(face).sum().item());
    expect(counts.reduce((a, b) => a + b)).toBe(6000);
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(5 * Math.sqrt(6000 * (5 / 36)));
    const wide = random.randint(random.key(6), [100], -(2 ** 31), 2 ** 31).data;
    expect(Math.min(...wide)).toBeLessThan(-(2 ** 30));
    expect(Math.max(...wide)).toBeGreaterThan(2 ** 30);
  });

  test("permutations hold every number once, and all orders turn up", () => {
    const order = random.permutation(random.key(7), 1000);
    expect(Array.from(order.data).sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
    expect(order.data.filter((value, i) => value === i).length).toBeLessThan(8);
    expect(jit((k: Tensor) => random.permutation(k, 1000))(random.key(7)).toArray()).toEqual(order.toArray());

    const many = vmap((k: Tensor) => random.permutation(k, 3))(random.split(random.key(8), 3000));
    const counts = new Map<string, number>();
    for (let i = 0; i < 3000; i++) {
      const text = many.data.slice(3 * i, 3 * i + 3).join();
      counts.set(text, (counts.get(text) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values())
      expect(Math.abs(count - 500)).toBeLessThan(5 * Math.sqrt(3000 * (5 / 36)));
    expect(random.permutation(random.key(0), 0).shape).toEqual([0]);
  });

  test("shuffled rows", () => {
    const x = tensor([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    const rows = random.shuffle(random.key(9), x).toArray() as number[][];
    expect([...rows].sort((a, b) => a[0]! - b[0]!)).toEqual(x.toArray());
    const columns = random.shuffle(random.key(1), x, -1).toArray() as number[][];
    expect(columns.map((row) => [...row].sort())).toEqual(x.toArray());
  });

  test("the inverse error function up to its poles", () => {
    // Values from 50-digit arithmetic (mpmath).
    const exact = [
      [1e-10, 8.86226925452758e-11],
      [0.5, 0.4769362762044699],
      [0.999, 2.3267537655135246],
      [1 - 2 ** -30, 4.328028275800946],
      [1 - 2 ** -53, 5.863584748755168],
    ] as const;
    for (const [x, y] of exact)
      for (const sign of [1, -1]) {
        const value = erfinv(tensor(sign * x, { dtype: "float64" })).item();
        expect(Math.abs(value - sign * y)).toBeLessThanOrEqual(4 * 2 ** -52 * y);
      }
    const x = random.uniform(random.key(2), [500], { min: -1, max: 1 });
    const back = erf(erfinv(x)).data;
    x.data.forEach((value, i) => expect(Math.abs(back[i]! - value)).toBeLessThanOrEqual(4 * 2 ** -24));
    expect(erfinv(tensor([1, -1, 2, NaN])).toArray()).toEqual([Infinity, -Infinity, NaN, NaN]);
  });
});

test("seeds are 64 bits", () => {
  expect(unsigned(random.key(2 ** 32 + 5))).toEqual([1, 5]);
  expect(unsigned(random.key(-1))).toEqual([0xffffffff, 0xffffffff]);
});

describe("errors", () => {
  const key = random.key(0);
  const cases: readonly (readonly [what: string, run: () => unknown, message: string])[] = [
    ["a fractional seed", () => random.key(0.5), "random.key: seed 0.5; write a whole number"],
    [
      "a float seed tensor",
      () => random.key(tensor(1)),
      "random.key: the seed is float32[]; it must be a whole number or an int32 scalar",
    ],
    [
      "a number for a key",
      () => random.uniform(0 as unknown as Tensor, [2]),
      "random.uniform: the key is 0; write random.key(0)",
    ],
    [
      "several keys for one",
      () => random.normal(random.split(key), [2]),
      "random.uniform: a key is int32[2], this is int32[2, 2]; make one with random.key(seed), take one of several " +
        "with keys.take(i), or use vmap for a batch of keys",
    ],
    [
      "a dtype that is no float",
      () => random.uniform(key, [2], { dtype: "int32" }),
      "random.uniform: gives floats, not int32; use random.randint or random.bits",
    ],
    [
      "empty bounds",
      () => random.randint(key, [2], 3, 3),
      "random.randint: bounds 3 and 3; write whole numbers with min < max, between −2³¹ and 2³¹",
    ],
    [
      "a length below 0",
      () => random.permutation(key, -1),
      "random.permutation: length -1; write a whole number",
    ],
    [
      "a fraction folded in",
      () => random.foldIn(key, 1.5),
      "random.foldIn: the data is 1.5; it must be a whole number or an int32 scalar",
    ],
    [
      "a scalar shuffled",
      () => random.shuffle(key, tensor(1)),
      "random.shuffle: a scalar has no order to change",
    ],
  ];
  test.each(cases)("%s", (_, run, message) => expect(run).toThrow(message));
});
