/**
 * Large matrix products. A column of right factors some vectors wide, laid side by side if they are not, stays in the
 * second cache; blocks of sums are computed in registers, one below the other, and what is to be done with the sums is
 * done a block at a time, while they are in the first cache.
 */
import { strideOf, without } from "../../program/addresses.ts";
import { type Contract, type LoopIndex, wholeOf } from "../../program/loop.ts";
import { factorBytes, type FactorType, hasPlainFactors } from "../shared/products.ts";
import { emitBody } from "./contract-body.ts";
import { lanesOf } from "./machine.ts";
import { bufferText, type Emitter, indexText, nameFor, openScope, placeText, type Scope } from "./scope.ts";
import { largestTile, packFunction, tileFunction } from "./tile.ts";

/** Multiplications from which on a block of registers pays for itself. */
const leastWork = 2 ** 14;

/** Up to so many rows it is cheaper to read right factors where they lie than to lay them side by side first. */
const fewRows = 256;

/** Whether blocks of registers suit the contraction. */
export const isPackable = (contract: Contract): boolean => {
  const { rows, columns } = wholeOf(contract);
  return columns >= 4 && rows * columns * contract.depth >= leastWork && hasPlainFactors(contract);
};

export const emitPackedContract = (e: Emitter, at: Scope, contract: Contract): void => {
  const { row, rows, column, columns, inner, depth, left, right } = contract;
  const type = contract.sum.type as FactorType;
  const { context } = e;
  const bytes = factorBytes[type];
  const lanes = lanesOf(context.machine, bytes);
  const tile = largestTile(context.machine);
  const stride = {
    left: { row: strideOf(left.at, row), inner: strideOf(left.at, inner) },
    right: { inner: strideOf(right.at, inner), column: strideOf(right.at, column) },
  };
  const start = (side: Contract["left"], ...own: readonly LoopIndex[]): string => {
    const name = nameFor(e, "m");
    at.lines.push(
      `const ${type} *const ${name} = ${bufferText(e, side.buffer)} + (${placeText(at, without(side.at, ...own))});`,
    );
    return name;
  };
  const lefts = start(left, row, inner);
  const rights = start(right, inner, column);

  // Scratch: a panel of right factors, or all of them if they are kept from part to part, and a block of sums.
  const { again } = contract.whole ?? {};
  const isKept = again !== undefined && columns === wholeOf(contract).columns;
  const panelBytes = depth * tile.vectors * lanes * bytes;
  const panelsBytes = panelBytes * (isKept ? Math.ceil(columns / (tile.vectors * lanes)) : 1);
  const scratch = context.scratch(panelsBytes + tile.rows * tile.vectors * lanes * bytes);
  const sums = scratch + panelsBytes;
  const sumsText = `(${type} *)(scratch + ${String(sums)})`;

  /** A column of blocks from `first` on, of so many columns. */
  const emitColumn = (scope: Scope, first: string, width: number): void => {
    const vectors = Math.ceil(width / lanes);
    const isDirect = stride.right.column === 1 && width % lanes === 0 && rows <= fewRows;
    const from = `${rights} + ${first} * ${String(stride.right.column)}`;
    const place = `scratch + ${String(scratch)}${isKept ? ` + ${first} * ${String(depth * bytes)}` : ""}`;
    const panel = isDirect ? from : `(const ${type} *)(${place})`;
    if (!isDirect) {
      const pack = packFunction(context, type, depth, stride.right, width, vectors * lanes);
      const unlessKept = isKept ? `if (!${indexText(scope, again)}) ` : "";
      scope.lines.push(`${unlessKept}${pack}(${from}, (${type} *)(${place}));`);
    }
    const rightInner = isDirect ? stride.right.inner : vectors * lanes;
    const fill = (count: number, firstRow: string): string => {
      const shape = { type, lanes, rows: count, vectors, depth, left: stride.left, rightInner };
      return `${tileFunction(context, shape)}(${lefts} + ${firstRow} * ${String(stride.left.row)}, ${panel}, ${sumsText});`;
    };
    const [firstRow, count] = [nameFor(e, "i"), nameFor(e, "n")];
    const rest = rows % tile.rows;
    scope.lines.push(
      `for (long ${firstRow} = 0; ${firstRow} < ${String(rows)}; ${firstRow} += ${String(tile.rows)}) {`,
    );
    if (rest === 0)
      scope.lines.push(`const long ${count} = ${String(tile.rows)};`, fill(tile.rows, firstRow));
    else {
      const whole = rows - rest;
      scope.lines.push(
        `const long ${count} = ${firstRow} < ${String(whole)} ? ${String(tile.rows)} : ${String(rest)};`,
        ...(whole > 0 ? [`if (${firstRow} < ${String(whole)}) ${fill(tile.rows, firstRow)} else`] : []),
        fill(rest, firstRow),
      );
    }
    const block = { row: firstRow, column: first, rows: count, columns: width, sums, width: vectors * lanes };
    const inside = openScope(scope);
    emitBody(e, inside, contract, block);
    scope.lines.push(...inside.lines, "}");
  };

  const width = tile.vectors * lanes;
  const whole = Math.floor(columns / width);
  const rest = columns - whole * width;
  const first = nameFor(e, "j");
  if (whole > 0) {
    at.lines.push(
      `for (long ${first} = 0; ${first} < ${String(whole * width)}; ${first} += ${String(width)}) {`,
    );
    const scope = openScope(at);
    emitColumn(scope, first, width);
    at.lines.push(...scope.lines, "}");
  }
  if (rest > 0) {
    const scope = openScope(at);
    emitColumn(scope, first, rest);
    at.lines.push("{", `const long ${first} = ${String(whole * width)};`, ...scope.lines, "}");
  }
};
