/** Statements of loop code: stores, accumulators and loops. */
import type { Accumulator, Combine, Scalar, ScalarType, Statement } from "../../program/loop.ts";
import { bytesPerElement } from "../../tensor/dtype.ts";
import { emitContract } from "./contract.ts";
import type { Code, Local } from "./code.ts";
import { emitStretches } from "./loops.ts";
import { pushOperation } from "./operators.ts";
import { type Emitter, pushAddress, type Scope } from "./scope.ts";
import { storeOf, valueTypeOf } from "./types.ts";
import { pushValue } from "./values.ts";

type StatementOf<Kind extends Statement["kind"]> = Extract<Statement, { kind: Kind }>;

const emitStore = (e: Emitter, at: Scope, { buffer, at: index, value }: StatementOf<"store">): void => {
  const { dynamic } = index;
  const offset = pushAddress(e, at, buffer, index, bytesPerElement(buffer.dtype), 0, () => {
    if (dynamic) pushValue(e, at, dynamic);
  });
  pushValue(e, at, value);
  at.code.memory(storeOf[buffer.dtype], offset);
};

const localOf = (e: Emitter, accumulator: Accumulator): Local => {
  const storage = e.accumulators.get(accumulator);
  if (storage?.kind !== "value")
    throw new Error(`internal: accumulator ${accumulator.name} is not kept as a single value here`);
  return storage.local;
};

/** accumulator ← combine(accumulator, what `push` leaves on the stack) */
const emitCombine = (
  e: Emitter,
  code: Code,
  type: ScalarType,
  combine: Combine,
  local: Local,
  push: () => void,
): void => {
  pushOperation(
    { operator: combine, type, argTypes: [type, type] },
    {
      fn: e.fn,
      code,
      push: (i) => {
        if (i === 0) code.get(local);
        else push();
      },
    },
  );
  code.set(local);
};

const declare = (e: Emitter, at: Scope, accumulator: Accumulator, initial: Scalar): void => {
  const local = e.fn.local(valueTypeOf[accumulator.type]);
  pushValue(e, at, initial);
  at.code.set(local);
  e.accumulators.set(accumulator, { kind: "value", local });
};

const emitLoop = (e: Emitter, at: Scope, statement: StatementOf<"loop">): void => {
  if (statement.extent === 0) return;
  emitStretches(e, at, [{ index: statement.index }], e.facts.changes(statement), [
    {
      trips: statement.extent,
      step: 1,
      body: (scope) => {
        emitStatements(e, scope, statement.body);
      },
    },
  ]);
};

const emitStatement = (e: Emitter, at: Scope, statement: Statement): void => {
  switch (statement.kind) {
    case "store":
      emitStore(e, at, statement);
      return;
    case "declare":
      declare(e, at, statement.accumulator, statement.initial);
      return;
    case "assign":
      pushValue(e, at, statement.value);
      at.code.set(localOf(e, statement.accumulator));
      return;
    case "accumulate":
      emitCombine(
        e,
        at.code,
        statement.accumulator.type,
        statement.combine,
        localOf(e, statement.accumulator),
        () => {
          pushValue(e, at, statement.value);
        },
      );
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
