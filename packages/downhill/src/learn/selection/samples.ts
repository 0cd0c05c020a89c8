/** Some of the rows of whatever models take. */
import { Tensor } from "../../tensor/tensor.ts";
import { takeRows } from "../data.ts";

/** The given rows of a tensor, of rows of cells, of labels or of numbers. */
export const takeSamples = (data: unknown, rows: Int32Array): unknown => {
  if (data instanceof Tensor) return takeRows(data, rows);
  const all = data as ArrayLike<unknown>;
  return Array.from(rows, (row) => all[row]);
};
