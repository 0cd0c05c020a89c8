/** Options of everything that is found by products with the Hessian. */
import { ArgumentError } from "../tensor/errors.ts";
import type { SymmetricOperator } from "./lanczos.ts";

export interface CurvatureOptions {
  /**
   * How far an eigenvalue may be off at most, as a share of the largest magnitude; 1e-9 if left out, 1e-5 if a parameter
   * is float32. The values are usually far better than that: their error is about the square of it.
   */
  readonly tolerance?: number;
  /**
   * Products with the Hessian at most, each of which costs about two gradients and keeps one vector of doubles; 200 if
   * left out, fewer for more than 80 000 parameters.
   */
  readonly maxProducts?: number;
  /** Of the random directions that are tried; 0 if left out. */
  readonly seed?: number;
}

/** The options of one computation, checked. */
export interface Effort {
  readonly tolerance: number;
  readonly maxSteps: number;
  readonly seed: number;
}

/** Of all the vectors together: an eighth of a gigabyte. */
const mostNumbersKept = 2 ** 24;

export const effortOf = (
  operation: string,
  { tolerance, maxProducts, seed = 0 }: CurvatureOptions,
  { size, precision }: SymmetricOperator,
): Effort => {
  if (tolerance !== undefined && !(tolerance > 0 && tolerance < 1))
    throw new ArgumentError(operation, `tolerance is ${tolerance}; write a number between 0 and 1`);
  if (maxProducts !== undefined && !(Number.isInteger(maxProducts) && maxProducts >= 1))
    throw new ArgumentError(operation, `maxProducts is ${maxProducts}; write a whole number from 1`);
  if (!Number.isSafeInteger(seed))
    throw new ArgumentError(operation, `seed is ${seed}; write a whole number`);
  return {
    tolerance: tolerance ?? (precision < 1e-9 ? 1e-9 : 1e-5),
    maxSteps: maxProducts ?? Math.min(200, Math.max(20, Math.floor(mostNumbersKept / size))),
    seed,
  };
};
