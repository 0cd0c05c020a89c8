/** A contraction without tiles: what suits small ones. */
import { strideOf } from "../program/addresses.ts";
import {
  type Contract,
  type LoopIndex,
  type Scalar,
  type ScalarType,
  scalarTypeOf,
  type Statement,
} from "../program/loop.ts";
import { constant, convert, mul } from "../program/scalar.ts";

const factor = (side: Contract["left"], type: ScalarType): Scalar =>
  convert(type, { kind: "load", type: scalarTypeOf[side.buffer.dtype], ...side });

type Lanes = "row" | "column" | "inner";

/** The index along which reading in lanes finds neighbours. */
const chooseLanes = ({ row, rows, column, columns, inner, left, right }: Contract): Lanes => {
  if (columns >= 4 && strideOf(right.at, column) === 1) return "column";
  if (rows >= 4 && strideOf(left.at, row) === 1) return "row";
  if (strideOf(left.at, inner) === 1 && strideOf(right.at, inner) === 1) return "inner";
  return columns >= rows ? "column" : "row";
};

/** The contraction as a loop over rows, over columns and over the inner index. */
export const contractionLoops = (contract: Contract): Statement => {
  const { row, rows, column, columns, inner, depth, left, right, sum, body } = contract;
  const lanes = chooseLanes(contract);
  const loop = (
    index: LoopIndex,
    extent: number,
    vector: boolean,
    statements: readonly Statement[],
  ): Statement => ({ kind: "loop", index, extent, vector, body: statements });
  const value = mul(factor(left, sum.type), factor(right, sum.type));
  const total: Statement[] = [
    { kind: "declare", accumulator: sum, initial: constant(sum.type, 0) },
    loop(inner, depth, lanes === "inner", [{ kind: "accumulate", accumulator: sum, combine: "add", value }]),
    ...body,
  ];
  if (lanes === "row") return loop(column, columns, false, [loop(row, rows, true, total)]);
  return loop(row, rows, false, [loop(column, columns, lanes === "column", total)]);
};
