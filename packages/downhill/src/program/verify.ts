/** Checking that a program is well formed: every stage border in the tests goes through here. */
import { formatShape, sameShape } from "../tensor/shape.ts";
import type { Atom, Program, Variable } from "./program.ts";

/**
 * Verifies single assignment, use after definition, and that each equation's types are what its primitive says.
 *
 * @throws Error beginning with `internal:` and naming the stage and the equation.
 */
export const verify = (program: Program, stage: string): Program => {
  const defined = new Set<Variable>();
  const fail = (message: string): never => {
    throw new Error(`internal: after ${stage}: ${message}`);
  };
  const define = (variable: Variable): void => {
    if (defined.has(variable)) fail("a variable is assigned twice");
    defined.add(variable);
  };
  const use = (atom: Atom, where: string): void => {
    if (atom.kind === "variable" && !defined.has(atom))
      fail(`${where} uses a variable before it is assigned`);
  };
  program.inputs.forEach(define);
  program.equations.forEach(({ primitive, inputs, params, outputs }, index) => {
    const where = `equation ${index} (${primitive.name})`;
    for (const input of inputs) use(input, where);
    const types = primitive.types(inputs, params);
    if (types.length !== outputs.length)
      fail(`${where} declares ${outputs.length} results, its rule gives ${types.length}`);
    outputs.forEach((output, i) => {
      const type = types[i];
      if (!type || type.dtype !== output.dtype || !sameShape(type.shape, output.shape))
        fail(
          `${where} declares ${output.dtype}${formatShape(output.shape)}, its rule gives ` +
            (type ? `${type.dtype}${formatShape(type.shape)}` : "nothing"),
        );
      define(output);
    });
  });
  for (const output of program.outputs) use(output, "the result");
  return program;
};
