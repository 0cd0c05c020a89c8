/** Looking into the compiler: a function after each pass, its kernels, and what they cost. */
import { compileProgram, type CompiledKernels } from "../compiler/compile.ts";
import { costOf, type KernelCost } from "../compiler/cost.ts";
import { stages } from "../compiler/passes.ts";
import { printKernel, printSteps } from "../compiler/print-kernel.ts";
import { isParallel, isRepeat, type PlacedKernel, type PlacedStep } from "../compiler/schedule.ts";
import { printProgram } from "../program/print.ts";
import type { Program } from "../program/program.ts";
import { isFloating } from "../tensor/dtype.ts";
import { sizeOf } from "../tensor/shape.ts";
import { tensor } from "../tensor/create.ts";
import type { ConcreteTensor, Tensor } from "../tensor/tensor.ts";
import type { LooseArguments } from "../transforms/arguments.ts";
import { traceFunction } from "../transforms/trace-function.ts";
import { matmul } from "../functions/products.ts";
import { measureKernels } from "./wasm/measure.ts";

/** A text that shows a function at some point of its compilation. */
export interface CompilationStage {
  readonly name: string;
  readonly text: string;
}

/** The program as it is, after each pass over it, and the kernels that it becomes. */
export const programStages = (program: Program): CompilationStage[] => [
  ...stages(program).map(({ name, program: stage }) => ({ name, text: printProgram(stage) })),
  { name: "kernels", text: printSteps(compileProgram(program).steps) },
];

/** `programStages` of a function at arguments like these; only their nesting, shapes and dtypes count. */
export const compilationStages =
  <A extends readonly unknown[]>(f: (...args: A) => unknown) =>
  (...args: LooseArguments<A>): CompilationStage[] =>
    programStages(traceFunction("compilationStages", f, args, false).program);

/** One kernel of a compiled program. */
export interface KernelProfile extends KernelCost {
  /** The operations that it joins: `dot·add·tanh`. */
  readonly name: string;
  /** Its loops. */
  readonly text: string;
  /** How many times it runs in one run of the program. */
  readonly runs: number;
  /** Measured, for one run of the kernel. */
  readonly microseconds: number;
  /** Of the time of the whole program. */
  readonly share: number;
  /** Of what this machine reaches in a large product, or in a copy of as many bytes, whichever limits the kernel more. */
  readonly peakShare: number;
}

export interface Profile {
  /** In the order in which they run. */
  readonly kernels: readonly KernelProfile[];
  /** Of one run of the whole program: the sum of its kernels. */
  readonly microseconds: number;
  /** Bytes of memory that the program works in. */
  readonly arenaBytes: number;
  /** What this machine reached: operations and bytes per microsecond, in a large product and a large copy. */
  readonly peak: { readonly operations: number; readonly bytes: number };
}

const runsOf = (steps: readonly PlacedStep[], runs = 1): { placed: PlacedKernel; runs: number }[] =>
  steps.flatMap((step) => {
    // How often something holds nobody can tell: such kernels are counted as if they ran once.
    if (isRepeat(step)) return runsOf(step.steps, runs * (step.condition ? 1 : step.count));
    if (isParallel(step)) throw new Error("internal: a profile is of one thread");
    return [{ placed: step, runs }];
  });

const measure = (
  { steps, arenaBytes, inputs: addresses }: CompiledKernels,
  inputs: readonly ConcreteTensor[],
  milliseconds: number,
): number[] =>
  measureKernels(
    steps,
    arenaBytes,
    (program) => {
      inputs.forEach(({ values, dtype }, i) => {
        const address = addresses[i];
        if (address !== undefined) program.view({ dtype, address, length: values.length }).set(values);
      });
    },
    milliseconds,
  );

