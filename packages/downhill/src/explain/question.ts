/** What is asked of a derivation: by which variables, with which numbers, to which order. */
import { ArgumentError } from "../tensor/errors.ts";
import { isFloating } from "../tensor/dtype.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { Tree } from "../tensor/tree.ts";

export interface DeriveOptions {
  /** Names of the function's arguments, in their order; a formula knows its own. */
  readonly variables?: readonly string[];
  /** The variables to differentiate by; all if left out. */
  readonly wrt?: readonly string[];
  /**
   * A value for each variable, to put in. For functions of tensors it is needed: it has their shapes. An argument that is
   * an object of tensors stands here as one; its tensors are variables by their names in it.
   */
  readonly at?: Readonly<Record<string, Tree<number | Tensor>>>;
  /** Up to which order derivatives are taken: a whole number from 1, which it is if left out. */
  readonly order?: number;
}

export const operation = "derive";

/** @throws ArgumentError unless each variable has a value, and nothing else. */
export const requireValues = (names: readonly string[], at: DeriveOptions["at"]): void => {
  if (at === undefined) return;
  const missing = names.filter((name) => !Object.hasOwn(at, name));
  if (missing.length > 0)
    throw new ArgumentError(operation, `no value for ${missing.join(", ")}; give one for each variable`);
  for (const name of Object.keys(at))
    if (!names.includes(name))
      throw new ArgumentError(operation, `a value for ${name}, which is no variable of the function`);
};

/** The variables asked for; otherwise all that are no whole numbers. */
export const wrtOf = (
  variables: readonly string[],
  values: readonly (number | Tensor)[] | undefined,
  { wrt }: DeriveOptions,
): readonly string[] => {
  const isFloat = (i: number): boolean => {
    const value = values?.[i];
    return !(value instanceof Tensor) || isFloating(value.dtype);
  };
  if (wrt === undefined) return variables.filter((_, i) => isFloat(i));
  for (const name of wrt) {
    if (!variables.includes(name))
      throw new ArgumentError(
        operation,
        `${name} is no variable of the function; it has ${variables.length === 0 ? "none" : variables.join(", ")}`,
      );
    if (!isFloat(variables.indexOf(name)))
      throw new ArgumentError(
        operation,
        `${name} is a tensor of whole numbers, by which nothing has a slope`,
      );
  }
  return [...new Set(wrt)];
};

export const orderOf = ({ order = 1 }: DeriveOptions): number => {
  if (Number.isSafeInteger(order) && order >= 1) return order;
  throw new ArgumentError(operation, `order ${order}; write a whole number from 1`);
};
