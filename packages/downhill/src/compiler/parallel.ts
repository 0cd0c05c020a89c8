/**
 * Kernels divided into parts for threads. What an element's value is does not depend on how many parts there are: only
 * loops are divided whose iterations have nothing to do with each other.
 */
import { type Kernel, type LoopIndex, type Statement, wholeOf } from "../program/loop.ts";
import { bytesPerElement } from "../tensor/dtype.ts";
import { costOf, type KernelCost } from "./cost.ts";
import { isDeep } from "./deep-contractions.ts";
import { type Shift, shiftOf, rewrite } from "./rewrite.ts";
import {
  isParallel,
  isRepeat,
  type Parallel,
  partsPerThread,
  type PlacedKernel,
  type PlacedStep,
} from "./schedule.ts";

/**
 * Operations and bytes of a kernel that make it worth the while of several threads: some fifty microseconds. Of smaller
 * ones half is soon lost to waiting for each other, to data that lies in the other's cache, and to whoever else runs on
 * the machine.
 */
const leastContraction = 1_500_000;
const leastOperations = 600_000;
const leastBytes = 1_000_000;

/** Operations or bytes that make a part worth drawing a ticket for: some ten microseconds. */
const leastOfPart = { operations: 150_000, bytes: 250_000 };

/** Bytes of an operand that all parts of a product have in common and that each thread may keep laid ready. */
const mostKept = 2 ** 23;

/** Loops in lanes are cut at multiples of this many iterations, which is a multiple of what runs at once on any target. */
const laneUnit = 64;

const isWorthDividing = ({ operations, bytesRead, bytesWritten }: KernelCost): boolean =>
  operations >= leastOperations || bytesRead + bytesWritten >= leastBytes;

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

/** A loop with only `extent` iterations; `again` as in a contraction's `whole`. */
type Narrow = (extent: number, shift: Shift, again?: LoopIndex) => Statement[];

interface Division {
  readonly loop: LoopIndex;
  readonly extent: number;
  readonly unit: number;
  /** The least that a part should have; `unit` if left out. */
  readonly least?: number;
  /** Whether more parts than threads take longer, as each lays ready anew what they have in common. */
  readonly isCostly?: boolean;
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
        // What parts have in common may change with the loop.
        isCostly: inner?.kind === "contract" || division.isCostly === true,
        narrow: (length, shift) => [{ ...statement, body: division.narrow(length, shift) }],
      }
    );
  }
  if (statement.kind !== "contract") return undefined;
  const { row, rows, column, columns, depth } = statement;
  if (rows * columns * depth < leastContraction || isDeep(statement)) return undefined;
  // Each thread packs one operand whole: rather the smaller one.
  const byRows = rows >= columns;
  // About the longest tile, in its rows or in its columns.
  const unit = byRows ? 4 : 16;
  const [loop, extent] = byRows ? ([row, rows] as const) : ([column, columns] as const);
  if (extent < threads * unit) return undefined;
  const { dtype } = statement.right.buffer;
  return {
    loop,
    extent,
    unit,
    // Shorter ones leave parts of tiles unused.
    least: byRows ? 8 : 32,
    isCostly: (byRows ? columns : rows) * depth * bytesPerElement(dtype) > mostKept,
    narrow: (length, shift, again) => {
      const [moved] = rewrite([statement], shiftOf(shift));
      const whole = { ...wholeOf(statement), ...(again && { again }) };
      return [
        { ...(moved as typeof statement), ...(byRows ? { rows: length } : { columns: length }), whole },
      ];
    },
  };
};

/** The kernel in parts for so many threads; undefined if that does not suit it. */
export const divide = ({ kernel, addresses }: PlacedKernel, threads: number): Parallel | undefined => {
  const [statement, ...more] = kernel.body;
  if (threads < 2 || statement === undefined || more.length > 0) return undefined;
  const cost = costOf(kernel);
  if (!isWorthDividing(cost)) return undefined;
  const division = divisionOf(statement, threads);
  if (division === undefined) return undefined;
  const { loop, extent, unit, least = unit, isCostly = false, narrow } = division;
  const { operations, bytesRead, bytesWritten } = cost;
  const worth = Math.max(operations / leastOfPart.operations, (bytesRead + bytesWritten) / leastOfPart.bytes);
  const parts = isCostly ? threads : Math.min(partsPerThread * threads, worth, extent / least);
  const units = extent / Math.max(threads, parts) / unit;
  // As many as there are threads are as equal as can be; of more the last one may be a small one.
  const length = (parts > threads ? Math.max(1, Math.floor(units)) : Math.ceil(units)) * unit;
  const count = Math.floor(extent / length);
  const index: LoopIndex = { name: "part" };
  const again: LoopIndex = { name: "again" };
  const kept = isCostly ? undefined : again;
  const part: Kernel = {
    ...kernel,
    body: narrow(length, { loop, from: 0, part: index, length }, kept),
    outer: [...(kernel.outer ?? []), index, again],
  };
  const left = extent - count * length;
  const rest: Kernel = {
    ...kernel,
    body: narrow(left, { loop, from: count * length, part: undefined, length: 0 }, kept),
    outer: [...(kernel.outer ?? []), again],
  };
  return {
    index,
    again,
    count,
    part: { kernel: part, addresses },
    ...(left > 0 && { rest: { kernel: rest, addresses } }),
  };
};
