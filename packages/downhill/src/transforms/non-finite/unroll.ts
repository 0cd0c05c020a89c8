/** A program with its loops written out step by step, and of choices only what was chosen: for looking at every value. */
import { concatenate, reshape, slice, zerosLike } from "../../primitives/index.ts";
import type { Repetition } from "../../program/primitive.ts";
import type { Equation, Program, Variable } from "../../program/program.ts";
import { asCopyOf } from "../../program/source-lines.ts";
import { bind, readerOf, recorded } from "../../program/trace.ts";
import type { Tensor } from "../../tensor/tensor.ts";

/** Which equations a step of a loop has written: those from `from` up to `end`. */
export interface Stretch {
  readonly from: number;
  readonly end: number;
  /** Counted from 0, in the order in which the steps run. */
  readonly step: number;
}

/** Longer loops stay one operation: so many equations are as much as can be looked at one by one. */
const mostEquations = 200_000;

/**
 * Runs a program in the trace now open, which must know all values, with its loops written out.
 *
 * @param stretches takes the steps of its loops, inner ones first.
 * @param isOpen whether functions with a derivative of their own are written out too; their slopes do not follow from what
 *   is inside.
 */
export const unrolled = (
  program: Program,
  inputs: readonly Tensor[],
  stretches: Stretch[],
  isOpen: boolean,
): Tensor[] => {
  const values = new Map<Variable, Tensor>(program.inputs.map((input, i) => [input, inputs[i]!]));
  const read = readerOf(values);
  for (const equation of program.equations)
    resultsOf(equation, equation.inputs.map(read), stretches, isOpen).forEach((value, i) =>
      values.set(equation.outputs[i]!, value),
    );
  return program.outputs.map(read);
};

const resultsOf = (
  equation: Equation,
  operands: readonly Tensor[],
  stretches: Stretch[],
  isOpen: boolean,
): Tensor[] => {
  const { primitive, params, outputs } = equation;
  const { lowering, name } = primitive;
  if (lowering.form === "choose")
    return unrolled(lowering.programs(params)[operands[0]!.item()]!, operands.slice(1), stretches, isOpen);
  if (lowering.form === "repeat") {
    const repetition = lowering.repetition(params);
    if (repetition.isConditional || repetition.length * repetition.body.equations.length <= mostEquations)
      return repeated(repetition, operands, outputs, stretches, isOpen);
  }
  if (lowering.form === "inline" && (isOpen || name === "checkpoint"))
    return unrolled(lowering.program(params), operands, stretches, isOpen);
  return asCopyOf(equation, () => bind(primitive, operands, params));
};

const elementAt = (sequence: Tensor, position: number): Tensor =>
  reshape(
    slice(
      sequence,
      sequence.shape.map((_, axis) => (axis === 0 ? position : 0)),
      sequence.shape.with(0, position + 1),
    ),
    sequence.shape.slice(1),
  );

const repeated = (
  { body, length, constants, carries, reverse, isConditional = false }: Repetition,
  operands: readonly Tensor[],
  outputs: readonly Variable[],
  stretches: Stretch[],
  isOpen: boolean,
): Tensor[] => {
  const sequences = operands.slice(constants + carries);
  const collected: Tensor[][] = outputs.slice(carries).map(() => []);
  let state = operands.slice(constants, constants + carries);
  for (let step = 0; step < length && !(isConditional && state[0]!.item() === 0); step++) {
    const position = reverse ? length - 1 - step : step;
    const from = recorded().length;
    const elements = sequences.map((sequence) => elementAt(sequence, position));
    const results = unrolled(
      body,
      [...operands.slice(0, constants), ...state, ...elements],
      stretches,
      isOpen,
    );
    stretches.push({ from, end: recorded().length, step });
    state = results.slice(0, carries);
    results.slice(carries).forEach((result, i) => collected[i]!.push(reshape(result, [1, ...result.shape])));
  }
  return [
    ...state,
    ...collected.map((rows, i) => {
      if (rows.length === 0) return zerosLike(outputs[carries + i]!);
      return concatenate(reverse ? rows.reverse() : rows, 0);
    }),
  ];
};
