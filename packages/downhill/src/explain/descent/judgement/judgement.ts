/** What is thought of a learning rate, and what it is judged by. */
import type { CurvatureRange } from "../../../curvature/extremes.ts";
import type { StepRule } from "../../../curvature/stable-rate.ts";
import { type Convergence, halvingSteps } from "../convergence.ts";
import type { Observation, Track } from "../observation.ts";

export type Verdict = "slow" | "good" | "oscillating" | "diverges";

export interface Judgement extends Convergence {
  readonly verdict: Verdict;
  /**
   * Where `perStep` and `stepsToHalve` come from: predicted by the curvature at the minimum, or observed on the later half
   * of the path.
   */
  readonly basis: "curvature" | "path";
  /** A rate to try instead, and how many steps it is predicted to take; undefined where the rate is good or nothing is known. */
  readonly better: { readonly learningRate: number; readonly stepsToHalve: number } | undefined;
  /** One or two sentences. */
  readonly reason: string;
}

/** What is known about a descent. */
export interface Evidence {
  readonly track: Track;
  /** The learning rate; undefined for methods that have none. */
  readonly rate: number | undefined;
  /** Undefined unless the steps are multiples of gradients. */
  readonly rule: StepRule | undefined;
  readonly start: CurvatureRange;
  readonly end: CurvatureRange;
  /** Whether `end` is a minimum; otherwise it is the last point. */
  readonly isMinimum: boolean;
  /** Why the value is no number at the last point, in a clause; undefined if it is one. */
  readonly broke: string | undefined;
}

/** With what the path shows. */
export interface Case extends Evidence {
  readonly seen: Observation;
}

export const observed = ({ perStep }: Observation): Convergence => ({
  perStep,
  stepsToHalve: halvingSteps(perStep),
});

/** Whether the end is a minimum from which the function rises in all directions. */
export const isConvex = ({ smallest, smallestError }: CurvatureRange, isMinimum: boolean): boolean =>
  isMinimum && smallest > smallestError;
