/** Functions of trees of tensors as functions of flat lists, and back. */
import { wrap } from "../tensor/create.ts";
import { DTypeError } from "../tensor/errors.ts";
import { isFloating } from "../tensor/dtype.ts";
import { Tensor } from "../tensor/tensor.ts";
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

const isLeaf = (value: unknown): value is Tensor | number | boolean =>
  value instanceof Tensor || typeof value === "number" || typeof value === "boolean";

/** A leaf as a tensor: numbers become float32 scalars, booleans bool scalars. */
const asTensor = (leaf: Tensor | number | boolean): Tensor => {
  if (leaf instanceof Tensor) return leaf;
  return typeof leaf === "number"
    ? wrap(Float32Array.of(leaf), [], "float32")
    : wrap(Uint8Array.of(Number(leaf)), [], "bool");
};

export interface FlatTree {
  readonly leaves: Tensor[];
  readonly structure: TreeStructure;
}

/** The tensors of a tree of tensors and numbers. */
export const flattenTensors = (tree: unknown, operation: string): FlatTree => {
  const { leaves, structure } = flatten(tree, isLeaf, operation);
  return { leaves: leaves.map(asTensor), structure };
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

/** Refuses to differentiate with respect to integers and booleans. */
export const requireFloating = (operation: string, leaves: readonly Tensor[]): void => {
  for (const { dtype } of leaves)
    if (!isFloating(dtype))
      throw new DTypeError(
        operation,
        `cannot differentiate by a tensor of dtype ${dtype}; make it a float with .astype("float32"), or name other arguments with argnums`,
      );
};
