/** Jacobians, Hessians and their products with vectors. */
import { concatenate } from "../primitives/windows.ts";
import { broadcastTo, reshape, transpose } from "../primitives/movement.ts";
import { iota } from "../primitives/generators.ts";
import { convert, eq } from "../primitives/logic.ts";
import type { DType } from "../tensor/dtype.ts";
import { allAxes, sizeOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import {
  argumentPositions,
  flattenTensors,
  type FlatTree,
  type LooseArguments,
  type LooseFunction,
  loosely,
  requireFloating,
} from "./arguments.ts";
import { grad } from "./grad.ts";
import { jvp, linearize } from "./jvp.ts";
import { vjp } from "./vjp.ts";
import { vmap } from "./vmap.ts";

export interface JacobianOptions {
  /** Which argument to differentiate by; the first if left out. */
  readonly argnums?: number;
}

const identity = (size: number, dtype: DType): Tensor =>
  convert(eq(iota([size, size], 0, "int32"), iota([size, size], 1, "int32")), dtype);

/** The unit vectors of a list of tensors, one batch for each tensor: [total, …shape]. */
const unitVectors = (leaves: readonly Tensor[]): Tensor[] => {
  const total = leaves.reduce((sum, leaf) => sum + leaf.size, 0);
  let offset = 0;
  return leaves.map(({ shape, dtype }) => {
    const size = sizeOf(shape);
    const zeros = (rows: number): Tensor[] =>
      rows === 0 ? [] : [broadcastTo(convert(iota([1, 1], 0, "int32"), dtype), [rows, size])];
    const rows = [...zeros(offset), identity(size, dtype), ...zeros(total - offset - size)];
    offset += size;
    return reshape(concatenate(rows, 0), [total, ...shape]);
  });
};

/** Cuts the leading axis of length Σ sizes into blocks, one for each leaf. */
const blocks = (x: Tensor, leaves: readonly Tensor[]): Tensor[] => {
  let offset = 0;
  return leaves.map((leaf) => {
    const start = offset;
    offset += leaf.size;
    const block = x.slice([start, offset]);
    return reshape(block, [...leaf.shape, ...x.shape.slice(1)]);
  });
};

/** The argument to differentiate by. */
const differentiatedArgument = (operation: string, args: readonly unknown[], argnums = 0): FlatTree => {
  argumentPositions(operation, argnums, args.length);
  const flat = flattenTensors(args[argnums], operation, args);
  requireFloating(operation, flat.leaves);
  return flat;
};

/** `f` as a function of its argument at `position` alone. */
const partially =
  (f: (...args: never[]) => unknown, args: readonly unknown[], position: number) =>
  (x: unknown): unknown =>
    f(...(args.map((arg, i) => (i === position ? x : arg)) as never[]));

/**
 * The Jacobian by forward mode: one pass for each input element, best where there are few inputs. For a tensor
 * argument of shape [n…] and a tensor result of shape [m…] it has shape [m…, n…]; for trees, a result-shaped tree
 * of argument-shaped trees of such blocks.
 */
export const jacfwd = <A extends readonly unknown[]>(
  f: (...args: A) => unknown,
  { argnums = 0 }: JacobianOptions = {},
): LooseFunction<A, JacobianResult> =>
  loosely((...args) => {
    const { leaves, structure } = differentiatedArgument("jacfwd", args, argnums);
    const inner = partially(f, args, argnums);
    const tangents = structure.unflatten(unitVectors(leaves));
    const [value, derivative] = linearize(inner, structure.unflatten(leaves) as never);
    const columns = vmap(derivative)(tangents);
    const results = flattenTensors(columns, "jacfwd");
    const outputs = flattenTensors(value, "jacfwd").leaves;
    const perOutput = results.leaves.map((column, i) => {
      const rank = outputs[i]!.rank;
      const parts = blocks(column, leaves).map((block) => {
        // [n…, m…] → [m…, n…]
        const n = block.rank - rank;
        return transpose(block, [...allAxes(rank).map((axis) => axis + n), ...allAxes(n)]);
      });
      return structure.unflatten(parts);
    });
    return results.structure.unflatten(perOutput as never[]) as unknown as JacobianResult;
  });

/** A tensor for a function from tensor to tensor; otherwise trees of tensors, typed by the caller. */
export type JacobianResult = Tensor;

/** The Jacobian by reverse mode: one pass for each output element, best where there are few outputs. */
export const jacrev = <A extends readonly unknown[]>(
  f: (...args: A) => unknown,
  { argnums = 0 }: JacobianOptions = {},
): LooseFunction<A, JacobianResult> =>
  loosely((...args) => {
    const { leaves, structure } = differentiatedArgument("jacrev", args, argnums);
    const inner = partially(f, args, argnums);
    const [value, pullback] = vjp(inner, structure.unflatten(leaves) as never);
    const outputs = flattenTensors(value, "jacrev");
    const cotangents = outputs.structure.unflatten(unitVectors(outputs.leaves));
    const rows = vmap((c: unknown) => pullback(c as never)[0 as never])(cotangents);
    const perInput = flattenTensors(rows, "jacrev").leaves.map((row) => blocks(row, outputs.leaves));
    const perOutput = outputs.leaves.map((_, i) => structure.unflatten(perInput.map((parts) => parts[i]!)));
    return outputs.structure.unflatten(perOutput as never[]) as unknown as JacobianResult;
  });

/** Second derivatives of a scalar function: forward over reverse. Shape [n…, n…] for a tensor of shape [n…]. */
export const hessian = <A extends readonly unknown[]>(
  f: (...args: A) => Tensor,
  { argnums = 0 }: JacobianOptions = {},
): LooseFunction<A, JacobianResult> => jacfwd(grad(f, { argnums }) as (...args: A) => unknown, { argnums });

/**
 * Hessian–vector product H(x)·v of a scalar function by its first argument, without forming the Hessian
 * (Pearlmutter 1994): the directional derivative of the gradient.
 *
 * @param primals the arguments of `f`, as a list.
 * @param vector nested and shaped like the first argument.
 */
export const hvp = <A extends readonly unknown[]>(
  f: (...args: A) => Tensor,
  primals: Readonly<LooseArguments<A>>,
  vector: LooseArguments<A>[0],
): A[0] => {
  const { leaves, structure } = differentiatedArgument("hvp", primals);
  const [, ...rest] = primals as readonly unknown[];
  const gradient = (x: unknown): unknown => (grad(f) as (...args: unknown[]) => unknown)(x, ...rest);
  return jvp(gradient, [structure.unflatten(leaves)] as never, [vector] as never)[1];
};

/**
 * Gauss–Newton–vector product Jᵀ·H·J·v by the first argument of a model: J is the model's Jacobian, H the Hessian of the loss
 * by the model's outputs (Schraudolph 2002). It is the Hessian of loss∘model without the curvature of the model
 * itself, equal to it where the model is linear, and positive semidefinite for every convex loss.
 *
 * @param model from its arguments to outputs, a tensor or a tree of tensors.
 * @param loss from the outputs to a float scalar.
 * @param primals the arguments of the model, as a list.
 * @param vector nested and shaped like the first argument.
 */
export const gnvp = <A extends readonly unknown[], R>(
  model: (...args: A) => R,
  loss: (outputs: R) => Tensor,
  primals: Readonly<LooseArguments<A>>,
  vector: LooseArguments<A>[0],
): A[0] => {
  const { leaves, structure } = differentiatedArgument("gnvp", primals);
  const first = structure.unflatten(leaves);
  const [, ...rest] = primals as readonly unknown[];
  const ofFirst = (x: unknown): R => (model as unknown as (...args: unknown[]) => R)(x, ...rest);
  const [outputs, along] = jvp(ofFirst, [first] as never, [vector] as never);
  const [, pullback] = vjp(ofFirst, first as never);
  const curved = hvp(loss, [outputs] as never, along as never);
  return pullback(curved as never)[0];
};
