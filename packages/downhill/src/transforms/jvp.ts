/** Forward mode: derivatives along a direction. */
import { applyProgram } from "../program/trace.ts";
import { DTypeError, ShapeError } from "../tensor/errors.ts";
import { isFloating } from "../tensor/dtype.ts";
import { formatShape, sameShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { zerosLike } from "../primitives/movement.ts";
import { flattenTensors, type LooseArguments, type LooseFunction, loosely } from "./arguments.ts";
import { jvpProgram, linearizeProgram } from "./forward.ts";
import { inputFlags, type TracedFunction, traceFunction } from "./trace-function.ts";

/** Leaves of the tangents, checked against the primals. */
const tangentLeaves = (operation: string, primals: readonly Tensor[], tangents: unknown): Tensor[] => {
  const { leaves } = flattenTensors(tangents, operation);
  if (leaves.length !== primals.length)
    throw new ShapeError(operation, `${primals.length} primal tensors, but ${leaves.length} tangents`);
  leaves.forEach((tangent, i) => {
    const { shape, dtype } = primals[i]!;
    if (!sameShape(tangent.shape, shape))
      throw new ShapeError(
        operation,
        `a tangent of shape ${formatShape(tangent.shape)} for a primal of shape ${formatShape(shape)}; they must be equal`,
        [tangent.shape, shape],
      );
    if (tangent.dtype !== dtype && isFloating(dtype))
      throw new DTypeError(
        operation,
        `a ${tangent.dtype} tangent for a ${dtype} primal; write .astype("${dtype}")`,
      );
  });
  return leaves;
};

/** Puts zeros where an output does not depend on the inputs. */
const fillTangents = (
  outputs: readonly Tensor[],
  tangents: readonly Tensor[],
  active: readonly boolean[],
): Tensor[] => {
  let next = 0;
  return outputs.map((output, i) => (active[i] ? tangents[next++]! : zerosLike(output)));
};

const floatingFlags = (traced: TracedFunction): boolean[] =>
  inputFlags(
    traced,
    traced.leaves.map(({ dtype }) => isFloating(dtype)),
  );

/**
 * Value and directional derivative: `[f(x), J(x)·v]`.
 *
 * @param primals the arguments, as a list.
 * @param tangents a direction of the same nesting, shapes and dtypes (those of integer arguments are ignored).
 */
export const jvp = <A extends readonly unknown[], R>(
  f: (...args: A) => R,
  primals: LooseArguments<A>,
  tangents: LooseArguments<A>,
): [value: R, tangent: R] => {
  const traced = traceFunction("jvp", f, primals, true);
  const flags = floatingFlags(traced);
  const { program, active } = jvpProgram(traced.program, flags);
  const directions = tangentLeaves("jvp", traced.leaves, tangents).filter(
    (_, i) => flags[traced.captured.length + i],
  );
  const results = applyProgram(program, [...traced.captured, ...traced.leaves, ...directions]);
  const count = traced.program.outputs.length;
  const outputs = results.slice(0, count);
  const { unflatten } = traced.resultStructure;
  return [unflatten(outputs) as R, unflatten(fillTangents(outputs, results.slice(count), active)) as R];
};

/**
 * The value and the derivative as a linear map, computed once: `[f(x), v ↦ J(x)·v]`. What the map needs of the
 * point is stored, so that many directions cost one evaluation of f.
 */
export const linearize = <A extends readonly unknown[], R>(
  f: (...args: A) => R,
  ...primals: LooseArguments<A>
): [value: R, derivative: LooseFunction<A, R>] => {
  const traced = traceFunction("linearize", f, primals, true);
  const flags = floatingFlags(traced);
  const { primal, linear, active } = linearizeProgram(traced.program, flags);
  const results = applyProgram(primal, [...traced.captured, ...traced.leaves]);
  const count = traced.program.outputs.length;
  const outputs = results.slice(0, count);
  const residuals = results.slice(count);
  const { unflatten } = traced.resultStructure;
  return [
    unflatten(outputs) as R,
    loosely((...tangents) => {
      const directions = tangentLeaves("linearize", traced.leaves, tangents).filter(
        (_, i) => flags[traced.captured.length + i],
      );
      return unflatten(
        fillTangents(outputs, applyProgram(linear, [...residuals, ...directions]), active),
      ) as R;
    }),
  ];
};
