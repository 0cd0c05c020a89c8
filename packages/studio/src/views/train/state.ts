/** What the address says about a training. */
import type { ModelName } from "downhill-model/card";
import { firstOrderOptimizers } from "downhill-model/recipe";
import type { Params } from "../../app/address.ts";
import { numberIn, numberText, oneIn } from "../../app/params.ts";
import {
  type Activation,
  type Course,
  courseText,
  type ModelRecipe,
  mostEpochs,
  mostRuns,
  type Settings,
} from "./recipe.ts";

export const activations = ["tanh", "relu", "logistic", "identity"] as const satisfies readonly Activation[];
export const models = ["auto", "linear", "logistic", "mlp"] as const satisfies readonly (
  ModelName | "auto"
)[];

const settingsOf = (text: string): Settings | undefined => {
  const [name = "", rate = "auto", batch = "all"] = text.split(":");
  const optimizer = firstOrderOptimizers.find((one) => one === name.trim());
  if (optimizer === undefined) return undefined;
  const [size, rows] = [Number(rate), Number(batch)];
  return {
    optimizer,
    rate: size > 0 && size < Infinity ? size : "auto",
    batch: Number.isInteger(rows) && rows > 0 ? rows : null,
  };
};

const courseOf = (text: string): Course | undefined => {
  const stages = text.split("~").map((part) => {
    const [settings = "", until] = part.split("@");
    const read = settingsOf(settings);
    return read && { ...read, until: Math.min(mostEpochs, Math.max(0, Math.round(Number(until ?? 0) || 0))) };
  });
  if (stages.includes(undefined)) return undefined;
  const known = stages.filter((stage) => stage !== undefined);
  const { until: _, ...last } = known.at(-1)!;
  return { before: known.slice(0, -1), last };
};

export const defaultCourse: Course = {
  before: [],
  last: { optimizer: "sgd", rate: "auto", batch: null },
};

export const coursesIn = (params: Params): readonly Course[] => {
  const found = (params["runs"] ?? "").split(",").map(courseOf);
  const courses = found.filter((course) => course !== undefined).slice(0, mostRuns);
  return courses.length === 0 ? [defaultCourse] : courses;
};

export const coursesText = (courses: readonly Course[]): string | undefined => {
  const text = courses.map(courseText).join(",");
  return text === courseText(defaultCourse) ? undefined : text;
};

export const modelIn = (params: Params): ModelRecipe => ({
  model: oneIn(params, "model", models, "auto"),
  hidden: (params["hidden"] ?? "8")
    .split(/[ ,x]+/)
    .map((part) => Math.min(256, Math.round(Number(part))))
    .filter((units) => units > 0)
    .slice(0, 4),
  activation: oneIn(params, "act", activations, "tanh"),
});

export const seedIn = (params: Params): number =>
  Math.round(numberIn(params, "seed", 0, { min: 0, max: 1e9 }));
export const validationIn = (params: Params): number => numberIn(params, "val", 0.2, { min: 0, max: 0.9 });

/** The columns to learn from; null for all. */
export const inputsIn = (params: Params): readonly string[] | null =>
  params["inputs"] === undefined ? null : params["inputs"].split(",").map(decodeURIComponent);

/** Names may hold commas. */
export const inputsText = (names: readonly string[]): string =>
  names.map((name) => name.replaceAll("%", "%25").replaceAll(",", "%2C")).join(",");

/** The epoch that is looked at. */
export const epochIn = (params: Params): number =>
  Math.round(numberIn(params, "epoch", 0, { min: 0, max: mostEpochs }));

export const shareText = (share: number): string => numberText(share, 3);
