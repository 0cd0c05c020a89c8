/** Accumulators of which lanes gather parts. */
import type { Accumulator, Combine, Statement } from "../../program/loop.ts";
import { bodyOf, type Loop, scalarsOf } from "../../program/walk.ts";
import type { Cause, Facts } from "./facts.ts";
import type { VectorPlan } from "./vector-plan.ts";

export interface Gathering<Width extends number> extends Pick<VectorPlan<Width>, "width" | "copies"> {
  readonly combine: Combine;
}

/**
 * The accumulators that only vector loops within `loop` touch, all in the same way. Their lanes are joined after
 * `loop`, not after each of those vector loops.
 */
export const gatheredWithin = <Width extends number>(
  loop: Loop,
  facts: Facts,
  planOf: (loop: Loop) => VectorPlan<Width> | undefined,
): ReadonlyMap<Accumulator, Gathering<Width>> => {
  const plan = planOf(loop);
  const found = new Map<Accumulator, Gathering<Width>>();
  if (plan) {
    for (const [accumulator, combine] of plan.partials)
      found.set(accumulator, { combine, width: plan.width, copies: plan.copies });
    return found;
  }
  const spoiled = new Set<Cause>();
  const visit = (statement: Statement): void => {
    if (statement.kind === "declare" || statement.kind === "assign" || statement.kind === "accumulate")
      spoiled.add(statement.accumulator);
    for (const node of scalarsOf(statement)) for (const cause of facts.dependencies(node)) spoiled.add(cause);
    if (statement.kind !== "loop") {
      bodyOf(statement).forEach(visit);
      return;
    }
    const inner = planOf(statement);
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
