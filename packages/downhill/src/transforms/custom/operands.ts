/** What operations with derivatives of their own share. */
import { zerosLike } from "../../primitives/index.ts";
import type { Dual, Tangent } from "../../program/primitive.ts";
import { isFloating } from "../../tensor/dtype.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import type { Tensor, TensorType } from "../../tensor/tensor.ts";

/** The floats among operands or results: those that have tangents. */
export const floatsOf = <T extends TensorType>(tensors: readonly T[]): T[] =>
  tensors.filter(({ dtype }) => isFloating(dtype));

/** Refuses tangents of tensors from outside, about which a rule of the arguments says nothing. */
export const requireNoneOutside = (name: string, tangents: readonly Tangent[]): void => {
  if (tangents.some((tangent) => tangent !== undefined))
    throw new ArgumentError(
      name,
      "the function uses a tensor from outside by which is differentiated, and its rule gives no derivative for that\n" +
        "  make it an argument of the function, or write stopGradient around it",
    );
};

/** Tangents of the arguments that are floats, behind `captured` tensors from outside: zeros where there is none. */
export const directionsOf = (
  operands: readonly Tensor[],
  tangents: readonly Tangent[],
  captured: number,
): Tensor[] =>
  floatsOf(operands.slice(captured).map((operand, i) => tangents[captured + i] ?? zerosLike(operand)));

/** Results beside the tangents of those that are floats, which stand in order. */
export const dualOf = (primals: readonly Tensor[], tangents: readonly Tensor[]): Dual => {
  let next = 0;
  return {
    primals,
    tangents: primals.map(({ dtype }) => (isFloating(dtype) ? tangents[next++] : undefined)),
  };
};
