/** The rows of the op table: every primitive with every sample of its record, in every dtype that it takes. */
import type { DType, Tensor } from "downhill";
// Importing the primitives, choices, loops, custom derivatives and what linear algebra is made of declares their records.
import "../../../src/primitives/index.ts";
import "../../../src/functions/linear-algebra.ts";
import "../../../src/transforms/checkpoint.ts";
import "../../../src/transforms/cond.ts";
import "../../../src/transforms/custom-jvp.ts";
import "../../../src/transforms/custom-vjp.ts";
import "../../../src/transforms/scan.ts";
import "../../../src/transforms/while-loop.ts";
import {
  type Primitive,
  primitives,
  type Sample,
  type SampleOperand,
} from "../../../src/program/primitive.ts";
import { bind } from "../../../src/program/trace.ts";
import { wrap } from "../../../src/tensor/create.ts";
import { allocate, isFloating } from "../../../src/tensor/dtype.ts";
import { sizeOf } from "../../../src/tensor/shape.ts";

export interface Row {
  /** `add #1 float32`. */
  readonly id: string;
  readonly primitive: Primitive;
  readonly sample: Sample;
  readonly dtype: DType;
}

export const rows: readonly Row[] = primitives().flatMap((primitive) =>
  primitive.samples.flatMap((sample, i) =>
    primitive.dtypes.map((dtype) => ({
      id: `${primitive.name} #${i} ${dtype}`,
      primitive,
      sample,
      dtype,
    })),
  ),
);

/** Uniform numbers in [0, 1), the same in every run: mulberry32 seeded by a text (FNV-1a). */
export const randomFrom = (seed: string): (() => number) => {
  let state = 0x811c9dc5;
  for (const character of seed) state = Math.imul(state ^ character.charCodeAt(0), 0x01000193);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
};

/** A tensor inside the operand's domain: real numbers, whole ones, or truth values. */
export const drawOperand = (
  { low, high, shape, diagonal = [] }: SampleOperand,
  dtype: DType,
  random: () => number,
  leading: readonly number[] = [],
): Tensor => {
  const full = [...leading, ...shape];
  const values = allocate(dtype, sizeOf(full));
  for (let i = 0; i < values.length; i++) {
    const u = random();
    values[i] =
      dtype === "bool"
        ? Number(u < 0.5)
        : dtype === "int32"
          ? Math.ceil(low) + Math.floor(u * (Math.floor(high) - Math.ceil(low) + 1))
          : low + u * (high - low);
  }
  const side = diagonal.length;
  if (side > 0)
    for (let i = 0; i < values.length / side; i++) values[i * side + (i % side)]! += diagonal[i % side]!;
  return wrap(values, full, dtype);
};

export const dtypeOfOperand = ({ dtype }: Row, operand: SampleOperand): DType => operand.dtype ?? dtype;

/** Operands for a row; the same ones for the same `purpose`. */
export const drawOperands = (row: Row, purpose: string): Tensor[] => {
  const random = randomFrom(`${row.id} ${purpose}`);
  return row.sample.operands.map((operand) => drawOperand(operand, dtypeOfOperand(row, operand), random));
};

/** The primitive as a function of its operands. */
export const apply =
  ({ primitive, sample }: Row) =>
  (...operands: Tensor[]): Tensor[] =>
    bind(primitive, operands, sample.params);

/** The row's results as the record itself evaluates them, whatever the target. */
export const evaluate = (row: Row, operands: readonly Tensor[]): Tensor[] => {
  const { primitive, sample } = row;
  const concrete = operands.map((operand) => operand.concrete("evaluate"));
  return primitive.evaluate(concrete, sample.params, primitive.types(concrete, sample.params));
};

/** Which operands have a tangent. */
export const floatingOperands = (row: Row): readonly boolean[] =>
  row.sample.operands.map((operand) => isFloating(dtypeOfOperand(row, operand)));

/** Whether the row has anything to differentiate: floats in and floats out. */
export const isDifferentiable = (row: Row): boolean => {
  const operands = drawOperands(row, "types");
  const outputs = row.primitive.types(operands, row.sample.params);
  return floatingOperands(row).includes(true) && outputs.every(({ dtype }) => isFloating(dtype));
};
