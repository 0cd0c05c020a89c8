/** Loops, accumulators and what is computed ahead of loops. */
import { describe, expect, it } from "vitest";
import type { Combine, Scalar, ScalarType } from "../../../src/program/loop.ts";
import * as s from "../../../src/program/scalar.ts";
import type { DType, TypedArray } from "../../../src/tensor/dtype.ts";
import {
  accumulator,
  at,
  buffers,
  expectAgreement,
  indexValue,
  kernelOf,
  load,
  loop,
  loopIndex,
  modes,
  runWasm,
  store,
  valueOf,
} from "./support.ts";

const sizes = [0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 64, 100];

/** Whole numbers, so that sums are exact in any order. */
const whole = (n: number, seed = 1): number[] =>
  Array.from({ length: n }, (_, i) => ((i * 37 + seed * 11) % 23) - 11);

const arrayOf: Record<DType, (values: readonly number[]) => TypedArray> = {
  float32: (values) => Float32Array.from(values),
  float64: (values) => Float64Array.from(values),
  int32: (values) => Int32Array.from(values),
  bool: (values) => Uint8Array.from(values, (value) => Number(value > 0)),
};

const dtypes: DType[] = ["float32", "float64", "int32", "bool"];
const typeOf = { float32: "f32", float64: "f64", int32: "i32", bool: "bool" } as const;

const combines: Record<ScalarType, Combine[]> = {
  f32: ["add", "mul", "min", "max"],
  f64: ["add", "mul", "min", "max"],
  i32: ["add", "mul", "min", "max", "and", "or"],
  i64: [],
  bool: ["and", "or"],
};

const initialOf = (combine: Combine, type: ScalarType): Scalar => {
  if (combine === "min") return s.constant(type, type === "i32" ? 5 : Infinity);
  if (combine === "max") return s.constant(type, type === "i32" ? -5 : -Infinity);
  if (combine === "and") return s.constant(type, type === "bool" ? 1 : -1);
  return s.constant(type, combine === "mul" ? 1 : 0);
};

/** Few factors other than ±1, so that products stay exact. */
const values = (dtype: DType, n: number, combine: Combine): TypedArray =>
  arrayOf[dtype](combine === "mul" ? whole(n).map((v) => (v % 7 === 0 ? 2 : v < 0 ? -1 : 1)) : whole(n));

describe.each(dtypes)("reductions of %s", (dtype) => {
  const type = typeOf[dtype];
  it.each(combines[type])("%s of everything", (combine) => {
    for (const n of sizes)
      for (const stride of [1, 2]) {
        const i = loopIndex("i");
        const sum = accumulator(type);
        const [x, y] = buffers(dtype, dtype);
        if (!x || !y) throw new Error("no buffers");
        const kernel = kernelOf(
          [x, y],
          [
            { kind: "declare", accumulator: sum, initial: initialOf(combine, type) },
            loop(
              i,
              n,
              [{ kind: "accumulate", accumulator: sum, combine, value: load(x, at([[i, stride]])) }],
              true,
            ),
            store(y, at([]), valueOf(sum)),
          ],
        );
        for (const mode of modes)
          expectAgreement(kernel, [values(dtype, 2 * n, combine), arrayOf[dtype]([0])], mode);
      }
  });

  it.each(combines[type])("%s of rows and of columns, either loop in lanes", (combine) => {
    for (const [rows, columns] of [
      [1, 5],
      [3, 4],
      [5, 17],
      [17, 9],
      [2, 64],
      [33, 3],
    ] as const)
      // prettier-ignore
      for (const transposed of [false, true])
        for (const inner of [false, true]) {
          const i = loopIndex("i");
          const j = loopIndex("j");
          const sum = accumulator(type);
          const [x, y] = buffers(dtype, dtype);
          if (!x || !y) throw new Error("no buffers");
          const value = load(x, transposed ? at([[j, rows], [i, 1]]) : at([[i, columns], [j, 1]])); // prettier-ignore
          const body = [
            { kind: "declare", accumulator: sum, initial: initialOf(combine, type) } as const,
            loop(j, columns, [{ kind: "accumulate", accumulator: sum, combine, value }], inner),
            store(y, at([[i, 1]]), valueOf(sum)),
          ];
          const kernel = kernelOf([x, y], [loop(i, rows, body, !inner)]);
          const arrays = [values(dtype, rows * columns, combine), arrayOf[dtype](whole(rows))];
          for (const mode of modes) expectAgreement(kernel, arrays, mode);
        }
  });

  it("one accumulator over two loops, the inner in lanes", () => {
    for (const [combine] of [combines[type]])
      for (const n of [3, 10, 40]) {
        if (combine === undefined) continue;
        const i = loopIndex("i");
        const j = loopIndex("j");
        const sum = accumulator(type);
        const [x, y] = buffers(dtype, dtype);
        if (!x || !y) throw new Error("no buffers");
        const kernel = kernelOf(
          [x, y],
          [
            { kind: "declare", accumulator: sum, initial: initialOf(combine, type) },
            loop(i, 5, [
              loop(
                j,
                n,
                [{ kind: "accumulate", accumulator: sum, combine, value: load(x, at([[i, n + 3], [j, 1]])) }], // prettier-ignore
                true,
              ),
              store(y, at([[i, 1]]), load(x, at([[i, n + 3]]))),
            ]),
            store(y, at([], 5), valueOf(sum)),
            loop(i, 2, [
              loop(
                j,
                n,
                [{ kind: "accumulate", accumulator: sum, combine, value: load(x, at([[i, n + 3], [j, 1]])) }], // prettier-ignore
                true,
              ),
              store(y, at([[i, 1]], 6), valueOf(sum)),
            ]),
          ],
        );
        for (const mode of modes)
          expectAgreement(kernel, [values(dtype, 5 * (n + 3), combine), arrayOf[dtype](whole(8))], mode);
      }
  });
});

