/**
 * Sums down the columns of a tall matrix, and the like: a loop in lanes around a loop over blocks of rows. Run as written,
 * it visits all rows for each few columns; here the loops change places, and running values are kept in scratch memory
 * between blocks.
 */
import { isTall } from "../../compiler/long-reductions.ts";
import type { BufferUse, Index, Scalar, ScalarType, Statement } from "../../program/loop.ts";
import type { Loop } from "../../program/walk.ts";
import { bytesPerElement, type DType } from "../../tensor/dtype.ts";
import type { Facts } from "./facts.ts";

const dtypeOf: Readonly<Record<Exclude<ScalarType, "i64">, DType>> = {
  f32: "float32",
  f64: "float64",
  i32: "int32",
  bool: "bool",
};

interface Reduction {
  readonly declarations: readonly Extract<Statement, { kind: "declare" }>[];
  readonly blocks: Loop;
  /** What the blocks leave over. */
  readonly rest: readonly Statement[];
  readonly stores: readonly Statement[];
}

/** The loop's parts, if it declares running values, fills them in a loop over blocks and then only stores. */
const partsOf = ({ body }: Loop): Reduction | undefined => {
  const at = body.findIndex(({ kind }) => kind !== "declare");
  const blocks = body[at];
  const end = body.findIndex(({ kind }) => kind === "store");
  if (at < 1 || blocks?.kind !== "loop" || blocks.body[0]?.kind !== "declare" || end < 0) return undefined;
  const stores = body.slice(end);
  const declarations = body.slice(0, at) as Reduction["declarations"];
  if (stores.some(({ kind }) => kind !== "store")) return undefined;
  return declarations.every(({ accumulator }) => accumulator.type !== "i64")
    ? { declarations, blocks, rest: body.slice(at + 1, end), stores }
    : undefined;
};

/** What a target offers for such a loop. */
export interface BlockedOrder {
  /** Iterations that a loop in lanes must have for this to pay. */
  readonly least: number;
  readonly facts: Facts;
  /** The address of so many bytes of scratch memory. */
  readonly scratch: (bytes: number) => number;
}

/** The loop block by block; undefined if that does not suit it. */
export const inBlockedOrder = (
  loop: Loop,
  { least, facts, scratch }: BlockedOrder,
): Statement[] | undefined => {
  if (loop.extent < least) return undefined;
  const parts = partsOf(loop);
  if (parts === undefined) return undefined;
  const { declarations, blocks, rest, stores } = parts;
  const rows = blocks.body.find((statement) => statement.kind === "loop");
  if (rows === undefined || !isTall(rows, blocks.extent * rows.extent, loop)) return undefined;

  const here: Index = { offset: 0, terms: [{ loop: loop.index, stride: 1 }] };
  const kept = declarations.map(({ accumulator, initial }) => {
    const dtype = dtypeOf[accumulator.type as Exclude<ScalarType, "i64">];
    const buffer: BufferUse = { name: accumulator.name, dtype, position: -1 };
    return { accumulator, initial, buffer };
  });
  const sizes = kept.map(({ buffer }) => Math.ceil((loop.extent * bytesPerElement(buffer.dtype)) / 16) * 16);
  let address = scratch(sizes.reduce((sum, size) => sum + size, 0));
  kept.forEach(({ buffer }, i) => {
    facts.addScratch(buffer, address);
    address += sizes[i] ?? 0;
  });
  const inLanes = (body: readonly Statement[]): Statement => ({ ...loop, body });
  const resume = (): Statement[] =>
    kept.map(({ accumulator, buffer }) => ({
      kind: "declare",
      accumulator,
      initial: { kind: "load", type: accumulator.type, buffer, at: here },
    }));
  const keep = (value: (entry: (typeof kept)[number]) => Scalar): Statement[] =>
    kept.map((entry) => ({ kind: "store", buffer: entry.buffer, at: here, value: value(entry) }));
  const resumed = (body: readonly Statement[]): Statement =>
    inLanes([
      ...resume(),
      ...body,
      ...keep(({ accumulator }) => ({ kind: "accumulator", type: accumulator.type, accumulator })),
    ]);
  return [
    inLanes(keep(({ initial }) => initial)),
    { ...blocks, body: [resumed(blocks.body)] },
    ...(rest.length > 0 ? [resumed(rest)] : []),
    inLanes([...resume(), ...stores]),
  ];
};
