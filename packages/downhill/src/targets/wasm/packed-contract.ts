/**
 * Large matrix products, in the manner of Goto and van de Geijn, "Anatomy of high-performance matrix multiplication"
 * (2008): blocks of both operands are packed into panels that stay in the caches, register tiles are computed from
 * panels, and what is to be done with the sums is done a column of tiles at a time, while they are in the first cache.
 */
import { isSymmetricProduct } from "../../compiler/symmetric-product.ts";
import { strideOf, without } from "../../program/addresses.ts";
import { type Contract, type LoopIndex, wholeOf } from "../../program/loop.ts";
import { factorBytes, type FactorType, hasPlainFactors } from "../shared/products.ts";
import type { Code, Local } from "./code.ts";
import type { Tile } from "./context.ts";
import { emitBody } from "./contract-body.ts";
import { emitRange, pushBlock } from "./loops.ts";
import { mirrorFunction } from "./mirror.ts";
import { packFunction } from "./pack.ts";
import { type LeftForm, panelFunction } from "./panel.ts";
import { type Emitter, pushAddress, pushIndex, type Scope } from "./scope.ts";

type Side = Contract["left"];

/** Bytes of a packed block of the left operand and of the right one: most of the second cache for both. */
const leftBlockBytes = 2 ** 18;
const rightBlockBytes = 2 ** 20;

/** Steps packed at once: a right panel of this depth stays in the first cache. */
const deepest = 512;

const roundUp = (value: number, unit: number): number => Math.ceil(value / unit) * unit;

/** `total` cut into equal blocks of at most `most`, each a multiple of `unit` but perhaps the last. */
const blockOf = (total: number, most: number, unit: number): number => {
  const blocks = Math.ceil(total / Math.max(unit, most));
  return Math.min(total, roundUp(Math.ceil(total / blocks), unit));
};

export const isPackable = (e: Emitter, contract: Contract): boolean => {
  const { depth } = contract;
  const { rows, columns } = wholeOf(contract);
  if (!e.context.options.simd || e.lanes !== undefined) return false;
  if (rows < 4 || columns < 4 || depth < 4 || rows * columns * depth < 2048) return false;
  return hasPlainFactors(contract);
};

/** Leaves the address of a block: that of the operand, and so many strides on for each of the starts. */
const pushBlockAddress = (code: Code, base: Local, starts: readonly (readonly [Local, number])[]): void => {
  code.get(base);
  for (const [start, stride] of starts) code.get(start).i32(stride).op("i32.mul").op("i32.add");
};

/** Tiles whose sums and factors fit in the 15 vector registers of V8, in columns of float32, with what a product costs in each. */
const tiles: readonly (Tile & { readonly cost: number })[] = [
  { rows: 4, columns: 8, cost: 1 },
  { rows: 2, columns: 16, cost: 1 },
  { rows: 3, columns: 12, cost: 1 },
];

/** The tile with least waste at the edges, or the one asked for; in columns of the type. */
const tileOf = (e: Emitter, type: FactorType, contract: Contract): Tile => {
  const { rows, columns } = wholeOf(contract);
  const perColumn = factorBytes[type] / 4;
  const choices = (e.context.options.tile ? [{ ...e.context.options.tile, cost: 1 }] : tiles).map((tile) => ({
    ...tile,
    columns: tile.columns / perColumn,
  }));
  const costOf = (tile: (typeof choices)[number]): number =>
    roundUp(rows, tile.rows) * roundUp(columns, tile.columns) * tile.cost;
  return choices.reduce((best, tile) => (costOf(tile) < costOf(best) ? tile : best));
};

/** How much more than the product itself the best tile may compute because of the number of columns. */
const mostWaste = 1.05;

/** Whether no tile suits the number of columns. */
export const wastesColumns = (e: Emitter, contract: Contract): boolean => {
  if (e.context.options.tile !== undefined) return false;
  const { columns } = wholeOf(contract);
  const perColumn = factorBytes[contract.sum.type as FactorType] / 4;
  return tiles.every((tile) => roundUp(columns, tile.columns / perColumn) > mostWaste * columns);
};

/** Columns of tiles from which on packing the left operand pays. */
const packedFrom = 4;

