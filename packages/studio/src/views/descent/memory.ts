/** What optimizers remember, named for readers. */
import type { Values } from "../../engine/formula/parsed.ts";

export interface Remembered {
  readonly name: string;
  readonly values: Values;
}

/** Of optimizers that keep a single thing. */
const single: Readonly<Record<string, string>> = {
  momentum: "velocity v",
  nesterov: "velocity v",
  adagrad: "sum of squared slopes",
  lion: "average of slopes m",
};

const several: Readonly<Record<string, string>> = {
  mu: "average of slopes m",
  nu: "average of squares v",
  largest: "largest average of squares",
  gradients: "average of squared slopes",
  updates: "average of squared moves",
  velocity: "velocity v",
};

const isValues = (value: unknown): value is Values =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  Object.keys(value).length > 0 &&
  Object.values(value).every((part) => typeof part === "number");

/**
 * @param state a step's `state`: the states of what an optimizer is made of, one after the other.
 * @param variables the names in it that are variables.
 */
export const remembered = (
  optimizer: string,
  state: unknown,
  variables: readonly string[],
): readonly Remembered[] => {
  const name = optimizer.replace(/ .*/, "");
  const isPoint = (value: unknown): value is Values =>
    isValues(value) && variables.every((each) => each in value);
  const visit = (value: unknown): Remembered[] => {
    if (Array.isArray(value)) return value.flatMap(visit);
    if (isPoint(value)) return [{ name: single[name] ?? "memory", values: value }];
    if (typeof value !== "object" || value === null) return [];
    return Object.entries(value).flatMap(([key, part]) =>
      isPoint(part) ? [{ name: several[key] ?? key, values: part }] : [],
    );
  };
  return visit(state);
};