/** Numbers that neither die away nor grow beyond bounds: around 1. */
const someValues = ({ shape, dtype }: Tensor | Program["inputs"][number]): ConcreteTensor => {
  const values = Array.from({ length: sizeOf(shape) }, (_, i) =>
    isFloating(dtype) ? 0.5 + ((i * 0.618034) % 1) : i % 2,
  );
  return tensor(values, { dtype, shape }).concrete("profile");
};

/** Of one kernel that does f: what it costs, counted and measured. */
const kernelOf = (
  f: (...args: Tensor[]) => Tensor,
  args: readonly Tensor[],
  milliseconds: number,
): { cost: KernelCost; microseconds: number } => {
  const { program } = traceFunction("profile", f, [...args], false);
  const compiled = compileProgram(program);
  const [microseconds] = measure(compiled, program.inputs.map(someValues), milliseconds);
  return { cost: costOf(runsOf(compiled.steps)[0]!.placed.kernel), microseconds: microseconds! };
};

const zerosOf = (...shape: number[]): Tensor => tensor(new Float32Array(sizeOf(shape)), { shape });

/** Operations per microsecond in a large product. */
const peakOperations = (milliseconds: number): number => {
  const { cost, microseconds } = kernelOf(matmul, [zerosOf(256, 256), zerosOf(256, 256)], milliseconds);
  return cost.operations / microseconds;
};

/** Elements of the smallest and the largest array whose copy is measured: in the nearest cache, and in none. */
const [leastCopy, mostCopy] = [2 ** 10, 2 ** 22];

/** Bytes per microsecond of a copy that moves about so many bytes: they come from the cache that holds them. */
const peakBytes = (milliseconds: number): ((bytes: number) => number) => {
  const known = new Map<number, number>();
  return (bytes) => {
    const elements = 2 ** Math.round(Math.log2(bytes / 8));
    const size = Math.min(mostCopy, Math.max(leastCopy, elements));
    const found = known.get(size);
    if (found !== undefined) return found;
    const { cost, microseconds } = kernelOf((x) => x.add(1), [zerosOf(size)], milliseconds);
    const peak = (cost.bytesRead + cost.bytesWritten) / microseconds;
    known.set(size, peak);
    return peak;
  };
};

/**
 * What each kernel of a program costs: counted from its loops, and measured.
 *
 * @param inputs values to run on; numbers around 1 if left out.
 * @param milliseconds how long to measure each kernel; more is steadier.
 */
export const profileProgram = (
  program: Program,
  inputs: readonly Tensor[] = program.inputs.map(someValues),
  milliseconds = 20,
): Profile => {
  const compiled = compileProgram(program);
  const concrete = inputs.map((input) => input.concrete("profile"));
  const times = measure(compiled, concrete, milliseconds);
  const bytesAt = peakBytes(milliseconds);
  const peak = { operations: peakOperations(milliseconds), bytes: bytesAt(Infinity) };
  const kernels = runsOf(compiled.steps).map(({ placed: { kernel }, runs }, i) => ({
    name: kernel.name,
    text: printKernel(kernel),
    runs,
    microseconds: times[i]!,
    ...costOf(kernel),
  }));
  const total = kernels.reduce((sum, { runs, microseconds }) => sum + runs * microseconds, 0);
  return {
    kernels: kernels.map((kernel) => {
      const { runs, microseconds, operations, bytesRead, bytesWritten } = kernel;
      const bytes = bytesRead + bytesWritten;
      const least = Math.max(operations / peak.operations, bytes / bytesAt(bytes));
      return { ...kernel, share: (runs * microseconds) / total, peakShare: least / microseconds };
    }),
    microseconds: total,
    arenaBytes: compiled.arenaBytes,
    peak,
  };
};

/** `profileProgram` of a function at these arguments. */
export const profile =
  <A extends readonly unknown[]>(
    f: (...args: A) => unknown,
    options: { readonly milliseconds?: number } = {},
  ) =>
  (...args: LooseArguments<A>): Profile => {
    const { program, captured, leaves } = traceFunction("profile", f, args, false);
    return profileProgram(program, [...captured, ...leaves], options.milliseconds);
  };
