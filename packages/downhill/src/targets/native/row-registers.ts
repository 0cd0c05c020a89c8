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
import { type Emitter, indexText, openScope, type Scope } from "./scope.ts";

/**
 * Vectors of a row: what joins the lanes of shorter rows is better shared by many of them, and longer ones leave no
 * registers for what is computed.
 */
const fewestVectors = 3;
const mostVectors = 4;

/** Operations on the results of one row, which lanes would do for many rows at once. */
const mostOperations = 4;

/**
 * Rows whose parts are written side by side at most, and operations on their vectors: more do not help, but take the C
 * compiler time.
 */
const mostTogether = 8;
const mostWritten = 1024;

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

/** How many rows are done together: as many as divide all of them, where there are registers enough for several. */
const rowsTogether = (e: Emitter, stages: readonly Loop[]): number => {
  if (e.context.machine.vectorBytes < 64) return 1;
  const written = mostVectors * operationsOf(stages.flatMap(({ body }) => body));
  let rows = mostTogether;
  while (rows > 1 && (stages[0]!.extent % rows > 0 || rows * written > mostWritten)) rows /= 2;
  return rows;
};

/**
 * What is done with one row, as parts that wait for each other: each stage, but what joins its lanes goes with the work on
 * the one result, if that is what comes next.
 */
const partsOfRow = (e: Emitter, at: Scope, stages: readonly Loop[]): string[][] => {
  const parts: string[][] = [];
  let joins: string[] = [];
  for (const { vector, body } of stages) {
    // What a stage reads is read anew, since the one before it may have written there.
    const inside = openScope(at);
    e.emit(e, inside, body);
    const { lines, joinedFrom = lines.length } = inside;
    if (vector === true) parts.push([...joins, ...lines]);
    else {
      parts.at(-1)?.push(...joins);
      parts.push(lines.slice(0, joinedFrom));
    }
    joins = lines.slice(joinedFrom);
  }
  parts.at(-1)!.push(...joins);
  return parts;
};

/**
 * Rows are done some at a time. Their parts wait for what joins lanes, for longer than a processor looks ahead, so that
 * each part is written beside those before it of the rows that follow: what is there to be done never waits.
 */
export const emitInRegisters = (e: Emitter, at: Scope, stages: readonly Loop[]): void => {
  const { index, extent } = stages[0]!;
  const changes = new Set<Cause>(stages.flatMap((stage) => [...e.facts.changes(stage)]));
  const together = rowsTogether(e, stages);
  const body = (scope: Scope): void => {
    const first = indexText(scope, index);
    const rows = Array.from({ length: together }, (_, row) => {
      const indices = new Map([[index, row === 0 ? first : `(${first} + ${String(row)})`]]);
      // What is the same in all rows goes ahead of their loop: nothing stays ahead of one row.
      const ahead = openScope(scope);
      return partsOfRow(e, openScope(ahead, { indices, changes, ahead }), stages);
    });
    const count = rows[0]!.length;
    for (let step = 0; step < together + count - 1; step++)
      for (let part = 0; part < count; part++) scope.lines.push(...(rows[step - part]?.[part] ?? []));
  };
  const before = e.isUnrolled;
  e.isUnrolled = true;
  emitStretches(e, at, [{ index }], changes, [{ trips: extent / together, step: together, body }]);
  e.isUnrolled = before;
};
