/** The functions of a module that run its kernels in order: by one thread, or by several together. */
import {
  type Condition,
  hasParallel,
  isParallel,
  isRepeat,
  type Parallel,
  type PlacedKernel,
  type PlacedRepeat,
  type PlacedStep,
} from "../../compiler/schedule.ts";
import type { LoopIndex } from "../../program/loop.ts";
import { bytesPerElement } from "../../tensor/dtype.ts";
import { type Code, FunctionBuilder, type Local } from "./code.ts";
import { emitRange } from "./loops.ts";

/** The numbers of the kernels' functions. */
type Functions = ReadonlyMap<PlacedKernel, number>;

/** Writes calls of kernels with the indices of the loops around them. */
class Caller {
  readonly #fn: FunctionBuilder;
  readonly #functions: Functions;
  readonly #indices = new Map<LoopIndex, Local>();

  constructor(fn: FunctionBuilder, functions: Functions) {
    this.#fn = fn;
    this.#functions = functions;
  }

  get code(): Code {
    return this.#fn.code;
  }

  /** A loop around what `body` writes. */
  loop(index: LoopIndex, count: number, body: () => void): void {
    const local = this.#fn.local("i32");
    this.#indices.set(index, local);
    if (count > 0) emitRange(this.code, local, count, 1, body);
  }

  /** Leaves on the stack whether the condition holds. */
  #push({ where, dtype, at, value }: Condition<number>): void {
    const { code } = this;
    const bytes = bytesPerElement(dtype);
    code
      .arena()
      .i32(where + at.offset * bytes)
      .op("i32.add");
    for (const { loop, stride } of at.terms)
      code.get(this.#indices.get(loop)!).i32(stride * bytes).op("i32.mul").op("i32.add"); // prettier-ignore
    code
      .memory(dtype === "bool" ? "i32.load8_u" : "i32.load", 0)
      .i32(value)
      .op("i32.eq");
  }

  /**
   * A repetition.
   *
   * @param agree has all threads know whether the condition holds before one of them changes that; it leaves the stack alone
   */
  repeat({ index, count, condition }: PlacedRepeat, body: () => void, agree?: () => void): void {
    if (condition === undefined) {
      this.loop(index, count, body);
      return;
    }
    const local = this.#fn.local("i32");
    this.#indices.set(index, local);
    const { code } = this;
    code.i32(0).set(local);
    if (count > 1) code.open("loop");
    this.#push(condition);
    agree?.();
    code.open("if");
    body();
    if (count > 1) code.get(local).i32(1).op("i32.add").set(local).branch(1);
    code.op("end");
    if (count > 1) code.op("end");
  }

  /** A loop around what `body` writes, of which this thread has every so many runs. */
  turns(index: LoopIndex, count: number, thread: Local, threads: number, body: () => void): void {
    const local = this.#fn.local("i32");
    this.#indices.set(index, local);
    const { code } = this;
    code.get(thread).tee(local).i32(count).op("i32.lt_u").open("if").open("loop");
    body();
    code.get(local).i32(threads).op("i32.add").tee(local).i32(count).op("i32.lt_u").branchIf(0);
    code.op("end").op("end");
  }

