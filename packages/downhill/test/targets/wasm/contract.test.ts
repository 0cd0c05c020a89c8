/** Contractions: every way in which wasm does them, over shapes and strides. */
import { describe, it } from "vitest";
import type { BufferUse, LoopIndex, Scalar, Statement } from "../../../src/program/loop.ts";
import * as s from "../../../src/program/scalar.ts";
import type { DType, TypedArray } from "../../../src/tensor/dtype.ts";
import type { WasmOptions } from "../../../src/targets/wasm/context.ts";
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
  store,
  valueOf,
} from "./support.ts";

type Shape = readonly [rows: number, columns: number, depth: number];

/** Whole numbers, so that sums are exact in any order. */
const whole = (n: number, seed: number): number[] =>
  Array.from({ length: n }, (_, i) => ((i * 37 + seed * 11) % 23) - 11);

const arrayOf = {
  float32: (values: readonly number[]) => Float32Array.from(values),
  float64: (values: readonly number[]) => Float64Array.from(values),
  int32: (values: readonly number[]) => Int32Array.from(values),
};

const typeOf = { float32: "f32", float64: "f64", int32: "i32" } as const;

interface Variant {
  readonly dtype: keyof typeof arrayOf;
  readonly leftTransposed: boolean;
  readonly rightTransposed: boolean;
  readonly batch: number;
  /** Statements that use the sum, the further buffers they need being given. */
  readonly body?: (
    use: {
      row: LoopIndex;
      column: LoopIndex;
      out: BufferUse;
      extra: BufferUse;
      place: readonly (readonly [LoopIndex, number])[];
    },
    sum: Scalar,
  ) => Statement[];
}

const plain: Variant = { dtype: "float32", leftTransposed: false, rightTransposed: false, batch: 1 };

const check = ([m, n, k]: Shape, variant: Variant, options: readonly WasmOptions[]): void => {
  const { dtype, leftTransposed, rightTransposed, batch, body } = variant;
  const [row, column, inner, outer] = [
    loopIndex("row"),
    loopIndex("column"),
    loopIndex("inner"),
    loopIndex("batch"),
  ];
  const uses = buffers(dtype, dtype, dtype, dtype);
  const [a, b, c, d] = uses;
  if (!a || !b || !c || !d) throw new Error("no buffers");
  const sum = accumulator(typeOf[dtype]);
  const place = [[outer, m * n], [row, n], [column, 1]] as const; // prettier-ignore
  const contract: Statement = {
    kind: "contract",
    row,
    rows: m,
    column,
    columns: n,
    inner,
    depth: k,
    left: { buffer: a, at: at([[outer, m * k], [row, leftTransposed ? 1 : k], [inner, leftTransposed ? m : 1]], 1) }, // prettier-ignore
    right: { buffer: b, at: at([[outer, n * k], [inner, rightTransposed ? 1 : n], [column, rightTransposed ? k : 1]], 2) }, // prettier-ignore
    sum,
    body: body?.({ row, column, out: c, extra: d, place }, valueOf(sum)) ?? [
      store(c, at(place), valueOf(sum)),
    ],
  };
  const arrays: TypedArray[] = [
    arrayOf[dtype](whole(batch * m * k + 1, 1)),
    arrayOf[dtype](whole(batch * n * k + 2, 2)),
    arrayOf[dtype](whole(batch * m * n, 3)),
    arrayOf[dtype](whole(batch * m * n + n, 4)),
  ];
  try {
    expectAgreement(kernelOf(uses, [loop(outer, batch, [contract])]), arrays, options);
  } catch (error) {
    throw new Error(`${String(m)}×${String(n)}×${String(k)} ${JSON.stringify(variant)}`, { cause: error });
  }
};

const sizes = [0, 1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 31, 33];
const tiles = [
  { rows: 4, columns: 8 },
  { rows: 2, columns: 16 },
  { rows: 3, columns: 12 },
  { rows: 4, columns: 4 },
];
const dtypes: (keyof typeof arrayOf)[] = ["float32", "float64", "int32"];
const transposes = [false, true];

