/** Classes: labels of any kind as indices, and weights of classes. */
import { ArgumentError } from "../tensor/errors.ts";
import { Tensor } from "../tensor/tensor.ts";

export type Label = string | number | boolean;

/** One label for each row. */
export type LabelData = ArrayLike<Label> | Tensor;

/** `"balanced"`: rows / (classes · rows of the class), rows counted by their weights; or a weight for each label (1 for those left out). */
export type ClassWeight = "balanced" | ReadonlyMap<Label, number> | Readonly<Record<string, number>>;

export const labelsOf = (y: LabelData): Label[] => {
  if (!(y instanceof Tensor)) return Array.from(y);
  return Array.from(y.data, (value) => (y.dtype === "bool" ? value === 1 : value));
};

/** What messages call the cells that labels are read from. */
export interface LabelPlace {
  readonly all: string;
  readonly at: (row: number) => string;
}

const targets: LabelPlace = { all: "y", at: (row) => `y[${row}]` };

const requireLabel = (operation: string, label: unknown, row: number, at: LabelPlace["at"]): void => {
  const isLabel =
    typeof label === "string" ||
    typeof label === "boolean" ||
    (typeof label === "number" && !Number.isNaN(label));
  if (!isLabel)
    throw new ArgumentError(
      operation,
      `${at(row)} is ${String(label)}; labels are text, numbers or booleans, and none may be missing`,
    );
};

const before = (a: Label, b: Label): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * The distinct labels, sorted: numbers by size, text by code units, false before true.
 *
 * @throws ArgumentError if a label is missing or the labels are of different kinds.
 */
export const distinctLabels = (
  operation: string,
  labels: readonly Label[],
  { all, at }: LabelPlace = targets,
): Label[] => {
  labels.forEach((label, row) => requireLabel(operation, label, row, at));
  const odd = labels.findIndex((label) => typeof label !== typeof labels[0]);
  if (odd >= 0)
    throw new ArgumentError(
      operation,
      `${all} mixes kinds of labels: ${at(0)} is a ${typeof labels[0]}, ${at(odd)} a ${typeof labels[odd]}`,
    );
  return [...new Set(labels)].sort(before);
};

/** For each row the index of its class. @throws ArgumentError at a label that is none of the classes. */
export const classIndices = (
  operation: string,
  labels: readonly Label[],
  classes: readonly Label[],
): Int32Array => {
  const index = new Map(classes.map((label, i) => [label, i]));
  return Int32Array.from(labels, (label, row) => {
    const found = index.get(label);
    if (found === undefined)
      throw new ArgumentError(
        operation,
        `y[${row}] is ${JSON.stringify(label)}, which is none of the classes ${classes.map((c) => JSON.stringify(c)).join(", ")}`,
      );
    return found;
  });
};

const weightOfLabel = (weights: Exclude<ClassWeight, "balanced">, label: Label): number => {
  const weight =
    weights instanceof Map
      ? (weights as ReadonlyMap<Label, number>).get(label)
      : (weights as Readonly<Record<string, number>>)[String(label)];
  return weight ?? 1;
};

/** One factor for each class. `"balanced"` counts weights, so that a weight of k is as if the row were there k times. */
export const classFactors = (
  operation: string,
  classWeight: ClassWeight | null,
  classes: readonly Label[],
  indices: ArrayLike<number>,
  weights: ArrayLike<number>,
): number[] => {
  if (classWeight === null) return classes.map(() => 1);
  if (classWeight === "balanced") {
    const counts = new Array<number>(classes.length).fill(0);
    for (let row = 0; row < indices.length; row++) counts[indices[row]!]! += weights[row]!;
    const all = counts.reduce((sum, count) => sum + count, 0);
    return counts.map((count) => (count === 0 ? 0 : all / (classes.length * count)));
  }
  if (typeof classWeight !== "object")
    throw new ArgumentError(
      operation,
      `classWeight is ${JSON.stringify(classWeight)}; write "balanced", a Map or an object of weights by label, or null`,
    );
  const named =
    classWeight instanceof Map
      ? [...(classWeight as ReadonlyMap<Label, number>).keys()]
      : Object.keys(classWeight);
  const unknown = named.find((name) => !classes.some((label) => label === name || String(label) === name));
  if (unknown !== undefined)
    throw new ArgumentError(
      operation,
      `classWeight names ${JSON.stringify(unknown)}, which is not among the classes`,
    );
  return classes.map((label) => {
    const weight = weightOfLabel(classWeight, label);
    if (!(weight >= 0 && weight < Infinity))
      throw new ArgumentError(
        operation,
        `classWeight of ${JSON.stringify(label)} is ${weight}; write a number ≥ 0`,
      );
    return weight;
  });
};
