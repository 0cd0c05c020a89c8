/** From a table to the numbers that models take. */
import type { TargetScale } from "downhill-model/card";
import type { Plan } from "downhill-model/plan";
import type { Fill } from "downhill-model/planColumn";
import type { Matrix, Prepared, Rows } from "downhill-model/prepared";
import { splitRows } from "downhill-model/splitRows";
import type { TrainArguments } from "../arguments/train.ts";
import {
  applyToParts,
  DataError,
  inferTask,
  planPreprocessing,
  readTarget,
  requireColumn,
} from "../data/index.ts";
import type { PlanOptions, Table } from "../data/index.ts";

/** Means and deviations come from the training rows alone. */
function targetScaleOf(table: Table, target: string, y: Float64Array): TargetScale {
  const mean = y.reduce((sum, value) => sum + value, 0) / y.length;
  const deviation = Math.sqrt(y.reduce((sum, value) => sum + (value - mean) ** 2, 0) / y.length);
  if (deviation > 0 && deviation < Infinity) return { mean, deviation };
  const problem = deviation === 0 ? `is ${y[0]} in every training row` : "holds numbers too large to square";
  const remedy =
    deviation === 0 ? "try another --seed, or a smaller --validation" : "divide it by a power of ten";
  throw new DataError(`${table.path}: target ${JSON.stringify(target)} ${problem}`, remedy, {
    file: table.path,
    column: target,
  });
}

function planOptions(options: TrainArguments): PlanOptions {
  const everywhere = options.fill.findLast(({ column }) => column === null)?.fill;
  const named = options.fill.flatMap(({ column, fill }): [string, Fill][] =>
    column === null ? [] : [[column, fill]],
  );
  return {
    drop: options.drop,
    numeric: options.numeric,
    categorical: options.categorical,
    fillColumns: new Map(named),
    noStandardise: options.scaling ? options.unscaled : true,
    ...(everywhere === undefined ? {} : { fill: everywhere }),
    ...(options.maxCategories === undefined ? {} : { maxLevels: options.maxCategories }),
    ...(options.rareCategory === undefined ? {} : { minLevelRows: options.rareCategory }),
  };
}

function withTargets(matrix: Matrix): Rows {
  if (matrix.y === null) throw new Error("internal: the target was not read");
  return { ...matrix, y: matrix.y };
}

/**
 * @param known - how the columns become features, if that was found out before
 * @throws DataError for whatever makes the table unfit to be learnt from.
 */
export async function prepare(table: Table, options: TrainArguments, known?: Plan): Promise<Prepared> {
  const task = await inferTask(table, options.target, {
    dropMissingTarget: options.dropMissingTarget ?? false,
    ...(options.task === undefined ? {} : { task: options.task }),
  });
  // Misspelt names come to light before the table is read again.
  for (const name of options.unscaled) requireColumn(table, name);
  const target = await readTarget(table, task);
  const { validation: share, seed } = options;
  const split = splitRows(table.rows, { ...target, validation: share, seed });
  const plan =
    known ?? (await planPreprocessing(table, task, { rows: split.train, ...planOptions(options) }));
  const parts = split.validation.length === 0 ? [split.train] : [split.train, split.validation];
  const matrices = await applyToParts(plan, table, parts, { target: true, dtype: "float64" });
  const [train, validation = null] = matrices.map(withTargets);
  if (train === undefined) throw new Error("internal: no rows were read");
  const targetScale = train.y instanceof Float64Array ? targetScaleOf(table, task.target, train.y) : null;
  return { task, split, plan, train, validation, targetScale };
}
