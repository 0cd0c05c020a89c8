/** From a JavaScript function and its arguments to a program. */
import type { Program } from "../program/program.ts";
import { prune } from "../program/prune.ts";
import { traceProgram } from "../program/trace.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { TreeStructure } from "../tensor/tree.ts";
import { flatFunction, flattenTensors } from "./arguments.ts";

export interface TracedFunction {
  /** [captured…, leaves of the arguments…] → leaves of the result */
  readonly program: Program;
  readonly captured: readonly Tensor[];
  readonly leaves: readonly Tensor[];
  readonly argumentsStructure: TreeStructure;
  readonly resultStructure: TreeStructure;
}

/**
 * Traces `f` at `args`.
 *
 * @param withValues whether values can be read inside (true for derivatives, which belong to a point).
 */
export const traceFunction = <A extends readonly unknown[]>(
  operation: string,
  f: (...args: A) => unknown,
  args: readonly unknown[],
  withValues: boolean,
): TracedFunction => {
  const { leaves, structure } = flattenTensors(args, operation);
  const flat = flatFunction(f, structure, operation);
  const { program, captured } = traceProgram(operation, leaves, flat, withValues ? leaves : undefined);
  return {
    program: prune(program),
    captured,
    leaves,
    argumentsStructure: structure,
    resultStructure: flat.result(),
  };
};

/** One flag for each of the program's inputs: never for captured ones, for the leaves as given. */
export const inputFlags = (traced: TracedFunction, ofLeaf: readonly boolean[]): boolean[] => [
  ...traced.captured.map(() => false),
  ...ofLeaf,
];
