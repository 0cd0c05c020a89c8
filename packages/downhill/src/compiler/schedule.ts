/** What is to be run, in order: kernels, and stretches of them that are run again and again. */
import type { Index, Kernel, LoopIndex } from "../program/loop.ts";
import type { DType } from "../tensor/dtype.ts";
import type { Storage } from "./views.ts";

/** A kernel with the storages behind its buffers. */
export interface LoweredKernel {
  readonly kernel: Kernel;
  readonly storages: readonly Storage[];
  /** Pairs of a result and an operand whose memory it may take over, if nobody needs the operand afterwards. */
  readonly reusable: readonly (readonly [result: Storage, operand: Storage])[];
  /** Whether the iterations of its outer loops depend on each other in nothing, so that they may run side by side. */
  readonly isDivisible?: boolean;
  /** Whether it only copies, so that it has nothing to do where both ends have the same address. */
  readonly isCopy?: boolean;
}

/** Whether the element of `dtype` (int32 or bool) at `at` in `where` has this value now: looked up before each run. */
export interface Condition<Where> {
  readonly where: Where;
  readonly dtype: DType;
  readonly at: Index;
  readonly value: number;
}

/** `steps` for index = 0 … count − 1; with a condition only for as long as it holds. */
export interface Repeat<Step> {
  readonly index: LoopIndex;
  readonly count: number;
  readonly steps: readonly Step[];
  /** Whether the runs depend on each other in nothing and use no memory together, so that they may go side by side. */
  readonly isDivisible?: boolean;
}

export type LoweredStep =
  | LoweredKernel
  /** `results`: storages that fill up from run to run. */
  | (Repeat<LoweredStep> & {
      readonly results: readonly Storage[];
      readonly condition?: Condition<Storage>;
    });

/** A kernel with the byte offsets of its buffers in one arena. */
export interface PlacedKernel {
  readonly kernel: Kernel;
  readonly addresses: readonly number[];
}

/**
 * A kernel in parts that may run side by side: `part` for index = 0 … count − 1, and `rest`, which is smaller, as the
 * last part where the kernel does not divide evenly. The index `again` is 0 for the first part that a thread runs, and 1
 * for the others.
 */
export interface Parallel {
  readonly index: LoopIndex;
  readonly again: LoopIndex;
  readonly count: number;
  readonly part: PlacedKernel;
  readonly rest?: PlacedKernel;
}

/** A repetition that is divisible as a placed step is one that is divided: stretches of its runs are parts. */
export type PlacedStep = PlacedKernel | Parallel | PlacedRepeat;

/** The place of a condition is a byte offset. */
export type PlacedRepeat = Repeat<PlacedStep> & { readonly condition?: Condition<number> };

export const isParallel = (step: PlacedStep): step is Parallel => "part" in step;

/** As many as have a thread that is held up leave the others little to wait for. */
export const partsPerThread = 16;

/** How many runs of a divisible repetition are one part. */
export const runsOfPart = (count: number, threads: number): number =>
  Math.ceil(count / (partsPerThread * threads));

/** How many parts there are. */
export const partCount = ({ count, rest }: Parallel): number => count + (rest === undefined ? 0 : 1);

/**
 * How many parts each thread has for its own. A thread takes the next one of its own by drawing a ticket, and when it has
 * none left those that others have not come to: one that is late or slow keeps the others waiting for a part at most, and
 * as long as all are equally fast each finds in its cache what it has computed before. Shares are as large as the first;
 * the tickets of the last one may be for parts that there are not.
 */
export const shareOf = (parts: number, threads: number): number => Math.ceil(parts / threads);

/** The kernels of placed steps, in the order in which they are written down. */
export const placedKernels = (steps: readonly PlacedStep[]): PlacedKernel[] =>
  steps.flatMap((step) => {
    if (isRepeat(step)) return placedKernels(step.steps);
    if (isParallel(step)) return step.rest === undefined ? [step.part] : [step.part, step.rest];
    return [step];
  });

type Repeating<Step> = Extract<Step, { readonly steps: readonly unknown[] }>;

export const isRepeat = <Step extends object>(step: Step): step is Repeating<Step> => "steps" in step;

/** Whether anything is divided among threads. */
export const hasParallel = (steps: readonly PlacedStep[]): boolean =>
  steps.some((step) =>
    isRepeat(step) ? step.isDivisible === true || hasParallel(step.steps) : isParallel(step),
  );

/** All storages that steps use. */
export const storagesOf = (steps: readonly LoweredStep[]): Storage[] =>
  steps.flatMap((step) =>
    isRepeat(step)
      ? [...storagesOf(step.steps), ...(step.condition ? [step.condition.where] : [])]
      : [...step.storages],
  );

/** The kernels among the steps, in the order in which they are written down. */
export const kernelsOf = <Step extends object>(steps: readonly Step[]): Exclude<Step, Repeating<Step>>[] =>
  steps.flatMap((step) =>
    isRepeat(step) ? kernelsOf(step.steps as readonly Step[]) : [step as Exclude<Step, Repeating<Step>>],
  );
