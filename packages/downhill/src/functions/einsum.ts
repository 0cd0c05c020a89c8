/** Sums of products in Einstein's notation, done as matrix products. */
import * as p from "../primitives/index.ts";
import { promote } from "../tensor/dtype.ts";
import { ArgumentError, ShapeError } from "../tensor/errors.ts";
import { formatShape, sizeOf } from "../tensor/shape.ts";
import type { Operand, Tensor } from "../tensor/tensor.ts";
import { diagonal } from "./diagonals.ts";
import { asTensor, numeric } from "./operands.ts";

/** A tensor with a label for each axis: a letter, or a number for an axis that `...` stands for. */
interface Labelled {
  readonly tensor: Tensor;
  readonly labels: readonly string[];
}

const letters = /^[a-zA-Z]*(\.\.\.[a-zA-Z]*)?$/;

/** Labels of subscripts for `rank` axes; those of `...` are counted from the last axis that it stands for. */
const labelsOf = (subscripts: string, rank: number): string[] => {
  if (!letters.test(subscripts))
    throw new ArgumentError("einsum", `"${subscripts}": subscripts are letters, and "..." once at most`);
  const [before, after] = subscripts.split("...") as [string, string?];
  const named = before.length + (after?.length ?? 0);
  const hidden = rank - named;
  if (after === undefined ? hidden !== 0 : hidden < 0)
    throw new ArgumentError("einsum", `"${subscripts}" has ${named} letters for a tensor of rank ${rank}`);
  return [...before, ...Array.from({ length: hidden }, (_, i) => String(hidden - i)), ...(after ?? "")];
};

const isHidden = (label: string): boolean => label >= "0" && label <= "9";

/** A label that an operand has several times stands for the diagonal of these axes, made of two at a time. */
const withoutRepeats = ({ tensor, labels }: Labelled): Labelled => {
  const second = labels.findIndex((label, axis) => labels.indexOf(label) !== axis);
  if (second < 0) return { tensor, labels };
  const label = labels[second]!;
  const first = labels.indexOf(label);
  return withoutRepeats({
    tensor: diagonal(tensor, { axis1: first, axis2: second }),
    labels: [...labels.filter((_, axis) => axis !== first && axis !== second), label],
  });
};

/** Sums over the axes whose label is not `needed` elsewhere. */
const summedOut = ({ tensor, labels }: Labelled, needed: ReadonlySet<string>): Labelled => ({
  tensor: p.reduceSum(
    tensor,
    labels.flatMap((label, axis) => (needed.has(label) ? [] : [axis])),
  ),
  labels: labels.filter((label) => needed.has(label)),
});

const axesOf = ({ labels }: Labelled, wanted: readonly string[]): number[] =>
  wanted.map((label) => labels.indexOf(label));

/** Spread over the axes `labels`, of the given lengths. */
const spread = (operand: Labelled, labels: readonly string[], shape: readonly number[]): Tensor => {
  const own = labels.filter((label) => operand.labels.includes(label));
  return p.broadcast(
    p.transpose(operand.tensor, axesOf(operand, own)),
    shape,
    own.map((label) => labels.indexOf(label)),
  );
};

/** The product of two operands, summed over the labels that are not `needed` any more. */
const product = (a: Labelled, b: Labelled, needed: ReadonlySet<string>): Labelled => {
  const shared = a.labels.filter((label) => b.labels.includes(label));
  const [batch, contract] = [
    shared.filter((label) => needed.has(label)),
    shared.filter((label) => !needed.has(label)),
  ];
  const free = [a, b].flatMap(({ labels }) => labels.filter((label) => !shared.includes(label)));
  const labels = [...batch, ...free];
  if (contract.length > 0)
    return {
      tensor: p.dot(a.tensor, b.tensor, {
        leftContract: axesOf(a, contract),
        rightContract: axesOf(b, contract),
        leftBatch: axesOf(a, batch),
        rightBatch: axesOf(b, batch),
      }),
      labels,
    };
  const shape = labels.map((label) =>
    a.labels.includes(label)
      ? a.tensor.shape[a.labels.indexOf(label)]!
      : b.tensor.shape[b.labels.indexOf(label)]!,
  );
  return { tensor: p.mul(spread(a, labels, shape), spread(b, labels, shape)), labels };
};

/** Checks that equal labels have equal lengths; an axis of length 1 that `...` stands for is dropped where it broadcasts. */
const aligned = (operands: readonly Labelled[], spec: string): Labelled[] => {
  const lengths = new Map<string, number>();
  for (const { tensor, labels } of operands)
    labels.forEach((label, axis) => {
      const length = tensor.shape[axis]!;
      const known = lengths.get(label);
      if (known === undefined || (known === 1 && isHidden(label))) lengths.set(label, length);
      else if (known !== length && !(length === 1 && isHidden(label)))
        throw new ShapeError(
          "einsum",
          `"${spec}": ${isHidden(label) ? "an axis of ..." : label} has length ${known} and length ${length}, ` +
            `among shapes ${operands.map((operand) => formatShape(operand.tensor.shape)).join(", ")}`,
          operands.map((operand) => operand.tensor.shape),
        );
    });
  return operands.map(({ tensor, labels }) => {
    const kept = labels.map((label, axis) => tensor.shape[axis] === lengths.get(label));
    return {
      tensor: p.reshape(
        tensor,
        tensor.shape.filter((_, axis) => kept[axis]),
      ),
      labels: labels.filter((_, axis) => kept[axis]),
    };
  });
};

