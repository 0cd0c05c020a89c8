/**
 * Axes by label. A tensor in a formula is its element at an index for each axis, X(i, j), so that every rule for numbers
 * holds for tensors too, and sums say which index they run over: Σ_j X(i, j)·w(j). Axes of length 1 have no label.
 */
import { call, product } from "../algebra/build.ts";
import { isCall, type Node, number, plainCall, symbol, type SymbolNode } from "../algebra/node.ts";
import * as q from "../algebra/rational.ts";
import { substitute } from "../algebra/traverse.ts";

/** The labels in use, what they run over, and which of them run along together. */
export interface Labels {
  /** A label of its own for each axis that is longer than 1. */
  fresh(shape: readonly number[]): string[];
  /** Two labels that stand for the same axis in different places. */
  unite(a: string, b: string): void;
  length(label: string): number;
  /** The length as a constant with a letter: n. */
  size(label: string): SymbolNode;
  /** The sizes that were asked for. */
  sizes(): SymbolNode[];
  /** The letter of an index: i, j, …; the same for labels that are united. */
  letter(label: string): string;
}

/** Names of labels begin with it; those of variables cannot. */
const prefix = "axis ";

export const isLabel = (name: string): boolean => name.startsWith(prefix);

const sizeLetters = ["n", "m", "k", "p", "q"];
const indexLetters = ["i", "j", "k", "l", "m", "n"];

/** @param taken names that sizes must not have */
export const createLabels = (taken: readonly string[]): Labels => {
  const lengths = new Map<string, number>();
  const parents = new Map<string, string>();
  const sizes = new Map<string, SymbolNode>();
  const letters = new Map<string, string>();
  const root = (label: string): string => {
    const parent = parents.get(label);
    return parent === undefined ? label : root(parent);
  };
  const free = sizeLetters.filter((letter) => !taken.includes(letter));
  return {
    fresh: (shape) =>
      shape
        .filter((length) => length !== 1)
        .map((length) => {
          const label = `${prefix}${lengths.size}`;
          lengths.set(label, length);
          return label;
        }),
    unite: (a, b) => {
      const [first, second] = [root(a), root(b)];
      if (first !== second) parents.set(second, first);
    },
    length: (label) => lengths.get(label)!,
    size: (label) => {
      const axis = root(label);
      let size = sizes.get(axis);
      if (size === undefined) {
        size = symbol(free[sizes.size] ?? `n${sizes.size}`, lengths.get(axis));
        sizes.set(axis, size);
      }
      return size;
    },
    sizes: () => [...sizes.values()],
    letter: (label) => {
      const axis = root(label);
      let letter = letters.get(axis);
      if (letter === undefined) {
        letter = indexLetters[letters.size] ?? `i${letters.size}`;
        letters.set(axis, letter);
      }
      return letter;
    },
  };
};

/** The element of a named tensor; the name itself if it has no axes. */
export const elementOf = (name: string, labels: readonly string[]): Node =>
  labels.length === 0
    ? symbol(name)
    : plainCall("element", [symbol(name), ...labels.map((label) => symbol(label))]);

/** Operations that run over an index: sums, and what the engine has for rows. */
export const binders = ["sum", "max", "min", "logsumexp", "softmax"] as const;

/** Whether a formula depends on an index from outside: not one that runs in it. */
export const dependsOn = (node: Node, label: string): boolean => {
  switch (node.kind) {
    case "number":
      return false;
    case "symbol":
      return node.name === label;
    case "sum":
      return node.terms.some((term) => dependsOn(term.node, label));
    case "product":
      return node.factors.some((factor) => dependsOn(factor, label));
    case "power":
      return dependsOn(node.base, label) || dependsOn(node.exponent, label);
    case "call": {
      const bound = node.primitive !== "softmax" && isBinder(node) ? node.args[1] : undefined;
      return bound?.kind === "symbol" && bound.name === label
        ? false
        : node.args.some((arg) => dependsOn(arg, label));
    }
  }
};

export const isBinder = (node: Node): boolean => binders.some((name) => isCall(node, name));

/** The formula with other labels. */
export const relabel = (node: Node, labels: ReadonlyMap<string, string>): Node =>
  labels.size === 0
    ? node
    : substitute(node, (part) => {
        const other = part.kind === "symbol" ? labels.get(part.name) : undefined;
        return other === undefined ? undefined : symbol(other);
      });

/** Σ over a label: what does not depend on it stands outside, and a term without it counts as often as it is added. */
export const sumOver = (node: Node, label: string, labels: Labels): Node => {
  if (!dependsOn(node, label)) return product(labels.size(label), node);
  if (node.kind !== "product") return call("sum", [node, symbol(label)]);
  const inside = node.factors.filter((factor) => dependsOn(factor, label));
  const outside = node.factors.filter((factor) => !dependsOn(factor, label));
  return product(
    number(node.coefficient),
    ...outside,
    call("sum", [product(number(q.one), ...inside), symbol(label)]),
  );
};
