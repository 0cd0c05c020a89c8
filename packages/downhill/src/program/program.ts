/**
 * Functions as data: a Program is a list of equations in single-assignment form. It has no free variables: what a
 * traced function captured from outside are its leading inputs.
 */
import { type DType } from "../tensor/dtype.ts";
import type { Shape } from "../tensor/shape.ts";
import type { TensorType } from "../tensor/tensor.ts";
import type { Params, Primitive } from "./primitive.ts";

/** A value that is computed or passed in; identity is what tells variables apart. */
export interface Variable extends TensorType {
  readonly kind: "variable";
}

/** A scalar written in the program text. */
export interface Literal extends TensorType {
  readonly kind: "literal";
  readonly value: number;
}

export type Atom = Variable | Literal;

export interface Equation {
  readonly primitive: Primitive;
  readonly inputs: readonly Atom[];
  readonly params: Params;
  readonly outputs: readonly Variable[];
}

export interface Program {
  readonly inputs: readonly Variable[];
  readonly equations: readonly Equation[];
  readonly outputs: readonly Atom[];
}

export const variable = (shape: Shape, dtype: DType): Variable => ({ kind: "variable", shape, dtype });

export const variableLike = ({ shape, dtype }: TensorType): Variable => variable(shape, dtype);
