/** How long each kernel of a compiled program takes. */
import { placedKernels, type PlacedStep } from "../../compiler/schedule.ts";
import type { WasmOptions } from "./context.ts";
import { instantiate, type WasmProgram } from "./instance.ts";

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

/** Microseconds of one call: the median of several batches, each long enough for the clock. */
const microsecondsOf = (call: () => void, milliseconds: number): number => {
  const batches = 7;
  let count = 1;
  const time = (): number => {
    const start = performance.now();
    for (let i = 0; i < count; i++) call();
    return performance.now() - start;
  };
  // Running it up to the length of a batch also has the engine compile it for good.
  while (time() < milliseconds / batches && count < 2 ** 24) count *= 2;
  return (median(Array.from({ length: batches }, time)) * 1000) / count;
};

/**
 * Microseconds of one call of each kernel, in the order of `placedKernels(steps)`.
 *
 * @param load puts values into the program's inputs; it is called before each kernel is measured.
 */
export const measureKernels = (
  steps: readonly PlacedStep[],
  arenaBytes: number,
  load: (program: WasmProgram) => void,
  milliseconds: number,
  options: WasmOptions = {},
): number[] => {
  const program = instantiate(steps, arenaBytes, { ...options, threads: 1, exportKernels: true });
  return placedKernels(steps).map(({ kernel }, i) => {
    // All that lies before the kernel has run once on real values: numbers that die away are slower than others.
    program.enter();
    load(program);
    program.run();
    const indices = (kernel.outer ?? []).map(() => 0);
    const call = program.kernels[i];
    if (call === undefined) throw new Error(`internal: kernel ${kernel.name} is not exported`);
    return microsecondsOf(() => call(...indices), milliseconds);
  });
};
