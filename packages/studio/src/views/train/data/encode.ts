/** Cells as features, by a plan: as the command's matrices have them. */
import { areAnswers } from "downhill-model/answers";
import { type ColumnPlan, featureNamesOf } from "downhill-model/plan";
import type { Column } from "./table.ts";

/** The features of a column, row by row. */
export const encodeColumn = (
  plan: ColumnPlan,
  { cells }: Pick<Column, "cells">,
  rows: ArrayLike<number>,
): Float64Array => {
  if (plan.encoding === "number") {
    const { fill, mean, deviation, standardised } = plan;
    return Float64Array.from(rows, (row) => {
      const value = Number(cells[row] ?? fill);
      return standardised ? (value - mean) / deviation : value;
    });
  }
  const { levels, others, missing } = plan;
  const width = featureNamesOf(plan).length;
  const isFolded = areAnswers([...levels, ...others]);
  const folded = (text: string): string => (isFolded ? text.toLowerCase() : text);
  const place = new Map<string, number>([
    ...levels.map((level, i): [string, number] => [folded(level), i]),
    ...others.map((level): [string, number] => [folded(level), levels.length]),
  ]);
  const ofMissing = missing > 0 ? width - 1 : undefined;
  const features = new Float64Array(rows.length * width);
  Array.from(rows).forEach((row, i) => {
    const cell = cells[row];
    const at = typeof cell === "string" ? (place.get(folded(cell)) ?? ofMissing) : ofMissing;
    if (at !== undefined) features[i * width + at] = 1;
  });
  return features;
};

/** Several blocks of columns side by side, row-major. */
export const beside = (blocks: readonly Float64Array[], rows: number): Float64Array => {
  const widths = blocks.map(({ length }) => (rows === 0 ? 0 : length / rows));
  const width = widths.reduce((sum, one) => sum + one, 0);
  const matrix = new Float64Array(rows * width);
  let offset = 0;
  blocks.forEach((block, k) => {
    const own = widths[k]!;
    for (let row = 0; row < rows; row++)
      for (let i = 0; i < own; i++) matrix[row * width + offset + i] = block[row * own + i]!;
    offset += own;
  });
  return matrix;
};
