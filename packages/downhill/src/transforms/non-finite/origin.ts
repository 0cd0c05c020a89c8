/** Where in a program the first number arises that is not finite. */
import type { Equation, Program, Variable } from "../../program/program.ts";
import { isFloating } from "../../tensor/dtype.ts";
import type { ConcreteTensor } from "../../tensor/tensor.ts";
import { cotangentsOf, valueOf, type Values, valuesOf } from "./observe.ts";

/** An operation with finite operands that gave something else, or an input that brought it along. */
export type Origin =
  | {
      readonly phase: "input";
      readonly input: number;
      readonly value: ConcreteTensor;
      readonly place: number;
    }
  | {
      readonly phase: "forward";
      readonly equation: Equation;
      readonly operands: readonly ConcreteTensor[];
      readonly value: ConcreteTensor;
      /** Of the number in the value's flat elements. */
      readonly place: number;
    }
  | {
      readonly phase: "backward";
      readonly equation: Equation;
      readonly operands: readonly ConcreteTensor[];
      /** Of the equation's result: cotangents and value. */
      readonly incoming: ConcreteTensor | undefined;
      readonly result: ConcreteTensor;
      /** Which operand's cotangent it is. */
      readonly operand: number;
      readonly value: ConcreteTensor;
      readonly place: number;
      /** Whether a selection downstream does not take the number, so that no slope should have come back at all. */
      readonly isUnused: boolean;
    };

const noPlace = -1;

/** The first NaN or infinity; −1 if there is none. */
const firstBad = ({ values, dtype }: ConcreteTensor): number =>
  isFloating(dtype) ? values.findIndex((value: number) => !Number.isFinite(value)) : noPlace;

const firstNaN = ({ values, dtype }: ConcreteTensor): number =>
  isFloating(dtype) ? values.findIndex((value: number) => Number.isNaN(value)) : noPlace;

/** Up from a value that is not finite to where that began. */
const climb = (program: Program, values: Values, from: Variable): Origin => {
  const definitions = new Map<Variable, Equation>();
  for (const equation of program.equations)
    for (const output of equation.outputs) definitions.set(output, equation);
  let at = from;
  /** The equation that turned infinities into NaN, in case these were written by the user. */
  let spoilt: Origin | undefined;
  for (;;) {
    const value = values.get(at)!;
    const place = firstNaN(value) >= 0 ? firstNaN(value) : firstBad(value);
    const equation = definitions.get(at);
    if (equation === undefined)
      return spoilt ?? { phase: "input", input: program.inputs.indexOf(at), value, place };
    const operands = equation.inputs.map((input) => valueOf(values, input));
    const own: Origin = { phase: "forward", equation, operands, value, place };
    const isNaN = firstNaN(value) >= 0;
    const position = isNaN ? operands.findIndex((operand) => firstNaN(operand) >= 0) : noPlace;
    const next = position >= 0 ? position : operands.findIndex((operand) => firstBad(operand) >= 0);
    if (next < 0) return own;
    if (isNaN && position < 0) spoilt ??= own;
    const input = equation.inputs[next]!;
    // Masks are infinite on purpose.
    if (input.kind === "literal") return spoilt ?? own;
    at = input;
  }
};

/** Whether a selection after `equation` leaves out its result at `place`. */
const isLeftOut = (
  program: Program,
  values: Values,
  { outputs: [result] }: Equation,
  place: number,
): boolean => {
  const reached = new Set<unknown>([result]);
  for (const { primitive, inputs, outputs } of program.equations) {
    const position = inputs.findIndex((input) => reached.has(input));
    if (position < 0) continue;
    if (primitive.name === "select" && position > 0) {
      const [condition] = valueOf(values, inputs[0]!).values.subarray(
        inputs[0]!.shape.length === 0 ? 0 : place,
      );
      if ((condition !== 0) !== (position === 1)) return true;
    }
    // Further on the place would be another one.
    if (primitive.kind === "elementwise") for (const output of outputs) reached.add(output);
  }
  return false;
};

const backwards = (program: Program, values: Values, isActive: readonly boolean[]): Origin | undefined => {
  for (const { equation, incoming, outgoing } of cotangentsOf(program, values, isActive)) {
    const operand = outgoing.findIndex((cotangent) => cotangent !== undefined && firstBad(cotangent) >= 0);
    if (operand < 0) continue;
    const value = outgoing[operand]!;
    const place = firstBad(value);
    return {
      phase: "backward",
      equation,
      operands: equation.inputs.map((input) => valueOf(values, input)),
      incoming: incoming[0],
      result: values.get(equation.outputs[0]!)!,
      operand,
      value,
      place,
      isUnused: isLeftOut(program, values, equation, place),
    };
  }
  return undefined;
};

/**
 * The origin of the first NaN or infinity: among the values on which the outputs depend, and, if all outputs are finite,
 * among the cotangents on the way back from the first of them. Undefined if there is none.
 *
 * @param isActive of each input whether the derivative is by it; none of them: forwards only.
 */
export const originOf = (
  program: Program,
  inputs: readonly ConcreteTensor[],
  isActive: readonly boolean[],
): Origin | undefined => {
  const values = valuesOf(program, inputs);
  for (const output of program.outputs)
    if (output.kind === "variable" && firstBad(values.get(output)!) >= 0)
      return climb(program, values, output);
  return isActive.includes(true) ? backwards(program, values, isActive) : undefined;
};
