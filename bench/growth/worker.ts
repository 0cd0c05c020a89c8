/** Measures one size in a process of its own: `node growth-worker.js step AXIS SIZE`, or `program NAME EQUATIONS`. */
import { existsSync, readFileSync } from "node:fs";
import type { Tensor } from "downhill";
import { makeCopyLoop } from "../harness/copy-loop.ts";
import { type Downhill, loadDownhill } from "../harness/downhill.ts";
import { spread } from "../harness/statistics.ts";
import { axes } from "./axes.ts";
import { largePrograms } from "./large-programs.ts";

export interface StepMeasured {
  /** Seconds. */
  readonly step: number;
  /** Seconds from the first call to its end, without what the step itself takes. */
  readonly firstCall: number;
  /** Seconds that a plain loop takes to move as many bytes as the step needs: caches end where they end for everyone. */
  readonly copy: number;
  /** Bytes that the process had in memory at most, above what it had with the library alone. */
  readonly peakBytes: number;
  readonly equations: number;
}

export interface ProgramMeasured {
  readonly equations: number;
  /** Seconds to trace, compile and run it once. */
  readonly seconds: number;
}

const batches = 5;
const secondsPerBatch = 0.05;
/** Engines first compile in a hurry, and well what runs often: of a program of a thousand kernels each runs rarely. */
const secondsOfWarmUp = 1;

const now = (): number => performance.now() / 1000;
const timed = (work: () => void): number => {
  const begin = now();
  work();
  return now() - begin;
};

const equationsOf = (text: string): number => text.split("\n").length - 2;

/** Has everything that a compiled call needs been loaded and compiled by the engine, on something small. */
function warmUp({ jit, ones, valueAndGrad }: Downhill): void {
  const f = jit((x: Tensor) => valueAndGrad((x: Tensor) => x.matmul(x).relu().sum())(x));
  for (let i = 0; i < 3; i++) f(ones([8, 8]))[0].item();
}

/** Seconds of one of many calls: the median of several batches. */
function secondsOf(calls: (count: number) => () => void, warmUp: number): number {
  let count = 1;
  const begin = now();
  while (timed(calls(count)) < secondsPerBatch / 2) count *= 2;
  while (now() - begin < warmUp) calls(count)();
  return spread(Array.from({ length: batches }, () => timed(calls(count)) / count)).median;
}

/** Half of the bytes are read, half are written. */
function copySeconds(bytes: number): number {
  const loop = makeCopyLoop(new Float32Array(32 * Math.ceil(bytes / 256)));
  const calls = (count: number) => (): void => {
    for (let i = 0; i < count; i++) loop.copy();
  };
  return secondsOf(calls, 0.1);
}

/**
 * The most that this process has had in memory. Linux tells it itself: what `resourceUsage` says there begins at what the
 * process was started from had, which is a lot after a comparison.
 */
const peakBytes = (): number => {
  const status = existsSync("/proc/self/status") ? readFileSync("/proc/self/status", "utf8") : "";
  const [, kilobytes] = /^VmHWM:\s*(\d+) kB$/m.exec(status) ?? [];
  return (kilobytes === undefined ? process.resourceUsage().maxRSS : Number(kilobytes)) * 1024;
};

function measureStep(library: Downhill, name: string, size: number): StepMeasured {
  const axis = axes.find((axis) => axis.name === name);
  if (axis === undefined) throw new Error(`internal: no axis ${name}`);
  warmUp(library);
  const before = peakBytes();
  const { state, step, data } = axis.make(library, size);
  type Step = (state: unknown, ...data: Tensor[]) => [state: unknown, loss: Tensor];
  const compiled = library.jit(step as Step);
  let current = state;
  const calls = (count: number) => (): void => {
    let loss: Tensor | undefined;
    for (let i = 0; i < count; i++) {
      const result = compiled(current, ...data);
      current = result[0];
      loss = result[1];
    }
    if (!Number.isFinite(loss!.item())) throw new Error(`${name} ${size}: the loss is ${loss!.item()}`);
  };
  const first = timed(calls(1));
  const seconds = secondsOf(calls, secondsOfWarmUp);
  const peak = peakBytes() - before;
  const program = library.makeProgram(step as Step)(state, ...data);
  return {
    step: seconds,
    firstCall: Math.max(0, first - seconds),
    copy: copySeconds(axis.bytes(size)),
    peakBytes: peak,
    equations: equationsOf(library.printProgram(program)),
  };
}

function measureProgram(library: Downhill, name: string, equations: number): ProgramMeasured {
  const program = largePrograms.find((program) => program.name === name);
  if (program === undefined) throw new Error(`internal: no program ${name}`);
  warmUp(library);
  const f = program.make(library, equations);
  const x = library.ones([64]).mul(0.3);
  const seconds = timed(() => {
    (library.jit(f)(x) as Tensor).toArray();
  });
  return { seconds, equations: equationsOf(library.printProgram(library.makeProgram(f)(x))) };
}

const [kind, name = "", size = ""] = process.argv.slice(2);
const library = await loadDownhill();
const measured = (kind === "step" ? measureStep : measureProgram)(library, name, Number(size));
console.log(JSON.stringify(measured));
process.exit(0); // Threads may still be starting.
