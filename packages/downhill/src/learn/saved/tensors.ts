/** Trees of tensors as flat records by path, and back. */
import { formatShape } from "../../tensor/shape.ts";
import { Tensor, type TensorType } from "../../tensor/tensor.ts";
import { ModelFormatError } from "../errors.ts";
import type { Json } from "./options.ts";

/** Flat: `layers.0.kernel` is the kernel of the first of the layers. */
export type TensorRecord = Readonly<Record<string, Tensor>>;

/** A tensor's place in the structure of its tree: `float64[3, 4]`. */
export const leafOf = ({ dtype, shape }: TensorType): string => `${dtype}${formatShape(shape)}`;

interface FlatTree {
  /** The tree with dtype and shape in place of each tensor. */
  readonly structure: Json;
  readonly tensors: [path: string, Tensor][];
}

/** A tree with the paths of its tensors, which begin with `root`. */
export const flattenTree = (tree: unknown, root: string): FlatTree => {
  const tensors: [string, Tensor][] = [];
  const walk = (node: unknown, path: string): Json => {
    if (node instanceof Tensor) {
      tensors.push([path, node]);
      return leafOf(node);
    }
    if (node === null) return null;
    if (Array.isArray(node)) return node.map((part, index) => walk(part, `${path}.${index}`));
    const parts = Object.entries(node as object).filter(([, part]) => part !== undefined);
    return Object.fromEntries(parts.map(([name, part]) => [name, walk(part, `${path}.${name}`)]));
  };
  const structure = walk(tree, root);
  if (new Set(tensors.map(([path]) => path)).size !== tensors.length)
    throw new Error(`internal: two parameters have the same path in ${JSON.stringify(structure)}`);
  return { structure, tensors };
};

/**
 * The tree of a structure, with the tensors at its paths.
 *
 * @throws ModelFormatError if one is absent, or has another dtype or shape.
 */
export const unflattenTree = (structure: Json, root: string, tensors: TensorRecord): unknown => {
  const walk = (node: Json, path: string): unknown => {
    if (typeof node === "string") {
      const found = Object.hasOwn(tensors, path) ? tensors[path]! : undefined;
      if (found === undefined) throw new ModelFormatError(`the tensor ${path} is missing`);
      if (leafOf(found) !== node)
        throw new ModelFormatError(`the tensor ${path} is ${leafOf(found)}, but should be ${node}`);
      return found;
    }
    if (node === null) return null;
    if (typeof node !== "object")
      throw new ModelFormatError(
        `the structure has ${JSON.stringify(node)} at ${path}, where a tensor like float64[3] belongs`,
      );
    if (Array.isArray(node))
      return (node as readonly Json[]).map((part, index) => walk(part, `${path}.${index}`));
    const parts = Object.entries(node as { readonly [key: string]: Json });
    return Object.fromEntries(parts.map(([name, part]) => [name, walk(part, `${path}.${name}`)]));
  };
  return walk(structure, root);
};
