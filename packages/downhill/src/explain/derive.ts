/** Derivations: how the derivatives of a function come about. */
import { ArgumentError } from "../tensor/errors.ts";
import { wrap } from "../tensor/create.ts";
import { isFloating } from "../tensor/dtype.ts";
import { Tensor } from "../tensor/tensor.ts";
import { flatten, type Tree } from "../tensor/tree.ts";
import type { Derivation } from "./derivation/derivation.ts";
import { deriveScalars } from "./derivation/scalars.ts";
import { type Formula, isFormula } from "./formula.ts";
import { deriveTensors } from "./tensors/derive.ts";

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

/** A function whose result is a number, of scalars, tensors, or objects of them. */
export type ScalarFunction = ((...args: Tensor[]) => Tensor) | ((...args: never[]) => Tensor);

const operation = "derive";

/**
 * How the derivatives of a function come about: its steps, the slope of each with the rule that gives it, the product
 * along each path from a variable to the result, the sum over paths, and the simplified result, checked on the spot
 * against the engine's gradient and against central differences. Slopes of single operations come from the records of
 * the engine's primitives.
 *
 * Functions of tensors are written in the notation of matrices, and checked at the point given and at random ones; they
 * may be made of elementwise functions, matrix products, sums and means, transposes, broadcasts, logsumexp, and maxima
 * that are held fixed, and have first derivatives only.
 *
 * @param f a formula, or any function of scalars or of tensors with a scalar result. It is traced with floats in float64.
 * @throws ArgumentError if names or values do not fit the function, or for operations on tensors that have no form.
 */
export function derive(f: Formula | ((...args: Tensor[]) => Tensor), options?: DeriveOptions): Derivation;
export function derive(f: (...args: never[]) => Tensor, options?: DeriveOptions): Derivation;
export function derive(f: Formula | ScalarFunction, options: DeriveOptions = {}): Derivation {
  const { variables, values, call } = variablesOf(f, options);
  const wrt = wrtOf(variables, values, options);
  const order = orderOf(options);
  const tensors = values?.some((value) => value instanceof Tensor) === true;
  if (!tensors) return deriveScalars(call, { variables, wrt, order, values: values as number[] | undefined });
  if (order > 1)
    throw new ArgumentError(
      operation,
      `order ${order} of a function of tensors; write hessian or hvp for its second derivatives`,
    );
  const examples = values.map((value) =>
    value instanceof Tensor ? value : wrap(Float64Array.of(value), [], "float64"),
  );
  return deriveTensors(call, variables, examples, wrt);
}

/** The variables of a function with their values, and the function of them one after the other. */
interface Arguments {
  readonly variables: readonly string[];
  readonly values: readonly (number | Tensor)[] | undefined;
  readonly call: (...leaves: Tensor[]) => Tensor;
}

const variablesOf = (f: Formula | ScalarFunction, { variables, at }: DeriveOptions): Arguments => {
  if (isFormula(f)) {
    requireValues(f.variables, at);
    return {
      variables: f.variables,
      values: at && f.variables.map((name) => at[name] as number | Tensor),
      call: (...leaves) => f(Object.fromEntries(f.variables.map((name, i) => [name, leaves[i]!]))),
    };
  }
  const names = variables ?? (at === undefined ? defaultNames(f.length) : Object.keys(at));
  if (new Set(names).size < names.length)
    throw new ArgumentError(operation, `variables ${names.join(", ")}: a name stands there twice`);
  requireValues(names, at);
  if (at === undefined) return { variables: names, values: undefined, call: f as Arguments["call"] };
  const parts = names.map((name) => flatten(at[name], isValue, operation));
  const paths = names.flatMap((name) => pathsIn(at[name], [name]));
  return {
    variables: distinctNames(paths),
    values: parts.flatMap(({ leaves }) => leaves),
    call: (...leaves) => {
      let next = 0;
      const args = parts.map(({ structure }) =>
        structure.unflatten(leaves.slice(next, (next += structure.leafCount))),
      );
      return (f as (...args: unknown[]) => Tensor)(...args);
    },
  };
};

const isValue = (value: unknown): value is number | Tensor =>
  value instanceof Tensor || typeof value === "number";

const defaultNames = (count: number): string[] =>
  count === 1 ? ["x"] : Array.from({ length: count }, (_, i) => `x${i + 1}`);

/** The ways to the leaves of a tree, in the order of `flatten`. */
const pathsIn = (tree: unknown, path: readonly string[]): string[][] => {
  if (isValue(tree) || typeof tree !== "object" || tree === null) return [[...path]];
  if (Array.isArray(tree)) return tree.flatMap((part, i) => pathsIn(part, [...path, String(i + 1)]));
  return Object.keys(tree)
    .sort()
    .flatMap((key) => pathsIn((tree as Record<string, unknown>)[key], [...path, key]));
};

/** The last part of each path as a name; with those before it where that is not enough. */
const distinctNames = (paths: readonly (readonly string[])[]): string[] => {
  const short = paths.map((path) => path.at(-1)!);
  return paths.map((path, i) =>
    /^\d/.test(short[i]!) || short.indexOf(short[i]!) !== short.lastIndexOf(short[i]!)
      ? path.join("_")
      : short[i]!,
  );
};

const requireValues = (names: readonly string[], at: DeriveOptions["at"]): void => {
  if (at === undefined) return;
  const missing = names.filter((name) => !Object.hasOwn(at, name));
  if (missing.length > 0)
    throw new ArgumentError(operation, `no value for ${missing.join(", ")}; give one for each variable`);
  for (const name of Object.keys(at))
    if (!names.includes(name))
      throw new ArgumentError(operation, `a value for ${name}, which is no variable of the function`);
};

/** The variables asked for; otherwise all that are no whole numbers. */
const wrtOf = (
  variables: readonly string[],
  values: Arguments["values"],
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

const orderOf = ({ order = 1 }: DeriveOptions): number => {
  if (Number.isSafeInteger(order) && order >= 1) return order;
  throw new ArgumentError(operation, `order ${order}; write a whole number from 1`);
};
