/**
 * Exponentials of what is never above 0, which cannot overflow and take less work: those of softmax and of attention, which
 * are of each element less the largest.
 */
import { expOfNonPositivePrimitive } from "../primitives/calculus.ts";
import { numbersParam } from "../primitives/params.ts";
import type { Atom, Equation, Program } from "../program/program.ts";
import { allAxes, sameShape } from "../tensor/shape.ts";

/** The program with exponentials of what is never above 0 marked as such. */
export const markFallingExponentials = (program: Program): Program => {
  const definitions = new Map<Atom | undefined, Equation>();
  /** What the elements are in order, but where there is 0 in place of −Infinity. */
  const withoutGuard = (atom: Atom): Atom => {
    const { primitive, inputs = [] } = definitions.get(atom) ?? {};
    if (primitive?.lowering.form === "reshape") return withoutGuard(inputs[0]!);
    if (primitive?.name !== "select") return atom;
    const [condition, zero, other] = inputs;
    const test = definitions.get(condition);
    const bound = test?.inputs[1];
    return test?.primitive.name === "eq" &&
      test.inputs[0] === other &&
      bound?.kind === "literal" &&
      bound.value === -Infinity &&
      zero?.kind === "literal" &&
      zero.value === 0
      ? withoutGuard(other!)
      : atom;
  };
  /** Whether `top` is at each place the maximum of those elements of `x` along some axes among which is the one at this place. */
  const isMaximumOf = (top: Atom, x: Atom): boolean => {
    const spread = definitions.get(top);
    const isSpread = spread?.primitive.name === "broadcast";
    // A number meets every element without being spread.
    if (!isSpread && top.shape.length > 0) return false;
    const row = isSpread ? spread.inputs[0]! : top;
    const source = withoutGuard(row);
    const maximum = definitions.get(source);
    if (maximum?.primitive.name !== "max" || maximum.inputs[0] !== x) return false;
    const along = numbersParam(maximum.params, "axes");
    const others = allAxes(x.shape.length).filter((axis) => !along.includes(axis));
    const kept = isSpread ? numbersParam(spread.params, "axes") : [];
    return sameShape(source.shape, row.shape) && sameShape(others, kept);
  };
  const isFalling = ({ primitive, inputs: [exponent] }: Equation): boolean => {
    if (primitive.name !== "exp") return false;
    const difference = definitions.get(exponent);
    return difference?.primitive.name === "sub" && isMaximumOf(difference.inputs[1]!, difference.inputs[0]!);
  };
  const equations = program.equations.map((equation) => {
    for (const output of equation.outputs) definitions.set(output, equation);
    return isFalling(equation) ? { ...equation, primitive: expOfNonPositivePrimitive } : equation;
  });
  return { ...program, equations };
};
