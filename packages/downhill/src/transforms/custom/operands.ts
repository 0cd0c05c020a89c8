/** What operations with derivatives of their own share. */
import type { Tangent } from "../../program/primitive.ts";
import { isFloating } from "../../tensor/dtype.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import type { TensorType } from "../../tensor/tensor.ts";

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
