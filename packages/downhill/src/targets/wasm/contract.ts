/** Contractions as plain loops: right for every size and type, and the way for those that no faster one suits. */
import type { Scalar, ScalarType, Statement } from "../../program/loop.ts";
import { scalarTypeOf } from "../../program/loop.ts";
import { constant, convert, mul } from "../../program/scalar.ts";
import type { Emitter, Scope } from "./scope.ts";

export type Contract = Extract<Statement, { kind: "contract" }>;

const factor = (side: Contract["left"], type: ScalarType): Scalar =>
  convert(type, { kind: "load", type: scalarTypeOf[side.buffer.dtype], ...side });

/** The contraction as a loop over rows, over columns and over the inner index. */
const asLoops = (contract: Contract): Statement => {
  const { row, rows, column, columns, inner, depth, left, right, sum, body } = contract;
  const value = mul(factor(left, sum.type), factor(right, sum.type));
  const total: Statement[] = [
    { kind: "declare", accumulator: sum, initial: constant(sum.type, 0) },
    {
      kind: "loop",
      index: inner,
      extent: depth,
      body: [{ kind: "accumulate", accumulator: sum, combine: "add", value }],
    },
    ...body,
  ];
  return {
    kind: "loop",
    index: row,
    extent: rows,
    body: [{ kind: "loop", index: column, extent: columns, vector: true, body: total }],
  };
};

export const emitContract = (e: Emitter, at: Scope, contract: Contract): void => {
  e.emit(at, [asLoops(contract)]);
};
