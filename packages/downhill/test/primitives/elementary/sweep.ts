/** Every float32 number in one go: a kernel that holds float32 results against float64 ones. */
import type { Scalar } from "../../../src/program/loop.ts";
import * as s from "../../../src/program/scalar.ts";
import type { WasmOptions } from "../../../src/targets/wasm/context.ts";
import { instantiate } from "../../../src/targets/wasm/instance.ts";
import {
  accumulator,
  at,
  buffers,
  indexValue,
  kernelOf,
  load,
  loop,
  loopIndex,
  store,
  valueOf,
} from "../../targets/wasm/support.ts";

/** Patterns of one run of the kernel. */
export const sweepLength = 2 ** 20;

const isNaN = (x: Scalar): Scalar => s.ne(x, x);
const orElse = (condition: Scalar, value: Scalar): Scalar => s.select(condition, Infinity, value);

/** The error of `actual` in float32 units of `expected`, both f64; see `errorInUnits`. */
const errorOf = (actual: Scalar, expected: Scalar): Scalar => {
  const overflow = 2 ** 128;
  const held = (x: Scalar): Scalar => s.max(s.min(x, overflow), -overflow);
  const target = held(expected);
  const power = s.bitcast("f64", s.and(s.bitcast("i64", target), s.constant("i64", 0x7ffn << 52n)));
  const unit = s.mul(s.max(power, 2 ** -126), 2 ** -23);
  const error = s.div(s.abs(s.sub(held(actual), target)), unit);
  const one = s.constant("f64", 1);
  const otherSign = s.ne(s.copysign(one, actual), s.copysign(one, expected));
  const missedInfinity = s.and(
    s.gt(s.abs(expected), overflow * (1 + 2 ** -22)),
    s.lt(s.abs(actual), Infinity),
  );
  const wrong = orElse(s.or(s.xor(isNaN(actual), isNaN(expected)), s.or(otherSign, missedInfinity)), error);
  return s.select(s.and(isNaN(actual), isNaN(expected)), 0, wrong);
};

/**
 * Makes a function that gives the largest error of `single` among the `sweepLength` float32 numbers from a bit pattern on,
 * in float32 units in the last place of `double`; infinite if the two disagree about NaN, infinity or the sign.
 */
export const makeSweep = (
  single: (x: Scalar) => Scalar,
  double: (x: Scalar) => Scalar,
  options: WasmOptions,
): ((start: number) => number) => {
  const [start, result] = buffers("int32", "float64");
  const i = loopIndex("i");
  const worst = accumulator("f64", "worst");
  const x = s.bitcast("f32", s.add(load(start!, at([])), indexValue(i)));
  const error = errorOf(s.convert("f64", single(x)), double(s.convert("f64", x)));
  const kernel = kernelOf(
    [start!, result!],
    [
      { kind: "declare", accumulator: worst, initial: s.constant("f64", 0) },
      loop(i, sweepLength, [{ kind: "accumulate", accumulator: worst, combine: "max", value: error }], true),
      store(result!, at([]), valueOf(worst)),
    ],
  );
  const program = instantiate([{ kernel, addresses: [0, 64] }], 128, options);
  return (pattern) => {
    program.view({ dtype: "int32", address: 0, length: 1 })[0] = pattern;
    program.run();
    return program.view({ dtype: "float64", address: 64, length: 1 })[0]!;
  };
};
