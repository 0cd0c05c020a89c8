/** Operations of formulas by name: functions of numbers alone, so that formulas bring no others along. */
import * as scalars from "../../primitives/scalars.ts";
import { type Primitive, primitiveNamed } from "../../program/primitive.ts";
import { bindOne } from "../../program/trace.ts";
import type { Tensor } from "../../tensor/tensor.ts";

// Records declare themselves where they are made, and a bundler leaves out those that nothing uses.
const all = (): readonly unknown[] => Object.values(scalars);

/** The primitive of this name, among the functions of numbers. */
export const scalarPrimitive = (name: string): Primitive | undefined =>
  all().length > 0 ? primitiveNamed(name) : undefined;

/** The named function of numbers. @throws Error if there is none of this name. */
export const applyScalar = (name: string, operands: readonly Tensor[]): Tensor => {
  const primitive = scalarPrimitive(name);
  if (primitive === undefined) throw new Error(`internal: ${name} is no function of numbers`);
  return bindOne(primitive, operands);
};
