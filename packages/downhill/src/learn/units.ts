/**
 * Columns in units of their own, as descents are shown them: of a unit that is a million times smaller the slope is a million
 * times larger, and what is far from 0 looks like an intercept.
 */
import { full } from "../functions/create.ts";
import { mapTree } from "../optim/tree.ts";
import { wrap } from "../tensor/create.ts";
import { allocate } from "../tensor/dtype.ts";
import {
  type ColumnStatistics,
  columnStatistics,
  divisorOf,
  sampledStatistics,
  sampleOf,
} from "./column-statistics.ts";
import { areWithin, floatVector } from "./data.ts";
import type { Batch } from "./loss.ts";
import type { LinearParameters } from "./objectives.ts";

/** Column j is shown as (x − shifts[j]) / sizes[j]. */
export interface Units {
  readonly shifts: Float64Array;
  /** Powers of two, by which no digit is lost. */
  readonly sizes: Float64Array;
  /** What is left of the columns' own sizes: a penalty may be what rules the curvature. */
  readonly spreads: Float64Array;
  /** Columns without any variation beside an intercept: they are shown as 0. */
  readonly isConstant: readonly boolean[];
}

/** Up to this factor columns differ in size, or lie off 0 by so many deviations, without troubling a descent. */
const ordinary = 8;

export const nearestPowerOfTwo = (value: number): number => 2 ** Math.round(Math.log2(value));

export const isOrdinary = (size: number): boolean => size >= 1 / ordinary && size <= ordinary;

/** The units that suit columns of so many rows; undefined if they are to be shown as they are. */
const unitsFor = (
  statistics: readonly ColumnStatistics[],
  rows: number,
  strength: number,
  isShiftable: boolean,
): Units | undefined => {
  const isConstant = statistics.map((column) => isShiftable && divisorOf(column, rows) !== column.deviation);
  const shifts = Float64Array.from(statistics, ({ mean, deviation }, j) =>
    isConstant[j]! || (isShiftable && Math.abs(mean) > ordinary * deviation) ? mean : 0,
  );
  // The curvature of the penalty counts as that of the loss does: neither is to rule the other.
  const spreads = Float64Array.from(statistics, ({ deviation, size }, j) =>
    isConstant[j]! ? 0 : shifts[j] === 0 ? size : deviation,
  );
  const sizes = spreads.map((spread) => {
    const size = Math.hypot(spread, Math.sqrt(strength));
    return size > 0 && size < Infinity ? nearestPowerOfTwo(size) : 1;
  });
  const areOrdinary =
    shifts.every((shift) => shift === 0) &&
    sizes.every(isOrdinary) &&
    spreads.every((spread) => spread === 0 || isOrdinary(spread));
  return areOrdinary
    ? undefined
    : { shifts, sizes, spreads: spreads.map((spread, j) => spread / sizes[j]!), isConstant };
};

/** The largest number that leaves the size of a column ordinary if only rows have it that a sample is likely to miss. */
const modest = 8 * ordinary;

/**
 * The units that suit a table; undefined if it is to be shown as it is. Of a large table whose numbers are all modest a
 * sample tells: two passes over all rows would take a third of the time that training takes.
 *
 * @param isShiftable whether there is an intercept, without a penalty, that makes up for a shift.
 */
export const unitsOf = ({ X, weights, penalty }: Batch, isShiftable: boolean): Units | undefined => {
  const rows = X.shape[0]!;
  const strength = 2 * penalty.item();
  const sample = sampleOf(weights.data);
  const isSampled = sample.length < rows && areWithin(X.data, modest);
  return isSampled &&
    unitsFor(sampledStatistics(X, weights.data, sample), sample.length, strength, isShiftable) === undefined
    ? undefined
    : unitsFor(columnStatistics(X, weights.data), rows, strength, isShiftable);
};

/** The same rows in these units. */
export const batchInUnits = (batch: Batch, { shifts, sizes, isConstant }: Units): Batch => {
  const { data, shape, dtype } = batch.X;
  const [rows, columns] = shape as readonly [number, number];
  const values = allocate(dtype, data.length);
  for (let row = 0, i = 0; row < rows; row++)
    for (let column = 0; column < columns; column++, i++)
      values[i] = isConstant[column]! ? 0 : (data[i]! - shifts[column]!) / sizes[column]!;
  return { ...batch, X: wrap(values, shape, dtype), sizes: floatVector(sizes, dtype) };
};

/** Every coefficient by `change`, every intercept by what that leaves out: `sign` times the scores at the shifts. */
const changed = <P extends LinearParameters>(
  parameters: P,
  { shifts, sizes }: Units,
  change: (value: number, size: number) => number,
  sign: 1 | -1,
): P => {
  const { coef, intercept } = parameters;
  const columns = shifts.length;
  const values = allocate(coef.dtype, coef.size);
  const moved = new Float64Array(coef.size / columns);
  coef.data.forEach((value: number, i: number) => {
    const column = i % columns;
    values[i] = change(value, sizes[column]!);
    const outside = sign === 1 ? value : values[i];
    if (shifts[column] !== 0) moved[Math.floor(i / columns)]! += sign * shifts[column]! * outside;
  });
  const slopes = { ...parameters, coef: wrap(values, coef.shape, coef.dtype) };
  if (intercept === undefined) return slopes;
  const constants = allocate(intercept.dtype, intercept.size);
  moved.forEach((value, i) => (constants[i] = intercept.data[i]! + value));
  return { ...slopes, intercept: wrap(constants, intercept.shape, intercept.dtype) };
};

export const parametersInUnits = <P extends LinearParameters>(parameters: P, units: Units): P =>
  changed(parameters, units, (value, size) => value * size, 1);

/** Of each parameter how large its slope is beside that by what a column of size 1 would stand for: a tree like the parameters. */
export const unitsOfSlopes = <P extends LinearParameters>(parameters: P, { spreads }: Units): P => {
  const ones = mapTree("units", (leaf) => full(leaf.shape, 1, { dtype: leaf.dtype }), parameters);
  const { shape, dtype, size } = parameters.coef;
  const values = allocate(dtype, size);
  for (let i = 0; i < size; i++) values[i] = spreads[i % spreads.length]! || 1;
  return { ...ones, coef: wrap(values, shape, dtype) };
};

export const parametersAsGiven = <P extends LinearParameters>(parameters: P, units: Units): P =>
  changed(parameters, units, (value, size) => value / size, -1);
