/**
 * Products with few columns, of which tiles would waste some: ten columns fill tiles of twelve. No lane is wasted where
 * lanes hold factors of one sum, which are added up at the end, or sums of neighbouring rows, whichever lie side by side
 * in the left operand, which is read where it lies.
 */
import { strideOf, without } from "../../program/addresses.ts";
import { type Contract, type LoopIndex, wholeOf } from "../../program/loop.ts";
import { factorBytes, type FactorType } from "../shared/products.ts";
import { type Code, FunctionBuilder, type Local } from "./code.ts";
import { emitBody } from "./contract-body.ts";
import { emitRange, emitWhileLeft, pushBlock } from "./loops.ts";
import { packFunction } from "./pack.ts";
import { multiplyAdd, pushSumOfLanes } from "./product-code.ts";
import { type Emitter, pushAddress, type Scope } from "./scope.ts";

type FloatType = Exclude<FactorType, "i32">;

/** What lanes hold. */
export type ThinForm = "factors" | "rows";

/** Two rows, or two vectors of rows, by so many columns at a time: with their factors they fit in V8's 15 vector registers. */
const mostColumns = 6;

/** The same where the compiler keeps eight sums in registers and not twelve. */
const fewerColumns = 4;

/** Factors of a sum from which on joining lanes, or putting them in their places, costs little. */
const fewestFactors = 32;

/** Bytes of the columns that are done at a time, and of the rows: together they stay in the first cache. */
const columnBytes = 2 ** 15;
const rowBytes = 2 ** 13;

/** Bytes of the rows that are gone through for one group of columns after another: they stay in the second cache. */
const blockBytes = 2 ** 18;
/** Bytes of their sums. */
const sumBytes = 2 ** 13;

/** How to compute a product that could be packed; undefined if lanes do not suit it. */
export const thinFormOf = (contract: Contract): ThinForm | undefined => {
  const { row, inner, depth, left, sum } = contract;
  const { columns } = wholeOf(contract);
  if ((sum.type !== "f32" && sum.type !== "f64") || depth < fewestFactors) return undefined;
  const bytes = factorBytes[sum.type];
  if (Math.min(mostColumns, columns) * depth * bytes > columnBytes) return undefined;
  if (strideOf(left.at, inner) === 1) return "factors";
  return strideOf(left.at, row) === 1 && 2 * 16 * depth <= columnBytes ? "rows" : undefined;
};

/** Rows that are done at once. */
const unitOf = (form: ThinForm, type: FloatType): number => (form === "factors" ? 2 : 32 / factorBytes[type]);

const roundUp = (value: number, unit: number): number => Math.ceil(value / unit) * unit;

/** `total` in the fewest parts of at most `most`, as equal as can be. */
const partsOf = (total: number, most: number): number[] => {
  const count = Math.ceil(total / most);
  return Array.from({ length: count }, (_, i) => Math.floor(total / count) + (i < total % count ? 1 : 0));
};

const advance = (code: Code, local: Local, by: Local | { readonly bytes: number }): void => {
  code.get(local);
  if (typeof by === "number") code.get(by);
  else code.i32(by.bytes);
  code.op("i32.add").set(local);
};

/**
 * (left, right, sums, rows, depth, leftStride, rightStride, sumRow): sums of the products of rows with a few columns.
 * Strides are in bytes. Of factors that lie side by side `leftStride` is that from row to row, and the right operand is
 * packed, a vector of each column after the other. Where rows lie side by side, as columns do on the right, strides are
 * those from factor to factor.
 */
const thinFunction = (
  type: FloatType,
  columns: number,
  form: ThinForm,
  relaxed: boolean,
): FunctionBuilder => {
  const fn = new FunctionBuilder(["i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32"]);
  const { code } = fn;
  const [left, right, sums, rows, depth, leftStride, rightStride, sumRow] = [0, 1, 2, 3, 4, 5, 6, 7] as const;
  const bytes = factorBytes[type];
  const lanes = 16 / bytes;
  const isByFactors = form === "factors";
  const unit = unitOf(form, type);
  const [place, count, first, second] = [0, 1, 2, 3].map(() => fn.local("i32")) as [
    Local,
    Local,
    Local,
    Local,
  ];
  const each = Array.from({ length: columns }, (_, j) => j);
  /** Two rows, or two vectors of rows. */
  const both = [
    { at: first, offset: 0 },
    isByFactors ? { at: second, offset: 0 } : { at: first, offset: 16 },
  ].map((at) => ({ ...at, factor: fn.local("v128"), sums: each.map(() => fn.local("v128")) }));
  const other = fn.local("v128");
  const splat = bytes === 4 ? "v128.load32_splat" : "v128.load64_splat";

  code.open("loop").get(left).set(first).get(right).set(place).get(depth);
  if (isByFactors) {
    code.i32(lanes).op("i32.div_u");
    // A second row that there is not is the first one once more; nothing comes of its sums.
    code
      .get(leftStride)
      .i32(0)
      .get(rows)
      .i32(1)
      .op("i32.gt_s")
      .op("select")
      .get(left)
      .op("i32.add")
      .set(second);
  }
  code.set(count);
  for (const { sums } of both) for (const sum of sums) code.v128().set(sum);
  emitWhileLeft(code, count, 1, () => {
    for (const { at, offset, factor } of both) code.get(at).memory("v128.load", offset).set(factor);
    for (const j of each) {
      code.get(place);
      if (isByFactors) code.memory("v128.load", 16 * j);
      else code.memory(splat, bytes * j);
      code.set(other);
      for (const { factor, sums } of both) multiplyAdd(code, type, relaxed, sums[j]!, factor, other);
    }
    advance(code, first, isByFactors ? { bytes: 16 } : leftStride);
    if (isByFactors) advance(code, second, { bytes: 16 });
    advance(code, place, isByFactors ? { bytes: 16 * columns } : rightStride);
  });
  if (isByFactors) {
    const totals = both.map(({ sums }) =>
      sums.map((sum) => {
        const total = fn.local(type);
        pushSumOfLanes(code, type, sum);
        code.set(total);
        return total;
      }),
    );
    code.get(depth).i32(lanes).op("i32.rem_u").set(count);
    emitWhileLeft(code, count, 1, () => {
      both.forEach(({ at }, i) => {
        for (const j of each) {
          code.get(totals[i]![j]!).get(at).memory(`${type}.load`, 0);
          code.get(place).memory(`${type}.load`, 16 * j);
          code.op(`${type}.mul`).op(`${type}.add`).set(totals[i]![j]!);
        }
      });
      for (const local of [place, first, second]) advance(code, local, { bytes });
    });
    for (const own of totals) {
      for (const j of each)
        code
          .get(sums)
          .get(own[j]!)
          .memory(`${type}.store`, bytes * j);
      advance(code, sums, sumRow);
    }
    code.get(left).get(leftStride).i32(unit).op("i32.mul").op("i32.add").set(left);
  } else {
    const store = bytes === 4 ? "v128.store32_lane" : "v128.store64_lane";
    for (const own of both)
      for (let lane = 0; lane < lanes; lane++) {
        for (const j of each)
          code
            .get(sums)
            .get(own.sums[j]!)
            .memory(store, bytes * j, lane);
        advance(code, sums, sumRow);
      }
    advance(code, left, { bytes: unit * bytes });
  }
  code.get(rows).i32(unit).op("i32.sub").tee(rows).i32(0).op("i32.gt_s").branchIf(0).op("end");
  return fn;
};

