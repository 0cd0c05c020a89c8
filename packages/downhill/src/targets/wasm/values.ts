/** Values alone (not in lanes): code that leaves a scalar of loop code on the stack. */
import type { Scalar } from "../../program/loop.ts";
import { isFloat } from "../../program/scalar.ts";
import { bytesPerElement } from "../../tensor/dtype.ts";
import { findHolder, homeOf } from "../shared/scopes.ts";
import type { Code } from "./code.ts";
import { pushOperation } from "./operators.ts";
import { type Emitter, pushAddress, pushIndex, type Scope } from "./scope.ts";
import { loadOf, tableBytes, valueTypeOf } from "./types.ts";
import type { OpcodeName } from "./opcodes.ts";

export const pushConstant = (code: Code, node: Extract<Scalar, { kind: "constant" }>): void => {
  if (isFloat(node.type)) code.constant(node.type, Number(node.value));
  else if (node.type === "i64") code.i64(BigInt(node.value));
  else code.i32(node.type === "bool" ? Number(Number(node.value) !== 0) : Number(node.value));
};

/** With the index on the stack, leaves the entry of a table. */
export const pushTableEntry = (e: Emitter, code: Code, node: Extract<Scalar, { kind: "table" }>): void => {
  if (node.index.type === "i64") code.op("i32.wrap_i64");
  code.i32(Math.log2(tableBytes[node.type])).op("i32.shl").arena().op("i32.add");
  code.memory(`${valueTypeOf[node.type]}.load` as OpcodeName, e.context.table(node.values, node.type));
};

const compute = (e: Emitter, at: Scope, node: Scalar): void => {
  const { code } = at;
  switch (node.kind) {
    case "load": {
      const { dynamic } = node.at;
      const bytes = bytesPerElement(node.buffer.dtype);
      const offset = pushAddress(e, at, node.buffer, node.at, bytes, 0, () => {
        if (dynamic) pushValue(e, at, dynamic);
      });
      code.memory(loadOf[node.buffer.dtype], offset);
      return;
    }
    case "operation": {
      const { args } = node;
      const operation = { operator: node.operator, type: node.type, argTypes: args.map((arg) => arg.type) };
      pushOperation(operation, {
        fn: e.fn,
        code,
        push: (i) => {
          pushValue(e, at, args[i] as Scalar);
        },
      });
      return;
    }
    case "table":
      pushValue(e, at, node.index);
      pushTableEntry(e, code, node);
      return;
    case "rare": {
      const type = valueTypeOf[node.type];
      e.fn.borrow(type, (common) => {
        const args = node.args.map(() => 0);
        pushValue(e, at, node.common);
        code.set(common);
        node.args.forEach((arg, i) => {
          args[i] = e.fn.local(valueTypeOf[arg.type]);
          pushValue(e, at, arg);
          code.set(args[i]);
        });
        pushValue(e, at, node.condition);
        code.open("if", type);
        for (const local of args) code.get(local);
        code.call(e.context.routine(node.routine)).op("else").get(common).op("end");
      });
      return;
    }
    case "constant":
    case "index":
    case "accumulator":
    case "parameter":
      throw new Error(`internal: ${node.kind} is not computed`);
  }
};

/** Leaves the value of `node` on the stack of `at.code`, computing it if that has not been done. */
export const pushValue = (e: Emitter, at: Scope, node: Scalar): void => {
  switch (node.kind) {
    case "constant":
      pushConstant(at.code, node);
      return;
    case "index":
      pushIndex(at, node.loop);
      return;
    case "parameter":
      at.code.get(node.position);
      return;
    case "accumulator": {
      const storage = e.accumulators.get(node.accumulator);
      if (storage?.kind === "memory") pushValue(e, at, storage.load);
      else if (storage?.kind === "value") at.code.get(storage.local);
      else throw new Error(`internal: accumulator ${node.accumulator.name} is read where it has no value`);
      return;
    }
    case "load":
    case "operation":
    case "table":
    case "rare":
      pushShared(e, at, node);
  }
};

const valuesOf = ({ values }: Scope): Scope["values"] => values;

/** A value that takes computing is computed once. */
const pushShared = (e: Emitter, at: Scope, node: Scalar): void => {
  const known = findHolder(at, node, valuesOf);
  if (known !== undefined) {
    at.code.get(known);
    return;
  }
  const home = homeOf(at, e.facts.dependencies(node));
  compute(e, home, node);
  if (home === at && e.facts.uses(node) <= 1) return;
  const local = e.fn.local(valueTypeOf[node.type]);
  home.values.set(node, local);
  if (home === at) at.code.tee(local);
  else {
    home.code.set(local);
    at.code.get(local);
  }
};