export const emitPackedContract = (e: Emitter, at: Scope, contract: Contract): void => {
  const { row, rows, column, columns, inner, depth, left, right } = contract;
  const type = contract.sum.type as FactorType;
  const bytes = factorBytes[type];
  const { module, options } = e.context;
  const tile = tileOf(e, type, contract);
  const { code } = at;

  const steps = blockOf(depth, deepest, 1);
  const rowBlock = blockOf(rows, leftBlockBytes / (steps * bytes), tile.rows);
  const columnBlock = blockOf(columns, rightBlockBytes / (steps * bytes), tile.columns);
  const leftForm: LeftForm = wholeOf(contract).columns < packedFrom * tile.columns ? "strided" : "packed";
  // Of a symmetric product tiles below the diagonal are left out, and mirrored in the end.
  const isMirrored = leftForm === "packed" && columnBlock === columns && isSymmetricProduct(contract);
  /** Whether the panels of the right operand are those of the left one too. */
  const isShared = isMirrored && tile.rows === tile.columns;
  /** Whether all sums are kept, to wait for further steps or for the mirror. */
  const keepsSums = isMirrored || steps < depth;

  // Scratch: the packed right block, the packed left block, and sums: of one column of tiles, or of all of them
  // if they have to wait for further steps. Of the operand that is kept from part to part there are all blocks, ahead of
  // everything that depends on the size of the part.
  const { again } = contract.whole ?? {};
  const keepsRight = again !== undefined && columns === wholeOf(contract).columns;
  const keepsLeft = again !== undefined && !keepsRight && leftForm === "packed";
  const stepBlocks = Math.ceil(depth / steps);
  const rightBlock = roundUp(roundUp(columnBlock, tile.columns) * steps * bytes, 16);
  const leftBlock =
    leftForm === "packed" && !isShared ? roundUp(roundUp(rowBlock, tile.rows) * steps * bytes, 16) : 0;
  const rightSize = rightBlock * (keepsRight ? Math.ceil(columns / columnBlock) * stepBlocks : 1);
  const leftSize = leftBlock * (keepsLeft ? Math.ceil(rows / rowBlock) * stepBlocks : 1);
  const sumRows = keepsSums
    ? roundUp(roundUp(rows, tile.rows), isMirrored ? tile.columns : 1) + tile.rows
    : roundUp(rowBlock, tile.rows);
  const sumPanels = keepsSums ? Math.ceil(columnBlock / tile.columns) : 1;
  const scratch = e.context.scratch(rightSize + leftSize + sumRows * sumPanels * tile.columns * bytes);
  const rightStart = scratch + (keepsLeft ? leftSize : 0);
  const leftStart = scratch + (keepsLeft ? 0 : rightSize);
  const sums = scratch + rightSize + leftSize;

  const pack = (width: number): number =>
    module.shared(`pack ${String(width)} of ${String(bytes)} bytes`, () => packFunction(bytes, width));
  const packRight = pack(tile.columns);
  const panel = module.shared(`panel ${type} ${String(tile.rows)}×${String(tile.columns)} ${leftForm}`, () =>
    panelFunction(type, tile, leftForm, options.relaxed),
  );

  const baseOf = (side: Side, ...own: readonly LoopIndex[]): Local => {
    const local = e.fn.local("i32");
    const offset = pushAddress(e, at, side.buffer, without(side.at, ...own), bytes);
    if (offset !== 0) code.i32(offset).op("i32.add");
    code.set(local);
    return local;
  };
  const leftBase = baseOf(left, row, inner);
  const rightBase = baseOf(right, inner, column);
  const leftStrides = { row: strideOf(left.at, row) * bytes, inner: strideOf(left.at, inner) * bytes };
  const rightStrides = {
    inner: strideOf(right.at, inner) * bytes,
    column: strideOf(right.at, column) * bytes,
  };

  const i32 = (): Local => e.fn.local("i32");
  const [firstColumn, firstStep, firstRow, tileColumn] = [i32(), i32(), i32(), i32()];
  const [blockColumns, blockSteps, blockRows, bodyColumn, sumRow, tileRows] = [
    i32(),
    i32(),
    i32(),
    i32(),
    i32(),
    i32(),
  ];
  const pushScratch = (address: number): Code => code.scratch().i32(address).op("i32.add");
  /** Where the packed block lies with which to go on. */
  const [rightPanels, leftPanels] = [i32(), i32()];
  /** Packs a block, unless it is kept and has been packed. */
  const emitPacking = (isKept: boolean, pack: () => void): void => {
    if (isKept) {
      pushIndex(at, again!);
      code.op("i32.eqz").open("if");
    }
    pack();
    if (isKept) code.op("end");
  };
  const advance = (panels: Local, bytesOn: number): void => {
    code.get(panels).i32(bytesOn).op("i32.add").set(panels);
  };
  const pushLeftBlock = (): void => {
    pushBlockAddress(code, leftBase, [
      [firstRow, leftStrides.row],
      [firstStep, leftStrides.inner],
    ]);
  };

  /** What follows the sums of one column of tiles: all its columns, but for the last of all those that there are. */
  const emitBodies = (): void => {
    const rest = columns % tile.columns;
    const bodyFor = (count: number): void => {
      emitBody(
        e,
        at,
        contract,
        { address: sums, width: tile.columns, firstRow: keepsSums ? sumRow : undefined },
        { first: firstRow, count: blockRows },
        { first: bodyColumn, count },
      );
    };
    if (rest === 0) bodyFor(tile.columns);
    else if (columns < tile.columns) bodyFor(rest);
    else {
      code
        .get(bodyColumn)
        .i32(columns - rest)
        .op("i32.lt_u")
        .open("if");
      bodyFor(tile.columns);
      code.op("else");
      bodyFor(rest);
      code.op("end");
    }
  };
  /** Leaves the row of the sums at which those of the column of tiles begin. */
  const pushSumRow = (): Code =>
    code.get(tileColumn).i32(tile.columns).op("i32.div_u").i32(sumRows).op("i32.mul");
  const emitTileColumn = (): void => {
    if (isShared)
      code.get(rightPanels).get(firstRow).get(blockSteps).op("i32.mul").i32(bytes).op("i32.mul").op("i32.add"); // prettier-ignore
    else if (leftForm === "packed") code.get(leftPanels);
    else pushLeftBlock();
    code
      .get(rightPanels)
      .get(tileColumn)
      .get(blockSteps)
      .op("i32.mul")
      .i32(bytes)
      .op("i32.mul")
      .op("i32.add");
    pushScratch(sums);
    if (keepsSums) {
      pushSumRow().get(firstRow).op("i32.add").tee(sumRow);
      code
        .i32(tile.columns * bytes)
        .op("i32.mul")
        .op("i32.add");
    }
    if (isMirrored) code.get(tileRows);
    else code.get(blockRows);
    code.get(blockSteps).get(firstStep).i32(leftStrides.row).i32(leftStrides.inner).call(panel);
    if (isMirrored) return;
    code.get(firstColumn).get(tileColumn).op("i32.add").set(bodyColumn);
    if (keepsSums) code.get(firstStep).get(blockSteps).op("i32.add").i32(depth).op("i32.eq").open("if");
    emitBodies();
    if (keepsSums) code.op("end");
  };
  const eachTileColumn = (body: () => void): void => {
    code.i32(0).set(tileColumn).open("loop");
    body();
    code.get(tileColumn).i32(tile.columns).op("i32.add").tee(tileColumn);
    code.get(blockColumns).op("i32.lt_u").branchIf(0).op("end");
  };
  /** The rest of the sums, and what follows all of them. */
  const emitMirror = (): void => {
    const mirror = module.shared(`mirror ${String(tile.columns)} of ${String(bytes)} bytes`, () =>
      mirrorFunction(bytes, tile.columns),
    );
    pushScratch(sums)
      .i32(sumPanels)
      .i32(sumRows * tile.columns * bytes)
      .call(mirror);
    code.i32(0).set(firstRow).i32(rows).set(blockRows);
    eachTileColumn(() => {
      code.get(tileColumn).set(bodyColumn);
      pushSumRow().set(sumRow);
      emitBodies();
    });
  };

  pushScratch(rightStart).set(rightPanels);
  emitRange(code, firstColumn, columns, columnBlock, () => {
    pushScratch(leftStart).set(leftPanels);
    pushBlock(e, code, firstColumn, columns, columnBlock);
    code.set(blockColumns);
    emitRange(code, firstStep, depth, steps, () => {
      pushBlock(e, code, firstStep, depth, steps);
      code.set(blockSteps);
      emitPacking(keepsRight, () => {
        pushBlockAddress(code, rightBase, [
          [firstStep, rightStrides.inner],
          [firstColumn, rightStrides.column],
        ]);
        code.get(rightPanels).get(blockColumns).get(blockSteps);
        code.i32(rightStrides.column).i32(rightStrides.inner).call(packRight);
      });
      emitRange(code, firstRow, rows, rowBlock, () => {
        pushBlock(e, code, firstRow, rows, rowBlock);
        code.set(blockRows);
        if (leftForm === "packed" && !isShared)
          emitPacking(keepsLeft, () => {
            pushLeftBlock();
            code.get(leftPanels).get(blockRows).get(blockSteps);
            code.i32(leftStrides.row).i32(leftStrides.inner).call(pack(tile.rows));
          });
        eachTileColumn(() => {
          if (!isMirrored) {
            emitTileColumn();
            return;
          }
          // The rows up to the end of the square on the diagonal.
          code.get(tileColumn).i32(tile.columns).op("i32.add").get(firstRow).op("i32.sub").tee(tileRows);
          code.get(blockRows).get(tileRows).get(blockRows).op("i32.lt_s").op("select").set(tileRows);
          code.get(tileRows).i32(0).op("i32.gt_s").open("if");
          emitTileColumn();
          code.op("end");
        });
        if (keepsLeft) advance(leftPanels, leftBlock);
      });
      if (keepsRight) advance(rightPanels, rightBlock);
    });
    if (isMirrored) emitMirror();
  });
};