describe("loops", () => {
  it("softmax of rows: values of one loop used in the next", () => {
    const i = loopIndex("i");
    const [j, k, l] = [loopIndex("j"), loopIndex("k"), loopIndex("l")];
    const most = accumulator("f32", "most");
    const sum = accumulator("f32", "sum");
    const [x, y] = buffers("float32", "float32");
    if (!x || !y) throw new Error("no buffers");
    // exp is not an operator: its first terms do here
    const term = (p: typeof j): Scalar => {
      const d = s.sub(load(x, at([[i, 21], [p, 1]])), valueOf(most)); // prettier-ignore
      return s.add(s.mul(d, d), 1);
    };
    const body = [
      { kind: "declare", accumulator: most, initial: s.constant("f32", -Infinity) } as const,
      loop(j, 21, [{ kind: "accumulate", accumulator: most, combine: "max", value: load(x, at([[i, 21], [j, 1]])) }], true), // prettier-ignore
      { kind: "declare", accumulator: sum, initial: s.constant("f32", 0) } as const,
      loop(k, 21, [{ kind: "accumulate", accumulator: sum, combine: "add", value: term(k) }], true),
      loop(l, 21, [store(y, at([[i, 21], [l, 1]]), s.div(term(l), valueOf(sum)))], true), // prettier-ignore
    ];
    const kernel = kernelOf([x, y], [loop(i, 6, body)]);
    for (const mode of modes)
      expectAgreement(kernel, [Float32Array.from(whole(126)), new Float32Array(126)], mode);
  });

  it("an update in place: a value keeps what it was when first computed", () => {
    const i = loopIndex("i");
    const here = at([[i, 1]]);
    const [m, p, q] = buffers("float32", "float32", "float32");
    if (!m || !p || !q) throw new Error("no buffers");
    const next = s.add(s.mul(load(m, here), 0.5), load(q, here));
    const kernel = kernelOf(
      [m, p, q],
      [loop(i, 37, [store(m, here, next), store(p, here, s.sub(load(p, here), next))], true)],
    );
    const [a, b] = [Float32Array.from(whole(37)), Float32Array.from(whole(37, 5))];
    for (const mode of modes) {
      expectAgreement(kernel, [a, b, Float32Array.from(whole(37, 2))], mode);
      // the first buffer in the place of the third
      expectAgreement(kernel, [a, b, a], mode);
    }
  });

  it("an accumulator that is assigned: argmax, and running sums", () => {
    const i = loopIndex("i");
    const best = accumulator("f32", "best");
    const where = accumulator("i32", "where");
    const [x, y, z] = buffers("float32", "int32", "float32");
    if (!x || !y || !z) throw new Error("no buffers");
    const value = load(x, at([[i, 1]]));
    const better = s.gt(value, valueOf(best));
    const kernel = kernelOf(
      [x, y, z],
      [
        { kind: "declare", accumulator: best, initial: s.constant("f32", -Infinity) },
        { kind: "declare", accumulator: where, initial: s.constant("i32", -1) },
        loop(i, 30, [
          // `better` keeps its value although `best` changes between its uses
          { kind: "assign", accumulator: best, value: s.select(better, value, valueOf(best)) },
          { kind: "assign", accumulator: where, value: s.select(better, indexValue(i), valueOf(where)) },
          store(z, at([[i, 1]]), valueOf(best)),
        ]),
        store(y, at([]), valueOf(where)),
      ],
    );
    for (const mode of modes)
      expectAgreement(kernel, [Float32Array.from(whole(30)), new Int32Array(1), new Float32Array(30)], mode);
  });

  it("strides: reversed, broadcast, gathered and scattered", () => {
    for (const dtype of dtypes)
      for (const n of [1, 4, 7, 18]) {
        const [i, j] = [loopIndex("i"), loopIndex("j")];
        const [x, indices, y, z] = buffers(dtype, "int32", dtype, dtype);
        if (!x || !indices || !y || !z) throw new Error("no buffers");
        const gathered = load(x, at([[j, 2]], 1, load(indices, at([[i, 1]]))));
        const reversed = load(x, at([[i, -1]], n - 1));
        const perRow = load(x, at([[j, 1]], 0, load(indices, at([[j, 1]]))));
        const parts = [gathered, reversed, perRow, load(x, at([[j, 1]]))];
        const kernel = kernelOf(
          [x, indices, y, z],
          [
            loop(j, 3, [
              loop(
                i,
                n,
                [
                  ...parts.map((part, k) => store(y, at([[j, 4 * n], [i, 1]], k * n), part)), // prettier-ignore
                  ...parts.map((part, k) => store(z, at([[j, 1], [i, -12]], 12 * n - 12 + 3 * k), part)), // prettier-ignore
                ],
                true,
              ),
              loop(i, n, [store(z, at([[j, n]], 12 * n, load(indices, at([[i, 1]]))), reversed)], true),
            ]),
          ],
        );
        const picks = Int32Array.from({ length: n }, (_, k) => (k * 5 + 2) % n);
        if (n >= 3)
          for (const mode of modes)
            expectAgreement(
              kernel,
              [
                arrayOf[dtype](whole(n + 8)),
                picks,
                arrayOf[dtype](whole(12 * n)),
                arrayOf[dtype](whole(15 * n)),
              ],
              mode,
            );
      }
  });

  it("indices as values", () => {
    for (const dtype of ["int32", "float32", "float64"] as const) {
      const [i, j] = [loopIndex("i"), loopIndex("j")];
      const [x] = buffers(dtype);
      if (!x) throw new Error("no buffers");
      const value = s.convert(typeOf[dtype], s.add(s.mul(indexValue(j), 100), indexValue(i)));
      const kernel = kernelOf([x], [loop(j, 3, [loop(i, 23, [store(x, at([[j, 23], [i, 1]]), value)], true)])]); // prettier-ignore
      for (const mode of modes) expectAgreement(kernel, [arrayOf[dtype](whole(69))], mode);
    }
  });

  it("narrow and wide types in one loop", () => {
    const i = loopIndex("i");
    const here = at([[i, 1]]);
    const uses = buffers("float32", "float64", "int32", "bool");
    const [a, b, c, d] = uses;
    if (!a || !b || !c || !d) throw new Error("no buffers");
    const wide = s.add(s.convert("f64", load(a, here)), load(b, here));
    const narrow = s.convert("f32", s.mul(wide, s.convert("f64", load(c, here))));
    const test = s.lt(s.convert("f64", narrow), load(b, here));
    const whichInt = s.select(s.or(test, load(d, here)), s.convert("i32", wide), load(c, here));
    const whichWide = s.select(s.gt(load(a, here), 0), wide, s.neg(wide));
    const kernel = kernelOf(uses, [
      loop(
        i,
        29,
        [
          store(a, here, s.select(test, narrow, s.neg(narrow))),
          store(c, here, s.add(whichInt, s.convert("i32", test))),
          store(b, here, whichWide),
          store(d, here, s.not(s.eq(whichInt, 3))),
        ],
        true,
      ),
    ]);
    const arrays = dtypes.map((dtype, k) => [dtype, k] as const);
    const order: DType[] = ["float32", "float64", "int32", "bool"];
    expect(arrays.map(([dtype]) => dtype)).toEqual(order);
    for (const mode of modes)
      expectAgreement(
        kernel,
        order.map((dtype, k) => arrayOf[dtype](whole(29, k))),
        mode,
      );
  });

  it("an element's value does not depend on where the vectors end", () => {
    const value = (x: Scalar): Scalar =>
      s.multiplyAdd(x, x, s.div(s.constant("f32", 1), s.multiplyAdd(x, 3, 0.1)));
    const results = [1, 2, 3, 5, 8, 13, 16, 40].map((n) => {
      const i = loopIndex("i");
      const [x, y] = buffers("float32", "float32");
      if (!x || !y) throw new Error("no buffers");
      const kernel = kernelOf(
        [x, y],
        [loop(i, n, [store(y, at([[i, 1]]), value(load(x, at([[i, 1]]))))], true)],
      );
      const input = Float32Array.from({ length: n }, (_, k) => Math.sqrt(n - k));
      return [...(runWasm(kernel, [input, new Float32Array(n)])[1] ?? [])].reverse();
    });
    for (const shorter of results) expect(results.at(-1)?.slice(0, shorter.length)).toEqual(shorter);
  });
});
