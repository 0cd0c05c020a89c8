/** Statements of loop code, alone and in lanes. */
import type { Accumulator, Combine, Statement } from "../../program/loop.ts";
import { bytesPerElement } from "../../tensor/dtype.ts";
import { closePartial, emitAccumulate, emitAssign, emitDeclare, openPartial } from "./accumulators.ts";
import { inBlockedOrder } from "./blocked-reduction.ts";
import { emitContract } from "./contract.ts";
import { bodyOf, type Loop, scalarsOf } from "../../program/walk.ts";
import type { Cause } from "./facts.ts";
import { emitLaneStore } from "./lane-memory.ts";
import { placeOf, pushLanes } from "./lane-values.ts";
import { emitStretches, type Stretch } from "./loops.ts";
import { type Emitter, type Lanes, pushAddress, type Scope } from "./scope.ts";
import { storeOf } from "./types.ts";
import { pushValue } from "./values.ts";
import { planVectors, type VectorPlan } from "./vector-plan.ts";

type Store = Extract<Statement, { kind: "store" }>;

const emitStore = (e: Emitter, at: Scope, statement: Store): void => {
  const { buffer, at: index, value } = statement;
  const { lanes } = e;
  if (lanes !== undefined) {
    for (let copy = 0; copy < lanes.copies; copy++) {
      const place = placeOf(e, at, statement, copy);
      const vector = e.fn.local("v128");
      pushLanes(e, at, value, copy);
      at.code.set(vector);
      emitLaneStore(e, at, lanes, place, vector);
    }
    return;
  }
  const { dynamic } = index;
  const offset = pushAddress(e, at, buffer, index, bytesPerElement(buffer.dtype), 0, () => {
    if (dynamic) pushValue(e, at, dynamic);
  });
  pushValue(e, at, value);
  at.code.memory(storeOf[buffer.dtype], offset);
};

/** How to run the loop in lanes, if it is to. */
const planOf = (e: Emitter, loop: Loop): VectorPlan | undefined => {
  if (loop.vector !== true || !e.context.options.simd || e.lanes !== undefined) return undefined;
  if (!e.plans.has(loop)) e.plans.set(loop, planVectors(loop, e.facts));
  return e.plans.get(loop);
};

interface Gathering extends Pick<VectorPlan, "width" | "copies"> {
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
      found.set(accumulator, { combine, width: plan.width, copies: plan.copies });
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
      const { width, copies } = inner;
      if (known && (known.combine !== combine || known.width !== width)) spoiled.add(accumulator);
      found.set(accumulator, { combine, width, copies: Math.max(copies, known?.copies ?? 1) });
    }
  };
  loop.body.forEach(visit);
  for (const accumulator of found.keys()) if (spoiled.has(accumulator)) found.delete(accumulator);
  return found;
};

const emitVectorLoop = (e: Emitter, at: Scope, loop: Loop, plan: VectorPlan): void => {
  const { width, copies, varies } = plan;
  const indices = new Set([loop.index]);
  const inLanes = (trips: number, vectors: number, active: number): Stretch => ({
    trips,
    step: vectors * active,
    body: (scope) => {
      const lanes: Lanes = { indices, width, active, copies: vectors, varies };
      e.lanes = lanes;
      emitStatements(e, scope, loop.body);
      e.lanes = undefined;
    },
  });
  const blocks = Math.floor(loop.extent / (width * copies));
  const rest = loop.extent - blocks * width * copies;
  const stretches = [inLanes(blocks, copies, width)];
  if (copies > 1) stretches.push(inLanes(Math.floor(rest / width), 1, width));
  // What is left over is done in the first lane alone, by the same instructions, so that an element's value does
  // not depend on its place.
  stretches.push(inLanes(rest % width, 1, 1));
  emitStretches(e, at, [{ index: loop.index }], e.facts.changes(loop), stretches);
};

const emitLoop = (e: Emitter, at: Scope, loop: Loop): void => {
  if (loop.extent === 0) return;
  const gathered = [...gatheredWithin(e, loop)].filter(
    ([accumulator]) => e.accumulators.get(accumulator)?.kind === "value" && !e.partials.has(accumulator),
  );
  for (const [accumulator, { combine, width, copies }] of gathered)
    openPartial(e, at, accumulator, combine, width, copies);
  const plan = planOf(e, loop);
  if (plan) {
    const { facts, context } = e;
    const least = 2 * plan.width * plan.copies;
    const blocked = inBlockedOrder(loop, { least, facts, scratch: context.scratch });
    if (blocked !== undefined) emitStatements(e, at, blocked);
    else emitVectorLoop(e, at, loop, plan);
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
    const partial = e.partials.get(accumulator);
    if (partial) closePartial(e, at, accumulator, combine, partial);
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
  for (const statement of statements) emitStatement(e, at, statement);
};
