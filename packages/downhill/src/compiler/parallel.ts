/**
 * Kernels divided into parts for threads. What an element's value is does not depend on how many parts there are: only
 * loops are divided whose iterations have nothing to do with each other.
 */
import type { Kernel, LoopIndex, Statement } from "../program/loop.ts";
import { costOf } from "./cost.ts";
import { isDeep } from "./deep-contractions.ts";
import { type Shift, shiftOf, rewrite } from "./rewrite.ts";
import { isParallel, isRepeat, type Parallel, type PlacedKernel, type PlacedStep } from "./schedule.ts";

/**
 * Operations and bytes of a kernel that make it worth the while of several threads: some fifty microseconds. Of smaller
 * ones half is soon lost to waiting for each other, to data that lies in the other's cache, and to whoever else runs on
 * the machine.
 */
const leastContraction = 1_500_000;
const leastOperations = 600_000;
const leastBytes = 1_000_000;

/** Loops in lanes are cut at multiples of this many iterations, which is a multiple of what runs at once on any target. */
const laneUnit = 64;

const isWorthDividing = (kernel: Kernel): boolean => {
  const { operations, bytesRead, bytesWritten } = costOf(kernel);
  return operations >= leastOperations || bytesRead + bytesWritten >= leastBytes;
};

const operationsOf = (steps: readonly PlacedStep[]): number =>
  steps.reduce((sum, step) => {
    if (isRepeat(step)) return sum + (step.condition ? 1 : step.count) * operationsOf(step.steps);
    return sum + (isParallel(step) ? 0 : costOf(step.kernel).operations);
  }, 0);

/** Whether the runs of a repetition are to be divided among threads. `steps` are those of one run. */
export const isRepeatWorthDividing = (
  steps: readonly PlacedStep[],
  count: number,
  threads: number,
): boolean => threads > 1 && count >= threads && count * operationsOf(steps) >= leastOperations;

/** A loop with only `extent` iterations. */
type Narrow = (extent: number, shift: Shift) => Statement[];

interface Division {
  readonly loop: LoopIndex;
  readonly extent: number;
  readonly unit: number;
  readonly narrow: Narrow;
}

/** The loop to divide: the outermost that gives every thread its share. */
const divisionOf = (statement: Statement, threads: number): Division | undefined => {
  if (statement.kind === "loop") {
    const { index, extent, vector = false, body } = statement;
    const unit = vector ? laneUnit : 1;
    if (extent >= threads * unit)
      return {
        loop: index,
        extent,
        unit,
        narrow: (length, shift) => [{ ...statement, extent: length, body: rewrite(body, shiftOf(shift)) }],
      };
    const [inner] = body;
    const division = body.length === 1 && inner !== undefined ? divisionOf(inner, threads) : undefined;
    return (
      division && {
        ...division,
        narrow: (length, shift) => [{ ...statement, body: division.narrow(length, shift) }],
      }
    );
  }
  if (statement.kind !== "contract") return undefined;
  const { row, rows, column, columns, depth } = statement;
  if (rows * columns * depth < leastContraction || isDeep(statement)) return undefined;
  // Each part packs one operand whole: rather the smaller one.
  const byRows = rows >= columns;
  // About the longest tile, in its rows or in its columns.
  const unit = byRows ? 4 : 16;
  const [loop, extent] = byRows ? ([row, rows] as const) : ([column, columns] as const);
  if (extent < threads * unit) return undefined;
  return {
    loop,
    extent,
    unit,
    narrow: (length, shift) => {
      const [moved] = rewrite([statement], shiftOf(shift));
      const { whole = { rows, columns } } = statement;
      return [
        { ...(moved as typeof statement), ...(byRows ? { rows: length } : { columns: length }), whole },
      ];
    },
  };
};

/** The kernel in parts for so many threads; undefined if that does not suit it. */
export const divide = ({ kernel, addresses }: PlacedKernel, threads: number): Parallel | undefined => {
  const [statement, ...more] = kernel.body;
  if (threads < 2 || statement === undefined || more.length > 0 || !isWorthDividing(kernel)) return undefined;
  const division = divisionOf(statement, threads);
  if (division === undefined) return undefined;
  const { loop, extent, unit, narrow } = division;
  const length = Math.ceil(extent / threads / unit) * unit;
  const count = Math.floor(extent / length);
  const index: LoopIndex = { name: "part" };
  const part: Kernel = {
    ...kernel,
    body: narrow(length, { loop, from: 0, part: index, length }),
    outer: [...(kernel.outer ?? []), index],
  };
  const left = extent - count * length;
  const rest: Kernel = {
    ...kernel,
    body: narrow(left, { loop, from: count * length, part: undefined, length: 0 }),
  };
  return {
    index,
    count,
    part: { kernel: part, addresses },
    ...(left > 0 && { rest: { kernel: rest, addresses } }),
  };
};
