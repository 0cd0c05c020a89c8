/** What is done with the sums of a contraction, a block of them at a time. */
import {
  type BufferUse,
  type Contract,
  type LoopIndex,
  type Scalar,
  scalarTypeOf,
} from "../../program/loop.ts";
import { scalarsOf, visitScalars } from "../../program/walk.ts";
import { type Cause, disjoint } from "../shared/facts.ts";
import { isWide } from "../shared/vector-plan.ts";
import type { Local } from "./code.ts";
import { emitStretches, type Stretch } from "./loops.ts";
import { panelDtype, type PanelType } from "./panel.ts";
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
  const panel: BufferUse = { name: "sums", dtype: panelDtype[sum.type as PanelType], position: -1 };
  const panelRow: LoopIndex = { name: "row of the sums" };
  const panelColumn: LoopIndex = { name: "column of the sums" };
  const load: Scalar = {
    kind: "load",
    type: scalarTypeOf[panel.dtype],
    buffer: panel,
    at: {
      offset: 0,
      terms: [
        { loop: panelRow, stride: sums.width },
        { loop: panelColumn, stride: 1 },
      ],
    },
  };
  const { facts } = outer;
  facts.addScratch(panel, sums.address);
  const e: Emitter = {
    ...outer,
    accumulators: new Map(outer.accumulators).set(sum, { kind: "memory", load }),
  };
  const perLane = new Set<Cause>([column, panelColumn, sum]);
  const varies = (node: Scalar): boolean => !disjoint(facts.dependencies(node), perLane);
  let cost = 0;
  let wide = false;
  visitScalars(body, (node) => {
    cost += node.kind === "rare" || node.kind === "table" ? 10 : 1;
    wide ||= isWide(node.type) && varies(node);
  });
  for (const statement of body) wide ||= scalarsOf(statement).some(({ type }) => isWide(type));
  const width = wide ? 2 : 4;
  const changes = new Set<Cause>([row, column, panelRow, panelColumn, sum]);
  for (const statement of body) for (const cause of facts.changes(statement)) changes.add(cause);

  const inLanes = (trips: number, copies: number, active: number): Stretch => ({
    trips,
    step: copies * active,
    body: (scope) => {
      e.lanes = { indices: new Set([column, panelColumn]), width, active, copies, varies };
      const rowIndices = [
        { index: row, from: rows.first },
        { index: panelRow, ...(sums.firstRow !== undefined && { from: sums.firstRow }) },
      ];
      const rowChanges = new Set(changes);
      rowChanges.delete(column);
      rowChanges.delete(panelColumn);
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
  emitStretches(e, at, [{ index: column, from: columns.first }, { index: panelColumn }], changes, [
    inLanes(Math.floor(vectors / copies), copies, width),
    inLanes(columns.count % width, 1, 1),
  ]);
};
