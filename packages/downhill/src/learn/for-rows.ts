/** Functions of rows that are asked for predictions. */
import { evaluated, jit } from "../targets/jit.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** Fewer rows than these are asked one by one, again and again; a table is asked once, and is done sooner than a program for it. */
const few = 16;

/**
 * `f` of rows, its last argument [rows, …]: compiled for few of them, and for tables where compiling takes less time than it saves.
 * Which it is depends on the shapes alone, so that the same arguments give the same results.
 */
export const forRows = /* @__NO_SIDE_EFFECTS__ */ <A extends readonly unknown[]>(
  f: (...args: readonly [...A, Tensor]) => Tensor,
): ((...args: readonly [...A, Tensor]) => Tensor) => {
  const compiled = jit(f);
  const once = evaluated(f);
  return (...args) => ((args.at(-1) as Tensor).shape[0]! < few ? compiled : once)(...args);
};
