/** What operations of random programs choose from, and how they come by operands that suit them. */
import * as d from "downhill";
import type { Tensor } from "downhill";
import type { SampleOperand } from "../../../../src/program/primitive.ts";
import { allAxes, broadcastShapes, sizeOf } from "../../../../src/tensor/shape.ts";

export interface Choices {
  /** One of 0 … count − 1. */
  below(count: number): number;
  /** One of the items. */
  of<T>(items: readonly T[]): T;
  /** One of the values so far, the latest first. */
  value(): Tensor;
  /** One of the values so far that passes, if any does. */
  valueWhere(passes: (value: Tensor) => boolean): Tensor | undefined;
  /** Values with more elements than this are left out. */
  readonly most: number;
  /** Where the indices are that the program is given (int32, [3], 0 … 5). */
  readonly indices: Tensor;
}

export type Operation = (choices: Choices) => Tensor | undefined;

/** The smooth map of all numbers into a part of [low, high] at most 1 wide; its slope is at most ½. */
export const into = (x: Tensor, { low, high }: SampleOperand, where: number): Tensor => {
  const width = Math.min(1, high - low);
  const start = low + (where / 7) * (high - low - width);
  return x
    .sin()
    .add(1)
    .mul(width / 2)
    .add(start);
};

/** A second operand for `a`: of a shape that broadcasts with it, or the mean of another value. */
export const partner = (choices: Choices, a: Tensor): Tensor => {
  const b = choices.value();
  try {
    return sizeOf(broadcastShapes("partner", [a.shape, b.shape])) <= choices.most ? b : b.mean();
  } catch {
    return b.mean();
  }
};

/** Operands at one shape; scalars stay scalars. */
export const alike = (operands: readonly Tensor[]): Tensor[] => {
  const shape = broadcastShapes(
    "alike",
    operands.map((operand) => operand.shape),
  );
  return operands.map((operand) => (operand.rank === 0 ? operand : d.broadcastTo(operand, shape)));
};

export const unit: SampleOperand = { shape: [], low: 0, high: 1 };

export const nonEmpty = (choices: Choices): Tensor | undefined => choices.valueWhere((x) => x.size > 0);
export const withAxes = (choices: Choices): Tensor | undefined =>
  choices.valueWhere((x) => x.rank > 0 && x.size > 0);

/** Some of the axes. */
export const someAxes = (choices: Choices, x: Tensor): number[] => {
  const mask = choices.below(2 ** x.rank);
  return allAxes(x.rank).filter((axis) => ((mask >> axis) & 1) === 0);
};

export const axisOf = (choices: Choices, x: Tensor): number => choices.below(x.rank);