export const emitThinContract = (e: Emitter, at: Scope, contract: Contract, form: ThinForm): void => {
  const { row, rows, column, columns, inner, depth, left, right } = contract;
  const type = contract.sum.type as FloatType;
  const bytes = factorBytes[type];
  const { module, options } = e.context;
  const { code } = at;
  const lanes = 16 / bytes;
  const isByFactors = form === "factors";
  const i32 = (): Local => e.fn.local("i32");
  const baseOf = (side: Contract["left"], own: LoopIndex): Local => {
    const local = i32();
    const offset = pushAddress(e, at, side.buffer, without(side.at, own, inner), bytes);
    code.i32(offset).op("i32.add").set(local);
    return local;
  };
  const [lefts, rights] = [baseOf(left, row), baseOf(right, column)];
  const strideIn = (side: Contract["left"], loop: LoopIndex): number => strideOf(side.at, loop) * bytes;
  const leftStrides = { row: strideIn(left, row), inner: strideIn(left, inner) };
  const rightStrides = { column: strideIn(right, column), inner: strideIn(right, inner) };

  const unit = unitOf(form, type);
  const mostRows = Math.min(
    sumBytes / (columns * bytes),
    (isByFactors ? blockBytes : rowBytes) / (depth * bytes),
  );
  const block = Math.min(rows, Math.max(unit, Math.floor(mostRows / unit) * unit));
  /** Whether the right operand is packed: not if it lies as it is wanted. */
  const isPacked = isByFactors || rightStrides.column !== bytes;
  let packed = 0;
  let first = 0;
  // How many sums are taken at a time changes none of them.
  const groups = partsOf(columns, options.manySums ? mostColumns : fewerColumns).map((count) => {
    const group = { first, count, address: packed };
    first += count;
    if (isPacked)
      packed += count * (isByFactors ? 16 * Math.ceil(depth / lanes) : roundUp(depth * bytes, 16));
    return group;
  });
  const scratch = e.context.scratch(packed + roundUp(block, unit) * columns * bytes);
  const sums = scratch + packed;
  const pushScratch = (address: number): Code => code.scratch().i32(address).op("i32.add");
  const pushRight = (firstColumn: number): Code =>
    code
      .get(rights)
      .i32(firstColumn * rightStrides.column)
      .op("i32.add");

  if (isPacked)
    for (const { first, count, address } of groups) {
      const width = isByFactors ? lanes : count;
      const pack = module.shared(`pack ${String(width)} of ${String(bytes)} bytes`, () =>
        packFunction(bytes, width),
      );
      pushRight(first);
      pushScratch(scratch + address);
      if (isByFactors) code.i32(depth).i32(count).i32(rightStrides.inner).i32(rightStrides.column);
      else code.i32(count).i32(depth).i32(rightStrides.column).i32(rightStrides.inner);
      code.call(pack);
    }
  const [firstRow, blockRows, firstColumn] = [i32(), i32(), i32()];
  emitRange(code, firstRow, rows, block, () => {
    pushBlock(e, code, firstRow, rows, block);
    code.set(blockRows);
    for (const { first, count, address } of groups) {
      const name = `thin ${form} ${type} ${String(count)}`;
      const panel = module.shared(name, () => thinFunction(type, count, form, options.relaxed));
      code.get(lefts).get(firstRow).i32(leftStrides.row).op("i32.mul").op("i32.add");
      if (isPacked) pushScratch(scratch + address);
      else pushRight(first);
      pushScratch(sums + first * bytes);
      code.get(blockRows).i32(depth);
      code.i32(isByFactors ? leftStrides.row : leftStrides.inner);
      code.i32(isPacked ? count * bytes : rightStrides.inner);
      code.i32(columns * bytes).call(panel);
    }
    code.i32(0).set(firstColumn);
    emitBody(
      e,
      at,
      contract,
      { address: sums, width: columns, firstRow: undefined },
      { first: firstRow, count: blockRows },
      { first: firstColumn, count: columns },
    );
  });
};
