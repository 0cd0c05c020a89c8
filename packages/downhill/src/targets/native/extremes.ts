/**
 * Running maxima and minima of floats where the machine has an instruction that puts −0 below 0 but does not let NaN
 * through: where there was a NaN is noted beside it, and brought to account in the end.
 */
import type { Accumulator, Combine } from "../../program/loop.ts";
import { isFloat } from "../../program/scalar.ts";
import type { HelperContext } from "./helpers.ts";
import { bytesOf, constantText, spread, typeName } from "./types.ts";

interface Extreme {
  readonly combine: "max" | "min";
  readonly type: "f32" | "f64";
  readonly lanes: number;
}

/** The running value as one that is kept so, if it is. */
export const extremeOf = (
  { machine: { has, vectorBytes } }: HelperContext,
  { type }: Accumulator,
  combine: Combine,
  lanes: number,
): Extreme | undefined => {
  if (!isFloat(type) || (combine !== "max" && combine !== "min")) return undefined;
  const hasRange = ["__AVX512DQ__", "__AVX512VL__"].every(has) && !has("__clang__") && vectorBytes === 64;
  return hasRange && lanes === (type === "f32" ? 16 : 8) ? { combine, type, lanes } : undefined;
};

const letterOf = { f32: "s", f64: "d" } as const;

/** The larger or smaller of two values, lane by lane, where neither is NaN. */
export const combinedExtreme = (
  { machine, helper }: HelperContext,
  { combine, type, lanes }: Extreme,
  a: string,
  b: string,
): string => {
  const vector = typeName(machine, type, lanes);
  // The smaller or larger one, and 4 for its own sign.
  const how = combine === "min" ? 4 : 5;
  const bits = String(lanes * bytesOf[type] * 8);
  // Rounding, which only the longest have: as it is.
  const rest = bits === "512" ? "-1, 4" : "-1";
  const name = helper(
    `range_${combine}_${vector}`,
    () =>
      `static inline ${vector} range_${combine}_${vector}(${vector} a, ${vector} b) ` +
      `{ return __builtin_ia32_rangep${letterOf[type]}${bits}_mask(a, b, ${String(how)}, (${vector}){}, ${rest}); }`,
  );
  return `${name}(${a}, ${b})`;
};

/** The lanes, as bits of an integer, where one of two values is NaN. */
export const unorderedLanes = (
  { machine, helper }: HelperContext,
  { type, lanes }: Extreme,
  a: string,
  b: string,
): string => {
  const vector = typeName(machine, type, lanes);
  const name = helper(
    `unordered_${vector}`,
    () =>
      `static inline i32 unordered_${vector}(${vector} a, ${vector} b) ` +
      `{ return __builtin_ia32_cmpp${letterOf[type]}512_mask(a, b, 3, -1, 4); }`,
  );
  return `${name}(${a}, ${b})`;
};

const notANumber = (type: "f32" | "f64"): string => constantText({ kind: "constant", type, value: NaN });

/** The value with NaN in the lanes of the bits `unordered`. */
export const withUnordered = (
  { machine, helper }: HelperContext,
  { type, lanes }: Extreme,
  value: string,
  unordered: string,
): string => {
  const vector = typeName(machine, type, lanes);
  const name = helper(
    `with_unordered_${vector}`,
    () =>
      `static inline ${vector} with_unordered_${vector}(${vector} a, i32 lanes) ` +
      `{ return __builtin_ia32_blendmp${letterOf[type]}_512_mask(a, ${spread(type, notANumber(type), machine, lanes)}, lanes); }`,
  );
  return `${name}(${value}, ${unordered})`;
};

/** A joined value, or NaN if any of the lanes was. */
export const joinedExtreme = ({ type }: Extreme, value: string, unordered: string): string =>
  `(${unordered} ? ${notANumber(type)} : ${value})`;
