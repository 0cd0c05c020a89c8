/** What is done with the sums of a contraction, a block of them at a time. */
import type { Contract } from "../../program/loop.ts";
import { planBody } from "../shared/products.ts";
import { emitStretches, type Stretch } from "./loops.ts";
import { lanesOf } from "./machine.ts";
import type { Emitter, Scope } from "./scope.ts";

export interface Block {
  /** Names of the first row and column, and of the number of rows. */
  readonly row: string;
  readonly column: string;
  readonly rows: string;
  readonly columns: number;
  /** Where the sums lie in scratch memory, and how long their rows are. */
  readonly sums: number;
  readonly width: number;
}

/** What is done with a block of sums. */
export const emitBody = (outer: Emitter, at: Scope, contract: Contract, block: Block): void => {
  const { row, column, sum, body } = contract;
  const sums = { address: block.sums, width: block.width };
  const { load, blockRow, blockColumn, varies, changes, rowChanges, cost, wide } = planBody(
    contract,
    outer.facts,
    sums,
  );
  const e: Emitter = {
    ...outer,
    accumulators: new Map(outer.accumulators).set(sum, { kind: "memory", load }),
  };
  const count = lanesOf(outer.context.machine, wide ? 8 : 4);
  const indices = new Set([column, blockColumn]);

  const inLanes = (trips: number, copies: number, active: number): Stretch => ({
    trips,
    step: copies * active,
    body: (scope) => {
      e.lanes = { indices, count, active, copies, varies };
      emitStretches(e, scope, [{ index: row, from: block.row }, { index: blockRow }], rowChanges, [
        { trips: block.rows, step: 1, body: (inner) => e.emit(e, inner, body) },
      ]);
      e.lanes = undefined;
    },
  });
  const vectors = Math.floor(block.columns / count);
  const copies = cost > 12 ? 1 : Math.max(1, vectors);
  const stretches = [inLanes(Math.floor(vectors / copies), copies, count)];
  if (block.columns % count > 0) stretches.push(inLanes(1, 1, block.columns % count));
  emitStretches(e, at, [{ index: column, from: block.column }, { index: blockColumn }], changes, stretches);
};
