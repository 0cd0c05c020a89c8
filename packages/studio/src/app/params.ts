/** Values of a view's state, as they stand in the address; what does not fit is replaced by what is meant by default. */
import type { Params } from "./address.ts";

export const numberIn = (
  params: Params,
  name: string,
  fallback: number,
  { min = -Infinity, max = Infinity }: { readonly min?: number; readonly max?: number } = {},
): number => {
  const text = params[name]?.trim() ?? "";
  const value = Number(text.replace("−", "-"));
  return text === "" || !Number.isFinite(value) ? fallback : Math.min(max, Math.max(min, value));
};

export const oneIn = <T extends string>(
  params: Params,
  name: string,
  choices: readonly T[],
  fallback: T,
): T => choices.find((choice) => choice === params[name]) ?? fallback;

/** Several of the choices, separated by commas. */
export const someIn = <T extends string>(
  params: Params,
  name: string,
  choices: readonly T[],
  fallback: readonly T[],
): readonly T[] => {
  const found = (params[name] ?? "").split(",").filter((part): part is T => choices.includes(part as T));
  return found.length === 0 ? fallback : [...new Set(found)];
};

/** A number as it stands in the address: short, and the same number again where digits allow it. */
export const numberText = (value: number, digits = 6): string => String(Number(value.toPrecision(digits)));

/** Names in addresses that are not variables. */
const reserved = new Set([
  ...["f", "axes", "rate", "zoom"],
  ...["runs", "pick", "step", "steps"],
  ...["wrt", "t", "at", "about"],
]);

/**
 * What the value of a formula's variable is called in addresses: the same in all views, so that one can link to another. A
 * variable with the name of something else has an underscore before it.
 */
export const variableParam = (variable: string): string =>
  reserved.has(variable) || variable.startsWith("_") ? `_${variable}` : variable;

/** The one or two variables that are drawn. */
export const axesIn = (params: Params, variables: readonly string[]): readonly string[] => {
  const chosen = (params["axes"] ?? "").split(",").filter((name) => variables.includes(name));
  return [...new Set([...chosen, ...variables])].slice(0, 2);
};
