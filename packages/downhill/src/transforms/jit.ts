/** Compiled functions. */
import {
  applyProgram,
  type CompiledProgram,
  currentExecutor,
  type Executor,
  isTracing,
} from "../program/trace.ts";
import { formatShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { TreeStructure } from "../tensor/tree.ts";
import { flattenTensors, type LooseFunction, loosely } from "./arguments.ts";
import { traceFunction } from "./trace-function.ts";

interface Compiled {
  readonly run: CompiledProgram;
  readonly captured: readonly Tensor[];
  readonly resultStructure: TreeStructure;
}

/**
 * `f` compiled: traced once for each combination of argument nesting, shapes and dtypes, and run as one program.
 *
 * Values cannot be read inside (`item()` throws); tensors that `f` captures from outside are kept as they were at
 * the first call. Inside another transform the traced program is inlined.
 */
export const jit = <A extends readonly unknown[], R>(f: (...args: A) => R): LooseFunction<A, R> => {
  const caches = new WeakMap<Executor, Map<string, Compiled>>();
  return loosely((...args) => {
    if (isTracing()) {
      const { program, captured, leaves, resultStructure } = traceFunction("jit", f, args, false);
      return resultStructure.unflatten(applyProgram(program, [...captured, ...leaves])) as R;
    }
    const { leaves, structure } = flattenTensors(args, "jit");
    const key = structure.key + leaves.map(({ dtype, shape }) => dtype + formatShape(shape)).join();
    const executor = currentExecutor();
    let cache = caches.get(executor);
    if (cache === undefined) caches.set(executor, (cache = new Map<string, Compiled>()));
    let compiled = cache.get(key);
    if (compiled === undefined) {
      const { program, captured, resultStructure } = traceFunction("jit", f, args, false);
      compiled = { run: executor.compile(program), captured, resultStructure };
      cache.set(key, compiled);
    }
    const inputs = [...compiled.captured, ...leaves].map((input) => input.concrete("jit"));
    return compiled.resultStructure.unflatten(compiled.run(inputs)) as R;
  });
};
