/** What saved models are checked for, and how they are refused. */
import { ModelFormatError } from "../errors.ts";

export type Fields = Readonly<Record<string, unknown>>;

export const isRecord = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const refuse = (name: string, value: unknown, expected: string): never => {
  throw new ModelFormatError(
    value === undefined ? `${name} is missing` : `${name} is ${JSON.stringify(value)}, not ${expected}`,
  );
};

export const countOf = (config: Fields, name: string, least: number): number => {
  const value = config[name];
  return Number.isSafeInteger(value) && (value as number) >= least
    ? (value as number)
    : refuse(name, value, `a whole number from ${least}`);
};

/** What `f` gives; what it refuses is a fault of the saved model. */
export const refusing = <T>(what: string, f: () => T): T => {
  try {
    return f();
  } catch (cause) {
    throw new ModelFormatError(`its ${what} are refused: ${(cause as Error).message}`, { cause });
  }
};
