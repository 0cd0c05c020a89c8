/** The heart of a matrix product: a column of register tiles, computed from packed panels. */
import { FunctionBuilder } from "./code.ts";
import type { Tile } from "./context.ts";
import { laneOpcode } from "./lane-types.ts";

export type PanelType = "f32" | "f64" | "i32";

export const panelBytes: Readonly<Record<PanelType, 4 | 8>> = { f32: 4, f64: 8, i32: 4 };

/**
 * (left, right, sums, tiles, depth, goOn): for each of `tiles` blocks of `tile.rows` rows, the products of the left
 * panel of that block with the one right panel, summed over `depth` steps. The sums of a block lie row by row; they
 * are added to those of before if `goOn` is not 0.
 */
export const panelFunction = (type: PanelType, tile: Tile, relaxed: boolean): FunctionBuilder => {
  const fn = new FunctionBuilder(["i32", "i32", "i32", "i32", "i32", "i32"]);
  const { code } = fn;
  const [left, right, sums, tiles, depth, goOn] = [0, 1, 2, 3, 4, 5] as const;
  const bytes = panelBytes[type];
  const width = bytes === 4 ? 4 : 2;
  const vectors = tile.columns / width;
  const rows = Array.from({ length: tile.rows }, (_, i) => i);
  const columns = Array.from({ length: vectors }, (_, i) => i);
  const sum = rows.map(() => columns.map(() => fn.local("v128")));
  const factors = columns.map(() => fn.local("v128"));
  const factor = fn.local("v128");
  const [place, step] = [fn.local("i32"), fn.local("i32")];
  const fused = relaxed && type !== "i32";

  const eachSum = (visit: (local: number, offset: number) => void): void => {
    for (const i of rows) for (const j of columns) visit(sum[i]?.[j] ?? 0, (i * vectors + j) * 16);
  };

  code.open("loop");
  code.get(goOn).open("if");
  eachSum((local, offset) => code.get(sums).memory("v128.load", offset).set(local));
  code.op("else");
  eachSum((local) => code.v128([]).set(local));
  code.op("end");
  code.get(right).set(place).get(depth).set(step);
  code.open("loop");
  for (const j of columns)
    code
      .get(place)
      .memory("v128.load", j * 16)
      .set(factors[j] ?? 0);
  for (const i of rows) {
    code
      .get(left)
      .memory(bytes === 4 ? "v128.load32_splat" : "v128.load64_splat", i * bytes)
      .set(factor);
    for (const j of columns) {
      const local = sum[i]?.[j] ?? 0;
      if (fused)
        code
          .get(factor)
          .get(factors[j] ?? 0)
          .get(local)
          .op(laneOpcode(type, width, "relaxed_madd"));
      else {
        code
          .get(local)
          .get(factor)
          .get(factors[j] ?? 0)
          .op(laneOpcode(type, width, "mul"));
        code.op(laneOpcode(type, width, "add"));
      }
      code.set(local);
    }
  }
  code
    .get(left)
    .i32(tile.rows * bytes)
    .op("i32.add")
    .set(left);
  code
    .get(place)
    .i32(tile.columns * bytes)
    .op("i32.add")
    .set(place);
  code.get(step).i32(1).op("i32.sub").tee(step).branchIf(0).op("end");
  eachSum((local, offset) => code.get(sums).get(local).memory("v128.store", offset));
  code
    .get(sums)
    .i32(tile.rows * tile.columns * bytes)
    .op("i32.add")
    .set(sums);
  code.get(tiles).i32(1).op("i32.sub").tee(tiles).branchIf(0).op("end");
  return fn;
};
