/** How much is measured for a report: less of larger models, so that it stays a matter of a second or a few. */
import { fewestRows } from "./loss.ts";

export interface Effort {
  /** Points of the grid over which the loss is drawn. */
  readonly columns: number;
  readonly rows: number;
  /** Points of the path at which the gradient is measured, and the curvature. */
  readonly points: number;
  readonly checkpoints: number;
  /** Products with the Hessian at each of the latter, at most. */
  readonly products: number;
  /** Training rows that there is time for. */
  readonly tableRows: number;
}

type Plan = Omit<Effort, "tableRows">;

const plans: readonly Plan[] = [
  { columns: 49, rows: 35, points: 120, checkpoints: 7, products: 40 },
  { columns: 33, rows: 25, points: 60, checkpoints: 7, products: 30 },
  { columns: 21, rows: 15, points: 30, checkpoints: 5, products: 20 },
  { columns: 15, rows: 11, points: 12, checkpoints: 3, products: 12 },
];

/** Multiplications and additions for all that is measured: under half a second for small models … */
const work = 4e9;
/** … and some seconds for models that took minutes to train. */
const mostWork = 4e10;

/** A sample of this size is worth more than a fine grid. */
const goodSample = 256;

/** A product and a sum for each weight and row going forward, twice that going backward, and all again for a product. */
const workPerRow = (parameters: number, { columns, rows, points, checkpoints, products }: Plan): number =>
  parameters * (2 * columns * rows + 6 * points + 12 * checkpoints * products);

/**
 * What there is time for; null if even little would take too long.
 *
 * @param parameters - how many the model has
 */
export function effortFor(parameters: number): Effort | null {
  const coarsest = plans.at(-1)!;
  const plan = plans.find((each) => work / workPerRow(parameters, each) >= goodSample) ?? coarsest;
  if (workPerRow(parameters, plan) * fewestRows > mostWork) return null;
  return { ...plan, tableRows: work / workPerRow(parameters, plan) };
}
