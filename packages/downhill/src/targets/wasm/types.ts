/** How loop code's scalar types are held in WebAssembly: alone, in lanes of a vector, and in memory. */
import type { DType } from "../../tensor/dtype.ts";
import { bytesPerElement } from "../../tensor/dtype.ts";
import type { ScalarType } from "../../program/loop.ts";
import type { ValueType } from "./code.ts";
import type { OpcodeName } from "./opcodes.ts";

/** A bool alone is an i32, 0 or 1; in lanes it is a mask, all bits of the lane equal. */
export const valueTypeOf: Readonly<Record<ScalarType, Exclude<ValueType, "v128">>> = {
  f32: "f32",
  f64: "f64",
  i32: "i32",
  i64: "i64",
  bool: "i32",
};

/** Bytes of a constant table's element. */
export const tableBytes: Readonly<Record<ScalarType, number>> = { f32: 4, f64: 8, i32: 4, i64: 8, bool: 4 };

export const loadOf: Readonly<Record<DType, OpcodeName>> = {
  float32: "f32.load",
  float64: "f64.load",
  int32: "i32.load",
  bool: "i32.load8_u",
};

export const storeOf: Readonly<Record<DType, OpcodeName>> = {
  float32: "f32.store",
  float64: "f64.store",
  int32: "i32.store",
  bool: "i32.store8",
};

/** log2 of the bytes of an element, for shifts. */
export const shiftOf = (dtype: DType): number => Math.log2(bytesPerElement(dtype));
