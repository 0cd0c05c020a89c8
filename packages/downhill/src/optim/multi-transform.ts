/** Different transformations for different parts of the parameters. */
import { zerosLike } from "../functions/create.ts";
import { ArgumentError } from "../tensor/errors.ts";
import { Tensor } from "../tensor/tensor.ts";
import { pathsOf } from "../tensor/tree.ts";
import {
  type GradientTransformation,
  identity,
  type Optimizer,
  type OptimizerState,
  stateless,
} from "./transformation.ts";
import { leavesOf, withLeaves } from "./tree.ts";

/** A tree like the parameters down to labels, each of which stands for all that is below it. */
export type LabelTree<Label> =
  Label | readonly LabelTree<Label>[] | { readonly [key: string]: LabelTree<Label> };

/** Labels, or a function that gives the label of a tensor of the parameters, found at `path`: `layers[0].kernel`. */
export type Labels<Label> = LabelTree<Label> | ((leaf: Tensor, path: string) => Label);

const isLeaf = (value: unknown): boolean => value instanceof Tensor;

/** The label of each leaf of `tree`, in the order of `leavesOf`. */
const labelsOf = <Label>(operation: string, labels: Labels<Label>, tree: object): Label[] => {
  if (typeof labels === "function") {
    const paths = pathsOf(tree, isLeaf);
    const labelOf = labels as (leaf: Tensor, path: string) => Label;
    return leavesOf(operation, tree).map((leaf, i) => labelOf(leaf, paths[i]!));
  }
  const isNode = (value: unknown): value is Record<string, unknown> =>
    typeof value === "object" && value !== null && !isLeaf(value);
  const walk = (node: unknown, label: unknown, path: string): Label[] => {
    if (label === undefined)
      throw new ArgumentError(operation, `no label for ${path}; label it or what contains it`);
    if (!isNode(label)) return pathsOf(node, isLeaf).map(() => label as Label);
    const keys = isNode(node) ? (Array.isArray(node) ? Object.keys(node) : Object.keys(node).sort()) : [];
    const extra = Object.keys(label).find((key) => !keys.includes(key));
    if (extra !== undefined)
      throw new ArgumentError(
        operation,
        `a label for ${extra}, which ${path === "" ? "the parameters have" : `${path} has`} not; ` +
          (keys.length === 0 ? "it is one tensor" : `there are ${keys.join(", ")}`),
      );
    return keys.flatMap((key) =>
      walk((node as Record<string, unknown>)[key], label[key], path === "" ? key : `${path}.${key}`),
    );
  };
  return walk(tree, labels, "");
};

/** A transformation for each group of leaves; each sees its group alone, as a list. */
const grouped = (
  operation: string,
  transforms: Readonly<Record<string, Optimizer>>,
  labelsOfLeaves: (tree: object) => readonly string[],
): GradientTransformation<Readonly<Record<string, OptimizerState>>> => {
  const names = Object.keys(transforms);
  /** The places of each group's leaves. */
  const groupsOf = (tree: object): [label: string, places: number[]][] => {
    const groups = new Map<string, number[]>(names.map((label) => [label, []]));
    labelsOfLeaves(tree).forEach((label, place) => {
      const places = groups.get(label);
      if (places === undefined)
        throw new ArgumentError(
          operation,
          `a label ${JSON.stringify(label)}, but transformations only for ${names.join(", ")}`,
        );
      places.push(place);
    });
    return [...groups];
  };
  return {
    init: (params) => {
      const leaves = leavesOf(operation, params);
      return Object.fromEntries(
        groupsOf(params).map(([label, places]) => [
          label,
          transforms[label]!.init(places.map((place) => leaves[place]!)),
        ]),
      );
    },
    update: (gradients, state, params, extras) => {
      const leaves = leavesOf(operation, gradients);
      const parameters = params && leavesOf(operation, params);
      const updates = leaves.slice();
      const states = groupsOf(gradients).map(([label, places]): [string, OptimizerState] => {
        const pick = (from: readonly Tensor[]): Tensor[] => places.map((place) => from[place]!);
        const [changed, next] = transforms[label]!.update(
          pick(leaves),
          state[label]!,
          parameters && pick(parameters),
          extras,
        );
        places.forEach((place, i) => (updates[place] = changed[i]!));
        return [label, next];
      });
      return [withLeaves(operation, gradients, updates), Object.fromEntries(states)];
    },
  };
};

/**
 * Another transformation for each group of parameters: learning rates of their own for some layers, say. Each sees its
 * group alone, as a list of tensors.
 *
 * @param transforms by label.
 * @param paramLabels `{ encoder: "slow", head: "fast" }`, or a function of each tensor and its path.
 * @throws ArgumentError if parameters have no label, or one that `transforms` does not have.
 */
export const multiTransform = (
  transforms: Readonly<Record<string, Optimizer>>,
  paramLabels: Labels<string>,
): Optimizer =>
  grouped("multiTransform", transforms, (tree) => labelsOf("multiTransform", paramLabels, tree));

/**
 * A transformation of the parameters whose mask is true; the gradients of the others stay as they are. Weight decay of
 * kernels but not of biases: `masked(addDecayedWeights(1e-4), { kernel: true, bias: false })`.
 */
export const masked = (inner: Optimizer, mask: Labels<boolean>): Optimizer =>
  grouped("masked", { true: inner, false: identity() }, (tree) => labelsOf("masked", mask, tree).map(String));

/** Updates of 0: parameters that stay as they are. */
export const setToZero = (): GradientTransformation<[]> => stateless("setToZero", zerosLike);
