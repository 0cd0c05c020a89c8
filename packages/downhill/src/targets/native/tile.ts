/** The heart of a matrix product: a block of sums kept in registers. */
import type { FactorType } from "../shared/products.ts";
import { multiplyAdd } from "./helpers.ts";
import type { Machine } from "./machine.ts";
import type { ProgramContext } from "./scope.ts";

/** Rows and vectors of a block. */
export interface Tile {
  readonly rows: number;
  readonly vectors: number;
}

/** The block whose sums, a row of right factors and a left one fit into the machine's vector registers: 32 or 16. */
export const largestTile = ({ has }: Machine): Tile =>
  has("__AVX512F__") || has("__aarch64__") ? { rows: 8, vectors: 3 } : { rows: 6, vectors: 2 };

/** Products that are added one after another; sums of so many are added in turn (see long-reductions.ts). */
const longestSum = 1024;

export interface TileShape extends Tile {
  readonly type: FactorType;
  readonly lanes: number;
  readonly depth: number;
  /** Elements from one row of left factors to the next, and from one step to the next. */
  readonly left: { readonly row: number; readonly inner: number };
  /** Elements from one step of right factors to the next; those of one step lie side by side. */
  readonly rightInner: number;
}

/** The name of a function `(left, right, sums)` that fills a block of sums, row by row. */
export const tileFunction = (context: ProgramContext, shape: TileShape): string => {
  const { type, lanes, rows, vectors, depth, left, rightInner } = shape;
  const name = `tile_${[type, lanes, rows, vectors, depth, left.row, left.inner, rightInner].join("_").replaceAll("-", "m")}`;
  return context.helper(name, () => {
    const vector = `${type}x${String(lanes)}`;
    const each = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
    const cells = each(rows).flatMap((row) => each(vectors).map((column) => [row, column] as const));
    const sum = (row: number, column: number): string => `c${String(row)}_${String(column)}`;
    const place = (row: number, column: number): string =>
      `*(${vector}m *)(s + ${String((row * vectors + column) * lanes)})`;
    const product = (row: number, column: number): string => {
      const [a, b, c] = [`a${String(row)}`, `b${String(column)}`, sum(row, column)] as const;
      return type === "i32" ? `${a} * ${b} + ${c}` : multiplyAdd(context, type, lanes, [a, b, c]);
    };
    const steps = [
      ...each(vectors).map(
        (column) =>
          `const ${vector} b${String(column)} = *(const ${vector}m *)(r + ${String(column * lanes)});`,
      ),
      ...each(rows).flatMap((row) => [
        `const ${vector} a${String(row)} = splat_${vector}(l[${String(row * left.row)}]);`,
        ...each(vectors).map((column) => `${sum(row, column)} = ${product(row, column)};`),
      ]),
      `l += ${String(left.inner)}; r += ${String(rightInner)};`,
    ];
    const zeros = cells.map(([row, column]) => `${sum(row, column)} = {}`).join(", ");
    const chain = (length: string, first: boolean | undefined): string[] => [
      `${vector} ${zeros};`,
      `for (long p = 0; p < ${length}; p++) {`,
      ...steps,
      "}",
      ...cells.map(([row, column]) => {
        const before = first === true ? "" : `${place(row, column)} + `;
        return `${place(row, column)} = ${before}${sum(row, column)};`;
      }),
    ];
    const rest = depth % longestSum;
    const head = `static __attribute__((noinline)) void ${name}(const ${type} *restrict l, const ${type} *restrict r, ${type} *restrict s) {`;
    if (depth <= longestSum) return [head, ...chain(String(depth), true), "}"].join("\n");
    return [
      head,
      ...cells.map(([row, column]) => `${place(row, column)} = (${vector}){};`),
      `for (long block = 0; block < ${String(Math.floor(depth / longestSum))}; block++) {`,
      ...chain(String(longestSum), false),
      "}",
      ...(rest > 0 ? ["{", ...chain(String(rest), false), "}"] : []),
      "}",
    ].join("\n");
  });
};

/**
 * The name of a function `(from, to)` that lays `columns` columns of right factors side by side, with zeros up to `width`.
 */
export const packFunction = (
  context: ProgramContext,
  type: FactorType,
  depth: number,
  stride: { readonly inner: number; readonly column: number },
  columns: number,
  width: number,
): string => {
  const name = `pack_${[type, depth, stride.inner, stride.column, columns, width].join("_").replaceAll("-", "m")}`;
  return context.helper(name, () => {
    const [d, c, w] = [String(depth), String(columns), String(width)];
    // Whichever way lies side by side is gone along innermost.
    const copy =
      Math.abs(stride.column) <= Math.abs(stride.inner)
        ? `for (long p = 0; p < ${d}; p++) for (long j = 0; j < ${c}; j++)`
        : `for (long j = 0; j < ${c}; j++) for (long p = 0; p < ${d}; p++)`;
    const zero =
      columns < width
        ? `for (long p = 0; p < ${d}; p++) for (long j = ${c}; j < ${w}; j++) to[p * ${w} + j] = 0;`
        : "";
    return [
      `static __attribute__((noinline, optimize("O3"))) void ${name}(const ${type} *restrict from, ${type} *restrict to) {`,
      `${copy} to[p * ${w} + j] = from[p * ${String(stride.inner)} + j * ${String(stride.column)}];`,
      zero,
      "}",
    ].join("\n");
  });
};
