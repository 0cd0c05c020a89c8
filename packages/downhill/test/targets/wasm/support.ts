/** Hand-made kernels, run by the interpreter and by wasm. */
import { expect } from "vitest";
import type {
  Accumulator,
  BufferUse,
  Index,
  Kernel,
  LoopIndex,
  Scalar,
  ScalarType,
  Statement,
} from "../../../src/program/loop.ts";
import { scalarTypeOf } from "../../../src/program/loop.ts";
import { runKernel } from "../../../src/targets/reference/loopcode.ts";
import type { WasmOptions } from "../../../src/targets/wasm/context.ts";
import { instantiate } from "../../../src/targets/wasm/instance.ts";
import { hasCompiler } from "../../../src/targets/native/cc.ts";
import type { NativeOptions } from "../../../src/targets/native/executor.ts";
import { runNative } from "../native/run-kernel.ts";
import { bytesPerElement, type DType, type TypedArray } from "../../../src/tensor/dtype.ts";

export const loopIndex = (name: string): LoopIndex => ({ name });

export const accumulator = (type: ScalarType, name = "sum"): Accumulator => ({ name, type });

/** Σ stride·index + offset */
export const at = (
  terms: readonly (readonly [LoopIndex, number])[],
  offset = 0,
  dynamic?: Scalar,
): Index => ({
  offset,
  terms: terms.map(([loop, stride]) => ({ loop, stride })),
  ...(dynamic && { dynamic }),
});

export const buffers = (...dtypes: readonly DType[]): BufferUse[] =>
  dtypes.map((dtype, position) => ({ name: `b${String(position)}`, dtype, position }));

export const load = (buffer: BufferUse, index: Index): Scalar => ({
  kind: "load",
  type: scalarTypeOf[buffer.dtype],
  buffer,
  at: index,
});

export const indexValue = (loop: LoopIndex): Scalar => ({ kind: "index", type: "i32", loop });

export const valueOf = (sum: Accumulator): Scalar => ({
  kind: "accumulator",
  type: sum.type,
  accumulator: sum,
});

export const store = (buffer: BufferUse, index: Index, value: Scalar): Statement => ({
  kind: "store",
  buffer,
  at: index,
  value,
});

export const loop = (
  index: LoopIndex,
  extent: number,
  body: readonly Statement[],
  vector = false,
): Statement => ({
  kind: "loop",
  index,
  extent,
  body,
  vector,
});

export const kernelOf = (uses: readonly BufferUse[], body: readonly Statement[]): Kernel => ({
  name: "test",
  buffers: uses,
  access: uses.map(() => "readwrite"),
  body,
});

const align = (bytes: number): number => Math.ceil(bytes / 64) * 64;

/** Runs the kernel in wasm on copies of the arrays; the same array twice gets one place. */
export const runWasm = (
  kernel: Kernel,
  arrays: readonly TypedArray[],
  options: WasmOptions = {},
): TypedArray[] => {
  let size = 0;
  const places = new Map<TypedArray, number>();
  const addresses = arrays.map((array) => {
    const known = places.get(array);
    if (known !== undefined) return known;
    const address = size;
    places.set(array, address);
    size = align(size + array.byteLength) + 64;
    return address;
  });
  const program = instantiate([{ kernel, addresses }], size, options);
  const slots = kernel.buffers.map(({ dtype }, i) => ({
    dtype,
    address: addresses[i] ?? 0,
    length: (arrays[i]?.byteLength ?? 0) / bytesPerElement(dtype),
  }));
  slots.forEach((slot, i) => {
    program.view(slot).set(arrays[i] ?? []);
  });
  program.run();
  return slots.map((slot) => program.view(slot).slice());
};

/** The same number, any NaN being like any other, and −0 unlike 0. */
const same = (a: number, b: number): boolean => Object.is(a, b);

export interface Tolerance {
  readonly absolute: number;
  readonly relative: number;
}

const within = (actual: number, expected: number, { absolute, relative }: Tolerance): boolean =>
  same(actual, expected) || Math.abs(actual - expected) <= absolute + relative * Math.abs(expected);

const exact: Tolerance = { absolute: 0, relative: 0 };

/** A way to run a kernel: in wasm, or natively. */
export type Mode = WasmOptions | { readonly native: NativeOptions };

/** Asserts that targets leave in every buffer what the interpreter leaves there, in each of the modes. */
export const expectAgreement = (
  kernel: Kernel,
  arrays: readonly TypedArray[],
  options: Mode | readonly Mode[] = {},
  tolerance: Tolerance = exact,
): void => {
  const copies = new Map(arrays.map((array) => [array, array.slice()]));
  const expected = arrays.map((array) => copies.get(array) ?? array);
  runKernel(kernel, expected);
  for (const chosen of [options].flat()) {
    const actual =
      "native" in chosen ? runNative(kernel, arrays, chosen.native) : runWasm(kernel, arrays, chosen);
    expected.forEach((array, i) => {
      const other = actual[i] ?? [];
      const wrong = array.findIndex((value, k) => !within(other[k] ?? NaN, value, tolerance));
      if (wrong < 0) return;
      expect.fail(
        `${JSON.stringify(chosen)}: ${kernel.buffers[i]?.name ?? ""}[${String(wrong)}] of ${String(array.length)} is ` +
          `${String(other[wrong])} in place of ${String(array[wrong])}`,
      );
    });
  }
};

/** Scalar code, plain vectors, and vectors with fused multiply-add. */
export const modes: readonly WasmOptions[] = [{ simd: false }, { relaxed: false }, {}];

/** The same, and machine code where there is a C compiler; each kernel takes it a tenth of a second. */
export const modesWithNative: readonly Mode[] = hasCompiler() ? [...modes, { native: {} }] : modes;

export const specialFloats = [
  0,
  -0,
  1,
  -1,
  0.5,
  -0.5,
  1.5,
  2.5,
  -2.5,
  3.7,
  -3.7,
  1e-40,
  -1e-40,
  1.4e-45,
  5e-324,
  3e38,
  -3e38,
  1e308,
  -1e308,
  Infinity,
  -Infinity,
  NaN,
  2147483647,
  -2147483648,
  2147483648,
  4294967296,
  -2147483904,
  8388609.5,
  4503599627370497,
  2251799813685248.5,
];

export const specialIntegers = [
  0, 1, -1, 2, -2, 3, 7, -7, 31, 32, 33, 63, 64, 65, 255, 65535, 65536, 1000003, -1000003, 2147483647,
  -2147483647, -2147483648,
];
