/** What the elementary functions share: the layout of the two floating-point formats, and small idioms. */
import type { Routine, Scalar } from "../../program/loop.ts";
import { add, and, bitcast, constant, convert, lt, routine, select, sub } from "../../program/scalar.ts";

export type FloatType = "f32" | "f64";

export interface Format {
  readonly float: FloatType;
  /** The integer type of the same width. */
  readonly integer: "i32" | "i64";
  /** Stored bits of the significand. */
  readonly fractionBits: number;
  readonly bias: number;
  /** The integer of which the sign's bit alone is set. */
  readonly signBit: number;
  /**
   * 1.5·2^fractionBits. For |x| < 2^(fractionBits − 2), adding it rounds x to the nearest integer, which then
   * stands in the low bits of the sum; subtracting it gives the integer as a float. An integer added to it in
   * advance (an exponent's bias, say) is added to those low bits.
   */
  readonly rounder: number;
  /** 2^n for the n bits that `upperHalf` clears. */
  readonly lowHalf: number;
  /** The smallest normal number. */
  readonly smallestNormal: number;
}

export const single: Format = {
  float: "f32",
  integer: "i32",
  fractionBits: 23,
  bias: 127,
  signBit: -(2 ** 31),
  rounder: 1.5 * 2 ** 23,
  lowHalf: 2 ** 12,
  smallestNormal: 2 ** -126,
};

export const double: Format = {
  float: "f64",
  integer: "i64",
  fractionBits: 52,
  bias: 1023,
  signBit: -(2 ** 63),
  rounder: 1.5 * 2 ** 52,
  lowHalf: 2 ** 27,
  smallestNormal: 2 ** -1022,
};

/** A function of one argument from its versions for the two formats. */
export const byFormat =
  (name: string, forSingle: (x: Scalar) => Scalar, forDouble: (x: Scalar) => Scalar) =>
  (x: Scalar): Scalar => {
    if (x.type === "f32") return forSingle(x);
    if (x.type === "f64") return forDouble(x);
    throw new Error(`internal: ${name} of a value of type ${x.type}`);
  };

/** The float with the lower half of its significand cleared: the product of two such is exact. */
export const upperHalf = (format: Format, x: Scalar): Scalar =>
  bitcast(format.float, and(bitcast(format.integer, x), -format.lowHalf));

/** The smaller of `x` and `bound`; NaN stays. A single instruction where there is one for `b < a ? b : a`. */
export const atMost = (x: Scalar, bound: number): Scalar => {
  const limit = constant(x.type, bound);
  return select(lt(limit, x), limit, x);
};

/** The larger of `x` and `bound`; NaN stays. A single instruction where there is one for `a < b ? b : a`. */
export const atLeast = (x: Scalar, bound: number): Scalar => {
  const limit = constant(x.type, bound);
  return select(lt(x, limit), limit, x);
};

/** A small integer of the format's integer type as a float. */
export const smallIntegerAsFloat = (format: Format, k: Scalar): Scalar =>
  format.float === "f32"
    ? convert("f32", k)
    : // Lanes have no conversion from 64-bit integers, but k fits into the low bits of a float.
      sub(bitcast("f64", add(k, rounderBits)), double.rounder);

/** The bits of `double.rounder`. */
const rounderBits = 0x43380000 * 2 ** 32;

/** The routine for arguments that need a slow path: `compute` in float64, once for each type and only if asked for. */
export const slowPath = (
  name: string,
  compute: (...args: Scalar[]) => Scalar,
): ((type: FloatType) => Routine) => {
  const made: Partial<Record<FloatType, Routine>> = {};
  return (type) =>
    (made[type] ??= routine(`${name}.${type}`, new Array<FloatType>(compute.length).fill(type), (...args) =>
      convert(type, compute(...args.map((arg) => convert("f64", arg)))),
    ));
};
