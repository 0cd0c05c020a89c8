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
  /** The leaves of a tree that has this structure; undefined if it has another. */
  readonly collect: <Leaf>(tree: unknown, isLeaf: (value: unknown) => value is Leaf) => Leaf[] | undefined;
}

const isPlainObject = (value: unknown): value is Record<string, unknown> => {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};

type Form =
  | { readonly kind: "leaf" }
  | { readonly kind: "fixed"; readonly value: null | undefined | boolean }
  | { readonly kind: "array"; readonly parts: readonly Form[] }
  | { readonly kind: "object"; readonly names: readonly string[]; readonly parts: readonly Form[] };

const keyOf = (form: Form): string => {
  switch (form.kind) {
    case "leaf":
      return "*";
    case "fixed":
      return form.value === null ? "n" : form.value === undefined ? "u" : form.value ? "t" : "f";
    case "array":
      return `[${form.parts.map(keyOf).join("")}]`;
    case "object":
      return `{${form.parts.map((part, i) => JSON.stringify(form.names[i]) + keyOf(part)).join("")}}`;
  }
};

/** Sets an own property; plain assignment of `__proto__` would set the prototype. */
const define = (object: Record<string, unknown>, name: string, value: unknown): void => {
  if (name === "__proto__")
    Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
  else object[name] = value;
};

const rebuild = (form: Form, take: () => unknown): unknown => {
  switch (form.kind) {
    case "leaf":
      return take();
    case "fixed":
      return form.value;
    case "array":
      return form.parts.map((part) => rebuild(part, take));
    case "object": {
      const object: Record<string, unknown> = {};
      for (let i = 0; i < form.parts.length; i++)
        define(object, form.names[i]!, rebuild(form.parts[i]!, take));
      return object;
    }
  }
};

const collectInto = <Leaf>(
  leaves: Leaf[],
  form: Form,
  node: unknown,
  isLeaf: (value: unknown) => value is Leaf,
): boolean => {
  if (isLeaf(node)) {
    leaves.push(node);
    return form.kind === "leaf";
  }
  switch (form.kind) {
    case "leaf":
      return false;
    case "fixed":
      return node === form.value;
    case "array": {
      const { parts } = form;
      if (!Array.isArray(node) || node.length !== parts.length) return false;
      for (let i = 0; i < parts.length; i++)
        if (!collectInto(leaves, parts[i]!, node[i], isLeaf)) return false;
      return true;
    }
    case "object": {
      const { names, parts } = form;
      if (!isPlainObject(node)) return false;
      let count = 0;
      for (const name in node) if (Object.hasOwn(node, name)) count++;
      if (count !== names.length) return false;
      for (let i = 0; i < names.length; i++) {
        const name = names[i]!;
        if (!Object.hasOwn(node, name) || !collectInto(leaves, parts[i]!, node[name], isLeaf)) return false;
      }
      return true;
    }
  }
};

const structureOf = (form: Form, leafCount: number): TreeStructure => ({
  key: keyOf(form),
  leafCount,
  unflatten: <Leaf>(leaves: readonly Leaf[]) => {
    if (leaves.length !== leafCount)
      throw new Error(`internal: ${leaves.length} leaves for a tree of ${leafCount}`);
    let next = 0;
    return rebuild(form, () => leaves[next++]) as Tree<Leaf>;
  },
  collect: <Leaf>(tree: unknown, isLeaf: (value: unknown) => value is Leaf) => {
    const leaves: Leaf[] = [];
    return collectInto(leaves, form, tree, isLeaf) ? leaves : undefined;
  },
});

/**
 * Leaves and structure of a tree. Objects are walked in the order of their sorted keys, so that two objects with
 * the same keys have the same structure; `undefined` and `null` are empty trees and come back as they are, and so do
 * booleans that are no leaves: they are settings, and trees with other settings have another structure.
 *
 * @param isLeaf which values are leaves; anything that is neither leaf, array nor plain object is refused.
 */
export const flatten = <Leaf>(
  tree: unknown,
  isLeaf: (value: unknown) => value is Leaf,
  operation = "tree",
): { leaves: Leaf[]; structure: TreeStructure } => {
  const leaves: Leaf[] = [];
  const walk = (node: unknown, path: string): Form => {
    if (isLeaf(node)) {
      leaves.push(node);
      return { kind: "leaf" };
    }
    if (node === undefined || node === null || typeof node === "boolean")
      return { kind: "fixed", value: node };
    if (Array.isArray(node))
      return { kind: "array", parts: node.map((part, index) => walk(part, `${path}[${index}]`)) };
    if (isPlainObject(node)) {
      const names = Object.keys(node).sort();
      const parts = names.map((name) => walk(node[name], path === "" ? name : `${path}.${name}`));
      return { kind: "object", names, parts };
    }
    throw new ArgumentError(
      operation,
      `${path === "" ? "the value" : path} is ${describe(node)}; ` +
        "write tensors or numbers, nested in plain objects and arrays",
    );
  };
  const form = walk(tree, "");
  return { leaves, structure: structureOf(form, leaves.length) };
};

/** Where each leaf of a tree stands, in the order of `flatten`: `layers[0].kernel`. */
export const pathsOf = (tree: unknown, isLeaf: (value: unknown) => boolean): string[] => {
  const walk = (node: unknown, path: string): string[] => {
    if (isLeaf(node)) return [path];
    if (Array.isArray(node)) return node.flatMap((part, index) => walk(part, `${path}[${index}]`));
    if (!isPlainObject(node)) return [];
    return Object.keys(node)
      .sort()
      .flatMap((name) => walk(node[name], path === "" ? name : `${path}.${name}`));
  };
  return walk(tree, "");
};

const describe = (value: unknown): string => {
  if (typeof value === "object" && value !== null) return `a ${value.constructor.name}`;
  return `a ${typeof value}`;
};
