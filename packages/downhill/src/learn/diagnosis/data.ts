/** Tables that are hard to learn from: absurd cells, constant columns, equal rows of different classes, unequal scales. */
import { isFloating } from "../../tensor/dtype.ts";
import type { Batch } from "../loss.ts";
import { type ColumnStatistics, columnStatistics } from "../column-statistics.ts";
import { outliersOf, standardisedColumns } from "./columns.ts";
import type { Warning } from "./diagnosis.ts";
import { firstEqualRows } from "./equal-rows.ts";
import { like } from "./like.ts";
import { fellShort, type Subject } from "./subject.ts";

const outliers = ({ X, Y }: Batch): Warning[] => {
  const targets = isFloating(Y.dtype) && Y.rank === 1 ? [{ table: Y, column: 0, name: -1 }] : [];
  const columns = Array.from({ length: X.shape[1]! }, (_, column) => ({ table: X, column, name: column }));
  return [...columns, ...targets].flatMap(({ table, column, name }) => {
    const found = outliersOf(table, column);
    if (found === undefined || found.isRare) return [];
    const { rows, value, median, deviation } = found;
    return [{ kind: "outlier", column: name, row: rows[0]!, value, median, deviation, count: rows.length }];
  });
};

/** Constants other than 0, which are in the way of the intercept; columns of zeros do no harm. */
const constantColumns = (statistics: readonly ColumnStatistics[]): Warning[] => {
  const columns = [...statistics.keys()].filter(
    (column) => statistics[column]!.deviation === 0 && statistics[column]!.mean !== 0,
  );
  const [first] = columns;
  if (first === undefined) return [];
  return [{ kind: "constantColumn", column: first, value: statistics[first]!.mean, count: columns.length }];
};

/** So many rows at least must be in conflict. */
const conflictShare = 0.1;

/** Rows that are equal in all columns, and of different classes. */
const conflicts = ({ X, Y }: Batch): Warning[] => {
  if (isFloating(Y.dtype)) return [];
  const first = firstEqualRows(X);
  const rows = first.length;
  const groups = new Map<number, number[]>();
  for (let row = 0; row < rows; row++) {
    if (first[row] === row) continue;
    const group = groups.get(first[row]!);
    if (group === undefined) groups.set(first[row]!, [first[row]!, row]);
    else group.push(row);
  }
  let inConflict = 0;
  let right = rows;
  let example: readonly [number, number] | undefined;
  for (const group of groups.values()) {
    const counts = new Map<number, number>();
    for (const row of group) counts.set(Y.data[row]!, (counts.get(Y.data[row]!) ?? 0) + 1);
    right += Math.max(...counts.values()) - group.length;
    if (counts.size < 2) continue;
    inConflict += group.length;
    example ??= [group[0]!, group.find((row) => Y.data[row] !== Y.data[group[0]!])!];
  }
  if (example === undefined || inConflict < conflictShare * rows) return [];
  return [{ kind: "conflictingLabels", rows: inConflict, of: rows, example, bestAccuracy: right / rows }];
};

/** Columns whose sizes differ more than this make a ravine of the loss. */
const unequal = 100;

/** A loss lower than this share of the one reached is worth the advice. */
const worthwhile = 0.9;

/** Columns of very different size, if the same training gets farther with standardised ones. */
const unscaled = <P extends object>(
  { data: { X }, history, isSolved, again }: Subject<P>,
  statistics: readonly ColumnStatistics[],
): Warning[] => {
  if (isSolved || !fellShort(history)) return [];
  const varying = [...statistics.keys()].filter((column) => statistics[column]!.deviation > 0);
  if (varying.length === 0) return [];
  const sizeOf = (column: number): number => statistics[column]!.size;
  const column = varying.reduce((a, b) => (sizeOf(b) > sizeOf(a) ? b : a));
  const deviationOf = (other: number): number => statistics[other]!.deviation;
  const least = varying.reduce((a, b) => (deviationOf(b) < deviationOf(a) ? b : a));
  if (sizeOf(column) < unequal * deviationOf(least)) return [];
  const loss = history.loss.at(-1)!;
  const scaledLoss = again({}, standardisedColumns(X, like(X)))?.at(-1);
  if (scaledLoss === undefined || scaledLoss > worthwhile * loss) return [];
  return [
    {
      kind: "unscaledColumns",
      column,
      mean: statistics[column]!.mean,
      deviation: deviationOf(column),
      least,
      leastDeviation: deviationOf(least),
      loss,
      scaledLoss,
    },
  ];
};

export const dataWarnings = <P extends object>(subject: Subject<P>): Warning[] => {
  const { data } = subject;
  const statistics = columnStatistics(data.X);
  return [
    ...outliers(data),
    ...conflicts(data),
    ...unscaled(subject, statistics),
    ...constantColumns(statistics),
  ];
};
