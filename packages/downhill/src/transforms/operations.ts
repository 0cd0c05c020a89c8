/** Operations by name: for programs that come as text, and for explanations, which are made of names. */
import * as records from "../primitives/index.ts";
import { parseProgram as parse } from "../program/parse.ts";
import { type Primitive, primitiveNamed } from "../program/primitive.ts";
import type { Program } from "../program/program.ts";
import { bindOne } from "../program/trace.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkpoint } from "./checkpoint.ts";
import { cond } from "./cond.ts";
import { customJvp } from "./custom-jvp.ts";
import { customVjp } from "./custom-vjp.ts";
import { scan } from "./scan.ts";
import { whileLoop } from "./while-loop.ts";

// Records declare themselves where they are made, and a bundler leaves out those that nothing uses. Whoever finds
// operations by name uses them all.
const everything = (): readonly unknown[] => [
  ...Object.values(records),
  ...[checkpoint, cond, customJvp, customVjp, scan, whileLoop],
];

/** The primitive of this name, among all that there are. */
export const primitiveOfName = (name: string): Primitive | undefined =>
  everything().length > 0 ? primitiveNamed(name) : undefined;

/** The named operation on operands. @throws Error if there is none of this name. */
export const applyOperation = (name: string, operands: readonly Tensor[]): Tensor => {
  const primitive = primitiveOfName(name);
  if (primitive === undefined) throw new Error(`internal: ${name} is no operation`);
  return bindOne(primitive, operands);
};

/**
 * Reads a program that `printProgram` wrote, or that a person wrote in the same form; types are checked.
 *
 * @throws ProgramSyntaxError naming the line.
 */
export const parseProgram = (text: string): Program => parse(text, primitiveOfName);
