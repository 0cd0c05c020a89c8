/** Going through loop code. */
import type { BufferUse, Index, Scalar, Statement } from "./loop.ts";
import { operandsOf } from "./scalar.ts";

export type Loop = Extract<Statement, { kind: "loop" }>;

const dynamicOf = (at: Index): readonly Scalar[] => (at.dynamic ? [at.dynamic] : []);

/** The values that a statement itself names, those of its body not included. */
export const scalarsOf = (statement: Statement): readonly Scalar[] => {
  switch (statement.kind) {
    case "store":
      return [statement.value, ...dynamicOf(statement.at)];
    case "declare":
      return [statement.initial];
    case "accumulate":
    case "assign":
      return [statement.value];
    case "contract":
      return [...dynamicOf(statement.left.at), ...dynamicOf(statement.right.at)];
    case "loop":
      return [];
  }
};

export const bodyOf = (statement: Statement): readonly Statement[] =>
  statement.kind === "loop" || statement.kind === "contract" ? statement.body : [];

/** Every statement of a list, outer ones first. */
export const walk = (statements: readonly Statement[]): Statement[] => {
  const found: Statement[] = [];
  const enter = (statement: Statement): void => {
    found.push(statement);
    bodyOf(statement).forEach(enter);
  };
  statements.forEach(enter);
  return found;
};

/** Calls `visit` once for every value that the statements reach, with what it is computed from. */
export const visitScalars = (
  statements: readonly Statement[],
  visit: (node: Scalar, operands: readonly Scalar[]) => void,
): void => {
  const seen = new Set<Scalar>();
  const enter = (node: Scalar): void => {
    if (seen.has(node)) return;
    seen.add(node);
    const operands = operandsOf(node);
    visit(node, operands);
    operands.forEach(enter);
  };
  for (const statement of walk(statements)) scalarsOf(statement).forEach(enter);
};

/** The buffers that are the kernel's own. What is not written is not read either. */
export const ownBuffers = (statements: readonly Statement[]): BufferUse[] => [
  ...new Set(
    walk(statements).flatMap((statement) =>
      statement.kind === "store" && statement.buffer.own !== undefined ? [statement.buffer] : [],
    ),
  ),
];
