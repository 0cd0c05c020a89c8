/** Parameters to try: all of a grid, or some drawn from distributions. */
import { ArgumentError } from "../../tensor/errors.ts";
import { permutation, type RandomSource } from "../random.ts";

/** For each parameter the values to try. */
export type Grid<P extends object> = { readonly [Name in keyof P]: readonly P[Name][] };

/** Draws a value; `random()` is evenly distributed from 0 to below 1. */
export type Distribution<Value> = (random: () => number) => Value;

/** For each parameter the values to choose from, or what draws them. */
export type Distributions<P extends object> = {
  readonly [Name in keyof P]: readonly P[Name][] | Distribution<P[Name]>;
};

const requireValues = (operation: string, name: string, values: unknown): void => {
  if (!Array.isArray(values) || values.length === 0)
    throw new ArgumentError(operation, `${name} is ${JSON.stringify(values)}; write a list of values to try`);
};

/** The names in order, the last parameter changing fastest; scikit-learn's order, which sorts names. */
const namesOf = (grid: object): string[] => Object.keys(grid).sort();

const countOf = (operation: string, grid: Readonly<Record<string, readonly unknown[]>>): number =>
  namesOf(grid).reduce((count, name) => {
    requireValues(operation, name, grid[name]);
    return count * grid[name]!.length;
  }, 1);

const candidateAt = <P extends object>(grid: Grid<P>, index: number): P => {
  const lists = grid as unknown as Readonly<Record<string, readonly unknown[]>>;
  const chosen: Record<string, unknown> = {};
  let rest = index;
  for (const name of namesOf(grid).reverse()) {
    const values = lists[name]!;
    chosen[name] = values[rest % values.length];
    rest = Math.floor(rest / values.length);
  }
  return chosen as P;
};

/** All combinations, in scikit-learn's order: names sorted, the last one changing fastest. */
export const combinationsOf = <P extends object>(operation: string, grid: Grid<P>): P[] =>
  Array.from({ length: countOf(operation, grid as never) }, (_, index) => candidateAt(grid, index));

/** So many draws; where all parameters are lists, no combination twice, hence no more than there are. */
export const drawsOf = <P extends object>(
  operation: string,
  distributions: Distributions<P>,
  count: number,
  random: RandomSource,
): P[] => {
  const entries = namesOf(distributions).map(
    (name) => [name, distributions[name as keyof P] as readonly unknown[] | Distribution<unknown>] as const,
  );
  if (entries.every(([, values]) => typeof values !== "function")) {
    const grid = distributions as Grid<P>;
    const all = countOf(operation, grid);
    return Array.from(permutation(random, all).subarray(0, count), (index) => candidateAt(grid, index));
  }
  for (const [name, values] of entries)
    if (typeof values !== "function") requireValues(operation, name, values);
  return Array.from(
    { length: count },
    () =>
      Object.fromEntries(
        entries.map(([name, values]) => [
          name,
          typeof values === "function" ? values(random) : values[Math.floor(random() * values.length)],
        ]),
      ) as P,
  );
};
