/**
 * Results that wait until somebody reads them. Most large results of a step (parameters, moments) are only handed to the
 * next one, in whose place they lie already: copying them out each time would take as long as a quarter of the step. So
 * they stay where they were computed. The next run writes over them; who reads them after that has them computed again,
 * from the inputs of their run, which they keep. How much is kept and computed again is bounded: now and then results
 * are copied out at once.
 */
import type { ConcreteTensor, LateValues } from "../../tensor/tensor.ts";
import type { TypedArray } from "../../tensor/dtype.ts";

/** Results from this size on may wait. */
export const leastLateBytes = 2 ** 16;

/** What a run's results keep alive may be so many times as large as they are. */
const mostKept = 4;

/** Runs it may take to have a result again. */
const mostRepeats = 32;

/** One run of a program, with what it takes to repeat it. */
export interface Run {
  /** A number that no other run has. */
  readonly number: number;
  readonly inputs: readonly ConcreteTensor[];
  /** Serial numbers of the tensors that are its results. */
  serials: readonly number[];
  /** Runs it takes to have the results again, this one included. */
  readonly repeats: number;
  /** Bytes that are kept for that. */
  readonly keptBytes: number;
}

/** What a program does for its results that wait. */
export interface LateReader {
  /** Has the results of the run in memory, computed again if need be. */
  readonly restore: (run: Run) => void;
  /** A copy of a result of the run, which is in memory. */
  readonly copy: (position: number, run: Run) => TypedArray;
  /** A result where it lies; undefined if it is not there any more. */
  readonly look: (run: Run, position: number) => TypedArray | undefined;
}

/** The result of a run at a position. */
export class LateResult implements LateValues {
  readonly run: Run;
  readonly position: number;
  readonly reader: LateReader;

  constructor(run: Run, position: number, reader: LateReader) {
    this.run = run;
    this.position = position;
    this.reader = reader;
  }

  /** Has the result in memory, though not yet in a tensor of its own. */
  restore(): void {
    this.reader.restore(this.run);
  }

  /** The result where it lies, until another run begins; undefined if it is not there any more. */
  look(): TypedArray | undefined {
    return this.reader.look(this.run, this.position);
  }

  read(): TypedArray {
    this.restore();
    return this.reader.copy(this.position, this.run);
  }
}

let runs = 0;

/** A run with these inputs that is about to begin. */
export const newRun = (inputs: readonly ConcreteTensor[]): Run => {
  const before = new Set<Run>();
  for (const { late } of inputs) if (late instanceof LateResult) before.add(late.run);
  const known = new Set([...before].flatMap((run) => run.inputs));
  let keptBytes = 0;
  for (const input of inputs)
    if (input.late === undefined && !known.has(input)) keptBytes += input.values.byteLength;
  let repeats = 1;
  for (const run of before) {
    keptBytes += run.keptBytes;
    repeats += run.repeats;
  }
  return { number: ++runs, inputs, serials: [], repeats, keptBytes };
};

/** Whether results of so many bytes in all may wait after this run. */
export const mayWait = ({ repeats, keptBytes }: Run, resultBytes: number): boolean =>
  repeats <= mostRepeats && keptBytes <= mostKept * resultBytes;
