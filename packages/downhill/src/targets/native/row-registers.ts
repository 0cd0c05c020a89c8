/**
 * Stages over the same few rows (maxima, sums, quotients), as the compiler puts them one after another, as one loop over
 * the rows, where a row fits into registers: it is read once and written once. What a stage leaves in memory for the
 * next one is there as well, but the C compiler, which sees both ends, hands it on in registers.
 */
import type { Scalar, Statement } from "../../program/loop.ts";
import { operandsOf } from "../../program/scalar.ts";
import { type Loop, scalarsOf, walk } from "../../program/walk.ts";
import type { Cause } from "../shared/facts.ts";
import type { VectorPlan } from "../shared/vector-plan.ts";
import { emitStretches } from "./loops.ts";
import { type Emitter, openScope, type Scope } from "./scope.ts";

/**
 * Vectors of a row: what joins the lanes of shorter rows is better shared by many of them, and longer ones leave no
 * registers for what is computed.
 */
const fewestVectors = 3;
const mostVectors = 4;

/** Operations on the results of one row, which lanes would do for many rows at once. */
const mostOperations = 4;

const operationsOf = (statements: readonly Statement[]): number => {
  const seen = new Set<Scalar>();
  let count = 0;
  const enter = (node: Scalar): void => {
    if (seen.has(node)) return;
    seen.add(node);
    count += node.kind === "operation" ? 1 : node.kind === "rare" || node.kind === "table" ? Infinity : 0;
    operandsOf(node).forEach(enter);
  };
  for (const statement of walk(statements)) scalarsOf(statement).forEach(enter);
  return count;
};

/** Whether each row of the stage fits into registers, or there is little to do. */
const isShort = ({ vector, body }: Loop, planOf: (inner: Loop) => VectorPlan | undefined): boolean => {
  if (vector === true) return operationsOf(body) <= mostOperations;
  return body.every((inner) => {
    if (inner.kind !== "loop") return true;
    const plan = planOf(inner);
    if (plan === undefined) return false;
    const vectors = inner.extent / plan.width;
    return Number.isInteger(vectors) && vectors >= fewestVectors && vectors <= mostVectors;
  });
};

/** How many of the statements from `first` on are stages that are better done row by row. */
export const stagesInRegisters = (
  statements: readonly Statement[],
  first: number,
  planOf: (inner: Loop) => VectorPlan | undefined,
): number => {
  const start = statements[first];
  if (start?.kind !== "loop") return 1;
  let next = first;
  for (;;) {
    const loop = statements[next];
    if (loop?.kind !== "loop" || loop.stage !== true || loop.index !== start.index) break;
    if (!isShort(loop, planOf)) break;
    next++;
  }
  // Not for what comes before or after rows alone.
  const isRow = (statement: Statement): boolean => statement.kind === "loop" && statement.vector !== true;
  return statements.slice(first, next).filter(isRow).length > 1 ? next - first : 1;
};

export const emitInRegisters = (e: Emitter, at: Scope, stages: readonly Loop[]): void => {
  const { index, extent } = stages[0]!;
  const changes = new Set<Cause>(stages.flatMap((stage) => [...e.facts.changes(stage)]));
  const body = (scope: Scope): void => {
    for (const stage of stages) {
      // What a stage reads is read anew, since the one before it may have written there.
      const inside = openScope(scope);
      e.emit(e, inside, stage.body);
      scope.lines.push("{", ...inside.lines, "}");
    }
  };
  const before = e.isUnrolled;
  e.isUnrolled = true;
  emitStretches(e, at, [{ index }], changes, [{ trips: extent, step: 1, body }]);
  e.isUnrolled = before;
};
