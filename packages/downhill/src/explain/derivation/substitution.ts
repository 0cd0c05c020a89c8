/** Numbers put in: the value of every step, and the slope of the result by it. */
import type { Program, Variable } from "../../program/program.ts";
import { variable } from "../../program/program.ts";
import { bind, buildProgram, readerOf } from "../../program/trace.ts";
import { add } from "../../primitives/arithmetic.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Step } from "./chain.ts";
import { engineGradient } from "./check.ts";
import {
  differenceCount,
  differencePoints,
  evaluateAt,
  evaluateAtAll,
  extrapolatedDifference,
} from "./numeric.ts";

export interface Substituted {
  readonly value: number;
  /** Of the variables and of the steps, in their order. */
  readonly values: readonly number[];
  /** Of the result by each of them, by the engine in reverse mode. */
  readonly slopes: readonly number[];
  /** The same by central differences: of the result when this one value is moved. */
  readonly differences: readonly number[];
  /** The result when the variable at a position is moved. */
  readonly moved: (position: number, by: number) => number;
}

/** The program with a shift for each variable and each step: [inputs…, shifts…] → result, so that any value can be moved. */
const withShifts = (program: Program, steps: readonly Step[]): Program => {
  const shifted: readonly Variable[] = [...program.inputs, ...steps.map((step) => step.variable)];
  const shifts = shifted.map(() => variable([], "float64"));
  return buildProgram("derive", [...program.inputs, ...shifts], (inputs) => {
    const values = new Map<Variable, Tensor>();
    const set = (target: Variable, value: Tensor): void => {
      const position = shifted.indexOf(target);
      values.set(target, position < 0 ? value : add(value, inputs[program.inputs.length + position]!));
    };
    program.inputs.forEach((input, i) => set(input, inputs[i]!));
    const read = readerOf(values);
    for (const { primitive, inputs: operands, params, outputs } of program.equations)
      bind(primitive, operands.map(read), params).forEach((value, i) => set(outputs[i]!, value));
    return program.outputs.map(read);
  });
};

export const substituteNumbers = (
  program: Program,
  steps: readonly Step[],
  inputs: readonly number[],
): Substituted => {
  const shifted = withShifts(program, steps);
  const zeros = Array<number>(inputs.length + steps.length).fill(0);
  const positions = zeros.map((_, i) => inputs.length + i);
  const movedBy = (position: number, by: number): number[] => [...inputs, ...zeros.with(position, by)];
  const values = evaluateAt(
    { ...program, outputs: [...program.inputs, ...steps.map((step) => step.variable)] },
    inputs,
  );
  // Differences at the value itself, so that the steps have its size.
  const moved = evaluateAtAll(
    shifted,
    values.flatMap((value, i) => differencePoints(value).map((x) => movedBy(i, x - value))),
  ).map(([value]) => value!);
  return {
    value: evaluateAt(program, inputs)[0]!,
    values,
    slopes: evaluateAt(engineGradient(shifted, positions), [...inputs, ...zeros]),
    differences: values.map(
      (value, i) =>
        extrapolatedDifference(value, moved.slice(i * differenceCount, (i + 1) * differenceCount)).slope,
    ),
    moved: (position, by) => evaluateAt(shifted, movedBy(position, by))[0]!,
  };
};
