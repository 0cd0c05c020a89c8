/** How loop code's values are held in C: alone, and in lanes of a vector. */
import type { Scalar, ScalarType } from "../../program/loop.ts";
import type { DType } from "../../tensor/dtype.ts";
import { lanesOf, type Machine } from "./machine.ts";

/** Values alone have no lanes. */
export type LaneCount = number | undefined;

export const bytesOf: Readonly<Record<ScalarType, 4 | 8>> = { f32: 4, f64: 8, i32: 4, i64: 8, bool: 4 };

/** Types in memory. */
export const storedType: Readonly<Record<DType, string>> = {
  float32: "f32",
  float64: "f64",
  int32: "i32",
  bool: "u8",
};

/** Whether so many lanes are those of loops in which values of 64 bits occur. */
export const isWide = (machine: Machine, lanes: number): boolean => lanes === lanesOf(machine, 8);

/** A mask: all bits of a lane are equal. Its lanes are as wide as the widest values of the loop. */
export const maskType = (machine: Machine, lanes: number): string =>
  `${isWide(machine, lanes) ? "i64" : "i32"}x${String(lanes)}`;

/** A bool alone is an i32, 0 or 1; in lanes it is a mask. */
export const typeName = (machine: Machine, type: ScalarType, lanes: LaneCount): string => {
  if (lanes === undefined) return type === "bool" ? "i32" : type;
  return type === "bool" ? maskType(machine, lanes) : `${type}x${String(lanes)}`;
};

const floatText = (value: number, type: "f32" | "f64"): string => {
  if (Number.isNaN(value)) return `__builtin_nan${type === "f32" ? "f" : ""}("")`;
  if (!Number.isFinite(value)) return `${value < 0 ? "-" : ""}__builtin_inf${type === "f32" ? "f" : ""}()`;
  // The shortest text that gives the number back gives it back in C as well.
  const text = Object.is(value, -0) ? "-0" : String(type === "f32" ? Math.fround(value) : value);
  return (/[.e]/.test(text) ? text : `${text}.0`) + (type === "f32" ? "f" : "");
};

/** A constant of the type. */
export const constantText = ({ type, value }: Extract<Scalar, { kind: "constant" }>): string => {
  switch (type) {
    case "f32":
    case "f64":
      return type === "f32" && !Number.isFinite(Math.fround(Number(value)))
        ? floatText(Math.fround(Number(value)), type)
        : floatText(Number(value), type);
    case "i64": {
      const whole = BigInt.asIntN(64, BigInt(value));
      return whole === -(2n ** 63n) ? "(-9223372036854775807LL - 1)" : `${whole.toString()}LL`;
    }
    case "i32": {
      const whole = Number(BigInt.asIntN(32, BigInt(value)));
      return whole === -(2 ** 31) ? "(-2147483647 - 1)" : String(whole);
    }
    case "bool":
      return Number(value) === 0 ? "0" : "1";
  }
};

/** The same in all lanes, or as it is. */
export const spread = (type: ScalarType, value: string, machine: Machine, lanes: LaneCount): string => {
  if (lanes === undefined) return value;
  const name = typeName(machine, type, lanes);
  return `splat_${name}(${type === "bool" ? `-(${value})` : value})`;
};

/** The types of a program's text, and how they are filled. */
export const typeDefinitions = (machine: Machine): string => {
  const lines = [
    "typedef float f32;",
    "typedef double f64;",
    "typedef int i32;",
    "typedef unsigned u32;",
    "typedef long long i64;",
    "typedef unsigned long long u64;",
    "typedef unsigned char u8;",
  ];
  const bytes = { f32: 4, f64: 8, i32: 4, u32: 4, i64: 8, u64: 8, u8: 1 };
  const most = lanesOf(machine, 4);
  // What halves of vectors are held in, and halves of those.
  for (let lanes = most / 4; lanes >= 2; lanes /= 2)
    for (const name of ["f32", "f64", "i32", "i64"] as const)
      lines.push(
        `typedef ${name} ${name}x${String(lanes)} __attribute__((vector_size(${String(lanes * bytes[name])})));`,
      );
  for (const lanes of [most, most / 2]) {
    const count = String(lanes);
    for (const [name, size] of Object.entries(bytes)) {
      const vector = `${name}x${count}`;
      lines.push(`typedef ${name} ${vector} __attribute__((vector_size(${String(lanes * size)})));`);
      // As it lies in memory: anywhere, and whatever else lies there.
      lines.push(
        `typedef ${name} ${vector}m __attribute__((vector_size(${String(lanes * size)}), aligned(${String(size)}), may_alias));`,
      );
    }
    for (const name of ["f32", "f64", "i32", "i64"]) {
      const all = (text: (lane: number) => string): string =>
        Array.from({ length: lanes }, (_, lane) => text(lane)).join(", ");
      lines.push(
        `static inline ${name}x${count} splat_${name}x${count}(${name} x) { return (${name}x${count}){${all(() => "x")}}; }`,
      );
    }
  }
  return lines.join("\n");
};
