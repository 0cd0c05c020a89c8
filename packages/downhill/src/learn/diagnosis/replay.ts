/** The steps before a training broke down taken again, one by one and in plain sight, up to the first bad number. */
import { add, mul } from "../../functions/elementwise.ts";
import { full } from "../../functions/create.ts";
import { mapTree } from "../../optim/tree.ts";
import { leavesOf } from "../../optim/tree.ts";
import { isLeaf } from "../../transforms/arguments.ts";
import { type Origin, originOf } from "../../transforms/non-finite/origin.ts";
import { tell } from "../../transforms/non-finite/words.ts";
import { traceFunction } from "../../transforms/trace-function.ts";
import { wrap } from "../../tensor/create.ts";
import { sizeOf } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { pathsOf } from "../../tensor/tree.ts";
import { batchOfRows } from "../batches.ts";
import { type Batch, compiledGradient, type Progress, trainingStep } from "../loss.ts";
import type { FirstOrderTraining } from "../training-loop.ts";
import { anatomyOf, gainsOf, type LossProgram, lossProgram } from "./anatomy.ts";
import type { BadNumber, Part } from "./diagnosis.ts";
import type { Stretch, Trouble } from "./trouble.ts";

const isFinite = (tree: object): boolean =>
  leavesOf("diagnosis", tree).every(({ data }) => data.every((value: number) => Number.isFinite(value)));

/** One element along the leading axis. */
const elementOf = ({ data, shape, dtype }: Tensor, i: number): Tensor => {
  const rest = shape.slice(1);
  const size = sizeOf(rest);
  return wrap(data.subarray(i * size, (i + 1) * size), rest, dtype);
};

/** Rows of each of the steps, those included that only fill up the last one. */
const rowsPerStep = ({ rows: { X }, count }: Stretch<object>): number =>
  count === undefined ? X.shape[0]! : X.shape[1]!;

/** The batch of one of the steps, without rows that only fill it up. */
const batchOf = (stretch: Stretch<object>, i: number): Batch => {
  const { rows, count, order } = stretch;
  const { X, Y, weights, key, ...constants } = rows;
  const batch: Batch =
    count === undefined
      ? rows
      : {
          ...constants,
          X: elementOf(X, i),
          Y: elementOf(Y, i),
          weights: elementOf(weights, i),
          ...(key && { key: elementOf(key, i) }),
        };
  const size = rowsPerStep(stretch);
  const filler = order === undefined ? 0 : Math.max(0, (i + 1) * size - order.length);
  return filler === 0
    ? batch
    : batchOfRows(
        batch,
        Int32Array.from({ length: size - filler }, (_, row) => row),
      );
};

/** The step that led to the first number that is not finite. */
interface FatalStep<P extends object> {
  readonly stretch: Stretch<P>;
  readonly index: number;
  readonly before: Progress<P>;
  readonly batch: Batch;
}

const fatalStep = <P extends object>(
  { loss, optimizer, optimizerKey }: FirstOrderTraining<P>,
  { stretches }: Trouble<P>,
): FatalStep<P> | undefined => {
  const step = trainingStep(loss, optimizerKey, optimizer);
  for (const stretch of stretches) {
    let before = stretch.before;
    for (let index = 0; index < (stretch.count ?? 1); index++) {
      if (!isFinite(before.parameters)) return undefined;
      const batch = batchOf(stretch, index);
      const rate = full([], stretch.learningRate, { dtype: batch.X.dtype });
      const [after, value] = step(before, rate, batch);
      if (!Number.isFinite(value.item()) || !isFinite(after.parameters))
        return { stretch, index, before, batch };
      before = after;
    }
  }
  return undefined;
};

/** In the loss and its gradient. */
const originInLoss = ({ program, inputs, isParameter }: LossProgram): Origin | undefined =>
  originOf(program, inputs, isParameter);

