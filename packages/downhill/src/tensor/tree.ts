/** Trees: any nesting of plain objects and arrays, with leaves of one kind. */
import { ArgumentError } from "./errors.ts";

/** A nesting of plain objects and arrays whose leaves are `Leaf`. */
export type Tree<Leaf> = Leaf | readonly Tree<Leaf>[] | { readonly [key: string]: Tree<Leaf> };

/** The same nesting as `T`, with `To` in place of each leaf of type `From`. */
export type MapTree<T, From, To> = T extends From
  ? To
  : T extends readonly unknown[]
    ? { [K in keyof T]: MapTree<T[K], From, To> }
    : T extends object
      ? { [K in keyof T]: MapTree<T[K], From, To> }
      : To;

/** The form of a tree without its leaves. `key` identifies it: equal keys mean equal forms. */
export interface TreeStructure {
  readonly key: string;
  readonly leafCount: number;
  readonly unflatten: <Leaf>(leaves: readonly Leaf[]) => Tree<Leaf>;
}

const isPlainObject = (value: unknown): value is Record<string, unknown> => {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};

/**
 * Leaves and structure of a tree. Objects are walked in the order of their sorted keys, so that two objects with
 * the same keys have the same structure; `undefined` and `null` are empty trees and come back as they are.
 *
 * @param isLeaf which values are leaves; anything that is neither leaf, array nor plain object is refused.
 */
export const flatten = <Leaf>(
  tree: unknown,
  isLeaf: (value: unknown) => value is Leaf,
  operation = "tree",
): { leaves: Leaf[]; structure: TreeStructure } => {
  const leaves: Leaf[] = [];
  type Rebuild = (take: () => unknown) => unknown;
  let key = "";
  const walk = (node: unknown, path: string): Rebuild => {
    if (isLeaf(node)) {
      leaves.push(node);
      key += "*";
      return (take) => take();
    }
    if (node === undefined || node === null) {
      key += node === null ? "n" : "u";
      return () => node;
    }
    if (Array.isArray(node)) {
      key += "[";
      const parts = node.map((part, index) => walk(part, `${path}[${index}]`));
      key += "]";
      return (take) => parts.map((part) => part(take));
    }
    if (isPlainObject(node)) {
      key += "{";
      const parts = Object.keys(node)
        .sort()
        .map((name) => {
          key += JSON.stringify(name);
          return [name, walk(node[name], path === "" ? name : `${path}.${name}`)] as const;
        });
      key += "}";
      return (take) => Object.fromEntries(parts.map(([name, part]) => [name, part(take)]));
    }
    throw new ArgumentError(
      operation,
      `${path === "" ? "the value" : path} is ${describe(node)}; ` +
        "write tensors or numbers, nested in plain objects and arrays",
    );
  };
  const rebuild = walk(tree, "");
  const structure: TreeStructure = {
    key,
    leafCount: leaves.length,
    unflatten: <L>(values: readonly L[]) => {
      if (values.length !== leaves.length)
        throw new Error(`internal: ${values.length} leaves for a tree of ${leaves.length}`);
      let next = 0;
      return rebuild(() => values[next++]) as Tree<L>;
    },
  };
  return { leaves, structure };
};

const describe = (value: unknown): string => {
  if (typeof value === "object" && value !== null) return `a ${value.constructor.name}`;
  return `a ${typeof value}`;
};
