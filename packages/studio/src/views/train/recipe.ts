/** A run as one plain value: the table, how it is read, the model, the way it is trained. Whoever has it can do it again. */
import type { ModelName } from "downhill-model/card";
import type { firstOrderOptimizers } from "downhill-model/recipe";
import type { Source } from "./data/source.ts";

export type Optimizer = (typeof firstOrderOptimizers)[number];
export type Activation = "relu" | "tanh" | "logistic" | "identity";

/** How a table becomes numbers. */
export interface DataRecipe {
  readonly source: Source;
  readonly target: string;
  /** The columns to learn from; null for all that can be used. */
  readonly inputs: readonly string[] | null;
  /** Whether columns of numbers, and a target that is one, are brought to mean 0 and deviation 1. */
  readonly standardise: boolean;
  /** The share of the rows held out. */
  readonly validation: number;
  /** Of the split, the initial weights and the order of the rows. */
  readonly seed: number;
}

export interface ModelRecipe {
  /** `auto`: linear or logistic regression, as the target is. */
  readonly model: ModelName | "auto";
  /** Units of the hidden layers of a network. */
  readonly hidden: readonly number[];
  readonly activation: Activation;
}

/** How steps are taken. */
export interface Settings {
  readonly optimizer: Optimizer;
  readonly rate: number | "auto";
  /** Rows of a step; null for all. */
  readonly batch: number | null;
}

/**
 * A training from the initial weights: settings, one after the other. All but the last are in force up to an epoch, from
 * which the next one branches off.
 */
export interface Course {
  readonly before: readonly (Settings & { readonly until: number })[];
  readonly last: Settings;
}

/** What several courses have in common: they start at the same weights. */
export interface Ground {
  readonly data: DataRecipe;
  readonly model: ModelRecipe;
}

export interface Run extends Ground {
  readonly course: Course;
}

const settingsText = ({ optimizer, rate, batch }: Settings): string =>
  [optimizer, rate, batch ?? "all"].join(":");

/** `sgd:0.1:16@40~adam:auto:all`: gradient descent, and from epoch 40 Adam. */
export const courseText = ({ before, last }: Course): string =>
  [...before.map((stage) => `${settingsText(stage)}@${stage.until}`), settingsText(last)].join("~");

/** The course that leaves another one at an epoch. */
export const branchOf = ({ before, last }: Course, epoch: number, next: Settings): Course => ({
  before: [
    ...before.filter(({ until }) => until < epoch),
    { ...last, ...settingsAt(before, epoch), until: epoch },
  ],
  last: next,
});

/** The same settings at half the rate that was in force last. */
export const halved = (settings: Settings, inForce: number | undefined): Settings => {
  const rate = inForce ?? (settings.rate === "auto" ? 0.1 : settings.rate);
  return { ...settings, rate: Number((rate / 2).toPrecision(2)) };
};

/** The settings in force in the epoch that leads to this one. */
const settingsAt = (before: Course["before"], epoch: number): Settings | undefined =>
  before.find(({ until }) => epoch <= until);

export const mostRuns = 4;
export const mostEpochs = 5000;