  /** @param part what the index of the kernel's part is, if it has one */
  call(placed: PlacedKernel, part?: readonly [index: LoopIndex, local: Local]): void {
    for (const index of placed.kernel.outer ?? [])
      this.code.get(part?.[0] === index ? part[1] : this.#indices.get(index)!);
    this.code.call(this.#functions.get(placed)!);
  }
}

/** `run()`: all steps, one after another. */
export const runFunction = (steps: readonly PlacedStep[], functions: Functions): FunctionBuilder => {
  const run = new FunctionBuilder();
  const caller = new Caller(run, functions);
  const emit = (step: PlacedStep): void => {
    if (isRepeat(step)) caller.repeat(step, () => step.steps.forEach(emit));
    else if (isParallel(step)) {
      caller.loop(step.index, step.count, () => caller.call(step.part));
      if (step.rest !== undefined) caller.call(step.rest);
    } else caller.call(step);
  };
  steps.forEach(emit);
  return run;
};

/** Words of memory by which threads wait for each other: byte addresses. */
export const barrierAddress = 64;

/** Looks at the barrier before a thread goes to sleep: some microseconds. */
const patience = 4096;

/** Without end. */
const forever = -1n;

/**
 * `barrier(goal, maySleep)`: counts this thread in and waits until `goal` threads have been counted. The count goes up from
 * one barrier to the next.
 */
export const barrierFunction = (): FunctionBuilder => {
  const fn = new FunctionBuilder(["i32", "i32"]);
  const [goal, maySleep] = [0, 1] as const;
  const [count, looks] = [fn.local("i32"), fn.local("i32")];
  const { code } = fn;
  code.i32(barrierAddress).i32(1).atomic("i32.atomic.rmw.add", 0).i32(1).op("i32.add");
  // The last one wakes those who sleep.
  code.get(goal).op("i32.eq").open("if");
  code.i32(barrierAddress).i32(-1).atomic("memory.atomic.notify", 0).op("drop").op("return").op("end");
  code.open("loop");
  code.i32(barrierAddress).atomic("i32.atomic.load", 0).tee(count);
  // Counts may wrap around.
  code.get(goal).op("i32.sub").i32(0).op("i32.ge_s").open("if").op("return").op("end");
  code.get(looks).i32(1).op("i32.add").tee(looks).i32(patience).op("i32.gt_u").get(maySleep).op("i32.and");
  code
    .open("if")
    .i32(barrierAddress)
    .get(count)
    .i64(forever)
    .atomic("memory.atomic.wait32", 0)
    .op("drop")
    .op("end");
  code.branch(0);
  code.op("end");
  return fn;
};

/**
 * `runThread(thread, goal, maySleep)`: what one of the threads does, all of which must be running it. Parts are theirs by
 * number, everything else is done by thread 0, and none goes on before all have done a step. `goal` is the count of the
 * barrier before the run, to which every thread's passage adds.
 */
export const runThreadFunction = (
  steps: readonly PlacedStep[],
  functions: Functions,
  threads: number,
  barrier: number,
): FunctionBuilder => {
  const run = new FunctionBuilder(["i32", "i32", "i32"]);
  const [thread, goal, maySleep] = [0, 1, 2] as const;
  const caller = new Caller(run, functions);
  const { code } = run;
  const wait = (): void => {
    code.get(goal).i32(threads).op("i32.add").tee(goal).get(maySleep).call(barrier);
  };
  const alone = (step: PlacedStep): void => {
    if (isRepeat(step)) caller.repeat(step, () => step.steps.forEach(alone));
    else caller.call(step as PlacedKernel);
  };
  const divided = (step: Parallel): void => {
    code.get(thread).i32(step.count).op("i32.lt_u").open("if");
    caller.call(step.part, [step.index, thread]);
    if (step.rest !== undefined) {
      code.op("else").get(thread).i32(step.count).op("i32.eq").open("if");
      caller.call(step.rest);
      code.op("end");
    }
    code.op("end");
  };
  const emit = (list: readonly PlacedStep[]): void => {
    for (let i = 0; i < list.length;) {
      const step = list[i]!;
      if (hasParallel([step])) {
        i++;
        if (isRepeat(step) && step.isDivisible !== true) {
          caller.repeat(step, () => emit(step.steps), wait);
          continue;
        }
        if (isParallel(step)) divided(step);
        else if (isRepeat(step))
          caller.turns(step.index, step.count, thread, threads, () => step.steps.forEach(alone));
        wait();
        continue;
      }
      code.get(thread).op("i32.eqz").open("if");
      for (; i < list.length && !hasParallel([list[i]!]); i++) alone(list[i]!);
      code.op("end");
      wait();
    }
  };
  emit(steps);
  return run;
};
