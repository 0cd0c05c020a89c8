/** Functions as data (see primitive.ts for their types). */
import type { DType } from "../tensor/dtype.ts";
import type { Shape } from "../tensor/shape.ts";
import type { TensorType } from "../tensor/tensor.ts";
import type { Params, PlainValue, Program, Variable } from "./primitive.ts";

export type { Atom, Equation, Literal, Program, Variable } from "./primitive.ts";

export const variable = (shape: Shape, dtype: DType): Variable => ({ kind: "variable", shape, dtype });

export const variableLike = ({ shape, dtype }: TensorType): Variable => variable(shape, dtype);

/** Whether a parameter is a program. */
export const isProgram = (value: PlainValue | Program | undefined): value is Program =>
  typeof value === "object" && value !== null && "equations" in value;

/** The programs among an equation's parameters, by name. */
export const programsIn = (params: Params): (readonly [name: string, program: Program])[] =>
  Object.entries(params).filter((entry): entry is [string, Program] => isProgram(entry[1]));
