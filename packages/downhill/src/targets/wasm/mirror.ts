/** The lower half of a symmetric block of sums, from its upper half. */
import { type Code, FunctionBuilder, type Local } from "./code.ts";
import { transpose } from "./pack.ts";

/**
 * (sums, panels, panelBytes): sums of `width` columns lie row by row in each panel, and panels follow each other at a distance
 * of `panelBytes`. Of those below the diagonal, squares of `width` rows and columns become the transposed squares above it.
 */
export const mirrorFunction = (bytes: 4 | 8, width: number): FunctionBuilder => {
  const fn = new FunctionBuilder(["i32", "i32", "i32"]);
  const { code } = fn;
  const [sums, panels, panelBytes] = [0, 1, 2] as const;
  const [from, to, left] = [fn.local("i32"), fn.local("i32"), fn.local("i32")];
  const lanes = 16 / bytes;
  const [rowBytes, squareBytes] = [width * bytes, width * width * bytes];
  const rows = Array.from({ length: lanes }, () => fn.local("v128"));

  const pushSquare = (): Code => code.i32(squareBytes);
  const pushPanel = (): Code => code.get(panelBytes);
  const advance = (local: Local, push: () => Code): void => {
    code.get(local);
    push().op("i32.add").set(local);
  };

  // `sums` steps from one square on the diagonal to the next; `panels` counts those that are left.
  const pushLeft = (): Code => code.get(panels).i32(1).op("i32.sub").tee(panels);
  code.open("block");
  pushLeft().op("i32.eqz").branchIf(0).open("loop");
  code.get(panels).set(left).get(sums).set(from).get(sums).set(to).open("loop");
  advance(from, pushPanel);
  advance(to, pushSquare);
  for (let i = 0; i < width; i += lanes)
    for (let j = 0; j < width; j += lanes) {
      rows.forEach((row, k) =>
        code
          .get(from)
          .memory("v128.load", (i + k) * rowBytes + j * bytes)
          .set(row),
      );
      transpose(fn, bytes, rows).forEach((column, k) =>
        code
          .get(to)
          .get(column)
          .memory("v128.store", (j + k) * rowBytes + i * bytes),
      );
    }
  code.get(left).i32(1).op("i32.sub").tee(left).branchIf(0).op("end");
  advance(sums, pushPanel);
  advance(sums, pushSquare);
  pushLeft().branchIf(0).op("end").op("end");
  return fn;
};
