/** Where random searches draw numbers from. */
import { ArgumentError } from "../../tensor/errors.ts";
import type { Distribution } from "./candidates.ts";

const requireRange = (name: string, low: number, high: number, holds: boolean): void => {
  if (!holds)
    throw new ArgumentError(
      `distributions.${name}`,
      `from ${low} to ${high}; write the lower bound first${name === "logUniform" ? ", above 0" : ""}`,
    );
};

/** Evenly from `low` to below `high`. */
export const uniform = (low: number, high: number): Distribution<number> => {
  requireRange("uniform", low, high, low < high);
  return (random) => low + (high - low) * random();
};

/** Every order of magnitude from `low` to `high` as often: for rates and strengths of penalties. */
export const logUniform = (low: number, high: number): Distribution<number> => {
  requireRange("logUniform", low, high, 0 < low && low < high);
  return (random) => Math.min(high, low * (high / low) ** random());
};

/** Whole numbers from `low` to `high`, both included. */
export const integers = (low: number, high: number): Distribution<number> => {
  requireRange("integers", low, high, Number.isInteger(low) && Number.isInteger(high) && low <= high);
  return (random) => low + Math.floor((high - low + 1) * random());
};