describe.each(dtypes)("%s", (dtype) => {
  it("small shapes", () => {
    sizes.forEach((m, p) => {
      sizes.forEach((n, q) => {
        // every pair of rows and columns, with depths and layouts that take turns
        const k = sizes[(p * 5 + q * 3 + 1) % sizes.length] ?? 1;
        const variant = { ...plain, dtype, leftTransposed: (p + q) % 2 === 1, rightTransposed: p % 2 === 1 };
        check([m, n, k], variant, modes);
      });
    });
  });

  it("layouts, tiles and batches", () => {
    for (const shape of [
      [13, 21, 10],
      [64, 33, 40],
      [5, 100, 64],
      [100, 7, 33],
    ] as const)
      // prettier-ignore
      for (const leftTransposed of transposes)
        for (const rightTransposed of transposes)
          check(
            shape,
            { ...plain, dtype, leftTransposed, rightTransposed, batch: 2 },
            tiles.flatMap((tile) => modes.map((mode) => ({ ...mode, tile }))),
          );
  });

  it("one row, one column, one step", () => {
    for (const shape of [
      [1, 100, 40],
      [100, 1, 40],
      [1, 1, 257],
      [40, 50, 1],
      [1, 257, 1],
      [257, 1, 1],
    ] as const)
      // prettier-ignore
      for (const leftTransposed of transposes)
        for (const rightTransposed of transposes)
          check(shape, { ...plain, dtype, leftTransposed, rightTransposed }, modes);
  });
});

describe("large shapes", () => {
  it.each([[257, 64, 100], [33, 300, 257], [64, 17, 1100], [300, 20, 600], [6, 1100, 530]] as const)("%i×%i×%i", (...shape) => {
    check(shape, plain, modes);
    check(shape, { ...plain, dtype: "float64", leftTransposed: true, rightTransposed: true }, modes);
  }); // prettier-ignore
});

describe("few sums over many factors that lie side by side", () => {
  it.each([[2, 2, 256], [6, 25, 300], [7, 5, 1025], [16, 11, 2051], [3, 4, 1026]] as const)("%i×%i×%i", (...shape) => {
    for (const dtype of ["float32", "float64"] as const)
      check(shape, { ...plain, dtype, rightTransposed: true, batch: 2 }, modes);
  }); // prettier-ignore
});

/** With many sums at a time and with few, whichever this engine prefers. */
const thinModes: readonly WasmOptions[] = [
  { simd: false },
  { relaxed: false, manySums: true },
  { manySums: true },
  { manySums: false },
];

describe("few columns, of which tiles would waste some", () => {
  // Lanes of factors, where those lie side by side on the left, with some left over; otherwise lanes of rows.
  it.each([[9, 10, 33], [14, 5, 70], [130, 17, 33], [5, 13, 790], [70, 6, 128]] as const)("%i×%i×%i", (...shape) => {
    for (const dtype of ["float32", "float64"] as const)
      for (const leftTransposed of transposes)
        for (const rightTransposed of transposes)
          check(shape, { ...plain, dtype, leftTransposed, rightTransposed, batch: 2 }, thinModes);
  }); // prettier-ignore
});

describe("bodies", () => {
  const withBias: Variant["body"] = ({ column, out, extra, place }, sum) => [
    store(out, at(place), s.max(s.add(sum, load(extra, at([[column, 1]]))), 0)),
  ];
  const twoStores: Variant["body"] = ({ row, out, extra, place }, sum) => {
    const before = load(extra, at(place));
    return [
      store(out, at(place), s.select(s.gt(before, 0), s.mul(sum, before), s.convert(sum.type, { kind: "index", type: "i32", loop: row }))),
      store(extra, at(place), s.sub(before, sum)),
    ];
  }; // prettier-ignore
  const transposedStore: Variant["body"] = ({ row, column, out }, sum) => [
    store(out, at([[column, 1], [row, 40]]), s.add(sum, { kind: "load", type: sum.type, buffer: out, at: at([[column, 1], [row, 40]]) })), // prettier-ignore
  ];
  const index: Variant["body"] = ({ column, out, place }, sum) => [
    store(out, at(place), s.add(sum, s.convert(sum.type, { kind: "index", type: "i32", loop: column }))),
  ];
  it.each(Object.entries({ withBias, twoStores, transposedStore, index }))("%s", (_, body) => {
    for (const dtype of ["float32", "float64"] satisfies DType[])
      for (const shape of [
        [40, 40, 33],
        [9, 40, 5],
        [41, 40, 600],
        [1, 40, 9],
        [12, 40, 30],
      ] as const)
        // prettier-ignore
        check([shape[0], shape[1], shape[2]], { ...plain, dtype, body }, modes);
    check([9, 40, 260], { ...plain, rightTransposed: true, body }, modes);
    if (body === transposedStore) return;
    for (const leftTransposed of transposes)
      check([41, 10, 36], { ...plain, leftTransposed, body }, thinModes);
  });
});
