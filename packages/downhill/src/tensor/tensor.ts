/** Tensors: immutable arrays of numbers with a shape and an element type. */
import { allocate, type DType, type TypedArray } from "./dtype.ts";
import { ArgumentError, ShapeError } from "./errors.ts";
import { formatShape, sameShape, type Shape, sizeOf } from "./shape.ts";

/** Numbers nested as deep as the tensor has axes; elements of a `bool` tensor are 0 and 1. */
export type NestedArray = number | readonly NestedArray[];

/** What is known of a tensor before its values are: shape and element type. */
export interface TensorType {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** Whether tensors of these types can stand for each other, in this order. */
export const sameTypes = (a: readonly TensorType[], b: readonly TensorType[]): boolean =>
  a.length === b.length &&
  a.every(({ shape, dtype }, i) => dtype === b[i]!.dtype && sameShape(shape, b[i]!.shape));

/**
 * A value of the library: either concrete (it has numbers) or traced (it stands for a value in a function
 * that is being differentiated, batched or compiled). Both have shape, dtype and all operations as methods.
 */
// The methods' signatures stand below; functions/methods.ts installs them.
// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging
export abstract class Tensor implements TensorType {
  readonly shape: Shape;
  readonly dtype: DType;

  constructor(shape: Shape, dtype: DType) {
    this.shape = shape;
    this.dtype = dtype;
  }

  /** Number of axes. */
  get rank(): number {
    return this.shape.length;
  }

  /** Number of elements. */
  get size(): number {
    return sizeOf(this.shape);
  }

  /**
   * The numbers behind this tensor.
   *
   * @throws TraceError under `jit` and `vmap`, where a value has no numbers yet.
   */
  abstract concrete(asked: string): ConcreteTensor;

  /** The elements as a flat typed array in row-major order. Do not write into it: tensors are immutable. */
  get data(): TypedArray {
    return this.concrete("data").values;
  }

  /** The only element of a tensor of size 1 (of a `bool`: 0 or 1). */
  item(): number {
    const { values, shape } = this.concrete("item()");
    if (values.length !== 1)
      throw new ShapeError(
        "item",
        `a tensor of shape ${formatShape(shape)} has ${values.length} elements, not one; reduce it first, or use toArray()`,
        [shape],
      );
    return values[0]!;
  }

  /** The elements as nested arrays; a number if the tensor is a scalar. */
  toArray(): NestedArray {
    const { values, shape } = this.concrete("toArray()");
    let position = 0;
    const nest = (axis: number): NestedArray =>
      axis === shape.length
        ? values[position++]!
        : Array.from({ length: shape[axis]! }, () => nest(axis + 1));
    return nest(0);
  }

  /** The elements as a flat typed array, once they have arrived from whichever device computed them. */
  read(): Promise<TypedArray> {
    return Promise.resolve(this.data);
  }

  toString(): string {
    return `Tensor(${this.dtype}${formatShape(this.shape)})`;
  }

  /** In texts it shows itself; where JavaScript wants a number there is none, rather than NaN. */
  [Symbol.toPrimitive](hint: "default" | "number" | "string"): string {
    if (hint === "number")
      throw new ArgumentError(
        "tensor",
        `${this.toString()} stands where JavaScript wants a number (i < n, n * 2, Math.sqrt(n))\n` +
          "  write item() for its value, or operations of tensors (less, mul, sqrt), which transforms see",
      );
    return this.toString();
  }

