/** Why a descent came to a point at which its function is no number, or cannot begin at one. */
import { Tensor } from "../../tensor/tensor.ts";
import { findNonFinite } from "../../transforms/non-finite/find-non-finite.ts";
import { whereUndefined } from "../derivation/undefined.ts";
import { isFormula } from "../formula.ts";
import { short } from "./judgement/words.ts";
import { plain } from "./plain.ts";

/** More numbers than these would not be read. */
const mostNamed = 3;

/** `x = −0.5, y = 2` of a few named numbers; undefined of anything else. */
const coordinatesOf = (params: object): string | undefined => {
  if (Array.isArray(params) || params instanceof Tensor) return undefined;
  const entries = Object.entries(plain(params));
  const isFew = entries.length <= mostNamed && entries.every(([, value]) => typeof value === "number");
  return isFew && entries.length > 0
    ? entries.map(([name, value]) => `${name} = ${short(value as number)}`).join(", ")
    : undefined;
};

/**
 * `step 2 leads to x = −0.5, where log of −0.5 does not exist`: found by evaluating the function there operation by operation.
 *
 * @param params where it is no number, `step` steps from the start.
 */
export const breakdown = (f: (params: never) => Tensor, params: object, step: number): string | undefined => {
  const found = findNonFinite(f as (params: object) => Tensor)(params);
  if (found === null) return undefined;
  const where = coordinatesOf(params);
  if (found.phase === "input") return `step ${step} leads out of all numbers${where ? `, to ${where}` : ""}`;
  return where === undefined
    ? `at step ${step} ${found.happened}`
    : `step ${step} leads to ${where}, where ${found.happened}`;
};

/**
 * `at the start, x = −1, ln(x) has no value: log of −1 does not exist; go where x is above 0, …`.
 *
 * @param params where the value, or its gradient, is not finite.
 */
export const noStart = (f: (params: never) => Tensor, params: object): string => {
  const where = coordinatesOf(params);
  const start = where === undefined ? "at the start" : `at the start, ${where},`;
  const numbers = plain(params) as Readonly<Record<string, unknown>>;
  if (isFormula(f) && Object.values(numbers).every((value) => typeof value === "number")) {
    const found = whereUndefined(f, numbers as Readonly<Record<string, number>>);
    if (found !== null) return `${start} ${found.toString()}`;
  }
  const found = findNonFinite(f as (params: object) => Tensor)(params);
  return found === null
    ? `${start} the value or its slope is not finite; start elsewhere`
    : `${start} ${found.happened}; start elsewhere; ${found.change}`;
};
