/** Numbers in the text of a program made its inputs. */
import { type Atom, type Literal, type Program, variableLike, type Variable } from "./program.ts";

/** The numbers written in a program's equations and results, in order; those of programs within it stay there. */
export const numbersOf = ({ equations, outputs }: Program): Literal[] =>
  [...equations.flatMap(({ inputs }) => inputs), ...outputs].filter((atom) => atom.kind === "literal");

/**
 * The program with further inputs, behind its own, in place of the numbers at the given positions of `numbersOf`; of all
 * of them unless told otherwise.
 */
export const liftNumbers = (
  program: Program,
  isLifted: (position: number) => boolean = () => true,
): Program => {
  const lifted: Variable[] = [];
  let position = 0;
  const lift = (atom: Atom): Atom => {
    if (atom.kind !== "literal" || !isLifted(position++)) return atom;
    const input = variableLike(atom);
    lifted.push(input);
    return input;
  };
  const equations = program.equations.map((equation) => ({ ...equation, inputs: equation.inputs.map(lift) }));
  const outputs = program.outputs.map(lift);
  return { inputs: [...program.inputs, ...lifted], equations, outputs };
};
