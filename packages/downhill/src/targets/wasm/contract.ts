/** Contractions: which of the ways to compute one suits it. */
import { isDeep } from "../../compiler/deep-contractions.ts";
import { inBlocks } from "../../compiler/long-reductions.ts";
import type { BufferUse, Index, LoopIndex, Scalar, ScalarType, Statement } from "../../program/loop.ts";
import { scalarTypeOf } from "../../program/loop.ts";
import { constant, convert, mul } from "../../program/scalar.ts";
import { emitInnerContract } from "./inner-contract.ts";
import { emitPackedContract, type Contract, packable } from "./packed-contract.ts";
import type { Emitter, Scope } from "./scope.ts";

type Side = { readonly buffer: BufferUse; readonly at: Index };

const factor = (side: Side, type: ScalarType): Scalar =>
  convert(type, { kind: "load", type: scalarTypeOf[side.buffer.dtype], ...side });

const strideOf = (side: Side, index: LoopIndex): number =>
  side.at.terms.reduce((sum, { loop, stride }) => (loop === index ? sum + stride : sum), 0);

type Lanes = "row" | "column" | "inner";

/** The index along which reading in lanes finds neighbours. */
const chooseLanes = ({ row, rows, column, columns, inner, left, right }: Contract): Lanes => {
  if (columns >= 4 && strideOf(right, column) === 1) return "column";
  if (rows >= 4 && strideOf(left, row) === 1) return "row";
  if (strideOf(left, inner) === 1 && strideOf(right, inner) === 1) return "inner";
  return columns >= rows ? "column" : "row";
};

/** The contraction as a loop over rows, over columns and over the inner index. */
const asLoops = (contract: Contract): Statement => {
  const { row, rows, column, columns, inner, depth, left, right, sum, body } = contract;
  const lanes = chooseLanes(contract);
  const loop = (
    index: LoopIndex,
    extent: number,
    vector: boolean,
    statements: readonly Statement[],
  ): Statement => ({
    kind: "loop",
    index,
    extent,
    vector,
    body: statements,
  });
  const value = mul(factor(left, sum.type), factor(right, sum.type));
  const total: Statement[] = [
    { kind: "declare", accumulator: sum, initial: constant(sum.type, 0) },
    loop(inner, depth, lanes === "inner", [{ kind: "accumulate", accumulator: sum, combine: "add", value }]),
    ...body,
  ];
  if (lanes === "row") return loop(column, columns, false, [loop(row, rows, true, total)]);
  return loop(row, rows, false, [loop(column, columns, lanes === "column", total)]);
};

export const emitContract = (e: Emitter, at: Scope, contract: Contract): void => {
  if (contract.rows === 0 || contract.columns === 0) return;
  if (e.context.options.simd && e.lanes === undefined && isDeep(contract)) emitInnerContract(e, at, contract);
  else if (packable(e, contract)) emitPackedContract(e, at, contract);
  else e.emit(e, at, inBlocks([asLoops(contract)]));
};
