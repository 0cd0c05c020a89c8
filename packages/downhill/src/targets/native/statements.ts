/** Statements of loop code, alone and in lanes. */
import type { Accumulator, Combine, Statement } from "../../program/loop.ts";
import { bodyOf, type Loop, scalarsOf } from "../../program/walk.ts";
import { inBlockedOrder } from "../wasm/blocked-reduction.ts";
import type { Cause } from "../wasm/facts.ts";
import { closeParts, emitAccumulate, emitAssign, emitDeclare, openParts } from "./accumulators.ts";
import { emitContract } from "./contract.ts";
import { storeLanes } from "./helpers.ts";
import { emitJointRows, jointRowsOf } from "./joint-rows.ts";
import { type LanePlan, planLanes } from "./lane-plan.ts";
import { emitStretches, type Stretch } from "./loops.ts";
import { emitInRegisters, stagesInRegisters } from "./row-registers.ts";
import { bufferText, type Emitter, type Lanes, placeText, type Scope } from "./scope.ts";
import { storedType } from "./types.ts";
import { keep, lanesText, placeOf, valueText } from "./values.ts";

type Store = Extract<Statement, { kind: "store" }>;

const emitStore = (e: Emitter, at: Scope, statement: Store): void => {
  const { buffer, at: index, value } = statement;
  const { lanes } = e;
  const stored = storedType[buffer.dtype];
  if (lanes === undefined) {
    const dynamic = index.dynamic && valueText(e, at, index.dynamic);
    const text = valueText(e, at, value);
    at.lines.push(`${bufferText(e, buffer)}[${placeText(at, index, 0, dynamic)}] = ${text};`);
    return;
  }
  const { count, active, copies } = lanes;
  for (let copy = 0; copy < copies; copy++) {
    const place = placeOf(e, at, statement, copy);
    let text = lanesText(e, at, value, copy);
    if (buffer.dtype === "bool") text = `__builtin_convertvector(-${text}, u8x${String(count)})`;
    const vector = keep(e, at, `${stored}x${String(count)}`, text);
    if (place.kind === "adjacent")
      at.lines.push(...storeLanes(e.context, stored, count, active, place.pointer, vector));
    else place.elements.forEach((element, lane) => at.lines.push(`${element} = ${vector}[${String(lane)}];`));
  }
};

/** How to run the loop in lanes, if it is to. */
const planOf = (e: Emitter, loop: Loop): LanePlan | undefined => {
  if (loop.vector !== true || e.lanes !== undefined) return undefined;
  if (!e.plans.has(loop)) e.plans.set(loop, planLanes(e.context.machine, loop, e.facts));
  return e.plans.get(loop);
};

interface Gathering extends Pick<LanePlan, "count" | "copies"> {
  readonly combine: Combine;
}

/**
 * The accumulators that only vector loops within `loop` touch, all in the same way. Their lanes are joined after
 * `loop`, not after each of those vector loops.
 */
const gatheredWithin = (e: Emitter, loop: Loop): ReadonlyMap<Accumulator, Gathering> => {
  const plan = planOf(e, loop);
  const found = new Map<Accumulator, Gathering>();
  if (plan) {
    for (const [accumulator, combine] of plan.partials)
      found.set(accumulator, { combine, count: plan.count, copies: plan.copies });
    return found;
  }
  const spoiled = new Set<Cause>();
  const visit = (statement: Statement): void => {
    if (statement.kind === "declare" || statement.kind === "assign" || statement.kind === "accumulate")
      spoiled.add(statement.accumulator);
    for (const node of scalarsOf(statement))
      for (const cause of e.facts.dependencies(node)) spoiled.add(cause);
    if (statement.kind !== "loop") {
      bodyOf(statement).forEach(visit);
      return;
    }
    const inner = planOf(e, statement);
    if (inner === undefined) {
      statement.body.forEach(visit);
      return;
    }
    for (const [accumulator, combine] of inner.partials) {
      const known = found.get(accumulator);
      const { count, copies } = inner;
      if (known && (known.combine !== combine || known.count !== count)) spoiled.add(accumulator);
      found.set(accumulator, { combine, count, copies: Math.max(copies, known?.copies ?? 1) });
    }
  };
  loop.body.forEach(visit);
  for (const accumulator of found.keys()) if (spoiled.has(accumulator)) found.delete(accumulator);
  return found;
};

