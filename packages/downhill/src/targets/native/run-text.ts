/** Statements of C that call kernels in order: by one thread, or by several together. */
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
  loop(index: LoopIndex, count: number, body: () => void): void {
    const name = `i_${String(this.#indices.size)}`;
    this.#indices.set(index, name);
    this.lines.push(`for (long ${name} = 0; ${name} < ${String(count)}; ${name}++) {`);
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

  /** A kernel's part `part`, or its rest behind them. */
  part(step: Parallel): void {
    this.set(step.index, "part");
    this.set(step.again, "again");
    if (step.rest !== undefined) this.lines.push(`if (part < ${String(step.count)})`);
    this.call(step.part);
    if (step.rest === undefined) return;
    this.lines.push("else");
    this.call(step.rest);
  }
}

/** All steps, one after another. */
export const runText = (steps: readonly PlacedStep[], call: Call, holds: Holds): readonly string[] => {
  const caller = new Caller(call, holds);
  const emit = (step: PlacedStep): void => {
    if (isRepeat(step)) caller.repeat(step, () => step.steps.forEach(emit));
    else if (isParallel(step)) {
      caller.lines.push(
        `for (long part = 0, again = 0; part < ${String(partCount(step))}; part++, again = 1) {`,
      );
      caller.part(step);
      caller.lines.push("}");
    } else caller.call(step);
  };
  steps.forEach(emit);
  return caller.lines;
};

/** Words from one thread's tickets to the next one's: each has a line of the cache to itself. */
export const ticketWords = 16;

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
  /** What `body` writes for each of the parts that this thread draws: its own first, then those of the others in turn. */
  const draw = (parts: number, body: () => void): void => {
    const share = String(shareOf(parts, threads));
    lines.push(
      `for (long tries = 0, again = 0; tries < ${String(threads)}; tries++) {`,
      `const long owner = (thread + tries) % ${String(threads)};`,
      `for (unsigned ticket; (ticket = draw(tickets, owner) - drawn) < ${share};) {`,
      `const long part = owner * ${share} + ticket;`,
      `if (part >= ${String(parts)}) continue;`,
    );
    body();
    // Each thread draws one ticket too many of everyone's.
    lines.push("again = 1;", "}", "}", `drawn += ${share} + ${String(threads)};`);
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
        if (isParallel(step)) draw(partCount(step), () => caller.part(step));
        else if (isRepeat(step)) {
          const { index, count } = step;
          const runs = runsOfPart(count, threads);
          draw(Math.ceil(count / runs), () => {
            const end = `(part + 1) * ${String(runs)}`;
            caller.set(index, "i");
            lines.push(`for (long i = part * ${String(runs)}; i < ${String(count)} && i < ${end}; i++) {`);
            step.steps.forEach(alone);
            lines.push("}");
          });
        }
      } else {
        lines.push("if (thread == 0) {");
        for (; i < list.length && !hasParallel([list[i]!]); i++) alone(list[i]!);
        lines.push("}");
      }
      lines.push("wait(team);");
    }
  };
  lines.push("/* Tickets drawn for each thread's parts in the steps before. */", "unsigned drawn = 0;");
  emit(steps);
  return lines;
};
