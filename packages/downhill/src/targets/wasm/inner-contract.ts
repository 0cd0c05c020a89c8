/**
 * Products with few sums over many factors that lie side by side in both operands, such as the gradient of a
 * convolution's weights: factors are multiplied lane by lane where they lie, a block of sums at a time, and the lanes are
 * added up at the end. Packing them would take longer than the products.
 */
import { strideOf, without } from "../../program/addresses.ts";
import type { Contract, LoopIndex } from "../../program/loop.ts";
import { evenly } from "../shared/products.ts";
import { FunctionBuilder, type Local } from "./code.ts";
import { emitBody } from "./contract-body.ts";
import { emitRange, emitWhileLeft, pushBlock } from "./loops.ts";
import { multiplyAdd, pushSumOfLanes } from "./product-code.ts";
import { type Emitter, pushAddress, type Scope } from "./scope.ts";

type FloatType = "f32" | "f64";

/** Sums of a block, by rows and columns: with their factors they fit in the 15 vector registers of V8. */
const largestBlock = 3;

/** Factors that are gone through for one block after another: those of a block stay in the first cache. */
const stretch = 1024;

/** Vectors multiplied in one turn of the loop. */
const unrolled = 2;

/**
 * (left, right, sums, depth, leftRow, rightColumn, sumRow): adds the products of `depth` factors to a block of sums. Strides
 * are in bytes.
 */
const blockFunction = (
  type: FloatType,
  size: { readonly rows: number; readonly columns: number },
  relaxed: boolean,
): FunctionBuilder => {
  const fn = new FunctionBuilder(["i32", "i32", "i32", "i32", "i32", "i32", "i32"]);
  const { code } = fn;
  const [left, right, sums, depth, leftRow, rightColumn, sumRow] = [0, 1, 2, 3, 4, 5, 6] as const;
  const bytes = type === "f32" ? 4 : 8;
  const lanes = 16 / bytes;
  const rows = Array.from({ length: size.rows }, (_, i) => i);
  const columns = Array.from({ length: size.columns }, (_, j) => j);
  const sum = rows.map(() => columns.map(() => fn.local("v128")));
  const total = rows.map(() => columns.map(() => fn.local(type)));
  /** Pointers to what lies `stride` apart from `first` on. */
  const places = (first: Local, stride: Local, count: readonly number[]): readonly Local[] =>
    count.map((i) => {
      const place = fn.local("i32");
      code.get(first).i32(i).get(stride).op("i32.mul").op("i32.add").set(place);
      return place;
    });
  const leftPlaces = places(left, leftRow, rows);
  const rightPlaces = places(right, rightColumn, columns);
  const factors = columns.map(() => fn.local("v128"));
  const factor = fn.local("v128");
  const advance = (by: number): void => {
    for (const place of [...leftPlaces, ...rightPlaces]) code.get(place).i32(by).op("i32.add").set(place);
  };
  const multiply = (offset: number): void => {
    columns.forEach((j) => code.get(rightPlaces[j]!).memory("v128.load", offset).set(factors[j]!));
    for (const i of rows) {
      code.get(leftPlaces[i]!).memory("v128.load", offset).set(factor);
      for (const j of columns) {
        multiplyAdd(code, type, relaxed, sum[i]![j]!, factor, factors[j]!);
      }
    }
  };
  const inVectors = (count: number): void => {
    emitWhileLeft(code, depth, count * lanes, () => {
      for (let k = 0; k < count; k++) multiply(k * 16);
      advance(count * 16);
    });
  };
  inVectors(unrolled);
  inVectors(1);
  const each = (visit: (i: number, j: number) => void): void => {
    for (const i of rows) for (const j of columns) visit(i, j);
  };
  each((i, j) => {
    pushSumOfLanes(code, type, sum[i]![j]!);
    code.set(total[i]![j]!);
  });
  emitWhileLeft(code, depth, 1, () => {
    each((i, j) => {
      code.get(total[i]![j]!).get(leftPlaces[i]!).memory(`${type}.load`, 0);
      code.get(rightPlaces[j]!).memory(`${type}.load`, 0).op(`${type}.mul`).op(`${type}.add`);
      code.set(total[i]![j]!);
    });
    advance(bytes);
  });
  each((i, j) => {
    if (j === 0 && i > 0) code.get(sums).get(sumRow).op("i32.add").set(sums);
    code
      .get(sums)
      .get(sums)
      .memory(`${type}.load`, j * bytes);
    code
      .get(total[i]![j]!)
      .op(`${type}.add`)
      .memory(`${type}.store`, j * bytes);
  });
  return fn;
};

