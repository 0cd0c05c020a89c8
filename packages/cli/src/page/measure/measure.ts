/** Everything that a report shows and the training itself did not keep. */
import type { LinearParameters } from "downhill/learn";
import { LinearRegression, LogisticRegression } from "downhill/learn";
import { isSolved } from "downhill-model/recipe";
import type { Result } from "../../training/keep.ts";
import { weightsOf } from "../../training/weights.ts";
import type { Weight } from "../../training/weights.ts";
import { type Checkpoint, checkpointsOf, courseOf, type CoursePoint, spread } from "./course.ts";
import { deriveModel, type ModelDerivation } from "./derivation.ts";
import { effortFor } from "./effort.ts";
import { countParameters, measuredLoss, type Parameters, partsOf } from "./loss.ts";
import { type Slice, sliceAlong, sliceAround } from "./slice.ts";

export interface Evidence {
  readonly parameters: number;
  /** Names of the model's parts, in the order of `norms`. */
  readonly parts: readonly string[];
  /** Training rows that the following were measured on, of how many. */
  readonly rows: number;
  readonly of: number;
  /** The way of the training; empty for models that are solved. */
  readonly course: readonly CoursePoint[];
  readonly checkpoints: readonly Checkpoint[];
  /** Null where it cannot be drawn. */
  readonly slice: Slice | null;
  /** Why something is missing, where it is. */
  readonly missing: string;
  /** Of linear models, those that move predictions most first. */
  readonly weights: readonly Weight[] | null;
  readonly derivation: ModelDerivation;
}

const tooLarge =
  "The model has so many parameters that it would take long to measure its gradients, its curvature and the loss along its way, or much memory to keep the way: they are left out.";

/** The way of the training, and the land around it. */
type Surroundings = Pick<Evidence, "rows" | "of" | "course" | "checkpoints" | "slice" | "missing">;

function nothing({ prepared }: Result, missing: string): Surroundings {
  const of = prepared.train.rows;
  return { rows: of, of, course: [], checkpoints: [], slice: null, missing };
}

function surroundings(
  result: Result,
  parameters: Parameters,
  weights: readonly Weight[] | null,
): Surroundings {
  const { prepared, chosen } = result;
  const { trained } = chosen;
  const { recipe, path } = trained;
  const effort = effortFor(countParameters(parameters));
  if (effort === null || path?.isTooLarge() === true) return nothing(result, tooLarge);
  const loss = measuredLoss(trained, prepared, effort.tableRows);
  const measured = { rows: loss.rows, of: loss.of };
  if (isSolved(recipe) && weights !== null) {
    const deviation = prepared.targetScale?.deviation ?? 1;
    const solution = [{ epoch: 0, parameters, loss: NaN, norms: [] }];
    return {
      ...measured,
      course: [],
      checkpoints: checkpointsOf(solution, loss, recipe, effort),
      slice: sliceAround(parameters as LinearParameters, weights, deviation, loss, effort),
      missing: "A single weight has no landscape.",
    };
  }
  const course = courseOf(spread(path?.points() ?? [], effort.points), loss);
  if (course.length === 0)
    return nothing(result, "The training ran away before its first epoch was over: there is no way to draw.");
  return {
    ...measured,
    course,
    checkpoints: checkpointsOf(course, loss, recipe, effort),
    slice: sliceAlong(course, parameters, loss, effort),
    missing: "The training did not move: there is no way to draw the loss along.",
  };
}

export function measureReport(result: Result): Evidence {
  const { chosen, prepared } = result;
  const { trained } = chosen;
  const { estimator } = trained;
  const parameters = estimator.parameters as Parameters;
  const isLinear = estimator instanceof LinearRegression || estimator instanceof LogisticRegression;
  const weights = isLinear ? weightsOf(estimator, prepared.plan, prepared.targetScale) : null;
  return {
    parameters: countParameters(parameters),
    parts: partsOf(parameters).map(({ name }) => name),
    ...surroundings(result, parameters, weights),
    weights,
    derivation: deriveModel(trained, prepared),
  };
}
