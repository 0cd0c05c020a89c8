/** Points at which functions are looked at closely. */
import { wrap } from "../tensor/create.ts";
import { isFloating } from "../tensor/dtype.ts";
import { ArgumentError, DTypeError } from "../tensor/errors.ts";
import { Tensor } from "../tensor/tensor.ts";
import { flatten } from "../tensor/tree.ts";

/** The same nesting with tensors in place of numbers. */
export type Tensors<T> = T extends number
  ? Tensor
  : T extends Tensor
    ? T
    : T extends object
      ? { readonly [K in keyof T]: Tensors<T[K]> }
      : T;

const isLeaf = (value: unknown): value is Tensor | number =>
  value instanceof Tensor || typeof value === "number";

/**
 * The parameters with tensors in place of numbers. Numbers become float64 scalars here: who writes `{ x: 2 }` wants to see
 * the calculus rather than the rounding of float32.
 *
 * @throws DTypeError at a tensor that is no float, ArgumentError if there is nothing that could move.
 */
export const asParameters = <T>(operation: string, params: T): Tensors<T> & object => {
  const { leaves, structure } = flatten(params, isLeaf, operation);
  const tensors = leaves.map((leaf) =>
    leaf instanceof Tensor ? leaf : wrap(Float64Array.of(leaf), [], "float64"),
  );
  for (const { dtype } of tensors)
    if (!isFloating(dtype))
      throw new DTypeError(
        operation,
        `the parameters contain a tensor of dtype ${dtype}, which cannot move smoothly; make it a float with ` +
          '.astype("float64"), or let the function take it from outside',
      );
  if (tensors.every(({ size }) => size === 0))
    throw new ArgumentError(
      operation,
      "the parameters contain no number; write tensors or numbers, such as { x: 2 }",
    );
  return structure.unflatten(tensors) as unknown as Tensors<T> & object;
};
