/** What can be measured along the way of a training after it is over. */
import { jit, valueAndGrad } from "downhill";
import type { Tensor } from "downhill";
import { sharpnessAlong, stableRate } from "downhill/explain";
import type { StepRule } from "downhill/explain";
import type { PathPoint } from "downhill/learn";
import type { Recipe } from "downhill-model/recipe";
import { type MeasuredLoss, type Parameters, partNorms } from "./loss.ts";

export interface CoursePoint {
  readonly epoch: number;
  readonly parameters: Parameters;
  /** Of the measured rows. */
  readonly loss: number;
  /** The length of the gradient, by parts of the model. */
  readonly norms: readonly number[];
}

/** Loss and gradient at each point; points that are not finite are left out. */
export function courseOf(points: readonly PathPoint[], { f }: MeasuredLoss): CoursePoint[] {
  const slope = jit((parameters: Parameters) => valueAndGrad(f)(parameters as never)) as unknown as (
    parameters: Parameters,
  ) => [Tensor, Parameters];
  return points
    .map((point): CoursePoint => {
      const parameters = point.parameters as Parameters;
      const [loss, gradient] = slope(parameters);
      return { epoch: point.epoch, parameters, loss: loss.item(), norms: partNorms(gradient) };
    })
    .filter(({ loss, norms }) => Number.isFinite(loss) && norms.every(Number.isFinite));
}

export interface Checkpoint {
  readonly epoch: number;
  /** λmax of the loss. */
  readonly sharpness: number;
  /** The learning rate at which steps of this kind stop being stable. */
  readonly border: number;
}

/** How the steps of a recipe follow from gradients; undefined if they are no multiples of them. */
export function stepRuleOf({ optimizer }: Recipe): StepRule | undefined {
  if (optimizer === "sgd") return {};
  if (optimizer === "momentum") return { momentum: 0.9 };
  if (optimizer === "nesterov") return { momentum: 0.9, nesterov: true };
  return undefined;
}

/** So many of the items, evenly spread, the first and the last among them. */
export function spread<T>(items: readonly T[], count: number): T[] {
  if (items.length <= count) return [...items];
  return Array.from({ length: count }, (_, i) => items[Math.round((i * (items.length - 1)) / (count - 1))]!);
}

/** The curvature at some of the points, with the border for the recipe's steps, or for plain gradient descent. */
export function checkpointsOf(
  course: readonly CoursePoint[],
  { f }: MeasuredLoss,
  recipe: Recipe,
  { checkpoints, products }: { readonly checkpoints: number; readonly products: number },
): Checkpoint[] {
  const chosen = spread(course, checkpoints);
  // Pictures show two digits.
  const options = { tolerance: 1e-3, maxProducts: products };
  const found = sharpnessAlong(
    f as (parameters: object) => Tensor,
    chosen.map(({ parameters }) => parameters as object),
    options,
  );
  const rule = stepRuleOf(recipe) ?? {};
  return chosen.map(({ epoch }, i) => ({
    epoch,
    sharpness: found[i]!,
    border: stableRate(found[i]!, rule),
  }));
}
