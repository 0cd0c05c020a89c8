/**
 * Running maxima and minima of floats in lanes. The instructions that let NaN through and put −0 below 0 take some eight
 * of the machine's, one waiting for the other. Here a quick one, that does neither, runs beside a note of the lanes where
 * there was a NaN, and one of the signs, by which a result of 0 gets the right one when it is asked for.
 */
import type { Accumulator, Combine, ScalarType } from "../../program/loop.ts";
import { isFloat } from "../../program/scalar.ts";
import type { Code, FunctionBuilder, Local } from "./code.ts";
import { laneOpcode, type Width } from "./lane-types.ts";

/** What is noted beside a running maximum or minimum. */
export interface Extreme {
  readonly combine: "max" | "min";
  /** All ones where there was a NaN. */
  readonly unordered: Local;
  /** Its sign bits: of a maximum those that all values had, of a minimum those that any had. */
  readonly signs: Local;
}

/** Whether an accumulator that is combined in this way is kept so. */
export const isExtreme = ({ type }: Accumulator, combine: Combine | undefined): combine is "max" | "min" =>
  isFloat(type) && (combine === "max" || combine === "min");

/** Begins the notes beside a value that is in `local`. */
export const openExtreme = (
  fn: FunctionBuilder,
  code: Code,
  combine: "max" | "min",
  local: Local,
): Extreme => {
  const [unordered, signs] = [fn.local("v128"), fn.local("v128")];
  code.v128().set(unordered).get(local).set(signs);
  return { combine, unordered, signs };
};

/** local ← combine(local, what `push` leaves on the stack), but for what is noted. */
export const combineExtreme = (
  fn: FunctionBuilder,
  code: Code,
  type: ScalarType,
  width: Width,
  local: Local,
  { combine, unordered, signs }: Extreme,
  push: () => void,
): void => {
  fn.borrow("v128", (value) => {
    code.get(local);
    push();
    // Of two equal values, and beside a NaN, the one that was there stays.
    code
      .tee(value)
      .op(laneOpcode(type, width, `p${combine}`))
      .set(local);
    code
      .get(value)
      .get(value)
      .op(laneOpcode(type, width, "ne"));
    code.get(unordered).op("v128.or").set(unordered);
    code
      .get(value)
      .get(signs)
      .op(combine === "max" ? "v128.and" : "v128.or")
      .set(signs);
  });
};

/** Takes one running value and its notes into another. */
export const joinExtremes = (
  code: Code,
  type: ScalarType,
  width: Width,
  [local, { combine, unordered, signs }]: readonly [Local, Extreme],
  /** Leaves the other's value and notes on the stack. */
  push: (local: "value" | "unordered" | "signs") => void,
): void => {
  code.get(local);
  push("value");
  code.op(laneOpcode(type, width, `p${combine}`)).set(local);
  code.get(unordered);
  push("unordered");
  code.op("v128.or").set(unordered);
  code.get(signs);
  push("signs");
  code.op(combine === "max" ? "v128.and" : "v128.or").set(signs);
};

const signBits = {
  f32: /* @__PURE__ */ Array.from({ length: 16 }, (_, i) => (i % 4 === 3 ? 0x80 : 0)),
  f64: /* @__PURE__ */ Array.from({ length: 16 }, (_, i) => (i % 8 === 7 ? 0x80 : 0)),
} as const;

/** Leaves the value with what is noted brought to account. */
export const pushExtreme = (
  code: Code,
  type: ScalarType,
  width: Width,
  local: Local,
  { unordered, signs }: Extreme,
): void => {
  code
    .get(signs)
    .v128(signBits[type as "f32" | "f64"])
    .op("v128.and")
    .get(local);
  code
    .get(local)
    .v128()
    .op(laneOpcode(type, width, "eq"))
    .op("v128.bitselect");
  code.get(unordered).op("v128.or");
};
