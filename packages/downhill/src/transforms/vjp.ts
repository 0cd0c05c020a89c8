/** Reverse mode: cotangents pulled back. */
import { applyProgram } from "../program/trace.ts";
import { zerosLike } from "../primitives/movement.ts";
import { isFloating } from "../tensor/dtype.ts";
import { matchingTensors, type Loose, type LooseArguments } from "./arguments.ts";
import { linearizeProgram } from "./forward.ts";
import { transposeProgram } from "./reverse.ts";
import { inputFlags, traceFunction } from "./trace-function.ts";

/**
 * The value and the pullback: `[f(x), c ↦ cᵀ·J(x)]`. The pullback takes a cotangent nested and shaped like the
 * value, and gives one cotangent for each argument (zeros for integers).
 */
export const vjp = <A extends readonly unknown[], R>(
  f: (...args: A) => R,
  ...primals: LooseArguments<A>
): [value: R, pullback: (cotangent: Loose<R>) => A] => {
  const traced = traceFunction("vjp", f, primals, true);
  const isActive = traced.leaves.map(({ dtype }) => isFloating(dtype));
  const { primal, linear, residualCount, active } = linearizeProgram(
    traced.program,
    inputFlags(traced, isActive),
  );
  const transposed = transposeProgram(linear, residualCount);
  const results = applyProgram(primal, [...traced.captured, ...traced.leaves]);
  const count = traced.program.outputs.length;
  const outputs = results.slice(0, count);
  const residuals = results.slice(count);
  const pullback = (cotangent: Loose<R>): A => {
    const leaves = matchingTensors(
      "vjp",
      ["cotangent", "output"],
      cotangent,
      outputs,
      traced.resultStructure,
    );
    const pulled = applyProgram(transposed, [...residuals, ...leaves.filter((_, i) => active[i])]);
    let next = 0;
    const gradients = traced.leaves.map((leaf, i) => (isActive[i] ? pulled[next++]! : zerosLike(leaf)));
    return traced.argumentsStructure.unflatten(gradients) as unknown as A;
  };
  return [traced.resultStructure.unflatten(outputs) as R, pullback];
};
