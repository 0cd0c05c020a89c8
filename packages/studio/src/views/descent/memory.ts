/** What optimizers remember, named for readers. */
import type { Values } from "../../engine/formula/parsed.ts";

export interface Remembered {
  readonly name: string;
  /** What rules call it. */
  readonly letter: string;
  readonly values: Values;
}

type Naming = readonly [name: string, letter: string];

const velocity: Naming = ["velocity v", "v"];
const slopes: Naming = ["average of slopes m", "m"];

/** Of optimizers that keep a single thing. */
const single: Readonly<Record<string, Naming>> = {
  momentum: velocity,
  nesterov: velocity,
  adagrad: ["sum of squares s", "s"],
  lion: slopes,
};

const several: Readonly<Record<string, Naming>> = {
  mu: slopes,
  nu: ["average of squares v", "v"],
  largest: ["largest v̂ so far", "top"],
  gradients: ["average of squares s", "s"],
  updates: ["average of squared moves d", "d"],
  velocity,
  direction: ["direction d", "d"],
};

/** The same field means something else in these. */
const own: Readonly<Record<string, Readonly<Record<string, Naming>>>> = {
  adamax: { nu: ["largest recent slope u", "u"] },
  adabelief: { nu: ["average of squared surprises v", "v"] },
};

const isValues = (value: unknown): value is Values =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  Object.keys(value).length > 0 &&
  Object.values(value).every((part) => typeof part === "number");

/** The optimizer's name without its settings. */
export const plainName = (optimizer: string): string => optimizer.replace(/ .*/, "");

/**
 * @param state a step's `state`: the states of what an optimizer is made of, one after the other.
 * @param variables the names in it that are variables.
 */
export const remembered = (
  optimizer: string,
  state: unknown,
  variables: readonly string[],
): readonly Remembered[] => {
  const name = plainName(optimizer);
  const isPoint = (value: unknown): value is Values =>
    isValues(value) && variables.every((each) => each in value);
  const called = (naming: Naming | undefined, values: Values, otherwise = "memory"): Remembered => {
    const [words, letter] = naming ?? [otherwise, otherwise];
    return { name: words, letter, values };
  };
  const visit = (value: unknown): Remembered[] => {
    if (Array.isArray(value)) return value.flatMap(visit);
    if (isPoint(value)) return [called(single[name], value)];
    if (typeof value !== "object" || value === null) return [];
    return Object.entries(value).flatMap(([key, part]) =>
      isPoint(part) ? [called(own[name]?.[key] ?? several[key], part, key)] : [],
    );
  };
  return visit(state);
};
