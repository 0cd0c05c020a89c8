/** vmap of every primitive against a loop, for every choice of batched operands, and nested. */
import { grad, type Tensor, vmap } from "downhill";
import { describe, test } from "vitest";
import { wrap } from "../../src/tensor/create.ts";
import { allocate } from "../../src/tensor/dtype.ts";
import { sizeOf } from "../../src/tensor/shape.ts";
import { expectClose, roundings } from "./op-table/compare.ts";
import {
  apply,
  drawOperand,
  dtypeOfOperand,
  evaluate,
  floatingOperands,
  isDifferentiable,
  randomFrom,
  type Row,
  rows,
} from "./op-table/rows.ts";

type Flags = readonly boolean[];

/** Every choice of at least one among `count` operands. */
const choices = (count: number): Flags[] =>
  Array.from({ length: 2 ** count - 1 }, (_, i) =>
    Array.from({ length: count }, (_, k) => (((i + 1) >> k) & 1) === 1),
  );

const outerSize = 2;
const innerSize = 3;

/** Operands with leading axes for each level at which they are batched. */
const drawBatched = (row: Row, outer: Flags | undefined, inner: Flags): Tensor[] => {
  const random = randomFrom(`${row.id} batch`);
  return row.sample.operands.map((operand, i) =>
    drawOperand(operand, dtypeOfOperand(row, operand), random, [
      ...(outer?.[i] ? [outerSize] : []),
      ...(inner[i] ? [innerSize] : []),
    ]),
  );
};

/** Element `index` of the leading axis, by hand. */
const element = (tensor: Tensor, index: number): Tensor => {
  const shape = tensor.shape.slice(1);
  const size = sizeOf(shape);
  return wrap(tensor.data.slice(index * size, (index + 1) * size), shape, tensor.dtype);
};

const stacked = (tensors: readonly Tensor[]): Tensor => {
  const [first] = tensors;
  const values = allocate(first!.dtype, tensors.length * first!.size);
  tensors.forEach((tensor, i) => values.set(tensor.data, i * first!.size));
  return wrap(values, [tensors.length, ...first!.shape], first!.dtype);
};

type Operation = (...operands: Tensor[]) => Tensor[];

/** The loop that `vmap` stands for. */
const looped =
  (f: Operation, flags: Flags, size: number): Operation =>
  (...operands) => {
    const results = Array.from({ length: size }, (_, k) =>
      f(...operands.map((operand, i) => (flags[i] ? element(operand, k) : operand))),
    );
    return results[0]!.map((_, output) => stacked(results.map((result) => result[output]!)));
  };

const axesOf = (flags: Flags): (0 | null)[] => flags.map((flag) => (flag ? 0 : null));

const mapped = (f: Operation, flags: Flags): Operation => vmap(f, { inAxes: axesOf(flags) });

const expectSame = (actual: readonly Tensor[], expected: readonly Tensor[], what: string): void =>
  expected.forEach((tensor, i) => expectClose(actual[i]!, tensor, roundings(tensor), `${what}, result ${i}`));

const describeFlags = (flags: Flags): string => flags.map((flag) => (flag ? "batched" : "whole")).join(", ");

const withOperands = rows.filter(({ sample }) => sample.operands.length > 0);

describe("vmap against a loop", () => {
  test.each(withOperands)("$id", (row) => {
    const plain: Operation = (...operands) => evaluate(row, operands);
    for (const flags of choices(row.sample.operands.length)) {
      const operands = drawBatched(row, undefined, flags);
      const expected = looped(plain, flags, innerSize)(...operands);
      expectSame(mapped(apply(row), flags)(...operands), expected, describeFlags(flags));
    }
  });
});

describe("nested vmap against nested loops", () => {
  test.each(withOperands)("$id", (row) => {
    const plain: Operation = (...operands) => evaluate(row, operands);
    const all = choices(row.sample.operands.length);
    for (const inner of all)
      for (const outer of all) {
        const operands = drawBatched(row, outer, inner);
        const expected = looped(looped(plain, inner, innerSize), outer, outerSize)(...operands);
        const actual = mapped(mapped(apply(row), inner), outer)(...operands);
        expectSame(actual, expected, `${describeFlags(inner)} inside ${describeFlags(outer)}`);
      }
  });
});

describe("vmap of gradients against a loop of gradients", () => {
  test.each(rows.filter((row) => row.dtype === "float64" && isDifferentiable(row)))("$id", (row) => {
    const isFloat = floatingOperands(row);
    const argnums = isFloat.flatMap((flag, i) => (flag ? [i] : []));
    const loss = (...operands: Tensor[]): Tensor =>
      apply(row)(...operands)
        .map((result) => result.square().sum().astype("float64"))
        .reduce((sum, term) => sum.add(term));
    const gradient: Operation = (...operands) => grad(loss, { argnums })(...operands);
    for (const flags of choices(isFloat.length)) {
      const operands = drawBatched(row, undefined, flags);
      const expected = looped(gradient, flags, innerSize)(...operands);
      expectSame(mapped(gradient, flags)(...operands), expected, describeFlags(flags));
    }
  });
});
