/** Random functions as data: a list of operations with their choices. */
import fc from "fast-check";
import { makeProgram, type Tensor } from "downhill";
import { sizeOf } from "../../../src/tensor/shape.ts";
import type { TensorType } from "../../../src/tensor/tensor.ts";
import { draw } from "./draw.ts";
import { operations } from "./operations.ts";
import type { Choices } from "./operations/choices.ts";

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
  /** Values with more elements are left out. */
  readonly most: number;
}

const choicesFrom = (
  numbers: readonly number[],
  values: readonly Tensor[],
  indices: Tensor,
  operands: Tensor[],
  most: number,
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
    most,
    indices,
  };
};

/** The function: its results are the values that nothing else was made of. */
export const functionOf =
  ({ steps, most }: RandomFunction): Function =>
  (xs, indices) => {
    const values = [...xs];
    const used = new Set<Tensor>();
    for (const { operation, choices } of steps) {
      const operands: Tensor[] = [];
      const value = operations[operation]!(choicesFrom(choices, values, indices, operands, most));
      if (value === undefined || sizeOf(value.shape) > most) continue;
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

const randomFunctions = (
  lengths: readonly number[],
  mostOfInput: number,
  most: number,
): fc.Arbitrary<RandomFunction> =>
  fc
    .record({
      shapes: fc.array(
        fc
          .array(fc.constantFrom(...lengths), { maxLength: 3 })
          .filter((shape) => sizeOf(shape) <= mostOfInput),
        { minLength: 1, maxLength: 3 },
      ),
      steps: fc.array(
        fc.record({
          operation: fc.constantFrom(...Object.keys(operations)),
          choices: fc.array(fc.nat({ max: 1000 }), { minLength: 1, maxLength: 8 }),
        }),
        { minLength: 1, maxLength: 7 },
      ),
      seed: fc.nat({ max: 1000 }),
    })
    .map((record) => {
      const random = { ...record, most };
      return {
        ...random,
        // A counterexample shows the program.
        [fc.toStringMethod]: () => {
          const { xs, indices } = argumentsOf(random);
          return `${JSON.stringify(random)}, which is\n${String(makeProgram(functionOf(random))(xs, indices))}`;
        },
      };
    });

/** Functions of few elements, whose derivatives can be held against differences. */
export const smallFunction = randomFunctions([2, 3, 1, 4], 9, 64);

/** Functions of as many elements as it takes to fill vectors, with some left over, and to be worth dividing. */
export const wideFunction = randomFunctions([2, 17, 1, 5, 64, 130], 600, 6000);
