/** Statements of loop code, alone and in lanes. */
import type { Statement } from "../../program/loop.ts";
import type { Loop } from "../../program/walk.ts";
import { inBlockedOrder } from "../shared/blocked-reduction.ts";
import { gatheredWithin } from "../shared/gathering.ts";
import { planVectors, type VectorPlan } from "../shared/vector-plan.ts";
import { closeParts, emitAccumulate, emitAssign, emitDeclare, openParts } from "./accumulators.ts";
import { emitContract } from "./contract.ts";
import { storeLanes } from "./helpers.ts";
import { emitJointRows, jointRowsOf } from "./joint-rows.ts";
import { emitStretches, type Stretch } from "./loops.ts";
import { lanesOf } from "./machine.ts";
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
const planOf = (e: Emitter, loop: Loop): VectorPlan | undefined => {
  if (loop.vector !== true || e.lanes !== undefined) return undefined;
  if (!e.plans.has(loop))
    e.plans.set(
      loop,
      planVectors(loop, e.facts, (wide) => lanesOf(e.context.machine, wide ? 8 : 4)),
    );
  return e.plans.get(loop);
};

const emitLaneLoop = (e: Emitter, at: Scope, loop: Loop, plan: VectorPlan): void => {
  const { width: count, copies, varies } = plan;
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
  const gathered = [...gatheredWithin(loop, e.facts, (inner) => planOf(e, inner))].filter(
    ([accumulator]) => e.accumulators.get(accumulator)?.kind === "value" && !e.parts.has(accumulator),
  );
  const plan = planOf(e, loop);
  const isOnce = plan !== undefined && e.isUnrolled;
  for (const [accumulator, { combine, width, copies }] of gathered)
    openParts(e, at, accumulator, combine, width, copies, isOnce);
  if (plan) {
    const { facts, context } = e;
    const least = 2 * plan.width * plan.copies;
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