/** A deep contraction (see deep-contractions.ts). */
export const emitInnerContract = (e: Emitter, at: Scope, contract: Contract): void => {
  const { row, rows, column, columns, inner, depth, left, right } = contract;
  const type = contract.sum.type as FloatType;
  const bytes = type === "f32" ? 4 : 8;
  const { module, options } = e.context;
  const { code } = at;
  const i32 = (): Local => e.fn.local("i32");
  const startOf = (side: Contract["left"], own: LoopIndex): Local => {
    const local = i32();
    const offset = pushAddress(e, at, side.buffer, without(side.at, own, inner), bytes);
    code.i32(offset).op("i32.add").set(local);
    return local;
  };
  const [lefts, rights] = [startOf(left, row), startOf(right, column)];
  const leftRow = strideOf(left.at, row) * bytes;
  const rightColumn = strideOf(right.at, column) * bytes;
  const sumRow = columns * bytes;
  const size = Math.ceil((rows * sumRow) / 16) * 16;
  const sums = e.context.scratch(size);
  const [first, count, firstRow, firstColumn] = [i32(), i32(), i32(), i32()];
  emitRange(code, first, size, 16, () => {
    code.scratch().i32(sums).op("i32.add").get(first).op("i32.add").v128().memory("v128.store", 0);
  });

  const blockRows = evenly(rows, largestBlock);
  const blockColumns = evenly(columns, largestBlock);
  /** Blocks from `firstRow` and `firstColumn` on. */
  const emitBlock = (ownRows: number, ownColumns: number): void => {
    const name = `inner ${type} ${String(ownRows)}×${String(ownColumns)}`;
    const block = module.shared(name, () =>
      blockFunction(type, { rows: ownRows, columns: ownColumns }, options.relaxed),
    );
    for (const [base, index, stride] of [
      [lefts, firstRow, leftRow],
      [rights, firstColumn, rightColumn],
    ] as const) {
      code.get(base).get(index).i32(stride).op("i32.mul").op("i32.add");
      code.get(first).i32(bytes).op("i32.mul").op("i32.add");
    }
    code.scratch().i32(sums).op("i32.add");
    code.get(firstRow).i32(sumRow).op("i32.mul").op("i32.add");
    code.get(firstColumn).i32(bytes).op("i32.mul").op("i32.add");
    code.get(count).i32(leftRow).i32(rightColumn).i32(sumRow).call(block);
  };
  /** Blocks one after another, and the shorter one at the end. */
  const along = (index: Local, total: number, size: number, body: (own: number) => void): void => {
    const last = total % size;
    emitRange(code, index, total - last, size, () => {
      body(size);
    });
    if (last === 0) return;
    code.i32(total - last).set(index);
    body(last);
  };
  emitRange(code, first, depth, stretch, () => {
    pushBlock(e, code, first, depth, stretch);
    code.set(count);
    along(firstColumn, columns, blockColumns, (ownColumns) => {
      along(firstRow, rows, blockRows, (ownRows) => {
        emitBlock(ownRows, ownColumns);
      });
    });
  });

  code.i32(0).set(firstRow).i32(0).set(firstColumn).i32(rows).set(count);
  emitBody(
    e,
    at,
    contract,
    { address: sums, width: columns, firstRow: undefined },
    { first: firstRow, count },
    { first: firstColumn, count: columns },
  );
};
