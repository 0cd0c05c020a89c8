/** The descents that a call of the command asks for. */
import { tensor } from "downhill";
import { compareDescents, findLearningRate, holdVariables, optimizerNames } from "downhill/explain";
import type { Tensor } from "downhill";
import type { Descent, LearningRateSearch, OptimizerName } from "downhill/explain";
import { parseFormula } from "downhill/formula";
import type { Formula } from "downhill/formula";
import type { DescendArguments } from "../arguments/descend.ts";
import { nearestName } from "../data/nearest.ts";
import { UsageError } from "../errors.ts";
import { asUsage } from "../formula/read.ts";

/** Values by variable. */
export type Point = Readonly<Record<string, number>>;

/** A function of its moving variables, which can be evaluated at many points at once. */
export interface Landscape {
  /** As the user wrote it. */
  readonly text: string;
  /** Those that move, in the order in which they stand in the formula. */
  readonly variables: readonly string[];
  /** Those that stay. */
  readonly fixed: Point;
  /** The values at points given by a list of coordinates for each variable. */
  readonly values: (coordinates: readonly ArrayLike<number>[]) => Float64Array;
}

export interface Descents {
  readonly landscape: Landscape;
  readonly descents: readonly Descent<Point>[];
}

/** Largest component of a gradient at which there is nothing left to be gained. */
const tolerance = 1e-8;

/** Every variable of the formula has a value, and every value a variable. */
function checkVariables({ variables, text }: Formula, from: Point, fixed: Point): void {
  const list = variables.length === 0 ? "no variables" : variables.join(", ");
  for (const [option, values] of [
    ["--from", from],
    ["--with", fixed],
  ] as const) {
    for (const name of Object.keys(values)) {
      if (variables.includes(name)) continue;
      const meant = nearestName(name, variables);
      const remedy = meant === null ? `its variables: ${list}` : `did you mean ${meant}?`;
      throw new UsageError(`${option}: there is no ${name} in ${text}`, remedy);
    }
  }
  const twice = Object.keys(from).find((name) => name in fixed);
  if (twice !== undefined)
    throw new UsageError(`${twice} stands in --from and in --with`, "it either moves or stays");
  const missing = variables.filter((name) => !(name in from) && !(name in fixed));
  if (missing.length > 0)
    throw new UsageError(
      `--from has no value for ${missing.join(", ")}`,
      `write one, such as --from ${[...Object.entries(from).map(([name, value]) => `${name}=${value}`), ...missing.map((name) => `${name}=1`)].join(",")}; or --with ${missing.map((name) => `${name}=1`).join(",")} to leave it as it is`,
    );
}

function landscapeOf(formula: Formula, from: Point, fixed: Point): Landscape {
  const variables = formula.variables.filter((name) => name in from);
  return {
    text: formula.text,
    variables,
    fixed,
    values(coordinates) {
      const count = coordinates[0]?.length ?? 1;
      const moving = variables.map(
        (name, i) => [name, tensor(Float64Array.from(coordinates[i] ?? []))] as const,
      );
      const { data } = formula({ ...fixed, ...Object.fromEntries(moving) });
      // A formula may do without one of them.
      return data.length === count ? Float64Array.from(data) : new Float64Array(count).fill(data[0] ?? NaN);
    },
  };
}

function optimizersOf(names: readonly string[]): OptimizerName[] {
  for (const name of names) {
    if ((optimizerNames as readonly string[]).includes(name)) continue;
    const meant = nearestName(name, optimizerNames);
    throw new UsageError(
      `--optimizer: there is no ${JSON.stringify(name)}`,
      meant === null ? `write one of ${optimizerNames.join(", ")}` : `did you mean ${meant}?`,
    );
  }
  return names as OptimizerName[];
}

/** What is to be run. */
export interface DescentRequest extends Pick<DescendArguments, "optimizer" | "rate" | "steps"> {
  readonly from: Point;
  /** Values of variables that stay. */
  readonly fixed?: Point;
}

/** What is to be descended: the function of the variables that move, and how it looks. */
interface Problem {
  readonly f: (point: Readonly<Record<string, Tensor>>) => Tensor;
  readonly landscape: Landscape;
}

function problemOf(text: string, from: Point, fixed: Point): Problem {
  const formula = asUsage(() => parseFormula(text));
  checkVariables(formula, from, fixed);
  return {
    f: holdVariables(formula, fixed),
    landscape: landscapeOf(formula, from, fixed),
  };
}

/** @throws UsageError where formula, values or options do not fit each other. */
export function runDescents(text: string, options: DescentRequest): Descents {
  const { from, fixed = {}, steps, rate } = options;
  const { f, landscape } = problemOf(text, from, fixed);
  const optimizers = optimizersOf(options.optimizer);
  const descents = asUsage(() =>
    compareDescents(f, { from, optimizers, learningRates: rate, steps, tolerance }),
  );
  return { landscape, descents };
}

/** Range tests of several optimizers from one start. */
export interface RateSearches {
  readonly landscape: Landscape;
  readonly from: Point;
  readonly searches: readonly RateSearch[];
}

export interface RateSearch extends LearningRateSearch {
  readonly optimizer: OptimizerName;
}

/** @throws UsageError where formula, values or options do not fit each other, and where no rate lowers the value. */
export function searchRates(
  text: string,
  { from, fixed = {}, optimizer, rate }: DescentRequest,
): RateSearches {
  if (rate.some((one) => one !== "auto"))
    throw new UsageError("--find-rate and --rate do not go together", "leave out one of them");
  const { f, landscape } = problemOf(text, from, fixed);
  const searches = optimizersOf(optimizer).map((name) => ({
    optimizer: name,
    ...asUsage(() => findLearningRate(f, from, { optimizer: name })),
  }));
  return { landscape, from, searches };
}