const emitLaneLoop = (e: Emitter, at: Scope, loop: Loop, plan: LanePlan): void => {
  const { count, copies, varies } = plan;
  const indices = new Set([loop.index]);
  const inLanes = (trips: number, vectors: number, active: number): Stretch => ({
    trips,
    step: vectors * active,
    body: (scope) => {
      const lanes: Lanes = { indices, count, active, copies: vectors, varies };
      e.lanes = lanes;
      emitStatements(e, scope, loop.body);
      e.lanes = undefined;
    },
  });
  const blocks = Math.floor(loop.extent / (count * copies));
  const rest = loop.extent - blocks * count * copies;
  const stretches = e.isUnrolled
    ? Array.from({ length: blocks }, () => inLanes(1, copies, count))
    : [inLanes(blocks, copies, count)];
  if (copies > 1) stretches.push(inLanes(Math.floor(rest / count), 1, count));
  // What is left over is done in the first lanes alone, by the same operations, so that an element's value does not
  // depend on its place.
  if (rest % count > 0) stretches.push(inLanes(1, 1, rest % count));
  emitStretches(e, at, [{ index: loop.index }], e.facts.changes(loop), stretches);
};

const emitLoop = (e: Emitter, at: Scope, loop: Loop): void => {
  if (loop.extent === 0) return;
  const joint = e.lanes === undefined ? jointRowsOf(loop, (inner) => planOf(e, inner)) : undefined;
  if (joint !== undefined) {
    emitJointRows(e, at, loop, joint);
    return;
  }
  const gathered = [...gatheredWithin(e, loop)].filter(
    ([accumulator]) => e.accumulators.get(accumulator)?.kind === "value" && !e.parts.has(accumulator),
  );
  const plan = planOf(e, loop);
  const isOnce = plan !== undefined && e.isUnrolled;
  for (const [accumulator, { combine, count, copies }] of gathered)
    openParts(e, at, accumulator, combine, count, copies, isOnce);
  if (plan) {
    const { facts, context } = e;
    const least = 2 * plan.count * plan.copies;
    const blocked = inBlockedOrder(loop, { least, facts, scratch: context.scratch });
    if (blocked !== undefined) emitStatements(e, at, blocked);
    else emitLaneLoop(e, at, loop, plan);
  } else
    emitStretches(e, at, [{ index: loop.index }], e.facts.changes(loop), [
      {
        trips: loop.extent,
        step: 1,
        body: (scope) => {
          emitStatements(e, scope, loop.body);
        },
      },
    ]);
  for (const [accumulator, { combine }] of gathered) {
    const parts = e.parts.get(accumulator);
    if (parts) closeParts(e, at, accumulator, combine, parts);
  }
};

const emitStatement = (e: Emitter, at: Scope, statement: Statement): void => {
  switch (statement.kind) {
    case "store":
      emitStore(e, at, statement);
      return;
    case "declare":
      emitDeclare(e, at, statement.accumulator, statement.initial);
      return;
    case "assign":
      emitAssign(e, at, statement.accumulator, statement.value);
      return;
    case "accumulate":
      emitAccumulate(e, at, statement.accumulator, statement.combine, statement.value);
      return;
    case "loop":
      emitLoop(e, at, statement);
      return;
    case "contract":
      emitContract(e, at, statement);
  }
};

export const emitStatements = (e: Emitter, at: Scope, statements: readonly Statement[]): void => {
  for (let i = 0; i < statements.length;) {
    const count = e.lanes === undefined ? stagesInRegisters(statements, i, (inner) => planOf(e, inner)) : 1;
    if (count > 1) emitInRegisters(e, at, statements.slice(i, i + count) as Loop[]);
    else emitStatement(e, at, statements[i]!);
    i += count;
  }
};
