/** The heart of a matrix product: a column of register tiles. */
import { factorBytes, type FactorType } from "../shared/products.ts";
import { FunctionBuilder } from "./code.ts";
import type { Tile } from "./context.ts";
import { multiplyAdd } from "./product-code.ts";

/** How the left operand is read: from panels, or from where it lies, by strides. */
export type LeftForm = "packed" | "strided";

/**
 * (left, right, sums, rows, depth, goOn, rowStride, stepStride): the products of `rows` rows, taken by tiles, with one
 * packed panel of the right operand, summed over `depth` steps. The sums lie tile by tile, in each row by row; they are
 * added to those of before if `goOn` is not 0. Strides are in bytes and matter only to the strided form.
 */
export const panelFunction = (
  type: FactorType,
  tile: Tile,
  form: LeftForm,
  relaxed: boolean,
): FunctionBuilder => {
  const fn = new FunctionBuilder(["i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32"]);
  const { code } = fn;
  const [left, right, sums, rows, depth, goOn, rowStride, stepStride] = [0, 1, 2, 3, 4, 5, 6, 7] as const;
  const bytes = factorBytes[type];
  const width = bytes === 4 ? 4 : 2;
  const tileRows = Array.from({ length: tile.rows }, (_, i) => i);
  const tileColumns = Array.from({ length: tile.columns / width }, (_, i) => i);
  const sum = tileRows.map(() => tileColumns.map(() => fn.local("v128")));
  const factors = tileColumns.map(() => fn.local("v128"));
  const factor = fn.local("v128");
  const [place, step] = [fn.local("i32"), fn.local("i32")];
  const strided = form === "strided";
  const rowPlaces = tileRows.map(() => (strided ? fn.local("i32") : left));
  const add = (local: number, bytesOn: number): void => {
    code.get(local).i32(bytesOn).op("i32.add").set(local);
  };

  const eachSum = (visit: (local: number, offset: number) => void): void => {
    sum.forEach((row, i) => {
      row.forEach((local, j) => {
        visit(local, (i * tileColumns.length + j) * 16);
      });
    });
  };
  /** Rows that the last tile lacks are read from the row before them; nothing comes of their sums. */
  const placeRows = (): void => {
    rowPlaces.forEach((rowPlace, i) => {
      code.get(rowPlaces[i - 1] ?? left);
      if (i > 0) code.get(rowStride).i32(0).get(rows).i32(i).op("i32.gt_s").op("select").op("i32.add");
      code.set(rowPlace);
    });
  };
  const multiply = (): void => {
    factors.forEach((local, j) => {
      code
        .get(place)
        .memory("v128.load", j * 16)
        .set(local);
    });
    sum.forEach((row, i) => {
      const load = bytes === 4 ? "v128.load32_splat" : "v128.load64_splat";
      code
        .get(rowPlaces[i] ?? left)
        .memory(load, strided ? 0 : i * bytes)
        .set(factor);
      row.forEach((local, j) => {
        multiplyAdd(code, type, relaxed, local, factor, factors[j]!);
      });
    });
  };

  code.open("loop");
  code.get(goOn).open("if");
  eachSum((local, offset) => code.get(sums).memory("v128.load", offset).set(local));
  code.op("else");
  eachSum((local) => code.v128().set(local));
  code.op("end");
  if (strided) placeRows();
  code.get(right).set(place).get(depth).set(step);
  code.open("loop");
  multiply();
  if (strided)
    for (const rowPlace of rowPlaces) code.get(rowPlace).get(stepStride).op("i32.add").set(rowPlace);
  else add(left, tile.rows * bytes);
  add(place, tile.columns * bytes);
  code.get(step).i32(1).op("i32.sub").tee(step).branchIf(0).op("end");
  eachSum((local, offset) => code.get(sums).get(local).memory("v128.store", offset));
  add(sums, tile.rows * tile.columns * bytes);
  if (strided) code.get(left).get(rowStride).i32(tile.rows).op("i32.mul").op("i32.add").set(left);
  code.get(rows).i32(tile.rows).op("i32.sub").tee(rows).i32(0).op("i32.gt_s").branchIf(0).op("end");
  return fn;
};
