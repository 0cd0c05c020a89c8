/**
 * How far roundings alone may carry a result: every value of the program is moved by about a rounding, up or down at
 * random, and the results are compared with those of the program as it is (Monte Carlo arithmetic: Parker 1997).
 */
import { isFloating } from "../../../src/tensor/dtype.ts";
import { ConcreteTensor } from "../../../src/tensor/tensor.ts";
import type { Primitive } from "../../../src/program/primitive.ts";
import type { Program, Variable } from "../../../src/program/program.ts";
import { readerOf } from "../../../src/program/trace.ts";
import { randomFrom } from "../../primitives/op-table/rows.ts";

const moved = (
  { values, shape, dtype }: ConcreteTensor,
  epsilon: number,
  random: () => number,
): ConcreteTensor => {
  const copy = values.slice();
  for (let i = 0; i < copy.length; i++) copy[i]! *= 1 + epsilon * (2 * random() - 1);
  return new ConcreteTensor(copy, shape, dtype);
};

/** Elementwise operations whose result is one of their operands, or exact. */
const exact = new Set([
  "select",
  "maximum",
  "minimum",
  "abs",
  "neg",
  "sign",
  "floor",
  "ceil",
  "round",
  "stopGradient",
]);

/** Whether results are rounded; those of other operations are elements of the operands, to the bit. */
const isRounded = ({ name, lowering }: Primitive): boolean => {
  switch (lowering.form) {
    case "view":
    case "reshape":
    case "insert":
    case "generate":
      return false;
    case "reduce":
      return lowering.combine === "add" || lowering.combine === "mul";
    case "elementwise":
      return !exact.has(name);
    default:
      return true;
  }
};

/** Runs a program with each value passed through `change` as soon as it is there. */
const changed = (
  { inputs, equations, outputs }: Program,
  given: readonly ConcreteTensor[],
  change: (value: ConcreteTensor, maker?: Primitive) => ConcreteTensor,
): ConcreteTensor[] => {
  const values = new Map<Variable, ConcreteTensor>();
  inputs.forEach((input, i) => values.set(input, change(given[i]!)));
  const read = readerOf(values);
  for (const { primitive, inputs: operands, params, outputs: results } of equations)
    primitive
      .evaluate(operands.map(read) as ConcreteTensor[], params, results)
      .forEach((value, i) => values.set(results[i]!, change(value, primitive)));
  return outputs.map(read) as ConcreteTensor[];
};

const perturbed = (
  program: Program,
  given: readonly ConcreteTensor[],
  epsilon: number,
  random: () => number,
): ConcreteTensor[] =>
  changed(program, given, (value, maker) =>
    isFloating(value.dtype) && (maker === undefined || isRounded(maker))
      ? moved(value, epsilon, random)
      : value,
  );

/** The largest magnitude among all values of a program. */
export const largestValue = (program: Program, given: readonly ConcreteTensor[]): number => {
  let largest = 0;
  changed(program, given, (value) => {
    for (const element of value.values) largest = Math.max(largest, Math.abs(element));
    return value;
  });
  return largest;
};

/** A jump shows if roundings carry a value over it, which one run in two does. */
const jumps = new Set([
  "argmax",
  "argmin",
  "max",
  "min",
  "eq",
  "ne",
  "lt",
  "le",
  "gt",
  "ge",
  "floor",
  "sign",
]);

const runsOf = ({ equations }: Program): number =>
  equations.some(({ primitive }) => jumps.has(primitive.name)) ? 16 : 3;

/** The largest change of each result over a few perturbed runs. */
export const changesByRounding = (
  program: Program,
  given: readonly ConcreteTensor[],
  results: readonly ConcreteTensor[],
  epsilon: number,
): number[] => {
  const random = randomFrom("roundings");
  const largest = results.map(() => 0);
  for (let run = 0; run < runsOf(program); run++)
    perturbed(program, given, epsilon, random).forEach((result, k) => {
      for (let i = 0; i < result.values.length; i++)
        largest[k] = Math.max(largest[k]!, Math.abs(result.values[i]! - results[k]!.values[i]!));
    });
  return largest;
};
