/** The learning rate, and the border above which steps cannot stay where they are: 2/λmax, along the way. */
import { sharpnessAlong, stableRate, type StepRule } from "downhill/explain";
import { courseText } from "../recipe.ts";
import type { Workshop } from "./ground.ts";
import { thinned } from "./thin.ts";
import type { Training } from "./training.ts";

export interface Border {
  readonly epochs: readonly number[];
  /** NaN where there is none. */
  readonly borders: readonly number[];
  /** The rates of all epochs. */
  readonly rates: readonly number[];
  /** Whether the border is that of the optimizer's own steps, or only that of plain gradient descent. */
  readonly isOwn: boolean;
}

const most = 24;

const measured = new WeakMap<Workshop, Map<string, number>>();

export const borderOf = (workshop: Workshop, training: Training, epoch: number): Border => {
  const known = measured.get(workshop) ?? new Map<string, number>();
  measured.set(workshop, known);
  const { course, history } = training;
  const epochs = thinned(
    training.kept().filter((at) => at <= epoch),
    most,
  );
  const key = (at: number): string => `${courseText(course)} ${at}`;
  const missing = epochs.filter((at) => !known.has(key(at)));
  if (missing.length > 0)
    sharpnessAlong(
      workshop.objective,
      missing.map((at) => training.pointAt(at).parameters),
      { tolerance: 1e-3 },
    ).forEach((sharpness, i) => known.set(key(missing[i]!), sharpness));
  const { optimizer } = course.last;
  const rule: StepRule =
    optimizer === "momentum"
      ? { momentum: 0.9 }
      : optimizer === "nesterov"
        ? { momentum: 0.9, nesterov: true }
        : {};
  return {
    epochs,
    borders: epochs.map((at) => {
      const border = stableRate(known.get(key(at))!, rule);
      return Number.isFinite(border) && border > 0 ? border : NaN;
    }),
    rates: history.rate.slice(0, epoch),
    isOwn: ["sgd", "momentum", "nesterov"].includes(optimizer),
  };
};
