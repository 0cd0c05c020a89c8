/** Many updates of one tensor in memory that must not grow: nothing is disposed of by hand. */
import { grad, jit, ones, type Tensor } from "../../src/index.ts";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { memoryBytes } from "../../src/targets/wasm/regions.ts";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** 262 144 float32 numbers: 1 MB. */
const size = 2 ** 18;

const halfSquare = (w: Tensor): Tensor =>
  w
    .square()
    .mean()
    .mul(size / 2);
const slope = grad(halfSquare);
const compiled = jit((w: Tensor) => w.sub(grad(halfSquare)(w).mul(0.01)));

/** By then code is compiled and caches are filled. */
const warmUp = 100;

/** One step w ← w − 0.01·g in several ways; the slope of ½Σw² is w. */
export const ways: Readonly<Record<string, (w: Tensor, g: Tensor, step: number) => Tensor>> = {
  "eager operations": (w, g) => w.sub(g.mul(0.01)),
  "gradients without jit": (w) => w.sub(slope(w).mul(0.01)),
  "gradients of a new function each time": (w, _g, step) => {
    const factor = 1 + 1 / (step + 1);
    return w.sub(grad((v: Tensor) => halfSquare(v).mul(factor))(w).mul(0.01));
  },
  jit: (w) => compiled(w),
};

export interface Usage {
  /** Live bytes of objects and of what they hold outside of the heap, after the garbage is collected. */
  readonly live: number;
  readonly wasm: number;
}

const usage = (): Usage => {
  // The first collection frees what lies outside of the heap in the background; the second waits for it.
  collectGarbage();
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return { live: heapUsed + external, wasm: memoryBytes() };
};

export interface Measurement {
  readonly before: Usage;
  readonly after: Usage;
  /** Largest resident size of the process beyond that at the start, looked at every ten updates. */
  readonly peakGrowth: number;
  readonly peak: number;
  readonly last: Tensor;
}

/** Runs `count` updates after some to warm up. */
export const measureUpdates = (name: string, count: number): Measurement => {
  const update = ways[name]!;
  const g = ones([size]);
  let w = ones([size]);
  for (let step = 0; step < warmUp; step++) w = update(w, g, step);
  const before = usage();
  const start = process.memoryUsage.rss();
  let peak = start;
  for (let step = 0; step < count; step++) {
    w = update(w, g, warmUp + step);
    if (step % 10 === 0) peak = Math.max(peak, process.memoryUsage.rss());
  }
  return { before, after: usage(), peakGrowth: peak - start, peak, last: w };
};
