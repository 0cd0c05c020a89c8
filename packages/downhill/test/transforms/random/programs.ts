/** Random functions as data: a list of operations with their choices. */
import fc from "fast-check";
import { makeProgram, type Tensor } from "downhill";
import { sizeOf } from "../../../src/tensor/shape.ts";
import type { TensorType } from "../../../src/tensor/tensor.ts";
import { draw } from "./draw.ts";
import { type Choices, operations } from "./operations.ts";

/** A function of float tensors and of indices, which gives float tensors. */
export type Function = (xs: readonly Tensor[], indices: Tensor) => Tensor[];

interface Step {
  readonly operation: string;
  readonly choices: readonly number[];
}

export interface RandomFunction {
  readonly shapes: readonly (readonly number[])[];
  readonly steps: readonly Step[];
  readonly seed: number;
}

/** More than this in one value is left out. */
const mostElements = 64;

const choicesFrom = (
  numbers: readonly number[],
  values: readonly Tensor[],
  indices: Tensor,
  operands: Tensor[],
): Choices => {
  let next = 0;
  const below = (count: number): number => (numbers[next++ % numbers.length] ?? 0) % count;
  const use = (value: Tensor): Tensor => {
    operands.push(value);
    return value;
  };
  const latestFirst = [...values].reverse();
  return {
    below,
    of: (items) => items[below(items.length)]!,
    value: () => use(latestFirst[below(latestFirst.length)]!),
    valueWhere: (passes) => {
      const fitting = latestFirst.filter(passes);
      return fitting.length === 0 ? undefined : use(fitting[below(fitting.length)]!);
    },
    indices,
  };
};

/** The function: its results are the values that nothing else was made of. */
export const functionOf =
  ({ steps }: RandomFunction): Function =>
  (xs, indices) => {
    const values = [...xs];
    const used = new Set<Tensor>();
    for (const { operation, choices } of steps) {
      const operands: Tensor[] = [];
      const value = operations[operation]!(choicesFrom(choices, values, indices, operands));
      if (value === undefined || sizeOf(value.shape) > mostElements) continue;
      values.push(value);
      for (const operand of operands) used.add(operand);
      // An operation that leaves a value as it is gives it once more.
      used.delete(value);
    }
    return values.filter((value) => !used.has(value));
  };

/** Arguments of the function. */
export const argumentsOf = ({ shapes, seed }: RandomFunction): { xs: Tensor[]; indices: Tensor } => ({
  xs: shapes.map((shape, i) => draw(`x ${seed} ${i}`, { shape, dtype: "float64" }, -1, 1)),
  indices: draw(`indices ${seed}`, { shape: [3], dtype: "int32" } satisfies TensorType, 0, 6),
});

const shape = fc
  .array(fc.constantFrom(2, 3, 1, 4), { maxLength: 3 })
  .filter((lengths) => sizeOf(lengths) <= 9);

/** Random functions; a counterexample shows the program. */
export const randomFunction: fc.Arbitrary<RandomFunction> = fc
  .record({
    shapes: fc.array(shape, { minLength: 1, maxLength: 3 }),
    steps: fc.array(
      fc.record({
        operation: fc.constantFrom(...Object.keys(operations)),
        choices: fc.array(fc.nat({ max: 1000 }), { minLength: 1, maxLength: 8 }),
      }),
      { minLength: 1, maxLength: 7 },
    ),
    seed: fc.nat({ max: 1000 }),
  })
  .map((random) => ({
    ...random,
    [fc.toStringMethod]: () => {
      const { xs, indices } = argumentsOf(random);
      return `${JSON.stringify(random)}, which is\n${String(makeProgram(functionOf(random))(xs, indices))}`;
    },
  }));
