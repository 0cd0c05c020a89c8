/**
 * The rounding errors of sums: a million numbers and fewer, some of which cancel, against accurate ones. Sums are taken in blocks of b
 * numbers, then over the blocks, so that no number goes through more than b + n/b additions: the error is at most that many
 * roundings of Σ|x| (Higham, Accuracy and stability of numerical algorithms, 2nd ed., chapter 4).
 */
import { mean, sum, tensor, type Tensor } from "downhill";
import { describe, expect, test } from "vitest";
import { randomFrom } from "../primitives/op-table/rows.ts";
import { compiledEveryWay } from "../targets/ways.ts";

const count = 1_000_000;

const unitRoundoff = { float32: 2 ** -24, float64: 2 ** -53 };

const make = {
  float32: (length: number) => new Float32Array(length),
  float64: (length: number) => new Float64Array(length),
};

const data: Readonly<Record<string, (random: () => number) => number>> = {
  // Each addition of the same number is rounded the same way for a long time.
  tenths: () => 0.1,
  "uniform numbers": (random) => random(),
  // Numbers of all sizes, of either sign: the sum is a thousandth of Σ|x| or less.
  "numbers that cancel": (random) => (random() - 0.5) * 2 ** (40 * random() - 20),
};

/** The sum, with what its additions lose added up apart (Knuth): off by n²·2^−106 of Σ|x| at most. And Σ|x| itself. */
const accurateSum = (values: Iterable<number>): { total: number; size: number } => {
  let [total, lost, size] = [0, 0, 0];
  for (const value of values) {
    const next = total + value;
    const added = next - total;
    lost += total - (next - added) + (value - added);
    total = next;
    size += Math.abs(value);
  }
  return { total: total + lost, size };
};

interface Layout {
  readonly shape: readonly number[];
  readonly axis: number;
}

const layouts: readonly Layout[] = [
  { shape: [count], axis: 0 },
  { shape: [4, 50_000], axis: 1 },
  { shape: [20_000, 10], axis: 0 },
  { shape: [2000, 100], axis: 0 },
  { shape: [1500, 150], axis: 0 },
];

/** Numbers added one after another, and the number of such sums, see src/compiler/long-reductions.ts. */
const additions = ({ shape, axis }: Layout, bytes: number): number => {
  const length = shape[axis]!;
  const rowBytes = bytes * (shape[axis + 1] ?? 0);
  const block = rowBytes === 0 ? 4096 : Math.min(1024, Math.floor(2 ** 15 / rowBytes));
  // The numbers that are left over, and the joining of lanes.
  return block + Math.ceil(length / block) + 8;
};

describe.each(["float32", "float64"] as const)("%s", (dtype) => {
  describe.each(Object.entries(data))("%s", (name, draw) => {
    const random = randomFrom(name);
    const all = make[dtype](count).map(() => draw(random));

    test.each(layouts)("of shape $shape along axis $axis", (layout) => {
      const { shape, axis } = layout;
      const [rows, columns] = [shape[0]!, shape[1] ?? 1];
      const length = shape[axis]!;
      const values = all.subarray(0, rows * columns);
      const x = tensor(values, { shape });
      const parts = Array.from({ length: values.length / length }, (_, i) =>
        accurateSum(
          shape.length === 1
            ? values
            : axis === 1
              ? values.subarray(i * columns, (i + 1) * columns)
              : Array.from({ length: rows }, (_, row) => values[row * columns + i]!),
        ),
      );
      for (const [way, run] of compiledEveryWay((t: Tensor) => [sum(t, axis), mean(t, axis)], x)) {
        // Which takes its time.
        if (way === "reference" && values.length === count) continue;
        const [sums, means] = run(x);
        parts.forEach(({ total, size }, i) => {
          // The reference adds in float64, one by one.
          const steps =
            way !== "reference"
              ? additions(layout, values.BYTES_PER_ELEMENT)
              : dtype === "float32"
                ? 1
                : length;
          const allowed = steps * unitRoundoff[dtype] * size;
          expect(Math.abs(sums!.data[i]! - total), way).toBeLessThanOrEqual(allowed);
          expect(Math.abs(means!.data[i]! * length - total), way).toBeLessThanOrEqual(
            allowed + unitRoundoff[dtype] * size,
          );
        });
      }
    });
  });

  test("scalar products, and products of a tall matrix with a vector", () => {
    const random = randomFrom("products");
    const [a, b] = [0, 1].map(() => make[dtype](count).map(() => random()));
    const x = [tensor(a!), tensor(b!)] as const;
    const products = Array.from(a!, (value, i) => value * b![i]!);
    const { total, size } = accurateSum(products);
    // One more rounding for each product; float64 products are rounded here, too.
    const allowed = (additions(layouts[0]!, a!.BYTES_PER_ELEMENT) + 2) * unitRoundoff[dtype] * size;
    for (const [way, run] of compiledEveryWay((u: Tensor, v: Tensor) => u.matmul(v), ...x))
      if (way !== "reference")
        expect(Math.abs(run(...x)[0]!.item() - total), way).toBeLessThanOrEqual(allowed);

    const layout = { shape: [20_000, 10], axis: 0 };
    const matrix = tensor(a!.subarray(0, 200_000), { shape: layout.shape });
    const weights = tensor(b!.subarray(0, 20_000));
    for (const [way, run] of compiledEveryWay((m: Tensor, w: Tensor) => m.T.matmul(w), matrix, weights)) {
      if (way === "reference") continue;
      const result = run(matrix, weights)[0]!;
      for (let column = 0; column < 10; column++) {
        let sumOfColumn = 0;
        for (let row = 0; row < 20_000; row++) sumOfColumn += a![row * 10 + column]! * b![row]!;
        // What this sum in float64 is off by, 20 000·2^−53, is far below the bound for float32, and added for float64.
        const steps = additions(layout, a!.BYTES_PER_ELEMENT) + 2;
        const error = (steps * unitRoundoff[dtype] + 20_000 * 2 ** -53) * sumOfColumn;
        expect(Math.abs(result.data[column]! - sumOfColumn), way).toBeLessThanOrEqual(error);
      }
    }
  });
});