/** In the optimizer, with the parameter whose update went wrong. */
const originInUpdate = <P extends object>(
  { loss, optimizer }: FirstOrderTraining<P>,
  { before, batch, stretch }: FatalStep<P>,
): { origin: Origin; parameter: string } | undefined => {
  const [, slopes] = compiledGradient(loss)(before.parameters, batch);
  const rate = full([], stretch.learningRate, { dtype: batch.X.dtype });
  const update = (given: P, progress: Progress<P>, alpha: Tensor): P => {
    const [updates] = optimizer.update(given, progress.state, progress.parameters);
    return mapTree(
      "diagnosis",
      (parameter, change) => add(parameter, mul(change, alpha)),
      progress.parameters,
      updates,
    );
  };
  const args = [slopes, before, rate] as const;
  const { program, captured, leaves } = traceFunction("diagnosis", update, args, false);
  const inputs = [...captured, ...leaves].map((tensor: Tensor) => tensor.concrete("diagnosis"));
  const paths = pathsOf(before.parameters, isLeaf);
  for (const [i, output] of program.outputs.entries()) {
    const none = inputs.map(() => false);
    const origin = originOf({ ...program, outputs: [output] }, inputs, none);
    if (origin !== undefined) return { origin, parameter: paths[i]! };
  }
  return undefined;
};

/** Which row of the batch a number belongs to; for sums over rows, that of the largest summand. */
const rowOf = (origin: Origin, rows: number): number | undefined => {
  const { value, place } = origin;
  if (value.shape[0] === rows) return Math.floor(place / (value.size / rows));
  if (origin.phase !== "forward") return undefined;
  const operand = origin.operands.find(({ shape }) => shape[0] === rows);
  if (operand === undefined) return undefined;
  let largest = 0;
  operand.values.forEach((x, i) => {
    if (Math.abs(x) > Math.abs(operand.values[largest]!)) largest = i;
  });
  return Math.floor(largest / (operand.size / rows));
};

/**
 * The first number of a training that is not finite: the steps of the last calls are taken again with the compiled step,
 * and the one that goes wrong equation by equation. Undefined if there was none, or if the plain evaluation has none: sums
 * in another order may just hold.
 *
 * @param numbers of the table's rows in X as it was given.
 */
export const firstBadNumber = <P extends object>(
  training: FirstOrderTraining<P>,
  trouble: Trouble<P>,
  numbers: ArrayLike<number> | undefined,
): BadNumber | undefined => {
  if (trouble.reason !== "non-finite") return undefined;
  const fatal = fatalStep(training, trouble);
  if (fatal === undefined) return undefined;
  const { stretch, index, before, batch } = fatal;
  const traced = lossProgram(training.loss, before.parameters, batch);
  const inLoss = originInLoss(traced);
  const inUpdate = inLoss === undefined ? originInUpdate(training, fatal) : undefined;
  const origin = inLoss ?? inUpdate?.origin;
  if (origin === undefined || origin.phase === "input") return undefined;
  const part: Part =
    inUpdate === undefined
      ? traced.partOf(origin.equation)
      : { kind: "update", parameter: inUpdate.parameter, layer: traced.layerOf(inUpdate.parameter) };
  const size = batch.X.shape[0]!;
  const numberOf = (position: number): number => {
    const row =
      stretch.order === undefined ? position : stretch.order[index * rowsPerStep(stretch) + position]!;
    return numbers === undefined ? row : numbers[row]!;
  };
  const row = inUpdate === undefined ? rowOf(origin, size) : undefined;
  return {
    epoch: stretch.epoch,
    step: stretch.step + index,
    batch: stretch.batch + index,
    batchRows: size,
    rows: stretch.order === undefined ? undefined : Array.from({ length: size }, (_, i) => numberOf(i)),
    row: row === undefined ? undefined : numberOf(row),
    phase: inUpdate === undefined ? origin.phase : "update",
    part,
    operation: origin.equation.primitive.name,
    value: origin.value.values[origin.place]!,
    happened: tell(origin).happened,
    gains: gainsOf(anatomyOf(training.loss, before.parameters, batch).layers),
  };
};
