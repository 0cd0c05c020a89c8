/** Derivatives by differences, in float64: what every analytic derivative is held against. */
import type { Tensor } from "downhill";
import { wrap } from "../../../src/tensor/create.ts";

/**
 * The step of the five-point stencil. Its truncation error is h⁴·f⁽⁵⁾/30, its rounding error about ε·f/h: with
 * h = 3·10⁻⁴ they are 3·10⁻¹⁶·f⁽⁵⁾ and 10⁻¹²·f.
 */
const step = 3e-4;

/**
 * Tolerance relative to the size of what is compared (at least 1): the fifth derivative of the samples' functions
 * inside their domains is up to 10⁶ times the first (atanh at 0.9, acosh at 1.2), hence 3·10⁻¹⁰ of truncation; the
 * rest is room for values that are larger than their slopes.
 */
export const differenceTolerance = 1e-8;

/** x + t·v, element by element; operands without a direction stay. */
const moved = (
  operands: readonly Tensor[],
  directions: readonly (Tensor | undefined)[],
  t: number,
): Tensor[] =>
  operands.map((operand, i) => {
    const direction = directions[i];
    if (direction === undefined) return operand;
    const v = direction.data;
    return wrap(
      Float64Array.from(operand.data, (x, k) => x + t * v[k]!),
      operand.shape,
      "float64",
    );
  });

/** The derivative of `f` along `directions` at `operands`, by the five-point stencil. */
export const centralDifference = (
  f: (...operands: Tensor[]) => readonly Tensor[],
  operands: readonly Tensor[],
  directions: readonly (Tensor | undefined)[],
): Tensor[] => {
  const at = (multiple: number): readonly Tensor[] => f(...moved(operands, directions, multiple * step));
  const [plus, minus, plusTwo, minusTwo] = [at(1), at(-1), at(2), at(-2)];
  return plus.map((one, k) =>
    wrap(
      Float64Array.from(
        one.data,
        (value, i) =>
          (8 * (value - minus[k]!.data[i]!) - (plusTwo[k]!.data[i]! - minusTwo[k]!.data[i]!)) / (12 * step),
      ),
      one.shape,
      "float64",
    ),
  );
};

/** Σ aᵢ·bᵢ over the elements of two lists of tensors. */
export const innerProduct = (a: readonly Tensor[], b: readonly Tensor[]): number => {
  let sum = 0;
  a.forEach((tensor, k) => {
    const other = b[k]!.data;
    for (let i = 0; i < other.length; i++) sum += tensor.data[i]! * other[i]!;
  });
  return sum;
};
