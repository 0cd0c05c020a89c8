/** Whether and how a loop runs in lanes. */
import type { Accumulator, Combine, Scalar, ScalarType, Statement } from "../../program/loop.ts";
import { operandsOf } from "../../program/scalar.ts";
import { type Loop, scalarsOf, walk } from "../../program/walk.ts";
import { type Cause, disjoint, type Facts } from "./facts.ts";

/** Values of 64 bits, of which a vector holds half as many as of the others. */
export const isWide = (type: ScalarType): boolean => type === "f64" || type === "i64";

export interface VectorPlan<Width extends number = number> {
  /** Lanes of a vector. */
  readonly width: Width;
  /** Vectors worked on side by side. */
  readonly copies: number;
  readonly varies: (node: Scalar) => boolean;
  /** Accumulators declared outside the loop, of which the lanes gather parts. */
  readonly partials: ReadonlyMap<Accumulator, Combine>;
}

/** Accumulators that outlive the loop and how it adds to them; undefined if it does more with them than that. */
const outerAccumulators = (
  statements: readonly Statement[],
  facts: Facts,
): ReadonlyMap<Accumulator, Combine> | undefined => {
  const declared = new Set<Accumulator>();
  const outer = new Map<Accumulator, Combine>();
  for (const statement of statements) if (statement.kind === "declare") declared.add(statement.accumulator);
  for (const statement of statements) {
    if (statement.kind !== "assign" && statement.kind !== "accumulate") continue;
    const { accumulator } = statement;
    if (declared.has(accumulator)) continue;
    if (statement.kind === "assign") return undefined;
    const before = outer.get(accumulator);
    if (before !== undefined && before !== statement.combine) return undefined;
    outer.set(accumulator, statement.combine);
  }
  const changed = new Set<Cause>(outer.keys());
  const reads = statements.some((statement) =>
    scalarsOf(statement).some((node) => !disjoint(facts.dependencies(node), changed)),
  );
  return reads ? undefined : outer;
};

/** Work done on lanes, counted in values, and whether some of it is wide. */
const measure = (
  statements: readonly Statement[],
  varies: (node: Scalar) => boolean,
): { readonly cost: number; readonly wide: boolean } => {
  const seen = new Set<Scalar>();
  let cost = 0;
  let wide = false;
  const enter = (node: Scalar): void => {
    if (seen.has(node)) return;
    seen.add(node);
    if (!varies(node)) return;
    // routines and tables are long
    cost += node.kind === "rare" || node.kind === "table" ? 10 : 1;
    wide ||= isWide(node.type);
    for (const operand of operandsOf(node)) {
      wide ||= isWide(operand.type);
      enter(operand);
    }
  };
  for (const statement of statements) {
    for (const node of scalarsOf(statement)) {
      wide ||= isWide(node.type);
      enter(node);
    }
    if (statement.kind === "store") cost++;
  }
  return { cost, wide };
};

/** Vectors worked on side by side: enough to keep the machine busy while one waits, few enough to stay in registers. */
const chooseCopies = (cost: number, vectors: number, accumulators: number, nested: boolean): number => {
  const most = accumulators > 0 || nested ? 4 : 2;
  const copies = cost <= 6 ? most : cost <= 12 ? 2 : 1;
  const room = Math.max(1, Math.floor(8 / Math.max(1, accumulators)));
  return Math.max(1, Math.min(copies, room, vectors));
};

/**
 * How to run the loop in lanes, or undefined if it cannot be.
 * @param widthOf the lanes of a vector, by whether there are wide values in it
 */
export const planVectors = <Width extends number>(
  loop: Loop,
  facts: Facts,
  widthOf: (wide: boolean) => Width,
): VectorPlan<Width> | undefined => {
  const statements = walk(loop.body);
  if (statements.some(({ kind }) => kind === "contract")) return undefined;
  const partials = outerAccumulators(statements, facts);
  if (partials === undefined) return undefined;

  const perLane = new Set<Cause>([loop.index]);
  for (const statement of statements) if (statement.kind === "declare") perLane.add(statement.accumulator);
  const varies = (node: Scalar): boolean => !disjoint(facts.dependencies(node), perLane);
  const apart = statements.every(
    (statement) =>
      statement.kind !== "store" ||
      statement.at.terms.some(({ loop: index, stride }) => index === loop.index && stride !== 0) ||
      (statement.at.dynamic !== undefined && varies(statement.at.dynamic)),
  );
  if (!apart) return undefined;

  const { cost, wide } = measure(statements, varies);
  const width = widthOf(wide);
  const nested = statements.some(({ kind }) => kind === "loop");
  const accumulators = perLane.size - 1 + partials.size;
  const copies = chooseCopies(cost, Math.floor(loop.extent / width), accumulators, nested);
  return { width, copies, varies, partials };
};
