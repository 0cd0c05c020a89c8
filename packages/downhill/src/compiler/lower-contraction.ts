/** Contractions with their epilogues. */
import type { Index, LoopIndex, Scalar, Statement } from "../program/loop.ts";
import type { Atom } from "../program/program.ts";
import * as s from "../program/scalar.ts";
import { dotAxes, freeAxes } from "../primitives/dot.ts";
import { contractionAxes, type FusedProgram, type Group } from "./groups.ts";
import { KernelBuilder } from "./kernel-builder.ts";
import { Registers } from "./registers.ts";
import { reusableStorages } from "./reuse.ts";
import type { LoweredKernel } from "./schedule.ts";
import { mergedLength, mergedStride, type StorageView } from "./views.ts";

export const lowerContraction = (fused: FusedProgram, group: Group): LoweredKernel | undefined => {
  const builder = new KernelBuilder(fused);
  const root = group.root!;
  const { leftContract, rightContract, leftBatch, rightBatch } = dotAxes(root.params);
  const [left, right] = root.inputs.map((input) => {
    const view = builder.viewOf(input);
    if (view.kind === "splat") throw new Error("internal: a splat operand was not copied");
    return view;
  });
  const output = root.outputs[0]!;
  const equations = [root, ...group.body];
  const registers = new Registers(builder, equations);
  if (!equations.some(({ outputs }) => builder.storedView(outputs[0]!) !== undefined)) return undefined;

  const result = contractionAxes(root);
  const batch = result.batch.map((axis): LoopIndex => ({ name: `b${String(axis)}` }));
  const row: LoopIndex = { name: "row" };
  const column: LoopIndex = { name: "column" };
  const inner: LoopIndex = { name: "inner" };

  /** Address of an operand by batch loops and two groups of its axes, each stepped through as one. */
  const operandAt = (
    view: StorageView,
    batchAxes: readonly number[],
    runs: readonly (readonly [LoopIndex, readonly number[]])[],
  ): Index => ({
    offset: view.offset,
    terms: [
      ...batch.map((loop, i) => ({ loop, stride: view.strides[batchAxes[i]!]! })),
      ...runs.map(([loop, axes]) => ({ loop, stride: mergedStride(view.shape, view.strides, axes) })),
    ].filter(({ stride }) => stride !== 0),
  });
  const leftFree = freeAxes(left!.shape.length, leftContract, leftBatch);
  const rightFree = freeAxes(right!.shape.length, rightContract, rightBatch);

  /** Address in something of the result's shape (or of a scalar). */
  const resultAt = (view: StorageView): Index =>
    view.shape.length === 0
      ? { offset: view.offset, terms: [] }
      : operandAt(view, result.batch, [
          [row, result.rows],
          [column, result.columns],
        ]);

  const sum = { name: "sum", type: s.scalarOf(output.dtype) };
  registers.set(output, { kind: "accumulator", type: sum.type, accumulator: sum });
  const operand = (atom: Atom): Scalar => registers.read(atom, resultAt);
  for (const { primitive, inputs, params, outputs } of group.body) {
    if (primitive.lowering.form !== "elementwise")
      throw new Error(`internal: ${primitive.name} in the epilogue of a contraction`);
    registers.set(outputs[0]!, primitive.lowering.scalar(inputs.map(operand), params, outputs[0]!));
  }
  const stores = equations.flatMap(({ outputs }): Statement[] => {
    const view = builder.storedView(outputs[0]!);
    if (view === undefined) return [];
    const buffer = builder.buffer(view.storage, "write");
    return [{ kind: "store", buffer, at: resultAt(view), value: registers.get(outputs[0]!) }];
  });
  const contract: Statement = {
    kind: "contract",
    row,
    rows: mergedLength(output.shape, result.rows),
    column,
    columns: mergedLength(output.shape, result.columns),
    inner,
    depth: mergedLength(left!.shape, leftContract),
    left: {
      buffer: builder.buffer(left!.storage, "read"),
      at: operandAt(left!, leftBatch, [
        [row, leftFree],
        [inner, leftContract],
      ]),
    },
    right: {
      buffer: builder.buffer(right!.storage, "read"),
      at: operandAt(right!, rightBatch, [
        [inner, rightContract],
        [column, rightFree],
      ]),
    },
    sum,
    body: stores,
  };
  const body =
    batch.length === 0
      ? contract
      : s.nest(
          batch.map((loop, i) => [loop, output.shape[result.batch[i]!]!] as const),
          [contract],
        );
  const loads = group.body.flatMap(({ inputs }) => inputs.filter((input) => !registers.computes(input)));
  // The factors are read again and again: nothing may be written over them.
  const reusable = reusableStorages(builder, output.shape, loads, stores).filter(
    ([, taken]) => taken !== left!.storage && taken !== right!.storage,
  );
  return {
    ...builder.finish(equations.map(({ primitive }) => primitive.name).join("·"), [body], reusable),
    isDivisible: true,
  };
};
