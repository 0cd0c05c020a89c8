/**
 * What random programs are made of. An operation takes what it needs from the values there are, guided by numbers (its
 * choices), and gives a new value, or nothing where no value suits it. Any numbers are choices, so that programs can be
 * shortened at will.
 */
import { alongAxis, products, reductions } from "./operations/axes.ts";
import type { Operation } from "./operations/choices.ts";
import { layers, linearAlgebra } from "./operations/composed.ts";
import { arithmetic, elementwise } from "./operations/elementwise.ts";
import { indexing, movement } from "./operations/places.ts";
import { inner, withRules } from "./operations/transforms.ts";

/** All operations by their names, the simplest first: shrinking goes that way. */
export const operations: Readonly<Record<string, Operation>> = {
  ...arithmetic,
  ...elementwise,
  ...reductions,
  ...alongAxis,
  ...movement,
  ...products,
  ...indexing,
  ...inner,
  ...withRules,
  ...linearAlgebra,
  ...layers,
};
