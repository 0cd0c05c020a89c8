/**
 * Sums down the columns of a tall matrix, and the like: a loop in lanes around a loop over blocks of rows. Run as written,
 * it visits all rows for each few columns; here the loops change places, and running values are kept in scratch memory
 * between blocks. A block is done in strips of a few rows in the same way, so that memory is read nearly in its order,
 * which is what processors fetch ahead; what is added to what, and when, stays as it is.
 */
import { isTall, rowBytes } from "../../compiler/long-reductions.ts";
import { rewrite, shiftOf } from "../../compiler/rewrite.ts";
import type { BufferUse, Index, Scalar, ScalarType, Statement } from "../../program/loop.ts";
import type { Loop } from "../../program/walk.ts";
import { bytesPerElement, type DType } from "../../tensor/dtype.ts";
import type { Facts } from "./facts.ts";

/**
 * Bytes of the rows of a strip, and of a row that is a strip of its own: lines of several rows that are read by turns must
 * lie close together to be fetched ahead. On the machine where this was measured, strips of eight rows took 3.4 ms for the
 * sums of 64 MB in 64 columns, 7.7 in 128 and 7.1 in 256; these take 2.9, 2.4 and 3.1.
 */
const stripBytes = 1024;
const longRowBytes = 512;

/** Rows that a block must have for strips to pay: running values are kept between them. */
const fewestRows = 16;

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

/** Running values of this type have a place in memory. */
const canBeKept = (declarations: Reduction["declarations"]): boolean =>
  declarations.every(({ accumulator }) => accumulator.type !== "i64");

/** The loop's parts, if it declares running values, fills them in a loop over blocks and then only stores. */
const partsOf = ({ body }: Loop): Reduction | undefined => {
  const at = body.findIndex(({ kind }) => kind !== "declare");
  const blocks = body[at];
  const end = body.findIndex(({ kind }) => kind === "store");
  if (at < 1 || blocks?.kind !== "loop" || blocks.body[0]?.kind !== "declare" || end < 0) return undefined;
  const stores = body.slice(end);
  const declarations = body.slice(0, at) as Reduction["declarations"];
  if (stores.some(({ kind }) => kind !== "store")) return undefined;
  return canBeKept(declarations)
    ? { declarations, blocks, rest: body.slice(at + 1, end), stores }
    : undefined;
};

/** A block's rows, a few at a time. */
interface Strips {
  readonly declarations: Reduction["declarations"];
  /** The loops over strips, `around` each of which the loop in lanes goes. */
  readonly rows: (around: (rows: Statement) => Statement) => Statement[];
  /** What is made of the block's running values. */
  readonly after: readonly Statement[];
}

/** A block in strips; undefined if it has few rows, or does more than fill its running values and add them to others. */
const stripsOf = ({ body }: Loop, rows: Loop, lanes: Loop): Strips | undefined => {
  const bytes = rowBytes(rows, lanes);
  const stripRows = bytes < longRowBytes ? Math.floor(stripBytes / bytes) : 1;
  const at = body.indexOf(rows);
  const declarations = body.slice(0, at) as Reduction["declarations"];
  const after = body.slice(at + 1);
  if (
    rows.extent < Math.max(fewestRows, 2 * stripRows) ||
    !declarations.every(({ kind }) => kind === "declare")
  )
    return undefined;
  if (!after.every(({ kind }) => kind === "accumulate") || !canBeKept(declarations)) return undefined;
  const strip = { name: `${rows.index.name} strip` };
  const count = Math.floor(rows.extent / stripRows);
  const some = (extent: number, from: number, part: typeof strip | undefined): Statement => {
    const changes = shiftOf({ loop: rows.index, from, part, length: stripRows });
    return { ...rows, extent, body: rewrite(rows.body, changes) };
  };
  const left = rows.extent - count * stripRows;
  return {
    declarations,
    after,
    rows: (around) => [
      { kind: "loop", index: strip, extent: count, body: [around(some(stripRows, 0, strip))] },
      ...(left > 0 ? [around(some(left, count * stripRows, undefined))] : []),
    ],
  };
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
  const reduction = partsOf(loop);
  if (reduction === undefined) return undefined;
  const { declarations, blocks, rest, stores } = reduction;
  const rows = blocks.body.find((statement) => statement.kind === "loop");
  if (rows === undefined || !isTall(rows, blocks.extent * rows.extent, loop)) return undefined;

  const here: Index = { offset: 0, terms: [{ loop: loop.index, stride: 1 }] };
  const inLanes = (body: readonly Statement[]): Statement => ({ ...loop, body });
  /** Running values in scratch memory. */
  const keep = (declarations: Reduction["declarations"]) => {
    const kept = declarations.map(({ accumulator, initial }) => {
      const dtype = dtypeOf[accumulator.type as Exclude<ScalarType, "i64">];
      const buffer: BufferUse = { name: accumulator.name, dtype, position: -1 };
      return { accumulator, initial, buffer };
    });
    const sizes = kept.map(
      ({ buffer }) => Math.ceil((loop.extent * bytesPerElement(buffer.dtype)) / 16) * 16,
    );
    const store = (value: (entry: (typeof kept)[number]) => Scalar): Statement[] =>
      kept.map((entry) => ({ kind: "store", buffer: entry.buffer, at: here, value: value(entry) }));
    return {
      bytes: sizes.reduce((sum, size) => sum + size, 0),
      place: (address: number): void =>
        kept.forEach(({ buffer }, i) => {
          facts.addScratch(buffer, address);
          address += sizes[i]!;
        }),
      begin: () => store(({ initial }) => initial),
      resume: kept.map(({ accumulator, buffer }): Statement => ({
        kind: "declare",
        accumulator,
        initial: { kind: "load", type: accumulator.type, buffer, at: here },
      })),
      leave: () => store(({ accumulator }) => ({ kind: "accumulator", type: accumulator.type, accumulator })),
    };
  };

  const sums = keep(declarations);
  const resumed = (body: readonly Statement[]): Statement =>
    inLanes([...sums.resume, ...body, ...sums.leave()]);
  const strips = stripsOf(blocks, rows, loop);
  const parts = strips && keep(strips.declarations);
  const address = scratch(sums.bytes + (parts?.bytes ?? 0));
  sums.place(address);
  parts?.place(address + sums.bytes);
  const block =
    strips && parts
      ? [
          inLanes(parts.begin()),
          ...strips.rows((some) => inLanes([...parts.resume, some, ...parts.leave()])),
          resumed([...parts.resume, ...strips.after]),
        ]
      : [resumed(blocks.body)];
  return [
    inLanes(sums.begin()),
    { ...blocks, body: block },
    ...(rest.length > 0 ? [resumed(rest)] : []),
    inLanes([...sums.resume, ...stores]),
  ];
};
