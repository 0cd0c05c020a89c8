/** Algebra that holds for every value: constants folded, neutral operations removed, small powers multiplied out. */
import * as p from "../primitives/index.ts";
import {
  type Atom,
  type Equation,
  type Literal,
  type Program,
  variable,
  type Variable,
} from "../program/program.ts";
import type { Primitive } from "../program/primitive.ts";
import { literal } from "../tensor/tensor.ts";

/** What an equation is replaced by: another atom, or equations with the atom that holds their result. */
type Replacement = Atom | { readonly equations: readonly Equation[]; readonly result: Atom } | undefined;

const isLiteral = (atom: Atom | undefined, value: number): boolean =>
  atom?.kind === "literal" && Object.is(atom.value, value);

/** Whether `atom` may stand for the output: neutral operations may still broadcast a scalar. */
const fits = (atom: Atom, output: Variable): boolean =>
  atom.shape.length === output.shape.length && atom.dtype === output.dtype;

const equation = (primitive: Primitive, inputs: readonly Atom[], output: Variable): Equation => ({
  primitive,
  inputs,
  params: {},
  outputs: [output],
});

/** Powers with small whole exponents as products. */
const multipliedOut = (base: Atom, exponent: number, output: Variable): Replacement => {
  const fresh = (): Variable => variable(output.shape, output.dtype);
  const one: Atom = { kind: "literal", shape: [], dtype: output.dtype, value: 1 };
  if (!fits(base, output)) return undefined;
  const result = fresh();
  switch (exponent) {
    case 1:
      return base;
    case 2:
      return { equations: [equation(p.squarePrimitive, [base], result)], result };
    case 3: {
      const squared = fresh();
      return {
        equations: [
          equation(p.squarePrimitive, [base], squared),
          equation(p.mulPrimitive, [squared, base], result),
        ],
        result,
      };
    }
    case -1:
      return { equations: [equation(p.divPrimitive, [one, base], result)], result };
    default:
      return undefined;
  }
};

const replacementFor = ({ primitive, inputs, params, outputs }: Equation): Replacement => {
  const [a, b] = inputs;
  const [output] = outputs;
  if (output === undefined || outputs.length > 1) return undefined;
  if (inputs.length > 0 && output.shape.length === 0 && inputs.every((input) => input.kind === "literal")) {
    const values = inputs.map((input) => literal(input.value, input.dtype));
    const [folded] = primitive.evaluate(values, params, outputs);
    return { kind: "literal", shape: [], dtype: output.dtype, value: folded!.values[0]! };
  }
  const keep = (atom: Atom): Replacement => (fits(atom, output) ? atom : undefined);
  switch (primitive.name) {
    case "stopGradient":
      return keep(a!);
    case "mul":
      if (isLiteral(b, 1)) return keep(a!);
      if (isLiteral(a, 1)) return keep(b!);
      return undefined;
    case "div":
      return isLiteral(b, 1) ? keep(a!) : undefined;
    case "sub":
      return isLiteral(b, 0) ? keep(a!) : undefined;
    // x + (−0) is x for every x; x + 0 is not, for x = −0.
    case "add":
      if (isLiteral(b, -0)) return keep(a!);
      if (isLiteral(a, -0)) return keep(b!);
      return undefined;
    case "pow":
      return b?.kind === "literal" ? multipliedOut(a!, b.value, output) : undefined;
    default:
      return undefined;
  }
};

/** Operations that only move or repeat elements: a number throughout stays that number. */
const movesOnly = ({ primitive: { lowering } }: Equation): boolean =>
  lowering.form === "view" || lowering.form === "reshape";

/** Replaces equations by simpler ones with the same values. */
export const simplify = (program: Program): Program => {
  const substitutes = new Map<Variable, Atom>();
  const resolve = (atom: Atom): Atom => (atom.kind === "variable" ? (substitutes.get(atom) ?? atom) : atom);
  /** Variables that hold one number throughout. */
  const splats = new Map<Variable, Literal>();
  const numberOf = (atom: Atom): Literal | undefined => (atom.kind === "literal" ? atom : splats.get(atom));
  /** Elementwise operations take a number in place of a tensor that is that number throughout, but for one operand. */
  const withNumbers = (equation: Equation): Equation => {
    if (equation.primitive.lowering.form !== "elementwise") return equation;
    const inputs = equation.inputs.map((input) => numberOf(input) ?? input);
    return inputs.some((input) => input.shape.length === equation.outputs[0]!.shape.length)
      ? { ...equation, inputs }
      : equation;
  };
  const equations: Equation[] = [];
  for (const given of program.equations) {
    const current = withNumbers({ ...given, inputs: given.inputs.map(resolve) });
    const repeated = movesOnly(current) ? numberOf(current.inputs[0]!) : undefined;
    if (repeated !== undefined) splats.set(current.outputs[0]!, repeated);
    const replacement = replacementFor(current);
    if (replacement === undefined) {
      equations.push(current);
    } else if ("equations" in replacement) {
      equations.push(...replacement.equations);
      substitutes.set(current.outputs[0]!, replacement.result);
    } else substitutes.set(current.outputs[0]!, replacement);
  }
  return { inputs: program.inputs, equations, outputs: program.outputs.map(resolve) };
};
