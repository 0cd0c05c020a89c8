/** Functions of trees of tensors as functions of flat lists, and back. */
import { wrap } from "../tensor/create.ts";
import { allocate, type DType, isFloating } from "../tensor/dtype.ts";
import { ArgumentError, DTypeError, ShapeError } from "../tensor/errors.ts";
import { formatShape, sameShape } from "../tensor/shape.ts";
import { Tensor, type TensorType } from "../tensor/tensor.ts";
import { flatten, type TreeStructure } from "../tensor/tree.ts";

/** The same nesting with numbers allowed in place of tensors: what transformed functions accept. */
export type Loose<T> = T extends Tensor
  ? Tensor | number
  : T extends (...args: never[]) => unknown
    ? T
    : T extends readonly unknown[]
      ? { readonly [K in keyof T]: Loose<T[K]> }
      : T extends object
        ? { readonly [K in keyof T]: Loose<T[K]> }
        : T;

/** Arguments of a transformed function: tensors may be given as numbers. */
export type LooseArguments<A extends readonly unknown[]> = { [K in keyof A]: Loose<A[K]> };

/**
 * A transformed function. Of overloads TypeScript infers from the last: other transforms see the arguments of the
 * original, so that `grad(grad(f))` has its types.
 */
export interface LooseFunction<A extends readonly unknown[], R> {
  (...args: LooseArguments<A>): R;
  (...args: A): R;
}

/** A function of loose arguments, typed for users. */
export const loosely = <A extends readonly unknown[], R>(
  f: (...args: LooseArguments<A>) => R,
): LooseFunction<A, R> => f as LooseFunction<A, R>;

/**
 * What counts as a tensor in arguments and results. Booleans are settings and reach the function as they are, since no
 * `if` could tell a tensor that is false.
 */
export type TensorLeaf = Tensor | number;

export const isLeaf = (value: unknown): value is TensorLeaf =>
  value instanceof Tensor || typeof value === "number";

/**
 * The dtype of numbers among the leaves. Which of the tensors they will meet is not known: float64 if all floats among the
 * tensors are, so that 0.1 is not rounded on its way to them; otherwise float32.
 */
export const numberDType = (leaves: readonly TensorLeaf[]): DType => {
  let float: DType = "float32";
  for (const leaf of leaves) {
    if (!(leaf instanceof Tensor) || !isFloating(leaf.dtype)) continue;
    if (leaf.dtype === "float32") return "float32";
    float = "float64";
  }
  return float;
};

/** A leaf as a tensor: numbers become scalars of dtype `float`. */
export const asTensor = (leaf: TensorLeaf, float: DType = "float32"): Tensor =>
  leaf instanceof Tensor ? leaf : wrap(allocate(float, 1).fill(leaf), [], float);

/**
 * The tensors of a tree that goes with known ones: tangents with primals, cotangents with outputs. Nesting and shapes
 * must be equal, and so must dtypes where they are floats; numbers take the dtype.
 *
 * @param names what the tensors and the known ones are called in messages.
 * @throws ArgumentError, ShapeError, DTypeError
 */
export const matchingTensors = (
  operation: string,
  names: readonly [given: string, known: string],
  tree: unknown,
  known: readonly TensorType[],
  structure: TreeStructure,
): Tensor[] => {
  const [what, of] = names;
  const flat = flatten(tree, isLeaf, operation);
  if (flat.structure.key !== structure.key)
    throw new ArgumentError(
      operation,
      `the ${what}s are nested otherwise than the ${of}s (${flat.leaves.length} tensors for ${known.length}); ` +
        "write the same arrays, keys and settings",
    );
  return flat.leaves.map((leaf, i) => {
    const { shape, dtype } = known[i]!;
    const tensor = isFloating(dtype) ? asTensor(leaf, dtype) : asTensor(leaf);
    if (!sameShape(tensor.shape, shape))
      throw new ShapeError(
        operation,
        `${what} of shape ${formatShape(tensor.shape)} for ${of} of shape ${formatShape(shape)}; they must be equal`,
        [tensor.shape, shape],
      );
    if (tensor.dtype !== dtype && isFloating(dtype))
      throw new DTypeError(
        operation,
        `${what} of dtype ${tensor.dtype} for ${of} of dtype ${dtype}; write .astype("${dtype}")`,
      );
    return tensor;
  });
};

export interface FlatTree {
  readonly leaves: Tensor[];
  readonly structure: TreeStructure;
}

/** The tensors of a tree of tensors and numbers, these with the dtype that numbers have in the tree `whole` (itself if left out). */
export const flattenTensors = (tree: unknown, operation: string, whole: unknown = tree): FlatTree => {
  const { leaves, structure } = flatten(tree, isLeaf, operation);
  const float = numberDType(whole === tree ? leaves : flatten(whole, isLeaf, operation).leaves);
  return { leaves: leaves.map((leaf) => asTensor(leaf, float)), structure };
};

/** A function of flat lists, which keeps the structure of its last result. */
export interface FlatFunction {
  (leaves: readonly Tensor[]): Tensor[];
  /** Structure of the result; known after the first call. */
  readonly result: () => TreeStructure;
}

/** `f` as a function of the flat leaves of its argument list. */
export const flatFunction = <A extends readonly unknown[]>(
  f: (...args: A) => unknown,
  argumentsStructure: TreeStructure,
  operation: string,
): FlatFunction => {
  let structure: TreeStructure | undefined;
  const call = (leaves: readonly Tensor[]): Tensor[] => {
    const result = f(...(argumentsStructure.unflatten(leaves) as unknown as A));
    const flat = flattenTensors(result, `${operation}: the function's result`);
    structure = flat.structure;
    return flat.leaves;
  };
  return Object.assign(call, {
    result: () => {
      if (structure === undefined) throw new Error("internal: the function has not been called");
      return structure;
    },
  });
};

/** For each leaf of the argument list, the position of the argument to which it belongs. */
export const leafOwners = (args: readonly unknown[], operation: string): number[] =>
  args.flatMap((arg, position) => flattenTensors(arg, operation).leaves.map(() => position));

/** The positions that `argnums`, or the option `name`, names. @throws ArgumentError if an argument is not there, or named twice */
export const argumentPositions = (
  operation: string,
  argnums: number | readonly number[],
  count: number,
  name = "argnums",
): readonly number[] => {
  const positions = typeof argnums === "number" ? [argnums] : argnums;
  for (const position of positions)
    if (!Number.isInteger(position) || position < 0 || position >= count)
      throw new ArgumentError(
        operation,
        Number.isFinite(count)
          ? `${name} ${position}, but the function was called with ${count} argument${count === 1 ? "" : "s"}`
          : `${name} ${position}; arguments are counted from 0`,
      );
  if (new Set(positions).size !== positions.length)
    throw new ArgumentError(operation, `${name} [${positions.join(", ")}] name an argument twice`);
  return positions;
};

/** Refuses to differentiate with respect to integers and booleans. */
export const requireFloating = (operation: string, leaves: readonly Tensor[]): void => {
  for (const { dtype } of leaves)
    if (!isFloating(dtype))
      throw new DTypeError(
        operation,
        `cannot differentiate by a tensor of dtype ${dtype}; make it a float with .astype("float32"), or name other arguments with argnums`,
      );
};
