/**
 * Exponentials of what is never above 0, which cannot overflow and take less work: those of softmax, which are of each
 * element less the largest, and of bells, which are of squares less than nothing.
 */
import { expOfNonPositivePrimitive } from "../primitives/calculus.ts";
import type { Atom, Equation, Program, Variable } from "../program/program.ts";
import { numbersParam } from "../primitives/params.ts";
import { allAxes, sameShape } from "../tensor/shape.ts";

/** On which side of 0 all elements are, but for NaN; 0 itself is on both. */
type Side = 1 | -1 | undefined;

/** The program with exponentials of what is never above 0 marked as such. */
export const markFallingExponentials = (program: Program): Program => {
  const definitions = new Map<Variable, Equation>();
  const sides = new Map<Variable, Side>();
  const sideOf = (atom: Atom | undefined): Side => {
    if (atom?.kind === "variable") return sides.get(atom);
    return atom === undefined || Number.isNaN(atom.value) ? undefined : atom.value > 0 ? 1 : -1;
  };
  const definitionOf = (atom: Atom | undefined): Equation | undefined =>
    atom?.kind === "variable" ? definitions.get(atom) : undefined;

  /** What the elements are in order, but where there is 0 in place of −Infinity. */
  const withoutGuard = (atom: Atom): Atom => {
    const { primitive, inputs } = definitionOf(atom) ?? {};
    if (primitive?.lowering.form === "reshape") return withoutGuard(inputs![0]!);
    if (primitive?.name !== "select") return atom;
    const [condition, zero, other] = inputs!;
    const test = definitionOf(condition);
    const [value, bound] = test?.inputs ?? [];
    const isGuard =
      test?.primitive.name === "eq" &&
      value === other &&
      bound?.kind === "literal" &&
      bound.value === -Infinity &&
      zero?.kind === "literal" &&
      zero.value === 0;
    return isGuard ? withoutGuard(other!) : atom;
  };
  /** Whether `top` is at each place the maximum of those elements of `x` along some axes among which is the one at this place. */
  const isMaximumOf = (top: Atom, x: Atom): boolean => {
    const spread = definitionOf(top);
    const isSpread = spread?.primitive.name === "broadcast";
    // A number meets every element without being spread.
    if (!isSpread && top.shape.length > 0) return false;
    const row = isSpread ? spread.inputs[0]! : top;
    const source = withoutGuard(row);
    const maximum = definitionOf(source);
    if (maximum?.primitive.name !== "max" || maximum.inputs[0] !== x) return false;
    const along = numbersParam(maximum.params, "axes");
    const others = allAxes(x.shape.length).filter((axis) => !along.includes(axis));
    const kept = isSpread ? numbersParam(spread.params, "axes") : [];
    return sameShape(source.shape, row.shape) && sameShape(others, kept);
  };
  const sideOfResult = ({ primitive: { name, lowering }, inputs }: Equation): Side => {
    const [a, b] = inputs;
    switch (name) {
      case "square":
      case "abs":
        return 1;
      case "neg": {
        const side = sideOf(a);
        return side && (-side as Side);
      }
      case "mul":
      case "div": {
        // A quotient by 0 may have either sign.
        const [first, second] = [sideOf(a), sideOf(b)];
        const isKnown = first && second && (name === "mul" || (b!.kind === "literal" && b!.value !== 0));
        return isKnown ? ((first * second) as Side) : undefined;
      }
      case "sub":
        return isMaximumOf(b!, a!) ? -1 : undefined;
      default:
        return lowering.form === "view" || lowering.form === "reshape" ? sideOf(a) : undefined;
    }
  };
  const equations = program.equations.map((equation) => {
    const [output] = equation.outputs;
    if (output !== undefined) {
      definitions.set(output, equation);
      sides.set(output, sideOfResult(equation));
    }
    return equation.primitive.name === "exp" && sideOf(equation.inputs[0]) === -1
      ? { ...equation, primitive: expOfNonPositivePrimitive }
      : equation;
  });
  return { ...program, equations };
};
