/** Statements of loop code, alone and in lanes. */
import type { Statement } from "../../program/loop.ts";
import { bytesPerElement } from "../../tensor/dtype.ts";
import type { Loop } from "../../program/walk.ts";
import { inBlockedOrder } from "../shared/blocked-reduction.ts";
import { gatheredWithin } from "../shared/gathering.ts";
import { planVectors, type VectorPlan } from "../shared/vector-plan.ts";
import { closePartial, emitAccumulate, emitAssign, emitDeclare, openPartial } from "./accumulators.ts";
import { emitContract } from "./contract.ts";
import { emitLaneStore } from "./lane-memory.ts";
import { type Width, widthOf } from "./lane-types.ts";
import { placeOf, pushLanes } from "./lane-values.ts";
import { emitStretches, type Stretch } from "./loops.ts";
import { type Emitter, type Lanes, pushAddress, type Scope } from "./scope.ts";
import { storeOf } from "./types.ts";
import { pushValue } from "./values.ts";

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
const planOf = (e: Emitter, loop: Loop): VectorPlan<Width> | undefined => {
  if (loop.vector !== true || !e.context.options.simd || e.lanes !== undefined) return undefined;
  if (!e.plans.has(loop)) e.plans.set(loop, planVectors(loop, e.facts, widthOf));
  return e.plans.get(loop);
};

const emitVectorLoop = (e: Emitter, at: Scope, loop: Loop, plan: VectorPlan<Width>): void => {
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
  const gathered = [...gatheredWithin(loop, e.facts, (inner) => planOf(e, inner))].filter(
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