/** Labels that stand once, in the order of the alphabet, those of `...` first: what a spec without an arrow means. */
const impliedOutput = (operands: readonly Labelled[]): string[] => {
  const all = operands.flatMap(({ labels }) => labels);
  const hidden = Math.max(0, ...all.filter(isHidden).map(Number));
  return [
    ...labelsOf("...", hidden),
    ...all
      .filter((label, i) => !isHidden(label) && all.indexOf(label) === i && all.lastIndexOf(label) === i)
      .sort(),
  ];
};

const outputLabels = (output: string, operands: readonly Labelled[], spec: string): string[] => {
  const present = new Set(operands.flatMap(({ labels }) => labels));
  const hidden = Math.max(0, ...[...present].filter(isHidden).map(Number));
  const labels = labelsOf(output, output.includes("...") ? output.length - 3 + hidden : output.length);
  for (const label of labels)
    if (!present.has(label))
      throw new ArgumentError("einsum", `"${spec}": ${label} stands in the result and in no operand`);
  if (new Set(labels).size !== labels.length)
    throw new ArgumentError("einsum", `"${spec}": a letter stands twice in the result; diag makes diagonals`);
  return labels;
};

/** The pair of operands whose product is smallest. */
const smallestPair = (
  operands: readonly Labelled[],
  neededBeside: (i: number, j: number) => ReadonlySet<string>,
): [number, number] => {
  let best: [number, number] = [0, 1];
  let least = Infinity;
  for (let j = 1; j < operands.length; j++)
    for (let i = 0; i < j; i++) {
      const needed = neededBeside(i, j);
      const lengths = new Map<string, number>();
      for (const { tensor, labels } of [operands[i]!, operands[j]!])
        labels.forEach((label, axis) => {
          if (needed.has(label)) lengths.set(label, tensor.shape[axis]!);
        });
      const size = sizeOf([...lengths.values()]);
      if (size < least) [best, least] = [[i, j], size];
    }
  return best;
};

/**
 * Sums of products in Einstein's notation, as NumPy writes it: letters name axes, axes with the same letter are
 * multiplied along, and those that are not behind the arrow are summed over. A letter several times in one operand is a diagonal,
 * `...` stands for any number of axes, which broadcast. Without an arrow the result has the letters that stand once, in
 * the order of the alphabet. Several operands are multiplied two at a time, the smallest product first.
 *
 *     einsum("ij,jk->ik", a, b)        // matrix product
 *     einsum("bhqd,bhkd->bhqk", q, k)  // products of all queries with all keys
 *     einsum("ii->", a)                // trace
 *
 * @throws ArgumentError if the spec is none, ShapeError if axes with one letter differ in length.
 */
export const einsum = (spec: string, ...operands: readonly Operand[]): Tensor => {
  const [left, output, ...more] = spec.replaceAll(" ", "").split("->");
  const subscripts = left!.split(",");
  if (more.length > 0 || subscripts.length !== operands.length || operands.length === 0)
    throw new ArgumentError(
      "einsum",
      `"${spec}" describes ${subscripts.length} operands, ${operands.length} are given; write it like "ij,jk->ik"`,
    );
  const given = operands.map((operand) => asTensor(operand));
  const dtype = numeric(given.map((tensor) => tensor.dtype).reduce(promote));
  const labelled = given.map((tensor, i): Labelled => ({
    tensor: p.convert(tensor, dtype),
    labels: labelsOf(subscripts[i]!, tensor.rank),
  }));
  const result = output === undefined ? impliedOutput(labelled) : outputLabels(output, labelled, spec);
  let factors = aligned(labelled, spec).map(withoutRepeats);
  /** The labels of the result and of all factors but two. */
  const neededBeside = (i: number, j: number): ReadonlySet<string> =>
    new Set([...result, ...factors.flatMap(({ labels }, k) => (k === i || k === j ? [] : labels))]);
  factors = factors.map((factor, i) => summedOut(factor, neededBeside(i, i)));
  while (factors.length > 1) {
    const [i, j] = smallestPair(factors, neededBeside);
    const joined = product(factors[i]!, factors[j]!, neededBeside(i, j));
    factors = [...factors.filter((_, k) => k !== i && k !== j), joined];
  }
  const [last] = factors;
  return p.transpose(last!.tensor, axesOf(last!, result));
};
