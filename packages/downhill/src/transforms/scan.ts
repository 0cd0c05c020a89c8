/** Loops that carry values from step to step, as one operation: differentiable, and compiled as a loop. */
import { traceProgram } from "../program/trace.ts";
import { ArgumentError, DTypeError, ShapeError } from "../tensor/errors.ts";
import { formatShape, sameShape } from "../tensor/shape.ts";
import type { Tensor, TensorType } from "../tensor/tensor.ts";
import { flatFunction, flattenTensors, type Loose } from "./arguments.ts";
import { elementOf } from "./loops/layout.ts";
import { bindScan } from "./loops/record.ts";

export interface ScanOptions {
  /** The number of steps, needed if there are no sequences. */
  readonly length?: number;
  /** Go through the sequences from their end. */
  readonly reverse?: boolean;
}

/** Refuses a carry that does not stay what it was. */
export const requireSameCarry = (
  operation: string,
  before: readonly Tensor[],
  after: readonly TensorType[],
  keys: readonly [string, string],
): void => {
  if (keys[0] !== keys[1])
    throw new ArgumentError(
      operation,
      operation === "scan"
        ? "the function must return [carry, result] with the carry nested as it came in; the nesting differs"
        : "the function must return the state nested as it came in; the nesting differs",
    );
  before.forEach((carry, i) => {
    const next = after[i]!;
    if (next.dtype !== carry.dtype)
      throw new DTypeError(
        operation,
        `a carry goes in as ${carry.dtype} and comes out as ${next.dtype}; ` +
          `start from .astype("${next.dtype}"), or convert what the function returns`,
      );
    if (!sameShape(next.shape, carry.shape))
      throw new ShapeError(
        operation,
        `a carry goes in with shape ${formatShape(carry.shape)} and comes out with ${formatShape(next.shape)}; ` +
          "it must keep its shape",
        [carry.shape, next.shape],
      );
  });
};

/**
 * A loop that carries values: `[carry, y] = f(carry, x)` for each x along axis 0 of `xs`, the carry of one step being
 * that of the next. Returns the last carry and the y of all steps, stacked along a new axis 0.
 *
 * It is one operation: compiled as a loop, differentiable in both modes to any order, and batched by `vmap`. Reverse mode
 * keeps what it needs of each step. Values cannot be read inside.
 *
 * @param f is traced once, for all steps alike.
 * @param init the first carry: a tensor, or a tree of tensors, whose shapes and dtypes stay.
 * @param xs a tensor or a tree of tensors with the steps along axis 0; null if there is nothing to go through.
 * @throws ShapeError, DTypeError if the carry changes its type.
 */
export const scan = <Carry, X, Y>(
  f: (carry: Carry, x: X) => readonly [carry: Carry, y: Y],
  init: Loose<Carry>,
  xs: Loose<X>,
  { length, reverse = false }: ScanOptions = {},
): [carry: Carry, ys: Y] => {
  const first = flattenTensors(init, "scan", [init, xs]);
  const sequences = flattenTensors(xs, "scan");
  for (const { shape } of sequences.leaves)
    if (shape.length === 0)
      throw new ShapeError("scan", "xs holds a scalar, which has no axis to go along; capture it instead", [
        shape,
      ]);
  const steps = length ?? sequences.leaves[0]?.shape[0];
  if (steps === undefined)
    throw new ArgumentError("scan", "xs has no tensors, so the number of steps is unknown; give { length }");
  if (!Number.isInteger(steps) || steps < 0)
    throw new ArgumentError("scan", `length ${steps}; write a whole number from 0`);
  sequences.leaves.forEach(({ shape }) => {
    if (shape[0] !== steps)
      throw new ShapeError(
        "scan",
        `sequences differ in length: ${steps} steps, but shape ${formatShape(shape)}`,
        sequences.leaves.map((leaf) => leaf.shape),
      );
  });
  const { structure } = flattenTensors([init, xs], "scan");
  const flat = flatFunction(f as (...args: unknown[]) => unknown, structure, "scan");
  const types = [...first.leaves, ...sequences.leaves.map(elementOf)];
  const { program, captured } = traceProgram("scan", types, flat);
  const result = flat.result().unflatten(program.outputs) as unknown as [unknown, unknown];
  if (!Array.isArray(result) || result.length !== 2)
    throw new ArgumentError(
      "scan",
      "the function must return [carry, result]; write [carry, null] for no result",
    );
  const carries = first.leaves.length;
  const carryKey = flat.result().key;
  const expectedKey = `[${first.structure.key}`;
  requireSameCarry("scan", first.leaves, program.outputs.slice(0, carries), [
    expectedKey,
    carryKey.slice(0, expectedKey.length),
  ]);
  const outputs = bindScan({ body: program, length: steps, reverse, constants: captured.length, carries }, [
    ...captured,
    ...first.leaves,
    ...sequences.leaves,
  ]);
  return flat.result().unflatten(outputs) as unknown as [Carry, Y];
};
