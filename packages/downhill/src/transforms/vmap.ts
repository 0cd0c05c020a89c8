/** Functions of one example applied to many at once. */
import { applyProgram, traceProgram } from "../program/trace.ts";
import { broadcastTo, transpose } from "../primitives/movement.ts";
import { ArgumentError, ShapeError } from "../tensor/errors.ts";
import { allAxes, formatShape, normalizeAxis } from "../tensor/shape.ts";
import type { Tensor, TensorType } from "../tensor/tensor.ts";
import { flatFunction, flattenTensors, isLeaf, type LooseFunction, loosely } from "./arguments.ts";
import { batchProgram } from "./batching.ts";

/** An axis, null for "not batched", or a nesting of these that matches an argument. */
export type AxisTree = number | null | readonly AxisTree[] | { readonly [key: string]: AxisTree };

export interface VmapOptions {
  /** The batch axis of each argument: one for all, or a list with an entry for each; 0 if left out. */
  readonly inAxes?: AxisTree;
  /** Where the batch axis goes in the result; 0 if left out. */
  readonly outAxes?: AxisTree;
}

/** An axis for each leaf of `tree`, from a nesting of axes that may end early. */
const axesOfLeaves = (operation: string, axes: AxisTree, tree: unknown): (number | null)[] => {
  if (typeof axes === "number" || axes === null)
    return flattenTensors(tree, operation).leaves.map(() => axes);
  if (Array.isArray(axes)) {
    if (!Array.isArray(tree) || tree.length !== axes.length)
      throw new ArgumentError(
        operation,
        `${axes.length} axes given for ${Array.isArray(tree) ? tree.length : 1} values`,
      );
    return (axes as readonly AxisTree[]).flatMap((axis, i) => axesOfLeaves(operation, axis, tree[i]));
  }
  const named = axes as { readonly [key: string]: AxisTree };
  const names = Object.keys(named).join(", ");
  if (isLeaf(tree) || Array.isArray(tree) || typeof tree !== "object" || tree === null)
    throw new ArgumentError(
      operation,
      `axes by name (${names}) given for ${Array.isArray(tree) ? "a list" : "a tensor"}; ` +
        "write them nested as the values are, in inAxes within a list with an entry for each argument",
    );
  for (const name of Object.keys(named))
    if (!Object.hasOwn(tree, name))
      throw new ArgumentError(
        operation,
        `an axis given for "${name}", but there are ${Object.keys(tree).join(", ")}`,
      );
  const values = tree as Readonly<Record<string, unknown>>;
  // Leaves come in the order of sorted keys.
  return Object.keys(values)
    .sort()
    .flatMap((key) => {
      const axis = named[key];
      if (axis === undefined)
        throw new ArgumentError(operation, `no axis given for "${key}"; write null if it is not batched`);
      return axesOfLeaves(operation, axis, values[key]);
    });
};

const moveAxis = (x: Tensor, from: number, to: number): Tensor => {
  const order = allAxes(x.rank).filter((axis) => axis !== from);
  order.splice(to, 0, from);
  return transpose(x, order);
};

/**
 * `f` on a batch: like a loop over the batch axis with the results stacked, but as one operation each.
 *
 * @throws ShapeError if the batch axes differ in length.
 */
export const vmap = <A extends readonly unknown[], R>(
  f: (...args: A) => R,
  { inAxes = 0, outAxes = 0 }: VmapOptions = {},
): LooseFunction<A, R> =>
  loosely((...args) => {
    const { leaves, structure } = flattenTensors(args, "vmap");
    const axes = axesOfLeaves("vmap", inAxes, args).map((axis, i) =>
      axis === null ? null : normalizeAxis("vmap", axis, leaves[i]!.rank),
    );
    const lengths = leaves.flatMap((leaf, i) => (axes[i] === null ? [] : [leaf.shape[axes[i]!]!]));
    const [size] = lengths;
    if (size === undefined)
      throw new ArgumentError(
        "vmap",
        "no argument has a batch axis; give inAxes other than null for at least one",
      );
    if (lengths.some((length) => length !== size))
      throw new ShapeError(
        "vmap",
        `batch axes differ in length: ${lengths.join(", ")}, from shapes ` +
          `${leaves.map((leaf) => formatShape(leaf.shape)).join(", ")}; mark unbatched arguments with inAxes null`,
        leaves.map((leaf) => leaf.shape),
      );
    const types = leaves.map(({ shape, dtype }, i): TensorType => ({
      shape: shape.filter((_, axis) => axis !== axes[i]),
      dtype,
    }));
    const flat = flatFunction(f, structure, "vmap");
    const { program, captured } = traceProgram("vmap", types, flat);
    const flags = [...captured.map(() => false), ...axes.map((axis) => axis !== null)];
    const { program: batchedProgram, batched } = batchProgram(program, flags, size);
    const inputs = leaves.map((leaf, i) => (axes[i] === null ? leaf : moveAxis(leaf, axes[i]!, 0)));
    const results = applyProgram(batchedProgram, [...captured, ...inputs]);
    const full = results.map((result, i) =>
      batched[i] ? result : broadcastTo(result, [size, ...result.shape]),
    );
    const tree = flat.result().unflatten(full);
    const resultAxes = axesOfLeaves("vmap", outAxes, tree);
    const moved = full.map((result, i) => {
      const axis = resultAxes[i];
      if (axis === null || axis === undefined) {
        if (batched[i])
          throw new ArgumentError("vmap", "outAxes is null for a result that differs along the batch");
        return results[i]!;
      }
      return moveAxis(result, 0, normalizeAxis("vmap", axis, result.rank));
    });
    return flat.result().unflatten(moved) as R;
  });
