/** Making concrete tensors from JavaScript values. */
import { allocate, type DType, isFloating, requireDType, type TypedArray } from "./dtype.ts";
import { ArgumentError, ShapeError } from "./errors.ts";
import { formatShape, requireShape, sameShape, sizeOf } from "./shape.ts";
import { ConcreteTensor, literal, Tensor } from "./tensor.ts";

/** Booleans nested in arrays. */
export type NestedBooleans = boolean | readonly NestedBooleans[];

/** Numbers nested in arrays, of which the innermost may be typed. */
export type NestedNumbers = number | TypedArray | readonly NestedNumbers[];

/** What `tensor` accepts: numbers or booleans, nested arrays of them, typed arrays, or a tensor. */
export type TensorData = NestedNumbers | NestedBooleans | Tensor;

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

/** A list of numbers (or more) in a table or a nested array. */
export const isRow = (value: unknown): value is readonly unknown[] | TypedArray =>
  Array.isArray(value) || isTypedArray(value);

const shapeOfNested = (data: unknown): number[] => {
  const shape: number[] = [];
  let level: unknown = data;
  while (isRow(level)) {
    shape.push(level.length);
    level = level[0];
  }
  return shape;
};

/** How a number is kept in a tensor of each dtype; undefined if it cannot be. */
const conversions: Readonly<Record<DType, (value: number) => number | undefined>> = {
  float32: (value) => value,
  float64: (value) => value,
  int32: (value) => (value > -(2 ** 31) - 1 && value < 2 ** 31 ? value : undefined),
  bool: (value) => Number(value !== 0),
};

const converted = (value: number, dtype: DType, place: () => string): number =>
  conversions[dtype](value) ??
  refuse(
    `${place()} is ${value}, which ${dtype} cannot hold; ` +
      `it holds whole numbers from ${-(2 ** 31)} to ${2 ** 31 - 1}`,
  );

const refuse = (message: string): never => {
  throw new ArgumentError("tensor", message);
};

const describe = (value: unknown): string => {
  if (typeof value === "string") return `the text ${JSON.stringify(value)}, not a number`;
  if (value instanceof Tensor) return "a tensor; join tensors by stack([…]) or concatenate([…])";
  if (ArrayBuffer.isView(value))
    return `a ${value.constructor.name}; write Array.from(…), or all data as one Float64Array with { shape }`;
  return `${String(value)}, not a number`;
};

/** Fills `values` from nested arrays, checking that they are regular. */
const fill = (data: unknown, shape: readonly number[], values: TypedArray, dtype: DType): void => {
  let position = 0;
  const place = (path: string): string => (path === "" ? "the data" : `element ${path}`);
  const walk = (node: unknown, axis: number, path: string): void => {
    const expected = shape[axis];
    if (isRow(node) ? node.length !== expected : expected !== undefined && typeof node === "number")
      throw new ShapeError(
        "tensor",
        `ragged nested array: ${place(path)} ` +
          `${isRow(node) ? `has length ${node.length}` : `is the number ${String(node)}`}, ` +
          `expected ${expected === undefined ? "a number" : `length ${expected}`} as in the first row`,
        [shape],
      );
    if (isTypedArray(node) && isFloating(dtype)) {
      values.set(node, position);
      position += node.length;
      return;
    }
    if (isRow(node)) {
      // By index: holes are elements too.
      for (let i = 0; i < node.length; i++) walk(node[i], axis + 1, `${path}[${i}]`);
      return;
    }
    if ((typeof node !== "number" && typeof node !== "boolean") || expected !== undefined)
      refuse(`${place(path)} is ${describe(node)}`);
    values[position++] = converted(Number(node), dtype, () => place(path));
  };
  walk(data, 0, "");
};

/** The dtype that nested arrays have by their first number. */
const dtypeOfNested = (data: unknown): DType => {
  let level = data;
  while (Array.isArray(level)) level = level[0] as unknown;
  return isTypedArray(level) ? dtypeOfArray(level) : typeof level === "boolean" ? "bool" : "float32";
};

/**
 * A tensor of the given data.
 *
 * @param data a number, nested arrays of numbers (regular; the innermost may be typed arrays), or a typed array (copied).
 * @param options `dtype`: float32 if left out, or the (first) typed array's own (of Uint8Array: bool); booleans give `bool`.
 *   int32 drops fractions. `shape`: for flat data, its shape.
 * @throws ShapeError if nested arrays are ragged or `shape` has another number of elements; ArgumentError at what is no
 *   number, and at numbers that int32 cannot hold.
 */
export const tensor = (
  data: TensorData,
  options: { readonly dtype?: DType; readonly shape?: readonly number[] } = {},
): Tensor => {
  const { dtype: asked, shape: askedShape } = options;
  if (asked !== undefined) requireDType("tensor", asked);
  if (data instanceof Tensor) {
    if (asked !== undefined && asked !== data.dtype)
      refuse(`the data is a ${data.dtype} tensor; write .astype("${asked}")`);
    if (askedShape !== undefined && !sameShape(askedShape, data.shape))
      refuse(
        `the data is a tensor of shape ${formatShape(data.shape)}; write .reshape(${askedShape.join(", ")})`,
      );
    return data;
  }
  const given = isTypedArray(data) ? [data.length] : shapeOfNested(data);
  // The user may change the list afterwards, and the tensor must not.
  const shape = [...(askedShape ?? given)];
  requireShape("tensor", shape);
  if (sizeOf(shape) !== sizeOf(given))
    throw new ShapeError(
      "tensor",
      `${sizeOf(given)} values for shape ${formatShape(shape)} of ${sizeOf(shape)}`,
      [shape],
    );
  if (!isTypedArray(data)) {
    const dtype = asked ?? dtypeOfNested(data);
    const values = allocate(dtype, sizeOf(given));
    fill(data, given, values, dtype);
    return new ConcreteTensor(values, shape, dtype);
  }
  const dtype = asked ?? dtypeOfArray(data);
  const values = allocate(dtype, data.length);
  if (isFloating(dtype) || (dtype === "int32" && data instanceof Int32Array)) values.set(data);
  else data.forEach((value, i) => (values[i] = converted(value, dtype, () => `element [${i}]`)));
  return new ConcreteTensor(values, shape, dtype);
};

/** Wraps a typed array without copying; the caller must not write into it afterwards. */
export const wrap = (values: TypedArray, shape: readonly number[], dtype: DType): Tensor =>
  new ConcreteTensor(values, shape, dtype);

/** A scalar that counts as part of the program text (see `literal`); dtype float32 unless given. */
export const constant = (value: number | boolean, dtype: DType = "float32"): Tensor =>
  literal(Number(value), dtype);
