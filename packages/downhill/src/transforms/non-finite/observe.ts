/** A program run equation by equation with everything in sight: values forwards, cotangents backwards. */
import {
  type Atom,
  type Equation,
  type Program,
  type Variable,
  variableLike,
} from "../../program/program.ts";
import { evaluateProgram, readerOf } from "../../program/trace.ts";
import { add } from "../../primitives/arithmetic.ts";
import { allocate, isFloating } from "../../tensor/dtype.ts";
import { sizeOf } from "../../tensor/shape.ts";
import { ConcreteTensor, literal, type TensorType } from "../../tensor/tensor.ts";
import { linearizeProgram } from "../forward.ts";
import { transposeProgram } from "../reverse.ts";

/** Every value of a program, by the plain rules of its operations. */
export type Values = ReadonlyMap<Variable, ConcreteTensor>;

export const valuesOf = (program: Program, inputs: readonly ConcreteTensor[]): Values => {
  const values = new Map<Variable, ConcreteTensor>();
  program.inputs.forEach((input, i) => values.set(input, inputs[i]!));
  const read = readerOf(values);
  for (const { primitive, inputs: operands, params, outputs } of program.equations)
    primitive
      .evaluate(operands.map(read) as ConcreteTensor[], params, outputs)
      .forEach((value, i) => values.set(outputs[i]!, value));
  return values;
};

export const valueOf = (values: Values, atom: Atom): ConcreteTensor =>
  atom.kind === "literal" ? literal(atom.value, atom.dtype) : values.get(atom)!;

/** A cotangent; undefined where it is zero. */
export type Cotangent = ConcreteTensor | undefined;

/** One equation on the way back. */
export interface PulledEquation {
  readonly equation: Equation;
  /** Of its results. */
  readonly incoming: readonly Cotangent[];
  /** Of its operands; undefined also where there is no slope. */
  readonly outgoing: readonly Cotangent[];
}

const zerosOf = ({ shape, dtype }: TensorType): ConcreteTensor =>
  new ConcreteTensor(allocate(dtype, sizeOf(shape)), shape, dtype);

/** The cotangents of an equation's operands. */
const pullBack = (
  { primitive, params, outputs, inputs }: Equation,
  operands: readonly ConcreteTensor[],
  incoming: readonly Cotangent[],
  isActive: readonly boolean[],
): Cotangent[] => {
  // The same value may stand in several places, and has a cotangent for each.
  const places = inputs.map(variableLike);
  const results = outputs.map(variableLike);
  const alone: Program = {
    inputs: places,
    equations: [{ primitive, params, inputs: places, outputs: results }],
    outputs: results,
  };
  const { primal, linear, residualCount, active } = linearizeProgram(alone, isActive);
  if (!active.includes(true)) return operands.map(() => undefined);
  const residuals = evaluateProgram(primal, operands).slice(results.length);
  const seeds = results.flatMap((result, i) => (active[i] ? [incoming[i] ?? zerosOf(result)] : []));
  const pulled = evaluateProgram(transposeProgram(linear, residualCount), [...residuals, ...seeds]);
  let next = 0;
  return isActive.map((isOne) => (isOne ? pulled[next++] : undefined));
};

/**
 * The equations backwards from the first output, a float scalar whose cotangent is 1, each with the cotangents that come
 * in and go out. `isActive` says which inputs the derivative is by. Returns the cotangents of all values.
 */
export function* cotangentsOf(
  program: Program,
  values: Values,
  isActive: readonly boolean[],
): Generator<PulledEquation, ReadonlyMap<Atom, ConcreteTensor>> {
  const active = new Set<Atom>(program.inputs.filter(({ dtype }, i) => isActive[i] && isFloating(dtype)));
  for (const { inputs, outputs } of program.equations)
    if (inputs.some((input) => active.has(input)))
      for (const output of outputs) if (isFloating(output.dtype)) active.add(output);
  const cotangents = new Map<Atom, ConcreteTensor>();
  const [loss] = program.outputs;
  if (loss !== undefined && active.has(loss)) cotangents.set(loss, literal(1, loss.dtype));
  for (const equation of program.equations.toReversed()) {
    const incoming = equation.outputs.map((output) => cotangents.get(output));
    const slopes = equation.inputs.map((input) => active.has(input));
    if (incoming.every((cotangent) => cotangent === undefined) || !slopes.includes(true)) continue;
    const operands = equation.inputs.map((input) => valueOf(values, input));
    const outgoing = pullBack(equation, operands, incoming, slopes);
    yield { equation, incoming, outgoing };
    outgoing.forEach((cotangent, i) => {
      if (cotangent === undefined) return;
      const input = equation.inputs[i]!;
      const present = cotangents.get(input);
      cotangents.set(input, present === undefined ? cotangent : (add(present, cotangent) as ConcreteTensor));
    });
  }
  return cotangents;
}
