/**
 * Packing: a matrix cut into panels `width` wide, each laid out so that the `width` elements of one step lie side by
 * side and the steps follow each other. Whatever strides the matrix has, a panel is read straight through.
 *
 * Where the last panel lacks elements it is filled with whatever is at hand, for nothing comes of them. That may be
 * up to `width` elements from behind the matrix, which is why scratch memory lies behind everything else.
 */
import { type Code, FunctionBuilder, type Local } from "./code.ts";
import { emitWhileLeft } from "./loops.ts";

/** local += by · times */
const advance = (code: Code, local: Local, by: Local | { readonly constant: number }, times = 1): void => {
  code.get(local);
  if (typeof by !== "number") code.i32(by.constant * times);
  else {
    code.get(by);
    if (times !== 1) code.i32(times).op("i32.mul");
  }
  code.op("i32.add").set(local);
};

/** Elements of two vectors by turns: those of the lower halves and those of the upper halves, by bytes of an element. */
const interleaveLow = {
  4: [0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23],
  8: [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23],
} as const;
const interleaveHigh = {
  4: [8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31],
  8: [8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31],
} as const;

/** Interleaves the rows of a square of vectors until they are its columns; returns the locals that hold those. */
export const transpose = (fn: FunctionBuilder, bytes: 4 | 8, rows: readonly Local[]): readonly Local[] => {
  const interleave = (a: Local | undefined, b: Local | undefined, size: 4 | 8): Local[] =>
    [interleaveLow, interleaveHigh].map((picks) => {
      const local = fn.local("v128");
      fn.code
        .get(a ?? 0)
        .get(b ?? 0)
        .shuffle(picks[size])
        .set(local);
      return local;
    });
  const [a, b, c, d] = rows;
  if (bytes === 8) return interleave(a, b, 8);
  const [abLow, abHigh] = interleave(a, b, 4);
  const [cdLow, cdHigh] = interleave(c, d, 4);
  return [...interleave(abLow, cdLow, 8), ...interleave(abHigh, cdHigh, 8)];
};

/**
 * (source, target, across, steps, acrossStride, stepStride): packs `across` × `steps` elements of `bytes` bytes each;
 * strides are in bytes.
 */
export const packFunction = (bytes: 4 | 8, width: number): FunctionBuilder => {
  const fn = new FunctionBuilder(["i32", "i32", "i32", "i32", "i32", "i32"]);
  const { code } = fn;
  const [source, target, across, steps, acrossStride, stepStride] = [0, 1, 2, 3, 4, 5] as const;
  const [from, remaining] = [fn.local("i32"), fn.local("i32")];
  /** Where the elements of a step lie, from its first on. */
  const offsets = Array.from({ length: width }, () => fn.local("i32"));
  const lanes = 16 / bytes;
  const stepBytes = width * bytes;
  const [loadElement, storeElement] = bytes === 4 ? (["i32.load", "i32.store"] as const) : (["i64.load", "i64.store"] as const); // prettier-ignore

  const copyStep = (): void => {
    offsets.forEach((offset, i) => {
      code.get(target).get(from).get(offset).op("i32.add");
      code.memory(loadElement, 0).memory(storeElement, i * bytes);
    });
    advance(code, from, stepStride);
    advance(code, target, { constant: stepBytes });
  };
  /** Elements side by side in the source. */
  const copyVectors = (): void => {
    for (let i = 0; i < width; i += lanes)
      code
        .get(target)
        .get(from)
        .memory("v128.load", i * bytes)
        .memory("v128.store", i * bytes);
    advance(code, from, stepStride);
    advance(code, target, { constant: stepBytes });
  };
  /** Steps side by side in the source: squares are transposed on the way. */
  const rows = Array.from({ length: lanes }, () => fn.local("v128"));
  const copySquares = (): void => {
    for (let i = 0; i < width; i += lanes) {
      rows.forEach((row, k) => {
        code
          .get(from)
          .get(offsets[i + k] ?? 0)
          .op("i32.add")
          .memory("v128.load", 0)
          .set(row);
      });
      transpose(fn, bytes, rows).forEach((column, step) => {
        code
          .get(target)
          .get(column)
          .memory("v128.store", step * stepBytes + i * bytes);
      });
    }
    advance(code, from, { constant: 16 });
    advance(code, target, { constant: lanes * stepBytes });
  };
  const vectorsFit = width % lanes === 0;

  code.open("loop");
  code.get(source).set(from).get(steps).set(remaining);
  offsets.forEach((offset, i) => {
    // the last element there is stands for those that are lacking
    code.get(across).i32(1).op("i32.sub").tee(offset).i32(i).get(offset).i32(i).op("i32.lt_u").op("select");
    code.get(acrossStride).op("i32.mul").set(offset);
  });
  if (vectorsFit) {
    code.get(acrossStride).i32(bytes).op("i32.eq").open("if");
    emitWhileLeft(code, remaining, 1, copyVectors);
    code.op("else").get(stepStride).i32(bytes).op("i32.eq").open("if");
    emitWhileLeft(code, remaining, lanes, copySquares);
    code.op("end").op("end");
  }
  emitWhileLeft(code, remaining, 1, copyStep);
  advance(code, source, acrossStride, width);
  code.get(across).i32(width).op("i32.gt_u").open("if", "i32");
  code.get(across).i32(width).op("i32.sub").op("else").i32(0).op("end").tee(across);
  code.branchIf(0).op("end");
  return fn;
};
