/** Elements at other places, taken over one by one: what needs no arithmetic needs no module, and no copy of the rest. */
import { mergeableAxes, mergedLength, mergedStride } from "../../compiler/views.ts";
import type { IndexMap } from "../../program/primitive.ts";
import { allocate } from "../../tensor/dtype.ts";
import { sizeOf, stridesOf } from "../../tensor/shape.ts";
import { ConcreteTensor, type TensorType } from "../../tensor/tensor.ts";

/** Runs of consecutive elements at least this long are copied at once. */
const longRun = 16;

/** The output's elements, each from where the map says. */
export const copyView = (
  input: ConcreteTensor,
  { offsets, strides }: IndexMap,
  output: TensorType,
): ConcreteTensor => {
  const own = stridesOf(input.shape);
  const first = offsets.reduce((sum, offset, axis) => sum + offset * own[axis]!, 0);
  const steps = output.shape.map((_, axis) =>
    own.reduce((sum, stride, from) => sum + stride * strides[from]![axis]!, 0),
  );
  const loops = mergeableAxes(output.shape, [steps]).map((axes) => ({
    length: mergedLength(output.shape, axes),
    step: mergedStride(output.shape, steps, axes),
  }));
  const { length, step } = loops.pop() ?? { length: 1, step: 0 };
  const source = input.values;
  const values = allocate(output.dtype, sizeOf(output.shape));
  let position = 0;
  const copy = (depth: number, from: number): void => {
    const outer = loops[depth];
    if (outer !== undefined) {
      for (let i = 0; i < outer.length; i++) copy(depth + 1, from + i * outer.step);
    } else if (step === 1 && length >= longRun) {
      values.set(source.subarray(from, from + length), position);
      position += length;
    } else for (let i = 0; i < length; i++) values[position++] = source[from + i * step]!;
  };
  copy(0, first);
  return new ConcreteTensor(values, output.shape, output.dtype);
};
