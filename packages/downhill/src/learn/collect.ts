/** Tables that come piece by piece. */
import { wrap } from "../tensor/create.ts";
import { allocate } from "../tensor/dtype.ts";
import { ArgumentError, ShapeError } from "../tensor/errors.ts";
import { formatShape, sameShape } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { numbersOf, type MatrixData, type VectorData } from "./data.ts";
import type { ValidationData } from "./watch.ts";

/** Some rows with their targets, and weights if rows have such. */
export type RowBatch<Y, X = MatrixData> = ValidationData<Y, X>;

/** Rows with their targets, some at a time: an async generator, a stream of objects, … */
export type RowBatches<Y, X = MatrixData> = AsyncIterable<RowBatch<Y, X>>;

const joinedTensors = (operation: string, name: string, parts: readonly Tensor[]): Tensor => {
  const { dtype, shape } = parts[0]!;
  const rest = shape.slice(1);
  parts.forEach((part, i) => {
    if (part.dtype !== dtype || !sameShape(part.shape.slice(1), rest))
      throw new ShapeError(
        operation,
        `${name} of batch ${i} is ${part.dtype}${formatShape(part.shape)}, of batch 0 ${dtype}${formatShape(shape)}; ` +
          "batches may differ in rows only",
        [shape, part.shape],
      );
  });
  const rows = parts.reduce((sum, part) => sum + part.shape[0]!, 0);
  const values = allocate(
    dtype,
    parts.reduce((sum, part) => sum + part.size, 0),
  );
  let start = 0;
  for (const { data } of parts) {
    values.set(data, start);
    start += data.length;
  }
  return wrap(values, [rows, ...rest], dtype);
};

/** Tensors to a tensor, anything else to an array. */
const joined = (operation: string, name: string, parts: readonly unknown[]): unknown => {
  const tensors = parts.filter((part) => part instanceof Tensor);
  if (tensors.length === parts.length) return joinedTensors(operation, name, tensors);
  if (tensors.length > 0)
    throw new ArgumentError(
      operation,
      `${name} is a tensor in some batches and an array in others; write all alike`,
    );
  return parts.flatMap((part) => Array.from(part as ArrayLike<unknown>));
};

/**
 * All rows of all batches as one table.
 *
 * @throws ArgumentError if there are none, or they do not go together; the signal's reason if it is aborted meanwhile.
 */
export const collectBatches = async <Y, X = MatrixData>(
  batches: RowBatches<Y, X>,
  { operation = "collectBatches", signal }: CollectOptions = {},
): Promise<RowBatch<Y, X>> => {
  const parts: RowBatch<Y, X>[] = [];
  for await (const batch of batches) {
    signal?.throwIfAborted();
    parts.push(batch);
  }
  if (parts.length === 0) throw new ArgumentError(operation, "there was no batch");
  const weights = parts.map(({ sampleWeight }) => sampleWeight).filter((given) => given !== undefined);
  if (weights.length > 0 && weights.length < parts.length)
    throw new ArgumentError(
      operation,
      "some batches have sampleWeight and others have not; give it to all or to none",
    );
  const X = joined(operation, "X", parts.map((batch) => batch.X)) as X; // prettier-ignore
  const y = joined(operation, "y", parts.map((batch) => batch.y)) as Y; // prettier-ignore
  if (weights.length === 0) return { X, y };
  const sampleWeight: VectorData = weights.flatMap((given) => Array.from(numbersOf(given)));
  return { X, y, sampleWeight };
};

export interface CollectOptions {
  /** Whose errors these are. */
  readonly operation?: string;
  readonly signal?: AbortSignal | undefined;
}
