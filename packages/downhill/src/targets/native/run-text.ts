/** Statements of C that call kernels in order: by one thread, or by several together. */
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

/** The call of a kernel, by the names of the indices of the loops around it. */
type Call = (placed: PlacedKernel, indices: ReadonlyMap<LoopIndex, string>) => string;

/** The value of a condition, likewise. */
type Holds = (condition: Condition<number>, indices: ReadonlyMap<LoopIndex, string>) => string;

class Caller {
  readonly lines: string[] = [];
  readonly #call: Call;
  readonly #holds: Holds;
  readonly #indices = new Map<LoopIndex, string>();

  constructor(call: Call, holds: Holds) {
    this.#call = call;
    this.#holds = holds;
  }

  call(placed: PlacedKernel): void {
    this.lines.push(this.#call(placed, this.#indices));
  }

  /** A loop around what `body` writes. */
  loop(index: LoopIndex, count: number, body: () => void, from = "0", step = "1"): void {
    const name = `i_${String(this.#indices.size)}`;
    this.#indices.set(index, name);
    this.lines.push(`for (long ${name} = ${from}; ${name} < ${String(count)}; ${name} += ${step}) {`);
    body();
    this.lines.push("}");
  }

  /**
   * A repetition.
   *
   * @param agree has all threads know whether the condition holds before one of them changes that
   */
  repeat({ index, count, condition }: PlacedRepeat, body: () => void, agree?: string): void {
    if (condition === undefined) {
      this.loop(index, count, body);
      return;
    }
    const name = `i_${String(this.#indices.size)}`;
    this.lines.push(`for (long ${name} = 0; ${name} < ${String(count)}; ${name}++) {`);
    this.lines.push(`const char holds = ${this.#holds(condition, this.#indices)};`);
    if (agree !== undefined) this.lines.push(agree);
    this.lines.push("if (!holds) break;");
    this.#indices.set(index, name);
    body();
    this.lines.push("}");
  }

  /** Has the index stand for an expression. */
  set(index: LoopIndex, value: string): void {
    this.#indices.set(index, value);
  }
}

/** All steps, one after another. */
export const runText = (steps: readonly PlacedStep[], call: Call, holds: Holds): readonly string[] => {
  const caller = new Caller(call, holds);
  const emit = (step: PlacedStep): void => {
    if (isRepeat(step)) caller.repeat(step, () => step.steps.forEach(emit));
    else if (isParallel(step)) {
      caller.loop(step.index, step.count, () => caller.call(step.part));
      if (step.rest !== undefined) caller.call(step.rest);
    } else caller.call(step);
  };
  steps.forEach(emit);
  return caller.lines;
};

/** What one of the threads does, by its number `thread`. */
export const threadText = (
  steps: readonly PlacedStep[],
  threads: number,
  call: Call,
  holds: Holds,
): readonly string[] => {
  const caller = new Caller(call, holds);
  const { lines } = caller;
  const alone = (step: PlacedStep): void => {
    if (isRepeat(step)) caller.repeat(step, () => step.steps.forEach(alone));
    else if (isParallel(step)) throw new Error("internal: a divided step within one that is not");
    else caller.call(step);
  };
  const divided = (step: Parallel): void => {
    caller.set(step.index, "thread");
    lines.push(`if (thread < ${String(step.count)}) {`);
    caller.call(step.part);
    lines.push("}");
    if (step.rest === undefined) return;
    lines.push(`if (thread == ${String(step.count)}) {`);
    caller.call(step.rest);
    lines.push("}");
  };
  const emit = (list: readonly PlacedStep[]): void => {
    for (let i = 0; i < list.length;) {
      const step = list[i]!;
      if (hasParallel([step])) {
        i++;
        if (isRepeat(step) && step.isDivisible !== true) {
          caller.repeat(step, () => emit(step.steps), "wait(team);");
          continue;
        }
        if (isParallel(step)) divided(step);
        else if (isRepeat(step))
          caller.loop(step.index, step.count, () => step.steps.forEach(alone), "thread", String(threads));
      } else {
        lines.push("if (thread == 0) {");
        for (; i < list.length && !hasParallel([list[i]!]); i++) alone(list[i]!);
        lines.push("}");
      }
      lines.push("wait(team);");
    }
  };
  emit(steps);
  return lines;
};
