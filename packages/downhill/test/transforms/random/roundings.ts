/**
 * How far roundings alone may carry a result: every value of the program is moved by about a rounding, up or down at
 * random, and the results are compared with those of the program as it is (Monte Carlo arithmetic: Parker 1997).
 */
import { allocate, isFloating } from "../../../src/tensor/dtype.ts";
import { sizeOf } from "../../../src/tensor/shape.ts";
import { ConcreteTensor, type TensorType } from "../../../src/tensor/tensor.ts";
import type { Primitive, Repetition } from "../../../src/program/primitive.ts";
import { type Equation, type Program, programsIn, type Variable } from "../../../src/program/program.ts";
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

type Change = (value: ConcreteTensor, maker?: Primitive) => ConcreteTensor;

/** A loop step by step, by the plain meaning of `Repetition`. */
const repeated = (
  { body, length, constants, carries, reverse, isConditional = false }: Repetition,
  operands: readonly ConcreteTensor[],
  outputs: readonly TensorType[],
  change: Change,
): ConcreteTensor[] => {
  const sequences = operands.slice(constants + carries);
  const collected = outputs.slice(carries).map(({ shape, dtype }) => allocate(dtype, sizeOf(shape)));
  let state = operands.slice(constants, constants + carries);
  for (let step = 0; step < length && !(isConditional && state[0]!.values[0] === 0); step++) {
    const position = reverse ? length - 1 - step : step;
    const elements = sequences.map(({ values, shape, dtype }) => {
      const size = sizeOf(shape.slice(1));
      return new ConcreteTensor(
        values.subarray(position * size, (position + 1) * size),
        shape.slice(1),
        dtype,
      );
    });
    const results = changed(body, [...operands.slice(0, constants), ...state, ...elements], change);
    state = results.slice(0, carries);
    results.slice(carries).forEach((result, i) => collected[i]!.set(result.values, position * result.size));
  }
  return [
    ...state,
    ...collected.map(
      (values, i) => new ConcreteTensor(values, outputs[carries + i]!.shape, outputs[carries + i]!.dtype),
    ),
  ];
};

/** The results of one equation; those that hold programs change every value inside. */
const resultsOf = (
  { primitive, params, outputs }: Equation,
  operands: readonly ConcreteTensor[],
  change: Change,
): ConcreteTensor[] => {
  const { lowering } = primitive;
  switch (lowering.form) {
    case "inline":
      return changed(lowering.program(params), operands, change);
    case "choose":
      return changed(lowering.programs(params)[operands[0]!.values[0]!]!, operands.slice(1), change);
    case "repeat":
      return repeated(lowering.repetition(params), operands, outputs, change);
    default:
      return primitive.evaluate(operands, params, outputs);
  }
};

/** Runs a program with each value passed through `change` as soon as it is there. */
const changed = (
  { inputs, equations, outputs }: Program,
  given: readonly ConcreteTensor[],
  change: Change,
): ConcreteTensor[] => {
  const values = new Map<Variable, ConcreteTensor>();
  inputs.forEach((input, i) => values.set(input, change(given[i]!)));
  const read = readerOf(values);
  for (const equation of equations)
    resultsOf(equation, equation.inputs.map(read) as ConcreteTensor[], change).forEach((value, i) =>
      values.set(equation.outputs[i]!, change(value, equation.primitive)),
    );
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

const mayJump = ({ equations }: Program): boolean =>
  equations.some(
    ({ primitive, params }) =>
      jumps.has(primitive.name) || programsIn(params).some(([, program]) => mayJump(program)),
  );

const runsOf = (program: Program): number => (mayJump(program) ? 16 : 3);

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
