/** What is done with the sums of a contraction, a block of them at a time. */
import type { Contract } from "../../program/loop.ts";
import { planBody } from "../shared/products.ts";
import type { Local } from "./code.ts";
import { widthOf } from "./lane-types.ts";
import { emitStretches, type Stretch } from "./loops.ts";
import type { Emitter, Scope } from "./scope.ts";

export interface Sums {
  /** Where the block of sums lies; its rows are `width` long. */
  readonly address: number;
  readonly width: number;
  /** The first row's number within the sums, if it is not 0. */
  readonly firstRow: Local | undefined;
}

/** What is done with the sums of `rows` rows from `firstRow` on and `columns` columns from `firstColumn` on. */
export const emitBody = (
  outer: Emitter,
  at: Scope,
  contract: Contract,
  sums: Sums,
  rows: { readonly first: Local; readonly count: Local },
  columns: { readonly first: Local; readonly count: number },
): void => {
  const { row, column, sum, body } = contract;
  const { load, blockRow, blockColumn, varies, changes, rowChanges, cost, wide } = planBody(
    contract,
    outer.facts,
    sums,
  );
  const e: Emitter = {
    ...outer,
    accumulators: new Map(outer.accumulators).set(sum, { kind: "memory", load }),
  };
  const width = widthOf(wide);
  const indices = new Set([column, blockColumn]);

  const inLanes = (trips: number, copies: number, active: number): Stretch => ({
    trips,
    step: copies * active,
    body: (scope) => {
      e.lanes = { indices, width, active, copies, varies };
      const rowIndices = [
        { index: row, from: rows.first },
        { index: blockRow, ...(sums.firstRow !== undefined && { from: sums.firstRow }) },
      ];
      emitStretches(e, scope, rowIndices, rowChanges, [
        {
          trips: { local: rows.count },
          step: 1,
          body: (inner) => {
            e.emit(e, inner, body);
          },
        },
      ]);
      e.lanes = undefined;
    },
  });
  const vectors = Math.floor(columns.count / width);
  const copies = Math.max(1, cost > 12 ? 1 : vectors);
  emitStretches(e, at, [{ index: column, from: columns.first }, { index: blockColumn }], changes, [
    inLanes(Math.floor(vectors / copies), copies, width),
    inLanes(columns.count % width, 1, 1),
  ]);
};
