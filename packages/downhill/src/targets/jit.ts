/**
 * Compiled functions. Whoever imports `jit` has the compiler, and with it everything else is compiled too; what is bundled
 * without it is spared the compiler, and operations are then carried out plainly, one by one.
 */
import {
  applyProgram,
  type CompiledProgram,
  currentExecutor,
  type Executor,
  isTracing,
} from "../program/trace.ts";
import type { Program } from "../program/program.ts";
import type { DType } from "../tensor/dtype.ts";
import { sameShape } from "../tensor/shape.ts";
import type { ConcreteTensor, TensorType } from "../tensor/tensor.ts";
import type { TreeStructure } from "../tensor/tree.ts";
import { asTensor, isLeaf, type LooseFunction, loosely, numberDType } from "../transforms/arguments.ts";
import { traceFunction, type TracedFunction } from "../transforms/trace-function.ts";
import { withCompiler } from "./index.ts";
import { areSame, copyOf, type SplitArguments, splitterOf } from "./static-arguments.ts";

/** What has been compiled for arguments of one structure and types. */
interface Compiled {
  readonly executor: Executor;
  readonly structure: TreeStructure;
  readonly types: readonly TensorType[];
  readonly captured: readonly ConcreteTensor[];
  /** Values of the static arguments. */
  readonly static: readonly unknown[];
  readonly run: CompiledProgram;
  readonly resultStructure: TreeStructure;
}

const none: readonly unknown[] = [];

/** The program's inputs if the arguments are such as it was compiled for. */
const inputsFor = (
  { executor, structure, types, captured, static: values }: Compiled,
  args: readonly unknown[],
  given: readonly unknown[],
): ConcreteTensor[] | undefined => {
  if (executor !== currentExecutor() || !(values === given || areSame(values, given))) return undefined;
  const leaves = structure.collect(args, isLeaf);
  if (leaves === undefined) return undefined;
  const inputs = captured.slice();
  let float: DType | undefined;
  for (let i = 0; i < types.length; i++) {
    const leaf = leaves[i]!;
    const tensor = typeof leaf === "number" ? asTensor(leaf, (float ??= numberDType(leaves))) : leaf;
    const { shape, dtype } = types[i]!;
    if (tensor.dtype !== dtype || !sameShape(tensor.shape, shape)) return undefined;
    inputs.push(tensor.concrete("jit"));
  }
  return inputs;
};

export interface JitOptions {
  /**
   * Positions of arguments that are no data but settings: numbers, texts, functions, trees of these. They reach `f` as they
   * are, so that it may decide by them, and it is compiled once for each combination of their values (functions are equal
   * if they are the same one). A position after the last argument given is of a setting left out.
   */
  readonly staticArgnums?: number | readonly number[];
}

/** What makes a traced program ready to be run. */
type Maker = (executor: Executor, program: Program) => CompiledProgram;

/** `f` as one program, traced once for each combination of arguments. */
const programOf =
  /* @__NO_SIDE_EFFECTS__ */
  (make: Maker) =>
    <A extends readonly unknown[], R>(
      f: (...args: A) => R,
      { staticArgnums }: JitOptions = {},
    ): LooseFunction<A, R> => {
      const splitter = staticArgnums === undefined ? undefined : splitterOf(staticArgnums);
      /** The latest used first. */
      const known: Compiled[] = [];
      const trace = ({ dynamic, static: values }: SplitArguments): TracedFunction => {
        const withStatic = (...tensors: unknown[]): R =>
          f(...(splitter!.join({ dynamic: tensors, static: values }) as unknown as A));
        return splitter === undefined
          ? traceFunction("jit", f, dynamic, false)
          : traceFunction("jit", withStatic, dynamic, false);
      };
      const compile = (args: SplitArguments): Compiled => {
        // As they are now, whatever their owner does with them later.
        const settings = args.static.map(copyOf);
        const { program, captured, leaves, argumentsStructure, resultStructure } = trace(args);
        const executor = currentExecutor();
        const compiled: Compiled = {
          executor,
          structure: argumentsStructure,
          types: leaves.map(({ shape, dtype }) => ({ shape, dtype })),
          captured: captured.map((tensor) => tensor.concrete("jit")),
          static: settings,
          run: make(executor, program),
          resultStructure,
        };
        known.unshift(compiled);
        return compiled;
      };
      return loosely((...given) => {
        const args = splitter === undefined ? { dynamic: given, static: none } : splitter.split(given);
        if (isTracing()) {
          const { program, captured, leaves, resultStructure } = trace(args);
          return resultStructure.unflatten(applyProgram(program, [...captured, ...leaves])) as R;
        }
        for (let i = 0; i < known.length; i++) {
          const compiled = known[i]!;
          const inputs = inputsFor(compiled, args.dynamic, args.static);
          if (inputs === undefined) continue;
          if (i > 0) known.unshift(...known.splice(i, 1));
          return compiled.resultStructure.unflatten(compiled.run(inputs)) as R;
        }
        const compiled = compile(args);
        return compiled.resultStructure.unflatten(
          compiled.run(inputsFor(compiled, args.dynamic, compiled.static)!),
        ) as R;
      });
    };

/**
 * `f` compiled: traced once for each combination of argument nesting, booleans, shapes and dtypes, and run as one program.
 *
 * Values cannot be read inside (`item()` throws); tensors that `f` captures from outside are kept as they were at
 * the first call. Inside another transform the traced program is inlined.
 *
 * @throws ArgumentError if a static argument holds a tensor.
 */
export const jit = withCompiler(programOf((executor, program) => executor.compile(program)));

/**
 * `f` as `jit` has it, for a few calls at a time: compiled only where there is so much to compute that compiling does not take longer
 * than it saves. Which it is depends on the program alone, so that the same arguments give the same results.
 */
export const evaluated = withCompiler(programOf((executor, program) => executor.prepare(program)));
