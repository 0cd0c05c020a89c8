/** Rows held out for validation. */
import { ArgumentError } from "../tensor/errors.ts";
import { permutation, type RandomSource } from "./random.ts";

export interface RowSplit {
  readonly train: Int32Array;
  readonly validation: Int32Array;
}

const split = (rows: Int32Array, heldOut: number): RowSplit => ({
  validation: rows.subarray(0, heldOut),
  train: rows.subarray(heldOut),
});

const join = (parts: readonly Int32Array[]): Int32Array =>
  Int32Array.from(parts.flatMap((part) => [...part])).sort();

/**
 * A random share of the rows, at least one.
 *
 * @param strata of each row its class: each class is then held out in the same share, and keeps at least one row.
 * @throws ArgumentError if there are too few rows.
 */
export const splitRows = (
  operation: string,
  random: RandomSource,
  count: number,
  fraction: number,
  strata?: ArrayLike<number>,
): RowSplit => {
  const order = permutation(random, count);
  const groups =
    strata === undefined
      ? [order]
      : [...new Set(Array.from(strata))]
          .sort((a, b) => a - b)
          .map((stratum) => order.filter((row) => strata[row] === stratum));
  const parts = groups.map((rows) =>
    split(rows, Math.min(rows.length - 1, Math.round(rows.length * fraction))),
  );
  const result = {
    train: join(parts.map(({ train }) => train)),
    validation: join(parts.map(({ validation }) => validation)),
  };
  if (result.validation.length === 0)
    throw new ArgumentError(
      operation,
      `of ${count} rows a share of ${fraction} leaves none for validation; ` +
        "raise validationFraction, give fit validation rows, or set earlyStopping: false",
    );
  return result;
};
