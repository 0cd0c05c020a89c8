/** What is done with the sums of a contraction, a block of them at a time. */
import {
  type BufferUse,
  type Contract,
  type LoopIndex,
  type Scalar,
  scalarTypeOf,
} from "../../program/loop.ts";
import { scalarsOf, visitScalars } from "../../program/walk.ts";
import type { DType } from "../../tensor/dtype.ts";
import { type Cause, disjoint } from "../shared/facts.ts";
import { emitStretches, type Stretch } from "./loops.ts";
import { lanesOf } from "./machine.ts";
import type { Emitter, Scope } from "./scope.ts";
import type { FactorType } from "./tile.ts";
import { bytesOf } from "./types.ts";

export const dtypeOf: Readonly<Record<FactorType, DType>> = { f32: "float32", f64: "float64", i32: "int32" };

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
  const type = sum.type as FactorType;
  const { machine } = outer.context;
  const panel: BufferUse = { name: "sums", dtype: dtypeOf[type], position: -1 };
  const panelRow: LoopIndex = { name: "row of the block" };
  const panelColumn: LoopIndex = { name: "column of the block" };
  const load: Scalar = {
    kind: "load",
    type: scalarTypeOf[panel.dtype],
    buffer: panel,
    at: {
      offset: 0,
      terms: [
        { loop: panelRow, stride: block.width },
        { loop: panelColumn, stride: 1 },
      ],
    },
  };
  const { facts } = outer;
  facts.addScratch(panel, block.sums);
  const e: Emitter = {
    ...outer,
    accumulators: new Map(outer.accumulators).set(sum, { kind: "memory", load }),
  };
  const perLane = new Set<Cause>([column, panelColumn, sum]);
  const varies = (node: Scalar): boolean => !disjoint(facts.dependencies(node), perLane);
  let cost = 0;
  let isWide = bytesOf[type] === 8;
  visitScalars(body, (node) => {
    cost += node.kind === "rare" || node.kind === "table" ? 10 : 1;
    isWide ||= bytesOf[node.type] === 8 && varies(node);
  });
  for (const statement of body) isWide ||= scalarsOf(statement).some((node) => bytesOf[node.type] === 8);
  const count = lanesOf(machine, isWide ? 8 : 4);
  const changes = new Set<Cause>([row, column, panelRow, panelColumn, sum]);
  for (const statement of body) for (const cause of facts.changes(statement)) changes.add(cause);
  const rowChanges = new Set(changes);
  rowChanges.delete(column);
  rowChanges.delete(panelColumn);

  const inLanes = (trips: number, copies: number, active: number): Stretch => ({
    trips,
    step: copies * active,
    body: (scope) => {
      e.lanes = { indices: new Set([column, panelColumn]), count, active, copies, varies };
      emitStretches(e, scope, [{ index: row, from: block.row }, { index: panelRow }], rowChanges, [
        { trips: block.rows, step: 1, body: (inner) => e.emit(e, inner, body) },
      ]);
      e.lanes = undefined;
    },
  });
  const vectors = Math.floor(block.columns / count);
  const copies = cost > 12 ? 1 : Math.max(1, vectors);
  const stretches = [inLanes(Math.floor(vectors / copies), copies, count)];
  if (block.columns % count > 0) stretches.push(inLanes(1, 1, block.columns % count));
  emitStretches(e, at, [{ index: column, from: block.column }, { index: panelColumn }], changes, stretches);
};
