/** Trees of tensors, leaf by leaf: what optimizers do to parameters. */
import { where } from "../functions/elementwise.ts";
import { concatenate } from "../primitives/windows.ts";
import { reshape } from "../primitives/movement.ts";
import { ArgumentError } from "../tensor/errors.ts";
import { Tensor } from "../tensor/tensor.ts";
import { flatten } from "../tensor/tree.ts";

const isTensor = (value: unknown): value is Tensor => value instanceof Tensor;

/** The tensors of a tree, in the order of their sorted keys. */
export const leavesOf = (operation: string, tree: object): Tensor[] =>
  flatten(tree, isTensor, operation).leaves;

/** The elements of all tensors, one after another, as one vector. */
export const asVector = (leaves: readonly Tensor[]): Tensor =>
  concatenate(
    leaves.map((leaf) => reshape(leaf, [leaf.size])),
    0,
  );

/** The tree like `tree` with these leaves in place of its own, in the order of `leavesOf`. */
export const withLeaves = <P extends object>(operation: string, tree: P, leaves: readonly Tensor[]): P =>
  flatten(tree, isTensor, operation).structure.unflatten(leaves) as unknown as P;

/**
 * `f` of corresponding leaves of trees of the same structure, as a tree of that structure.
 *
 * @throws ArgumentError if a structure differs from that of the first tree.
 */
export const mapTree = <P extends object>(
  operation: string,
  f: (leaf: Tensor, ...others: Tensor[]) => Tensor,
  tree: P,
  ...others: readonly object[]
): P => {
  const { leaves, structure } = flatten(tree, isTensor, operation);
  const columns = others.map((other) => {
    const flat = flatten(other, isTensor, operation);
    if (flat.structure.key !== structure.key)
      throw new ArgumentError(
        operation,
        `trees differ in structure: ${structure.key} and ${flat.structure.key}\n` +
          "  gradients, parameters and the optimizer's state belong together: call init again if the parameters changed",
      );
    return flat.leaves;
  });
  return structure.unflatten(
    leaves.map((leaf, i) => f(leaf, ...columns.map((column) => column[i]!))),
  ) as unknown as P;
};

/** One of two trees of the same structure, shapes and dtypes, by a scalar condition. */
export const chooseTree = <P extends object>(operation: string, condition: Tensor, yes: P, no: P): P =>
  mapTree(operation, (a, b) => where(condition, a, b), yes, no);
