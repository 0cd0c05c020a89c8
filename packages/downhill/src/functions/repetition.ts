/** Tensors repeated along their axes, with NumPy's names and conventions. */
import * as p from "../primitives/index.ts";
import { ArgumentError } from "../tensor/errors.ts";
import { normalizeAxis } from "../tensor/shape.ts";
import type { Operand, Tensor } from "../tensor/tensor.ts";
import { asTensor } from "./operands.ts";
import { take } from "./picking.ts";

const requireCounts = (operation: string, counts: readonly number[]): void => {
  for (const count of counts)
    if (!Number.isInteger(count) || count < 0)
      throw new ArgumentError(operation, `${count} times; write whole numbers from 0`);
};

/** The whole tensor side by side, `reps[i]` times along axis i; aligned at the last axis, missing ones count as 1. */
export const tile = (x: Operand, reps: number | readonly number[]): Tensor => {
  const value = asTensor(x);
  const given = typeof reps === "number" ? [reps] : reps;
  requireCounts("tile", given);
  const rank = Math.max(value.rank, given.length);
  const counts = [...new Array<number>(rank - given.length).fill(1), ...given];
  const lengths = [...new Array<number>(rank - value.rank).fill(1), ...value.shape];
  const spread = p.broadcast(
    value,
    lengths.flatMap((length, axis) => [counts[axis]!, length]),
    value.shape.map((_, axis) => 2 * (rank - value.rank + axis) + 1),
  );
  return p.reshape(
    spread,
    lengths.map((length, axis) => counts[axis]! * length),
  );
};

/** Each element `repeats` times in a row along `axis` (of the flattened tensor if null); a list has one for each element. */
export const repeat = (
  x: Operand,
  repeats: number | readonly number[],
  axis: number | null = null,
): Tensor => {
  const given = asTensor(x);
  const value = axis === null ? p.reshape(given, [given.size]) : given;
  const along = axis === null ? 0 : normalizeAxis("repeat", axis, value.rank);
  const length = value.shape[along]!;
  requireCounts("repeat", typeof repeats === "number" ? [repeats] : repeats);
  if (typeof repeats !== "number") {
    if (repeats.length !== length)
      throw new ArgumentError("repeat", `${repeats.length} counts for ${length} elements; give one for each`);
    return take(
      value,
      repeats.flatMap((count, i) => new Array<number>(count).fill(i)),
      along,
    );
  }
  const spread = [...value.shape];
  spread.splice(along + 1, 0, repeats);
  const result = [...value.shape];
  result[along] = length * repeats;
  return p.reshape(
    p.broadcast(
      value,
      spread,
      value.shape.map((_, i) => (i <= along ? i : i + 1)),
    ),
    result,
  );
};
