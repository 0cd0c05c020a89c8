/**
 * How fast hand-made kernels run in wasm: matrix products, elementwise work and sums.
 *
 *     npx rolldown packages/downhill/scripts/kernels.ts --format esm --file node_modules/.cache/kernels.js
 *     node node_modules/.cache/kernels.js [part of a name]
 */
import type { BufferUse, Index, Kernel, LoopIndex, Scalar, Statement } from "../src/program/loop.ts";
import { scalarTypeOf } from "../src/program/loop.ts";
import * as s from "../src/program/scalar.ts";
import { bytesPerElement, type DType } from "../src/tensor/dtype.ts";
import type { WasmOptions } from "../src/targets/wasm/context.ts";
import { instantiate } from "../src/targets/wasm/instance.ts";

const index = (name: string): LoopIndex => ({ name });
const at = (...terms: readonly (readonly [LoopIndex, number])[]): Index => ({
  offset: 0,
  terms: terms.map(([loop, stride]) => ({ loop, stride })),
});
const buffer = (name: string, position: number, dtype: DType): BufferUse => ({ name, dtype, position });
const load = (use: BufferUse, place: Index): Scalar => ({
  kind: "load",
  type: scalarTypeOf[use.dtype],
  buffer: use,
  at: place,
});
const loop = (over: LoopIndex, extent: number, vector: boolean, body: readonly Statement[]): Statement => ({
  kind: "loop",
  index: over,
  extent,
  vector,
  body,
});

interface Case {
  readonly name: string;
  readonly kernel: Kernel;
  /** Elements of each buffer. */
  readonly lengths: readonly number[];
  /** What is counted, of one run: floating-point operations or bytes. */
  readonly work: number;
  readonly unit: "GFLOP/s" | "GB/s";
  readonly options?: WasmOptions;
}

const kernelOf = (name: string, uses: readonly BufferUse[], body: readonly Statement[]): Kernel => ({
  name,
  buffers: uses,
  access: uses.map(() => "readwrite"),
  body,
});

const product = (
  rows: number,
  columns: number,
  depth: number,
  options: WasmOptions = {},
  {
    dtype = "float32",
    leftTransposed = false,
    rightTransposed = false,
    relu = false,
  }: {
    readonly dtype?: DType;
    readonly leftTransposed?: boolean;
    readonly rightTransposed?: boolean;
    readonly relu?: boolean;
  } = {},
): Case => {
  const [row, column, inner] = [index("row"), index("column"), index("inner")];
  const [a, b, c, d] = ["a", "b", "c", "d"].map((name, i) => buffer(name, i, dtype)) as [
    BufferUse,
    BufferUse,
    BufferUse,
    BufferUse,
  ];
  const sum = { name: "sum", type: scalarTypeOf[dtype] };
  const value: Scalar = { kind: "accumulator", type: sum.type, accumulator: sum };
  const place = at([row, columns], [column, 1]);
  const how = `${leftTransposed ? "ᵀ" : ""}·${rightTransposed ? "ᵀ" : ""}${relu ? " relu" : ""} ${JSON.stringify(options)}`;
  return {
    name: `product ${dtype} ${String(rows)}×${String(columns)}×${String(depth)} ${how}`,
    kernel: kernelOf(
      "product",
      [a, b, c, d],
      [
        {
          kind: "contract",
          row,
          rows,
          column,
          columns,
          inner,
          depth,
          left: {
            buffer: a,
            at: leftTransposed ? at([row, 1], [inner, rows]) : at([row, depth], [inner, 1]),
          },
          right: { buffer: b, at: rightTransposed ? at([inner, 1], [column, depth]) : at([inner, columns], [column, 1]) }, // prettier-ignore
          sum,
          body: [
            {
              kind: "store",
              buffer: c,
              at: place,
              value: relu ? s.max(s.add(value, load(d, at([column, 1]))), 0) : value,
            },
          ],
        },
      ],
    ),
    lengths: [rows * depth, depth * columns, rows * columns, columns],
    work: 2 * rows * columns * depth,
    unit: "GFLOP/s",
    options,
  };
};

const elementwise = (n: number): Case => {
  const i = index("i");
  const [a, b, c] = ["a", "b", "c"].map((name, k) => buffer(name, k, "float32")) as [
    BufferUse,
    BufferUse,
    BufferUse,
  ];
  const value = s.add(s.mul(load(a, at([i, 1])), 0.9), load(b, at([i, 1])));
  return {
    name: `0.9·a + b, ${String(n)}`,
    kernel: kernelOf(
      "axpy",
      [a, b, c],
      [loop(i, n, true, [{ kind: "store", buffer: c, at: at([i, 1]), value }])],
    ),
    lengths: [n, n, n],
    work: 12 * n,
    unit: "GB/s",
  };
};

