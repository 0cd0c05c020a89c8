/** The functions of a module that run its kernels in order: by one thread, or by several together. */
import {
  type Condition,
  hasParallel,
  isParallel,
  isRepeat,
  type Parallel,
  partCount,
  type PlacedKernel,
  type PlacedRepeat,
  type PlacedStep,
  runsOfPart,
  shareOf,
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

  /** Has a local hold the index's value. */
  hold(index: LoopIndex, local: Local): void {
    this.#indices.set(index, local);
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

  /** A kernel's part, or its rest behind them, by the number that `part` holds. */
  part({ index, again, count, part, rest }: Parallel, number: Local, isAgain: Local): void {
    this.hold(index, number);
    this.hold(again, isAgain);
    if (rest !== undefined) this.code.get(number).i32(count).op("i32.lt_u").open("if");
    this.call(part);
    if (rest === undefined) return;
    this.code.op("else");
    this.call(rest);
    this.code.op("end");
  }

  call(placed: PlacedKernel): void {
    for (const index of placed.kernel.outer ?? []) this.code.get(this.#indices.get(index)!);
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
      const [part, isAgain] = [run.local("i32"), run.local("i32")];
      run.code.i32(0).set(isAgain);
      emitRange(run.code, part, partCount(step), 1, () => {
        caller.part(step, part, isAgain);
        run.code.i32(1).set(isAgain);
      });
    } else caller.call(step);
  };
  steps.forEach(emit);
  return run;
};

/** The word of memory by which threads wait for each other: its byte address. */
export const barrierAddress = 64;

/** The words that count the tickets drawn for each thread's parts: the first one's address, and bytes to the next one. */
export const ticketsAddress = 128;
export const ticketBytes = 64;

/** Looks at the barrier before a thread goes to sleep: fifty microseconds, which is what it takes to wake one. */
const patience = 40_000;

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
 * tickets, everything else is done by thread 0, and none goes on before all have done a step. `goal` is the count of the
 * barrier before the run, to which every thread's passage adds; no tickets have been drawn.
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
  /** Tickets drawn for each thread's parts in the steps before. */
  const drawn = run.local("i32");
  const [tries, owner, ticket, part, isAgain] = [
    run.local("i32"),
    run.local("i32"),
    run.local("i32"),
    run.local("i32"),
    run.local("i32"),
  ] as const;
  /** What `body` writes for each of the parts that this thread draws: its own first, then those of the others in turn. */
  const draw = (parts: number, body: () => void): void => {
    const share = shareOf(parts, threads);
    code.i32(0).set(isAgain).i32(0).set(tries).get(thread).set(owner).open("loop");
    code.open("block").open("loop");
    code.get(owner).i32(ticketBytes).op("i32.mul").i32(1).atomic("i32.atomic.rmw.add", ticketsAddress);
    code.get(drawn).op("i32.sub").tee(ticket).i32(share).op("i32.ge_u").branchIf(1);
    code.get(owner).i32(share).op("i32.mul").get(ticket).op("i32.add").tee(part);
    code.i32(parts).op("i32.lt_u").open("if");
    body();
    code.i32(1).set(isAgain).op("end").branch(0).op("end").op("end");
    code.get(owner).i32(1).op("i32.add").tee(owner).i32(0).get(owner).i32(threads).op("i32.lt_u").op("select").set(owner); // prettier-ignore
    code.get(tries).i32(1).op("i32.add").tee(tries).i32(threads).op("i32.lt_u").branchIf(0).op("end");
    // Each thread has drawn one ticket too many of everyone's.
    code
      .get(drawn)
      .i32(share + threads)
      .op("i32.add")
      .set(drawn);
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
        if (isParallel(step)) draw(partCount(step), () => caller.part(step, part, isAgain));
        else if (isRepeat(step)) {
          const { index, count } = step;
          const runs = runsOfPart(count, threads);
          const [now, end] = [run.local("i32"), run.local("i32")];
          caller.hold(index, now);
          draw(Math.ceil(count / runs), () => {
            code.get(part).i32(runs).op("i32.mul").tee(now).i32(runs).op("i32.add").tee(end).i32(count);
            code.get(end).i32(count).op("i32.lt_u").op("select").set(end).open("loop");
            step.steps.forEach(alone);
            code.get(now).i32(1).op("i32.add").tee(now).get(end).op("i32.lt_u").branchIf(0).op("end");
          });
        }
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
