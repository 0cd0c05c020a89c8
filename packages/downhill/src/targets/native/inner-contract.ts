/**
 * Products with few sums over many factors that lie side by side in both operands, such as the gradient of a
 * convolution's weights: factors are multiplied lane by lane where they lie, a block of sums at a time, and the lanes are
 * added up at the end. Laying right factors side by side by columns first would take longer than the products.
 */
import { strideOf, without } from "../../program/addresses.ts";
import type { Contract } from "../../program/loop.ts";
import { evenly, factorBytes, type FactorType } from "../shared/products.ts";
import { bufferText, type Emitter, nameFor, openScope, placeText, type Scope } from "./scope.ts";
import { emitBody } from "./contract-body.ts";
import { loadLanes, multiplyAdd } from "./helpers.ts";
import { lanesOf, type Machine } from "./machine.ts";
import type { ProgramContext } from "./scope.ts";

/** Sums of a block, by rows and columns, which fit into the machine's vector registers with a column of left factors. */
const largestBlock = ({ has }: Machine): { readonly rows: number; readonly columns: number } =>
  has("__AVX512F__") || has("__aarch64__") ? { rows: 4, columns: 6 } : { rows: 3, columns: 3 };

/** Factors that are gone through for one block after another: those of a block's rows stay in the second cache. */
const stretch = 2048;

interface BlockShape {
  readonly type: FactorType;
  readonly lanes: number;
  readonly rows: number;
  readonly columns: number;
  readonly leftRow: number;
  readonly rightColumn: number;
  /** Elements from one row of sums to the next. */
  readonly width: number;
  /** Factors behind the last whole vector. */
  readonly rest: number;
}

/** The name of a function `(left, right, sums, n)` that adds the products of n vectors of factors to a block of sums. */
const blockFunction = (context: ProgramContext, shape: BlockShape): string => {
  const { type, lanes, rows, columns, leftRow, rightColumn, width, rest } = shape;
  const name = `inner_${[type, lanes, rows, columns, leftRow, rightColumn, width, rest].join("_").replaceAll("-", "m")}`;
  return context.helper(name, () => {
    const vector = `${type}x${String(lanes)}`;
    const each = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
    const sum = (row: number, column: number): string => `c${String(row)}_${String(column)}`;
    const cells = each(rows).flatMap((row) => each(columns).map((column) => [row, column] as const));
    const step = (active: number): string[] => [
      ...each(columns).map(
        (j) =>
          `const ${vector} b${String(j)} = ${loadLanes(context, type, lanes, active, `r + ${String(j * rightColumn)}`)};`,
      ),
      ...each(rows).flatMap((i) => [
        `const ${vector} a${String(i)} = ${loadLanes(context, type, lanes, active, `l + ${String(i * leftRow)}`)};`,
        ...each(columns).map((j) => {
          const [a, b, c] = [`a${String(i)}`, `b${String(j)}`, sum(i, j)] as const;
          return `${c} = ${type === "i32" ? `${a} * ${b} + ${c}` : multiplyAdd(context, type, lanes, [a, b, c])};`;
        }),
      ]),
    ];
    /** Lanes added up by halves. */
    const total = (vectorName: string, from: number, count: number): string =>
      count === 1
        ? `${vectorName}[${String(from)}]`
        : `(${total(vectorName, from, count / 2)} + ${total(vectorName, from + count / 2, count / 2)})`;
    return [
      `static __attribute__((noinline)) void ${name}(const ${type} *restrict l, const ${type} *restrict r, ${type} *restrict s, long n) {`,
      `${vector} ${cells.map(([i, j]) => `${sum(i, j)} = {}`).join(", ")};`,
      "for (long p = 0; p < n; p++) {",
      ...step(lanes),
      `l += ${String(lanes)}; r += ${String(lanes)};`,
      "}",
      ...(rest > 0 ? ["{", ...step(rest), "}"] : []),
      ...cells.map(([i, j]) => `s[${String(i * width + j)}] += ${total(sum(i, j), 0, lanes)};`),
      "}",
    ].join("\n");
  });
};

/** A deep contraction (see deep-contractions.ts). */
export const emitInnerContract = (e: Emitter, at: Scope, contract: Contract): void => {
  const { row, rows, column, columns, inner, depth, left, right } = contract;
  const type = contract.sum.type as FactorType;
  const { context } = e;
  const bytes = factorBytes[type];
  const lanes = lanesOf(context.machine, bytes);
  const largest = largestBlock(context.machine);
  const [blockRows, blockColumns] = [evenly(rows, largest.rows), evenly(columns, largest.columns)];
  const [leftRow, rightColumn] = [strideOf(left.at, row), strideOf(right.at, column)];
  const start = (side: Contract["left"], ...own: readonly Contract["row"][]): string => {
    const name = nameFor(e, "m");
    at.lines.push(
      `const ${type} *const ${name} = ${bufferText(e, side.buffer)} + (${placeText(at, without(side.at, ...own))});`,
    );
    return name;
  };
  const [lefts, rights] = [start(left, row, inner), start(right, inner, column)];
  const sums = context.scratch(rows * columns * bytes);
  const sumsText = `(${type} *)(scratch + ${String(sums)})`;
  at.lines.push(`for (long i = 0; i < ${String(rows * columns)}; i++) (${sumsText})[i] = 0;`);

  const [i, j, p] = [nameFor(e, "i"), nameFor(e, "j"), nameFor(e, "p")];
  /** Blocks of sums over `count` factors from p on. */
  const emitStretch = (count: number): string[] => {
    const [vectors, rest] = [Math.floor(count / lanes), count % lanes];
    const call = (ownRows: number, ownColumns: number): string => {
      const shape = {
        type,
        lanes,
        rows: ownRows,
        columns: ownColumns,
        leftRow,
        rightColumn,
        width: columns,
        rest,
      };
      return (
        `${blockFunction(context, shape)}(${lefts} + ${i} * ${String(leftRow)} + ${p}, ` +
        `${rights} + ${j} * ${String(rightColumn)} + ${p}, ${sumsText} + ${i} * ${String(columns)} + ${j}, ${String(vectors)});`
      );
    };
    const along = (name: string, total: number, size: number, body: (own: number) => string[]): string[] => {
      const last = total % size;
      return [
        `for (long ${name} = 0; ${name} < ${String(total - last)}; ${name} += ${String(size)}) {`,
        ...body(size),
        "}",
        ...(last > 0 ? [`{ const long ${name} = ${String(total - last)};`, ...body(last), "}"] : []),
      ];
    };
    return along(j, columns, blockColumns, (ownColumns) =>
      along(i, rows, blockRows, (ownRows) => [call(ownRows, ownColumns)]),
    );
  };
  const whole = depth - (depth % stretch);
  at.lines.push(
    `for (long ${p} = 0; ${p} < ${String(whole)}; ${p} += ${String(stretch)}) {`,
    ...emitStretch(stretch),
    "}",
  );
  if (whole < depth)
    at.lines.push(`{ const long ${p} = ${String(whole)};`, ...emitStretch(depth - whole), "}");

  const [firstRow, firstColumn] = [nameFor(e, "i"), nameFor(e, "j")];
  at.lines.push(`{ const long ${firstRow} = 0, ${firstColumn} = 0;`);
  const inside = openScope(at);
  emitBody(e, inside, contract, {
    row: firstRow,
    column: firstColumn,
    rows: String(rows),
    columns,
    sums,
    width: columns,
  });
  at.lines.push(...inside.lines, "}");
};