  /** What Node's console shows. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}

/** A tensor, or a number that takes the other operand's dtype. */
export type Operand = Tensor | number | boolean;

/** One axis or several; counted from the end if negative; all if left out. */
export type Axes = number | readonly number[] | null;

export interface ReductionOptions {
  readonly axis?: Axes;
  /** Keep the reduced axes, with length 1. */
  readonly keepdims?: boolean;
}

/** The operations that read well as methods: signatures only; functions/methods.ts has what they do. */
export interface TensorMethods {
  add(other: Operand): Tensor;
  sub(other: Operand): Tensor;
  mul(other: Operand): Tensor;
  div(other: Operand): Tensor;
  pow(exponent: Operand): Tensor;
  mod(divisor: Operand): Tensor;
  neg(): Tensor;
  abs(): Tensor;
  square(): Tensor;
  sqrt(): Tensor;
  exp(): Tensor;
  log(): Tensor;
  sin(): Tensor;
  cos(): Tensor;
  tanh(): Tensor;
  sigmoid(): Tensor;
  relu(): Tensor;
  maximum(other: Operand): Tensor;
  minimum(other: Operand): Tensor;
  equal(other: Operand): Tensor;
  notEqual(other: Operand): Tensor;
  less(other: Operand): Tensor;
  lessEqual(other: Operand): Tensor;
  greater(other: Operand): Tensor;
  greaterEqual(other: Operand): Tensor;
  sum(options?: ReductionOptions | Axes): Tensor;
  mean(options?: ReductionOptions | Axes): Tensor;
  prod(options?: ReductionOptions | Axes): Tensor;
  max(options?: ReductionOptions | Axes): Tensor;
  min(options?: ReductionOptions | Axes): Tensor;
  /** `ddof`: the divisor is the count minus this. */
  var(options?: (ReductionOptions & { readonly ddof?: number }) | Axes): Tensor;
  std(options?: (ReductionOptions & { readonly ddof?: number }) | Axes): Tensor;
  argmax(axis?: number | null): Tensor;
  argmin(axis?: number | null): Tensor;
  cumsum(axis?: number | null): Tensor;
  matmul(other: Tensor): Tensor;
  dot(other: Tensor): Tensor;
  reshape(...shape: readonly number[] | [readonly number[]]): Tensor;
  transpose(permutation?: readonly number[] | null): Tensor;
  broadcastTo(shape: readonly number[]): Tensor;
  flip(axis?: Axes): Tensor;
  slice(...slices: readonly SliceArgument[]): Tensor;
  take(indices: Tensor | number | readonly number[], axis?: number): Tensor;
  squeeze(axis?: Axes): Tensor;
  expandDims(axis: number): Tensor;
  /** The same numbers in another dtype; floats become integers by cutting off the fraction, held within int32, NaN as 0. */
  astype(dtype: DType): Tensor;
  /** The transpose: axes reversed. */
  readonly T: Tensor;
}

/** `[start, stop, step]` of one axis as in Python (null: open end), or null for the whole axis. */
export type SliceArgument =
  readonly [start?: number | null, stop?: number | null, step?: number | null] | null;

// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging, @typescript-eslint/no-empty-object-type
export interface Tensor extends TensorMethods {}

let tensorCount = 0;

/** Numbers that lie elsewhere until somebody asks for them. */
export interface LateValues {
  readonly read: () => TypedArray;
}

/** A tensor with numbers: a view of an ordinary, garbage-collected typed array. */
export class ConcreteTensor extends Tensor {
  #values: TypedArray | undefined;
  #late: LateValues | undefined;
  /** A number that no other tensor has: who has copied the values knows by it that they are the same. */
  readonly serial = ++tensorCount;
  /** Whether it stands for a number written in the program text; tracing then keeps it as such. */
  readonly literal: boolean;

  constructor(values: TypedArray | LateValues, shape: Shape, dtype: DType, literal = false) {
    super(shape, dtype);
    this.literal = literal;
    if ("read" in values) this.#late = values;
    else this.#setValues(values);
  }

  get values(): TypedArray {
    return this.#values ?? this.#setValues(this.#late!.read());
  }

  /** Where the values come from, if nobody has asked for them yet. */
  get late(): LateValues | undefined {
    return this.#late;
  }

  #setValues(values: TypedArray): TypedArray {
    if (values.length !== sizeOf(this.shape))
      throw new Error(`internal: ${values.length} values for shape ${formatShape(this.shape)}`);
    this.#late = undefined;
    return (this.#values = values);
  }

  override concrete(): ConcreteTensor {
    return this;
  }

  override toString(): string {
    const flat = Array.from(this.values.subarray(0, 6), (value) => String(value)).join(", ");
    return `Tensor(${this.dtype}${formatShape(this.shape)}: ${flat}${this.size > 6 ? ", …" : ""})`;
  }
}

/** A scalar that stands for a number in the program text. */
export const literal = (value: number, dtype: DType): ConcreteTensor => {
  const values = allocate(dtype, 1);
  values[0] = dtype === "bool" ? Number(value !== 0) : value;
  return new ConcreteTensor(values, [], dtype, true);
};
