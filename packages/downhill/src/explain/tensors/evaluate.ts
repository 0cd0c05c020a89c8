/** Formulas of elements computed for all elements at once. */
import { logsumexp, softmax } from "../../functions/reductions.ts";
import { convert } from "../../primitives/logic.ts";
import { iota } from "../../primitives/generators.ts";
import { applyOperation } from "../../transforms/operations.ts";
import { broadcast, reduceSum, reshape, transpose } from "../../primitives/movement.ts";
import { reduceMax, reduceMin } from "../../primitives/reductions.ts";
import { isFloating } from "../../tensor/dtype.ts";
import { literal, type Tensor } from "../../tensor/tensor.ts";
import { evaluateWith } from "../algebra/evaluate.ts";
import type { CallNode, Node } from "../algebra/node.ts";
import { isLabel, type Labels } from "./labels.ts";

/** A tensor with an axis for each label. */
interface Labelled {
  readonly tensor: Tensor;
  readonly labels: readonly string[];
}

const dtype = "float64";

/** The tensor with axes for more labels, in their order. */
const spread = ({ tensor, labels }: Labelled, wanted: readonly string[], all: Labels): Tensor => {
  const present = wanted.filter((label) => labels.includes(label));
  const ordered = transpose(
    tensor,
    present.map((label) => labels.indexOf(label)),
  );
  return broadcast(
    ordered,
    wanted.map((label) => all.length(label)),
    present.map((label) => wanted.indexOf(label)),
  );
};

const union = (values: readonly Labelled[]): string[] => [...new Set(values.flatMap(({ labels }) => labels))];

/**
 * The tensor of a formula's elements, float64, with an axis for each of `wanted`, and its axes of length 1 as in `shape`.
 *
 * @param valueOf the value of a name.
 */
export const evaluateElements = (
  node: Node,
  wanted: readonly string[],
  shape: readonly number[],
  valueOf: (name: string) => Tensor,
  all: Labels,
): Tensor => {
  const named = (name: string, labels: readonly string[]): Labelled => {
    const value = valueOf(name);
    const tensor = isFloating(value.dtype) || value.dtype === "int32" ? convert(value, dtype) : value;
    return {
      tensor: reshape(
        tensor,
        labels.map((label) => all.length(label)),
      ),
      labels,
    };
  };
  const labelOf = (part: Node | undefined): string => (part?.kind === "symbol" ? part.name : "");
  const along = (value: Labelled, label: string, f: (x: Tensor, axis: number) => Tensor): Labelled => ({
    tensor: f(value.tensor, value.labels.indexOf(label)),
    labels: value.labels.filter((other) => other !== label),
  });
  const special = (
    { primitive, args }: CallNode,
    evaluate: (part: Node) => Labelled,
  ): Labelled | undefined => {
    const label = labelOf(args[1]);
    switch (primitive) {
      case "element":
        return named(labelOf(args[0]), args.slice(1).map(labelOf));
      case "sum":
        return along(evaluate(args[0]!), label, (x, axis) => reduceSum(x, [axis]));
      case "max":
        return along(evaluate(args[0]!), label, (x, axis) => reduceMax(x, [axis]));
      case "min":
        return along(evaluate(args[0]!), label, (x, axis) => reduceMin(x, [axis]));
      case "logsumexp":
        return along(evaluate(args[0]!), label, (x, axis) => logsumexp(x, axis));
      case "softmax": {
        const value = evaluate(args[0]!);
        return { ...value, tensor: softmax(value.tensor, value.labels.indexOf(label)) };
      }
      default:
        return undefined;
    }
  };
  const result = evaluateWith<Labelled>(node, {
    constant: (value) => ({ tensor: literal(value, dtype), labels: [] }),
    symbol: (name) =>
      isLabel(name) ? { tensor: iota([all.length(name)], 0, dtype), labels: [name] } : named(name, []),
    apply: (primitive, ...operands) => {
      const labels = union(operands);
      const tensors = operands.map((operand) =>
        operand.labels.length === 0 ? operand.tensor : spread(operand, labels, all),
      );
      return { tensor: applyOperation(primitive, tensors), labels };
    },
    special,
  });
  return reshape(spread(result, wanted, all), shape);
};
