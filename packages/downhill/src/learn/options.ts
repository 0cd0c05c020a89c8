/** Options of constructors: defaults filled in, names and ranges checked. */
import { ArgumentError } from "../tensor/errors.ts";

/**
 * The options with `defaults` for those left out (or undefined).
 *
 * @throws ArgumentError at a name that is no option, and at what is neither true nor false where one of them belongs.
 */
export const withDefaults = <O extends object>(operation: string, defaults: O, options: Partial<O>): O => {
  const result = { ...defaults };
  for (const [name, value] of Object.entries(options) as [keyof O & string, O[keyof O & string]][]) {
    if (!Object.hasOwn(defaults, name))
      throw new ArgumentError(
        operation,
        `there is no option "${name}"; the options are ${Object.keys(defaults).join(", ")}`,
      );
    if (value === undefined) continue;
    if (typeof defaults[name] === "boolean" && typeof value !== "boolean")
      throw new ArgumentError(operation, `${name} is ${String(value)}; write true or false`);
    result[name] = value;
  }
  return result;
};

/** @throws ArgumentError unless `value` is a number for which `holds`. */
export const requireNumber = (
  operation: string,
  name: string,
  value: unknown,
  holds: (value: number) => boolean,
  expected: string,
): void => {
  if (typeof value !== "number" || !holds(value))
    throw new ArgumentError(operation, `${name} is ${String(value)}; write ${expected}`);
};

export const requireNonNegative = (operation: string, name: string, value: unknown): void =>
  requireNumber(operation, name, value, (x) => x >= 0 && x < Infinity, "a number from 0");

export const requirePositive = (operation: string, name: string, value: unknown): void =>
  requireNumber(operation, name, value, (x) => x > 0 && x < Infinity, "a number above 0");

export const requireCount = (operation: string, name: string, value: unknown): void =>
  requireNumber(operation, name, value, (x) => Number.isInteger(x) && x >= 1, "a whole number from 1");

/** Strictly between 0 and 1. */
export const requireFraction = (operation: string, name: string, value: unknown): void =>
  requireNumber(operation, name, value, (x) => x > 0 && x < 1, "a number between 0 and 1");

export const requireOneOf = (
  operation: string,
  name: string,
  value: unknown,
  choices: readonly string[],
): void => {
  if (!choices.includes(value as string))
    throw new ArgumentError(
      operation,
      `${name} is ${JSON.stringify(value)}; write one of ${choices.map((choice) => `"${choice}"`).join(", ")}`,
    );
};
