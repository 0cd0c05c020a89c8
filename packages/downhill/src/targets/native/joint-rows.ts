/**
 * The results of as many rows as there are lanes, joined together. A row's running value is a vector in the end, whose
 * lanes are joined in halves: sixteen lanes take four steps, all for one number. Sixteen such vectors of sixteen rows take
 * fifteen steps, two rows at first in one vector, then four, and give the sixteen results side by side. What is joined
 * with what, and when, is the same.
 */
import type { Accumulator, Combine, Statement } from "../../program/loop.ts";
import { identityOf } from "../../program/scalar.ts";
import type { Loop } from "../../program/walk.ts";
import type { VectorPlan } from "../shared/vector-plan.ts";
import { combined } from "./accumulators.ts";
import { pickLanes, storeLanes } from "./helpers.ts";
import { emitStretches } from "./loops.ts";
import { type Emitter, indexText, laneStride, type Lanes, nameFor, type Scope } from "./scope.ts";
import { constantText, spread, storedType } from "./types.ts";
import { keep, placeOf, typeIn } from "./values.ts";

/** So many vectors at most wait to be joined. */
const mostRows = 64;

type Declare = Extract<Statement, { kind: "declare" }>;
type Store = Extract<Statement, { kind: "store" }>;

export interface JointRows {
  readonly count: number;
  readonly declarations: readonly Declare[];
  readonly row: Loop;
  readonly results: readonly {
    readonly store: Store;
    readonly accumulator: Accumulator;
    readonly combine: Combine;
    readonly initial: Extract<Declare["initial"], { kind: "constant" }>;
  }[];
}

/** The loop's parts, if each of its iterations does nothing but fill running values in lanes and store them side by side. */
export const jointRowsOf = (
  loop: Loop,
  planOf: (inner: Loop) => VectorPlan | undefined,
): JointRows | undefined => {
  const at = loop.body.findIndex(({ kind }) => kind === "loop");
  const row = loop.body[at];
  if (loop.vector === true || loop.extent > mostRows || row?.kind !== "loop") return undefined;
  const plan = planOf(row);
  if (plan === undefined || loop.extent % plan.width !== 0) return undefined;
  const declarations = loop.body.slice(0, at).filter((statement) => statement.kind === "declare");
  const stores = loop.body.slice(at + 1);
  const results = stores.flatMap((store) => {
    if (store.kind !== "store" || store.value.kind !== "accumulator") return [];
    const { accumulator } = store.value;
    const initial = declarations.find((declared) => declared.accumulator === accumulator)?.initial;
    const combine = plan.partials.get(accumulator);
    const lanes = { indices: new Set([loop.index]) } as Pick<Lanes, "indices"> as Lanes;
    const fits = store.at.dynamic === undefined && laneStride(lanes, store.at) === 1;
    return fits && accumulator.type !== "bool" && initial?.kind === "constant" && combine !== undefined
      ? [{ store, accumulator, combine, initial }]
      : [];
  });
  const isAll = declarations.length === at && results.length === stores.length;
  return isAll && results.length > 0 && results.length === declarations.length
    ? { count: plan.width, declarations, row, results }
    : undefined;
};

/** From vectors of rows to one of their results; the i-th is `vector(i)`. */
const joinedText = (
  e: Emitter,
  at: Scope,
  accumulator: Accumulator,
  combine: Combine,
  count: number,
  vector: (i: number) => string,
): string => {
  const type = typeIn(e, accumulator.type, count);
  let vectors = Array.from({ length: count }, (_, i) => vector(i));
  for (let half = count / 2; half >= 1; half /= 2) {
    /** Of each group of 2·half lanes one half, of two vectors by turns. */
    const halves = (a: string, b: string, first: number): string =>
      pickLanes(
        e.context,
        accumulator.type,
        count,
        a,
        b,
        Array.from({ length: count }, (_, lane) => {
          const group = Math.floor(lane / half);
          const from = Math.floor(group / 2) * 2 * half + first + (lane % half);
          return group % 2 === 0 ? from : count + from;
        }),
      );
    vectors = vectors.slice(0, half).map((a, i) => {
      const b = vectors[i + half]!;
      const [low, high] = [0, half].map((first) => keep(e, at, type, halves(a, b, first))) as [
        string,
        string,
      ];
      return keep(e, at, type, combined(e, accumulator, combine, count, low, high));
    });
  }
  return vectors[0]!;
};

export const emitJointRows = (
  e: Emitter,
  at: Scope,
  loop: Loop,
  { count, declarations, row, results }: JointRows,
): void => {
  const { index, extent } = loop;
  const changes = e.facts.changes(loop);
  const waiting = new Map(results.map(({ accumulator }) => [accumulator, nameFor(e, "r")]));
  for (const [{ type }, name] of waiting)
    at.lines.push(`${typeIn(e, type, count)} ${name}[${String(extent)}];`);
  const rows = (scope: Scope): void => {
    const place = indexText(scope, index);
    for (const [accumulator, name] of waiting) e.waiting.set(accumulator, `${name}[${place}]`);
    e.emit(e, scope, [...declarations, row]);
    e.waiting.clear();
  };
  const joins = (scope: Scope): void => {
    e.lanes = { indices: new Set([index]), count, active: count, copies: 1, varies: () => true };
    for (const { store, accumulator, combine, initial } of results) {
      const { type } = accumulator;
      const name = waiting.get(accumulator)!;
      const place = indexText(scope, index);
      const joined = joinedText(
        e,
        scope,
        accumulator,
        combine,
        count,
        (i) => `${name}[${place} + ${String(i)}]`,
      );
      const isNew = Object.is(Number(initial.value), identityOf(combine, type));
      const first = spread(type, constantText(initial), e.context.machine, count);
      const value = isNew
        ? joined
        : keep(e, scope, typeIn(e, type, count), combined(e, accumulator, combine, count, first, joined));
      const target = placeOf(e, scope, store, 0);
      if (target.kind !== "adjacent") throw new Error("internal: results of rows are not side by side");
      const stored = storedType[store.buffer.dtype];
      scope.lines.push(...storeLanes(e.context, stored, count, count, target.pointer, value));
    }
    e.lanes = undefined;
  };
  emitStretches(e, at, [{ index }], changes, [{ trips: extent, step: 1, body: rows }]);
  emitStretches(e, at, [{ index }], changes, [{ trips: extent / count, step: count, body: joins }]);
};
