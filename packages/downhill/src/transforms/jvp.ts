/** Forward mode: derivatives along a direction. */
import { applyProgram } from "../program/trace.ts";
import { isFloating } from "../tensor/dtype.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { zerosLike } from "../primitives/movement.ts";
import { matchingTensors, type LooseArguments, type LooseFunction, loosely } from "./arguments.ts";
import { jvpProgram, linearizeProgram } from "./forward.ts";
import { inputFlags, type TracedFunction, traceFunction } from "./trace-function.ts";

/** The directions of the arguments that have one: float leaves of `tangents`. */
const directionsOf = (
  operation: string,
  { leaves, argumentsStructure }: TracedFunction,
  tangents: unknown,
): Tensor[] =>
  matchingTensors(operation, ["tangent", "primal"], tangents, leaves, argumentsStructure).filter((_, i) =>
    isFloating(leaves[i]!.dtype),
  );

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
  primals: Readonly<LooseArguments<A>>,
  tangents: Readonly<LooseArguments<A>>,
): [value: R, tangent: R] => {
  const traced = traceFunction("jvp", f, primals, true);
  const flags = floatingFlags(traced);
  const { program, active } = jvpProgram(traced.program, flags);
  const directions = directionsOf("jvp", traced, tangents);
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
      const directions = directionsOf("linearize", traced, tangents);
      return unflatten(
        fillTangents(outputs, applyProgram(linear, [...residuals, ...directions]), active),
      ) as R;
    }),
  ];
};
