/** Statements of C that call kernels in order: by one thread, or by several together. */
import {
  isParallel,
  isRepeat,
  type Parallel,
  type PlacedKernel,
  type PlacedStep,
} from "../../compiler/schedule.ts";
import type { LoopIndex } from "../../program/loop.ts";
import { hasParallel } from "../wasm/run-functions.ts";

/** The call of a kernel, by the names of the indices of the loops around it. */
type Call = (placed: PlacedKernel, indices: ReadonlyMap<LoopIndex, string>) => string;

class Caller {
  readonly lines: string[] = [];
  readonly #call: Call;
  readonly #indices = new Map<LoopIndex, string>();

  constructor(call: Call) {
    this.#call = call;
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

  /** Has the index stand for an expression. */
  set(index: LoopIndex, value: string): void {
    this.#indices.set(index, value);
  }
}

/** All steps, one after another. */
export const runText = (steps: readonly PlacedStep[], call: Call): readonly string[] => {
  const caller = new Caller(call);
  const emit = (step: PlacedStep): void => {
    if (isRepeat(step)) caller.loop(step.index, step.count, () => step.steps.forEach(emit));
    else if (isParallel(step)) {
      caller.loop(step.index, step.count, () => caller.call(step.part));
      if (step.rest !== undefined) caller.call(step.rest);
    } else caller.call(step);
  };
  steps.forEach(emit);
  return caller.lines;
};

/** What one of the threads does, by its number `thread`. */
export const threadText = (steps: readonly PlacedStep[], threads: number, call: Call): readonly string[] => {
  const caller = new Caller(call);
  const { lines } = caller;
  const alone = (step: PlacedStep): void => {
    if (isRepeat(step)) caller.loop(step.index, step.count, () => step.steps.forEach(alone));
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
          caller.loop(step.index, step.count, () => emit(step.steps));
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
