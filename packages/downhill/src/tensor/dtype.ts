/** The element types of tensors, and how they combine. */
import { DTypeError } from "./errors.ts";

/** `float32` is the default. A `bool` is stored as one byte, 0 or 1. */
export type DType = "float32" | "float64" | "int32" | "bool";

export type TypedArray = Float32Array | Float64Array | Int32Array | Uint8Array;

const constructors = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  bool: Uint8Array,
} as const;

/** Promotion order: combining two dtypes gives the later of the two. */
const order: readonly DType[] = ["bool", "int32", "float32", "float64"];

export const isDType = (name: string): name is DType => Object.hasOwn(constructors, name);

/** Refuses what is no dtype. @throws DTypeError */
export const requireDType = (operation: string, dtype: string): void => {
  if (!isDType(dtype))
    throw new DTypeError(operation, `there is no dtype "${dtype}"; write one of ${order.join(", ")}`);
};

/** Bytes of one element. */
export const bytesPerElement = (dtype: DType): number => constructors[dtype].BYTES_PER_ELEMENT;

/** A zero-filled flat array of `length` elements of `dtype`. */
export const allocate = (dtype: DType, length: number): TypedArray => new constructors[dtype](length);

/** A view of `length` elements of `dtype` on `buffer`, starting at `byteOffset`. */
export const viewOf = (
  dtype: DType,
  buffer: ArrayBufferLike,
  byteOffset: number,
  length: number,
): TypedArray => new constructors[dtype](buffer as ArrayBuffer, byteOffset, length);

export const isFloating = (dtype: DType): boolean => dtype === "float32" || dtype === "float64";

/** The dtype that both operands of an operation are brought to: bool < int32 < float32 < float64. */
export const promote = (a: DType, b: DType): DType => (order.indexOf(a) >= order.indexOf(b) ? a : b);

/** `dtype` if it is a float, otherwise `float32`: the dtype in which division, mean or exp of integers is done. */
export const toFloating = (dtype: DType): DType => (isFloating(dtype) ? dtype : "float32");

/**
 * The dtype that a JavaScript number takes beside an operand of dtype `other`: that operand's, unless the
 * operand is an integer or boolean and the number is none of 32 bits: it has a fraction, or is too large.
 */
export const weakDType = (value: number | boolean, other: DType): DType => {
  if (typeof value === "boolean") return other;
  if (isFloating(other)) return other;
  return value === (value | 0) ? "int32" : "float32";
};
