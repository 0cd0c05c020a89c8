/**
 * Packing: a matrix cut into panels `width` wide, each laid out so that the `width` elements of one step lie side by
 * side and the steps follow each other. Whatever strides the matrix has, a panel is read straight through. The last
 * panel is filled up with zeros.
 */
import { type Code, FunctionBuilder, type Local } from "./code.ts";

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

const lowHalves = { 4: [0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23], 8: [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23] }; // prettier-ignore
const highHalves = { 4: [8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31], 8: [8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31] }; // prettier-ignore

/** Stores the transpose of a square of vectors: `rows` hold as many rows as a vector has elements. */
const storeTransposed = (
  fn: FunctionBuilder,
  bytes: 4 | 8,
  rows: readonly Local[],
  target: Local,
  stride: number,
  offset: number,
): void => {
  const { code } = fn;
  const [a = 0, b = 0, c = 0, d = 0] = rows;
  if (bytes === 8) {
    code.get(target).get(a).get(b).shuffle(lowHalves[8]).memory("v128.store", offset);
    code
      .get(target)
      .get(a)
      .get(b)
      .shuffle(highHalves[8])
      .memory("v128.store", offset + stride);
    return;
  }
  const mixed = [lowHalves[4], highHalves[4]].flatMap((picks) =>
    [[a, b] as const, [c, d] as const].map(([p, q]) => {
      const local = fn.local("v128");
      code.get(p).get(q).shuffle(picks).set(local);
      return local;
    }),
  );
  const [abLow = 0, cdLow = 0, abHigh = 0, cdHigh = 0] = mixed;
  [
    [abLow, cdLow, lowHalves[8]] as const,
    [abLow, cdLow, highHalves[8]] as const,
    [abHigh, cdHigh, lowHalves[8]] as const,
    [abHigh, cdHigh, highHalves[8]] as const,
  ].forEach(([p, q, picks], i) => {
    code
      .get(target)
      .get(p)
      .get(q)
      .shuffle(picks)
      .memory("v128.store", offset + i * stride);
  });
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
  const lanes = 16 / bytes;
  const stepBytes = width * bytes;
  const copyElement =
    bytes === 4 ? (["i32.load", "i32.store"] as const) : (["i64.load", "i64.store"] as const);

  /** Repeats `body` while `remaining` is at least `least`. */
  const whileRemaining = (least: number, body: () => void): void => {
    code.open("block").get(remaining).i32(least).op("i32.lt_u").branchIf(0).open("loop");
    body();
    code.get(remaining).i32(least).op("i32.sub").tee(remaining);
    code.i32(least).op("i32.ge_u").branchIf(0).op("end").op("end");
  };
  /** One step of the panel, element by element; those beyond `across` are zero. */
  const copyStep = (): void => {
    const place = fn.local("i32");
    code.get(from).set(place);
    for (let i = 0; i < width; i++) {
      code.get(target);
      code
        .get(across)
        .i32(i)
        .op("i32.gt_u")
        .open("if", bytes === 4 ? "i32" : "i64");
      code.get(place).memory(copyElement[0], 0).op("else");
      if (bytes === 4) code.i32(0);
      else code.i64(0n);
      code.op("end").memory(copyElement[1], i * bytes);
      advance(code, place, acrossStride);
    }
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
  const copySquares = (): void => {
    const place = fn.local("i32");
    code.get(from).set(place);
    const rows = Array.from({ length: lanes }, () => fn.local("v128"));
    for (let i = 0; i < width; i += lanes) {
      for (const row of rows) {
        code.get(place).memory("v128.load", 0).set(row);
        advance(code, place, acrossStride);
      }
      storeTransposed(fn, bytes, rows, target, stepBytes, i * bytes);
    }
    advance(code, from, { constant: 16 });
    advance(code, target, { constant: lanes * stepBytes });
  };

  code.open("loop");
  code.get(source).set(from).get(steps).set(remaining);
  code.get(across).i32(width).op("i32.ge_u").open("if");
  code.get(acrossStride).i32(bytes).op("i32.eq").open("if");
  whileRemaining(1, copyVectors);
  code.op("else").get(stepStride).i32(bytes).op("i32.eq").open("if");
  whileRemaining(lanes, copySquares);
  code.op("end").op("end").op("end");
  whileRemaining(1, copyStep);
  advance(code, source, acrossStride, width);
  code.get(across).i32(width).op("i32.gt_u").open("if", "i32");
  code.get(across).i32(width).op("i32.sub").op("else").i32(0).op("end").tee(across);
  code.branchIf(0).op("end");
  return fn;
};
