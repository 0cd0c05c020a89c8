/** Making concrete tensors from JavaScript values. */
import { allocate, type DType, type TypedArray } from "./dtype.ts";
import { ArgumentError, ShapeError } from "./errors.ts";
import { formatShape, sizeOf } from "./shape.ts";
import { ConcreteTensor, literal, type NestedArray, Tensor } from "./tensor.ts";

/** Booleans nested in arrays. */
export type NestedBooleans = boolean | readonly NestedBooleans[];

/** What `tensor` accepts: numbers or booleans, nested arrays of them, typed arrays, or a tensor. */
export type TensorData = NestedArray | NestedBooleans | TypedArray | Tensor;

const isTypedArray = (value: unknown): value is TypedArray =>
  value instanceof Float32Array ||
  value instanceof Float64Array ||
  value instanceof Int32Array ||
  value instanceof Uint8Array;

const dtypeOfArray = (array: TypedArray): DType =>
  array instanceof Float64Array
    ? "float64"
    : array instanceof Int32Array
      ? "int32"
      : array instanceof Uint8Array
        ? "bool"
        : "float32";

const shapeOfNested = (data: unknown): number[] => {
  const shape: number[] = [];
  let level: unknown = data;
  while (Array.isArray(level)) {
    shape.push(level.length);
    level = level[0];
  }
  return shape;
};

/** How a number is kept in a `bool` tensor. */
const truth = (value: number | boolean): number => Number(Number(value) !== 0);

/** Fills `values` from nested arrays by `convert`, checking that they are regular. */
const fill = (
  data: unknown,
  shape: readonly number[],
  values: TypedArray,
  convert: (value: number | boolean) => number,
): void => {
  let position = 0;
  const walk = (node: unknown, axis: number, path: string): void => {
    if (axis < shape.length) {
      if (!Array.isArray(node) || node.length !== shape[axis])
        throw new ShapeError(
          "tensor",
          `ragged nested array: ${path === "" ? "the data" : `element ${path}`} has ` +
            `${Array.isArray(node) ? `length ${node.length}` : `value ${String(node)}`}, ` +
            `expected length ${shape[axis]!} as in the first row`,
          [shape],
        );
      node.forEach((part, i) => walk(part, axis + 1, `${path}[${i}]`));
      return;
    }
    if (typeof node !== "number" && typeof node !== "boolean")
      throw new ArgumentError(
        "tensor",
        `element ${path} is ${Array.isArray(node) ? "an array" : typeof node === "string" ? `the text "${node}"` : String(node)}, not a number`,
      );
    values[position++] = convert(node);
  };
  walk(data, 0, "");
};

const firstLeaf = (data: unknown): unknown => {
  let level = data;
  while (Array.isArray(level)) level = level[0] as unknown;
  return level;
};

/**
 * A tensor of the given data.
 *
 * @param data a number, nested arrays of numbers (regular), or a typed array (copied).
 * @param options `dtype`: float32 if left out, or the typed array's own; booleans give `bool`. `shape`: for flat
 *   data, its shape.
 * @throws ShapeError if nested arrays are ragged or `shape` has another number of elements.
 */
export const tensor = (
  data: TensorData,
  options: { readonly dtype?: DType; readonly shape?: readonly number[] } = {},
): Tensor => {
  if (data instanceof Tensor) {
    if (options.dtype !== undefined && options.dtype !== data.dtype)
      throw new ArgumentError(
        "tensor",
        `the data is a ${data.dtype} tensor; write .astype("${options.dtype}")`,
      );
    return data;
  }
  if (isTypedArray(data)) {
    const dtype = options.dtype ?? dtypeOfArray(data);
    const shape = options.shape ?? [data.length];
    checkSize(shape, data.length);
    const values = allocate(dtype, data.length);
    values.set(dtype === "bool" ? Uint8Array.from(data, truth) : data);
    return new ConcreteTensor(values, shape, dtype);
  }
  const nested = shapeOfNested(data);
  const dtype = options.dtype ?? (typeof firstLeaf(data) === "boolean" ? "bool" : "float32");
  const values = allocate(dtype, sizeOf(nested));
  fill(data, nested, values, dtype === "bool" ? truth : Number);
  const shape = options.shape ?? nested;
  checkSize(shape, values.length);
  return new ConcreteTensor(values, shape, dtype);
};

const checkSize = (shape: readonly number[], count: number): void => {
  if (sizeOf(shape) !== count)
    throw new ShapeError("tensor", `${count} values for shape ${formatShape(shape)} of ${sizeOf(shape)}`, [
      shape,
    ]);
};

/** Wraps a typed array without copying; the caller must not write into it afterwards. */
export const wrap = (values: TypedArray, shape: readonly number[], dtype: DType): Tensor =>
  new ConcreteTensor(values, shape, dtype);

/** A scalar that counts as part of the program text (see `literal`); dtype float32 unless given. */
export const constant = (value: number | boolean, dtype: DType = "float32"): Tensor =>
  literal(Number(value), dtype);
