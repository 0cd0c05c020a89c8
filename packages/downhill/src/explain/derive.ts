/** Derivations: how the derivatives of a function come about. */
import { ArgumentError } from "../tensor/errors.ts";
import { wrap } from "../tensor/create.ts";
import { Tensor } from "../tensor/tensor.ts";
import { flatten } from "../tensor/tree.ts";
import type { Derivation } from "./derivation/derivation.ts";
import { deriveScalars } from "./derivation/scalars.ts";
import { type Formula, isFormula } from "./formula.ts";
import { type DeriveOptions, operation, orderOf, requireValues, wrtOf } from "./question.ts";
import { deriveTensors } from "./tensors/derive.ts";

/** A function whose result is a number, of scalars, tensors, or objects of them. */
export type ScalarFunction = ((...args: Tensor[]) => Tensor) | ((...args: never[]) => Tensor);

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
