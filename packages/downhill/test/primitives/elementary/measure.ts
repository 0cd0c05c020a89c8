/** Functions of tensors, compiled and run on many arguments, and the largest errors of what comes out. */
import { tensor, type Tensor } from "downhill";
import type { WasmOptions } from "../../../src/targets/wasm/context.ts";
import { makeProgram } from "../../../src/transforms/make-program.ts";
import { compileFor } from "../../targets/ways.ts";
import { errorInUnits, type FloatFormat } from "./exact/errors.ts";
import type { Exact } from "./exact/number.ts";

export type Floats = Float32Array | Float64Array;

/** The whole measurement, which takes an hour, in place of the part of it that is enough to catch mistakes. */
export const isFull = process.env.DOWNHILL_ACCURACY === "full";

/** No multiple of a number of lanes, so that the last arguments of each run are worked on alone. */
const blockLength = 2 ** 13 + 3;

/** `f` as a function of arrays of any one length, worked on in blocks. */
export const inBlocks = (
  f: (...args: Tensor[]) => Tensor,
  arity: number,
  make: (empty: number) => Floats,
  options: WasmOptions | undefined,
): ((...args: Floats[]) => Floats) => {
  const program = makeProgram(f)(...Array.from({ length: arity }, () => tensor(make(blockLength))));
  const run = compileFor(program, options);
  return (...args) => {
    const count = args[0]!.length;
    const results = make(count);
    for (let start = 0; start < count; start += blockLength) {
      const inputs = args.map((values) => {
        const block = make(blockLength);
        block.set(values.subarray(start, start + blockLength));
        return tensor(block).concrete("inBlocks");
      });
      const [result] = run(inputs);
      results.set(result!.values.subarray(0, count - start), start);
    }
    return results;
  };
};

export interface Worst {
  /** In units in the last place. */
  readonly error: number;
  readonly index: number;
}

const bits = new Float64Array(1);
const words = new Int32Array(bits.buffer);

/** A float32's unit in the last place of a number, given in float64. */
const singleUnit = (x: number): number => {
  bits[0] = x;
  const exponent = ((words[1]! >>> 20) & 0x7ff) - 1023;
  return 2 ** (Math.max(exponent, -126) - 23);
};

/** The error of a float32 result, as `errorInUnits` defines it, against a float64 value. */
export const singleError = (actual: number, expected: number): number => {
  if (actual === expected) return Object.is(actual, expected) ? 0 : Infinity;
  if (Number.isNaN(actual) && Number.isNaN(expected)) return 0;
  if (Math.sign(actual) * Math.sign(expected) < 0) return Infinity;
  const size = Math.abs(actual);
  const target = Math.abs(expected);
  if (size === Infinity) return target >= 2 ** 128 ? 0 : (2 ** 128 - target) / singleUnit(target);
  if (target === Infinity) return Infinity;
  const error = Math.abs(size - target) / singleUnit(target);
  return Number.isNaN(error) ? Infinity : error;
};

/** The largest error of float32 results. */
export const worstSingle = (actual: Floats, expected: Floats): Worst => {
  let error = 0;
  let index = 0;
  for (let i = 0; i < expected.length; i++) {
    const found = singleError(actual[i]!, expected[i]!);
    if (found > error) [error, index] = [found, i];
  }
  return { error, index };
};

/** The largest error against exact values. */
export const worstOf = (actual: Floats, expected: readonly Exact[], format: FloatFormat): Worst => {
  let error = 0;
  let index = 0;
  expected.forEach((value, i) => {
    const found = errorInUnits(actual[i]!, value, format);
    if (found > error) [error, index] = [found, i];
  });
  return { error, index };
};