const sums = (
  rows: number,
  columns: number,
  axis: "rows" | "columns" | "all",
  vector: "inner" | "outer" = "inner",
): Case => {
  const [i, j] = [index("i"), index("j")];
  const [a, b] = [buffer("a", 0, "float32"), buffer("b", 1, "float32")];
  const sum = { name: "sum", type: "f32" } as const;
  const value: Scalar = { kind: "accumulator", type: "f32", accumulator: sum };
  const declare: Statement = { kind: "declare", accumulator: sum, initial: s.constant("f32", 0) };
  const add: Statement = { kind: "accumulate", accumulator: sum, combine: "add", value: load(a, at([i, columns], [j, 1])) }; // prettier-ignore
  const store = (place: Index): Statement => ({ kind: "store", buffer: b, at: place, value });
  const body = {
    rows: [
      loop(i, rows, vector === "outer", [
        declare,
        loop(j, columns, vector === "inner", [add]),
        store(at([i, 1])),
      ]),
    ],
    columns: [loop(j, columns, true, [declare, loop(i, rows, false, [add]), store(at([j, 1]))])],
    all: [declare, loop(i, rows, false, [loop(j, columns, true, [add])]), store(at())],
  }[axis];
  return {
    name: `sums ${axis} of ${String(rows)}×${String(columns)}`,
    kernel: kernelOf("sums", [a, b], body),
    lengths: [rows * columns, Math.max(rows, columns)],
    work: 4 * rows * columns,
    unit: "GB/s",
  };
};

const tiles = [
  { rows: 4, columns: 8 },
  { rows: 2, columns: 16 },
];
const cases: readonly Case[] = [
  ...[256, 512, 1024].flatMap((n) => tiles.map((tile) => product(n, n, n, { tile }))),
  ...tiles.map((tile) => product(512, 512, 512, { tile, relaxed: false })),
  product(512, 512, 512, {}, { dtype: "float64" }),
  product(512, 512, 512, {}, { leftTransposed: true }),
  product(512, 512, 512, {}, { rightTransposed: true }),
  product(128, 256, 784, {}, { relu: true }),
  product(128, 128, 256, {}, { relu: true }),
  product(128, 10, 128),
  product(784, 256, 128, {}, { leftTransposed: true }),
  product(128, 256, 128, {}, { rightTransposed: true }),
  product(256, 128, 128, {}, { leftTransposed: true }),
  product(128, 10, 784),
  product(784, 10, 128, {}, { leftTransposed: true }),
  product(32, 8, 2),
  product(32, 8, 8),
  product(8, 8, 32, {}, { leftTransposed: true }),
  product(32, 1, 8),
  product(100_000, 1, 100),
  product(100, 1, 100_000, {}, { leftTransposed: true }),
  product(1, 1024, 1024),
  product(1024, 1, 1024),
  elementwise(4096),
  elementwise(1 << 22),
  sums(100_000, 100, "rows"),
  sums(100_000, 100, "columns"),
  sums(1000, 1000, "all"),
  sums(64, 64, "rows"),
  sums(64, 64, "columns"),
];

const only = process.argv[2] ?? "";
for (const { name, kernel, lengths, work, unit, options } of cases) {
  if (!name.includes(only)) continue;
  let size = 0;
  const addresses = kernel.buffers.map(({ dtype }, i) => {
    const address = size;
    size = Math.ceil((size + (lengths[i] ?? 0) * bytesPerElement(dtype)) / 64) * 64;
    return address;
  });
  const begun = performance.now();
  const program = instantiate([{ kernel, addresses }], size, options);
  const compiled = performance.now() - begun;
  kernel.buffers.forEach(({ dtype }, i) => {
    program.view({ dtype, address: addresses[i] ?? 0, length: lengths[i] ?? 0 }).forEach((_, k, view) => {
      view[k] = (k % 7) - 3;
    });
  });
  // Enough runs for the engine to have optimised the code, then the best of several rounds.
  const repeats = Math.max(1, Math.round(2e7 / work));
  const time = (): number => {
    const start = performance.now();
    for (let i = 0; i < repeats; i++) program.run();
    return (performance.now() - start) / repeats;
  };
  const warm = performance.now();
  while (performance.now() - warm < 300) time();
  const best = Math.min(...Array.from({ length: 15 }, time));
  const rate = (work / best / 1e6).toFixed(1);
  console.log(
    `${rate.padStart(7)} ${unit} ${(best * 1e3).toFixed(2).padStart(10)} µs  ${name}  (${compiled.toFixed(1)} ms, ${String(program.codeBytes)} bytes)`,
  );
}
