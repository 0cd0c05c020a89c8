/** Functions of two arguments: pow, atan2 and mod, in both formats and all ways to run, like single.test.ts and double.test.ts. */
import { atan2, mod, pow, type Tensor } from "downhill";
import { describe, expect, test } from "vitest";
import { randomFrom } from "../op-table/rows.ts";
import { bounds } from "./bounds.ts";
import { float64 } from "./exact/errors.ts";
import * as exactly from "./exact/functions.ts";
import { type Exact, exact, negative, size } from "./exact/number.ts";
import { type Floats, inBlocks, isFull, worstOf, worstSingle } from "./measure.ts";
import { ways } from "../../targets/ways.ts";
import { record } from "./record.ts";

interface Format {
  readonly make: (from: readonly number[]) => Floats;
  /** The binary logarithms of the smallest and the largest number. */
  readonly lowest: number;
  readonly highest: number;
}

const single: Format = { make: (from) => Float32Array.from(from), lowest: -149, highest: 128 };
const double: Format = { make: (from) => Float64Array.from(from), lowest: -1074, highest: 1024 };

type Pair = readonly [number, number];

interface PairRow {
  readonly name: "pow" | "atan2" | "mod";
  readonly apply: (a: Tensor, b: Tensor) => Tensor;
  readonly exact: (a: number, b: number) => Exact;
  /** Kinds of pairs, drawn in turn. */
  readonly draws: (format: Format, uniform: () => number) => readonly (() => Pair)[];
}

const signOf = (uniform: () => number): number => (uniform() < 0.5 ? -1 : 1);
const ofAnySize = ({ lowest, highest }: Format, uniform: () => number): number =>
  signOf(uniform) * 2 ** (lowest + uniform() * (highest - lowest));

const isOdd = (y: number): boolean => y % 2 !== 0;

const rows: readonly PairRow[] = [
  {
    name: "pow",
    apply: pow,
    exact: (x, y) => {
      const power = exactly.pow(size(exact(x)), exact(y));
      return x < 0 && isOdd(y) ? negative(power) : power;
    },
    draws: (format, uniform) => {
      const { make, lowest, highest } = format;
      // The exponent that takes x to a result of any size, a little beyond the smallest and the largest too.
      const exponentFor = (x: number): number =>
        (1.02 * (lowest + uniform() * (highest - lowest))) / Math.log2(make([x])[0]!);
      return [
        () => {
          const x = Math.abs(ofAnySize(format, uniform));
          return [x, exponentFor(x)];
        },
        () => {
          const x = 1 + signOf(uniform) * 2 ** (-uniform() * 24);
          return [x, exponentFor(x)];
        },
        () => {
          const x = 0.01 + 100 * uniform();
          return [x, exponentFor(x)];
        },
        () => {
          const x = -0.01 - 10 * uniform();
          return [x, Math.round(exponentFor(-x))];
        },
        () => [signOf(uniform) * 100 * uniform(), Math.round(20 * uniform() - 10)],
      ];
    },
  },
  {
    name: "atan2",
    apply: atan2,
    exact: (y, x) => exactly.atan2(exact(y), exact(x)),
    draws: (format, uniform) => [
      () => [ofAnySize(format, uniform), ofAnySize(format, uniform)],
      () => [2 * uniform() - 1, 2 * uniform() - 1],
      () => {
        const x = ofAnySize(format, uniform);
        return [x * (1 + 2 ** (-uniform() * 24)), signOf(uniform) * x];
      },
    ],
  },
  {
    name: "mod",
    apply: mod,
    exact: (x, y) => exactly.mod(exact(x), exact(y)),
    draws: (format, uniform) => [
      () => [ofAnySize(format, uniform), ofAnySize(format, uniform)],
      () => [20 * uniform() - 10, 4 * uniform() - 2],
      () => [signOf(uniform) * 2 ** (40 * uniform()), 2 * uniform() - 1],
      // Next to multiples of the divisor.
      () => {
        const y = ofAnySize({ ...format, lowest: -20, highest: 20 }, uniform);
        const multiple = Math.round(2000 * uniform() - 1000) * y;
        return [multiple * (1 + Math.round(4 * uniform() - 2) * 2 ** -23), y];
      },
    ],
  },
];

/** `count` pairs of finite numbers other than 0, in the format. */
const pairsFor = (row: PairRow, format: Format, count: number): [Floats, Floats] => {
  const random = randomFrom(row.name);
  const draws = row.draws(format, () => random() + random() * 2 ** -32);
  const [first, second] = [
    format.make(Array.from({ length: count }, () => 0)),
    format.make(Array.from({ length: count }, () => 0)),
  ];
  for (let i = 0, k = 0; i < count; k++) {
    const [a, b] = format.make(draws[k % draws.length]!()) as unknown as Pair;
    if (a === 0 || b === 0 || !Number.isFinite(a) || !Number.isFinite(b)) continue;
    if (row.name === "pow" && a < 0 && !Number.isInteger(b)) continue;
    [first[i], second[i]] = [a, b];
    i++;
  }
  return [first, second];
};

describe.each(rows)("$name", (row) => {
  const { name, apply } = row;

  test("float32 against float64 by the reference", { timeout: 600_000 }, () => {
    const [a, b] = pairsFor(row, single, isFull ? 4_000_000 : 200_000);
    const wide = inBlocks(apply, 2, (length) => new Float64Array(length), undefined);
    const expected = wide(Float64Array.from(a), Float64Array.from(b));
    for (const [way, options] of ways) {
      const run = inBlocks(apply, 2, (length) => new Float32Array(length), options);
      const { error, index } = worstSingle(run(a, b), expected);
      record(name, "float32", way, error, a[index]!, b[index]!);
      expect(error, `${way} of ${a[index]!}, ${b[index]!}`).toBeLessThanOrEqual(
        bounds[name]!.single + 2 ** -26,
      );
    }
  });

  test("float64 against exact values", { timeout: 600_000 }, () => {
    const [a, b] = pairsFor(row, double, isFull ? 100_000 : 4000);
    const expected = Array.from(a, (x, i) => row.exact(x, b[i]!));
    for (const [way, options] of ways) {
      const run = inBlocks(apply, 2, (length) => new Float64Array(length), options);
      const { error, index } = worstOf(run(a, b), expected, float64);
      record(name, "float64", way, error, a[index]!, b[index]!);
      expect(error, `${way} of ${a[index]!}, ${b[index]!}`).toBeLessThanOrEqual(bounds[name]!.double);
    }
  });
});
