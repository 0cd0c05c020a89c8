/** How the parts of a scan lie in its parameters and operands. */
import { booleanParam, indexParam, numberParam, programParam } from "../../primitives/params.ts";
import type { Params, Repetition } from "../../program/primitive.ts";
import type { Tensor, TensorType } from "../../tensor/tensor.ts";

/**
 * What a scan's parameters say. In a scan that is linear in its carries (which differentiation makes), the last
 * `linearConstants` constants and the last `linearSequences` sequences are what it is linear in besides.
 */
export interface Scan extends Repetition {
  readonly linearConstants: number;
  readonly linearSequences: number;
}

export const scanOf = (params: Params): Scan => ({
  body: programParam(params, "body"),
  length: indexParam(params, "length", Infinity),
  constants: indexParam(params, "constants", Infinity),
  carries: indexParam(params, "carries", Infinity),
  reverse: booleanParam(params, "reverse"),
  linearConstants: numberParam(params, "linearConstants"),
  linearSequences: numberParam(params, "linearSequences"),
});

export type Fields = Omit<Scan, "linearConstants" | "linearSequences"> &
  Partial<Pick<Scan, "linearConstants" | "linearSequences">>;

/** Carries out a scan: rules make scans of scans, and are given this so that they need not know the record. */
export type RunScan = (fields: Fields, operands: readonly Tensor[]) => Tensor[];

/** What a scan has for each step alike, from step to step, and one after another. */
interface Parts<Item> {
  readonly constants: readonly Item[];
  readonly carries: readonly Item[];
  readonly sequences: readonly Item[];
}

/** A list of operands, inputs or flags in its three parts. */
export const partsOf = <Item>({ constants, carries }: Repetition, items: readonly Item[]): Parts<Item> => ({
  constants: items.slice(0, constants),
  carries: items.slice(constants, constants + carries),
  sequences: items.slice(constants + carries),
});

export const elementOf = ({ shape, dtype }: TensorType): TensorType => ({ shape: shape.slice(1), dtype });

export const sequenceOf = (length: number, { shape, dtype }: TensorType): TensorType => ({
  shape: [length, ...shape],
  dtype,
});

/**
 * Which carries have a property (a tangent, a batch axis) that spreads: `spread` tells which of the body's outputs
 * have it, given which inputs do. The flags of all inputs once they no longer change.
 */
export const settledFlags = (
  scan: Repetition,
  flags: readonly boolean[],
  spread: (flags: readonly boolean[]) => readonly boolean[],
): boolean[] => {
  const { constants, carries, sequences } = partsOf(scan, flags);
  let current = carries;
  for (;;) {
    const outputs = spread([...constants, ...current, ...sequences]);
    const next = current.map((flag, i) => flag || outputs[i]!);
    if (next.every((flag, i) => flag === current[i])) return [...constants, ...current, ...sequences];
    current = next;
  }
};
