/** Where a training can go on, as plain JSON and back. */
import type { Resumption } from "../outcome.ts";
import type { RandomState } from "../random.ts";
import { countOf, type Fields, isRecord, refuse } from "./checks.ts";

/** All but the epochs, which the model has too, and what the optimizer remembers, which is as large as the model or larger. */
export type SavedResumption = Omit<Resumption, "epochs" | "optimizer">;

export const savedResumption = (
  resumption: Resumption | undefined,
): { readonly resumption?: SavedResumption } => {
  if (resumption === undefined) return {};
  const { steps, rows, rate, random } = resumption;
  return { resumption: { steps, rows, rate, random } };
};

const isRandomState = (value: unknown): value is RandomState =>
  Array.isArray(value) &&
  value.length === 4 &&
  value.every((word) => Number.isInteger(word) && word === (word | 0));

/** Nothing if it was saved before it was kept, or by a model that has none. */
export const resumptionOf = (config: Fields): { readonly resumption?: Resumption } => {
  const { resumption: saved } = config;
  if (saved === undefined) return {};
  if (!isRecord(saved)) return refuse("resumption", saved, "an object");
  const { rate, random } = saved;
  if (typeof rate !== "number" || !(rate > 0)) return refuse("resumption.rate", rate, "a number above 0");
  if (!isRandomState(random)) return refuse("resumption.random", random, "four 32-bit integers");
  const epochs = countOf(config, "nIter", 0);
  return {
    resumption: { epochs, steps: countOf(saved, "steps", 0), rows: countOf(saved, "rows", 0), rate, random },
  };
};
