/**
 * Long reductions in blocks. A sum of n numbers, added one after another, may be off by n roundings, one of the sums of
 * blocks of b numbers by b + n/b only (Higham, The accuracy of floating point summation, 1993); and down the columns of a
 * tall table it is better to do a few rows at a time, all columns of them, than all rows for a few columns. Both want the
 * same loops.
 */
import type { Accumulator, Combine, Statement } from "../program/loop.ts";
import * as s from "../program/scalar.ts";
import { bodyOf, type Loop, visitScalars, walk } from "../program/walk.ts";
import { bytesPerElement } from "../tensor/dtype.ts";
import { rewrite, shiftOf } from "./rewrite.ts";

/** Numbers that are added one after another at most; in a loop that runs in lanes each lane adds its share of them. */
const longestSum = 1024;
const longestSumInLanes = 4096;

/** What one visit of all rows may read before it is worth cutting up: about the second cache. */
const cachedBytes = 2 ** 18;

/** Bytes of the rows taken at a time: about the first cache. */
const blockBytes = 2 ** 15;
const fewestRows = 8;

/** The longest stride in bytes that a loop takes through what lies side by side for the loop in lanes around it. */
export const rowBytes = (loop: Loop, lanes: Loop): number => {
  let longest = 0;
  visitScalars(loop.body, (node) => {
    if (node.kind !== "load" || !node.at.terms.some((term) => term.loop === lanes.index && term.stride === 1))
      return;
    for (const term of node.at.terms)
      if (term.loop === loop.index)
        longest = Math.max(longest, Math.abs(term.stride) * bytesPerElement(node.buffer.dtype));
  });
  return longest;
};

/** Whether the loop, inside one that runs in lanes, reads more than stays in the cache. */
export const isTall = (loop: Loop, extent: number, lanes: Loop): boolean =>
  rowBytes(loop, lanes) * extent >= cachedBytes;

interface Reduction {
  readonly accumulator: Accumulator;
  readonly combine: Combine;
  /** Values combined in one iteration of the loop. */
  readonly perIteration: number;
}

/**
 * What the loop does to running values that outlive it: each combined in one way, and not looked at. Undefined if it does
 * more with some.
 */
const reductionsOf = (loop: Loop): readonly Reduction[] | undefined => {
  const statements = walk(loop.body);
  const declared = new Set<Accumulator>();
  for (const statement of statements) if (statement.kind === "declare") declared.add(statement.accumulator);
  const found = new Map<Accumulator, Reduction>();
  let isPlain = true;
  const visit = (statement: Statement, times: number): void => {
    const inside = statement.kind === "loop" ? times * statement.extent : times;
    for (const inner of bodyOf(statement)) visit(inner, inside);
    if (statement.kind !== "accumulate" && statement.kind !== "assign") return;
    const { accumulator } = statement;
    if (declared.has(accumulator)) return;
    const known = found.get(accumulator);
    if (statement.kind === "assign" || (known && known.combine !== statement.combine)) isPlain = false;
    else {
      const perIteration = times + (known?.perIteration ?? 0);
      found.set(accumulator, { accumulator, combine: statement.combine, perIteration });
    }
  };
  for (const statement of loop.body) visit(statement, 1);
  visitScalars(loop.body, (node) => {
    if (node.kind === "accumulator" && found.has(node.accumulator)) isPlain = false;
  });
  return isPlain ? [...found.values()] : undefined;
};

/** Iterations of a block; undefined if the loop is to be left whole. */
const blockLength = (
  loop: Loop,
  reductions: readonly Reduction[],
  lanes: Loop | undefined,
): number | undefined => {
  const { extent, vector = false } = loop;
  const longest = vector ? longestSumInLanes : longestSum;
  // All reductions, not only the sums of floats: it costs nothing, and blocks can be divided among threads.
  const most = Math.max(...reductions.map(({ perIteration }) => perIteration));
  let length = extent * most > longest ? Math.max(1, Math.floor(longest / most)) : extent;
  if (lanes !== undefined && isTall(loop, extent, lanes)) {
    const rows = Math.floor(blockBytes / rowBytes(loop, lanes));
    length = Math.min(length, Math.max(fewestRows, rows));
  }
  return length < extent ? length : undefined;
};

/** The loop as a loop over blocks, each with running values of its own, and what is left over as one more block. */
const blocksOf = (
  loop: Loop,
  reductions: readonly Reduction[],
  length: number,
): [blocks: Loop, ...rest: Statement[]] => {
  const { index, extent } = loop;
  const parts = new Map(
    reductions.map(({ accumulator }) => [accumulator, { ...accumulator, name: `${accumulator.name} part` }]),
  );
  const block = (from: number, extent: number, part: Loop["index"] | undefined): Statement[] => {
    const changes = { ...shiftOf({ loop: index, from, part, length }), accumulator };
    return [
      ...reductions.map(({ accumulator, combine }): Statement => {
        const initial = s.constant(accumulator.type, s.identityOf(combine, accumulator.type));
        return { kind: "declare", accumulator: parts.get(accumulator)!, initial };
      }),
      { ...loop, extent, body: rewrite(loop.body, changes) },
      ...reductions.map(({ accumulator, combine }): Statement => {
        const part = parts.get(accumulator)!;
        const value = { kind: "accumulator", type: part.type, accumulator: part } as const;
        return { kind: "accumulate", accumulator, combine, value };
      }),
    ];
  };
  const accumulator = (given: Accumulator): Accumulator => parts.get(given) ?? given;
  const blocks = { name: `${index.name} block` };
  const count = Math.floor(extent / length);
  const whole = count * length;
  return [
    { kind: "loop", index: blocks, extent: count, body: block(0, length, blocks) },
    ...(whole < extent ? block(whole, extent - whole, undefined) : []),
  ];
};

/** Many blocks as about as many blocks of blocks as there are blocks in each, of which threads can have their shares. */
const blocksOfBlocks = (blocks: Loop): Statement[] =>
  blocks.extent > longestSum
    ? blocksOf(blocks, reductionsOf(blocks)!, Math.ceil(Math.sqrt(blocks.extent)))
    : [blocks];

/** The statements with their long reductions in blocks; `lanes` is the loop around them that is to run in lanes. */
export const inBlocks = (statements: readonly Statement[], lanes?: Loop): Statement[] =>
  statements.flatMap((statement): Statement[] => {
    if (statement.kind !== "loop") return [statement];
    const reductions = reductionsOf(statement);
    if (reductions === undefined) return [statement];
    const within = statement.vector ? statement : lanes;
    const length = reductions.length > 0 ? blockLength(statement, reductions, lanes) : undefined;
    if (length === undefined) return [{ ...statement, body: inBlocks(statement.body, within) }];
    const [blocks, ...rest] = blocksOf(statement, reductions, length);
    // Not inside a loop in lanes, which will change places with the one over blocks.
    if (lanes !== undefined) return [blocks, ...rest];
    return inBlocks([...blocksOfBlocks(blocks), ...rest]);
  });
