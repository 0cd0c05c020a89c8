/** What the address says about a race. */
import type { OptimizerName } from "downhill/explain";
import type { Params } from "../../app/address.ts";
import { numberIn, numberText, variableParam } from "../../app/params.ts";
import type { Values } from "../../engine/formula/parsed.ts";
import { type DescentPreset, descentPresets } from "./presets.ts";

export const optimizers = [
  "gd",
  "momentum",
  "nesterov",
  "adagrad",
  "adadelta",
  "rmsprop",
  "adam",
  "adamw",
  "nadam",
  "radam",
  "adamax",
  "amsgrad",
  "adabelief",
  "lion",
  "lamb",
  "lbfgs",
] as const satisfies readonly OptimizerName[];

/** One of those that race. */
export interface Entry {
  readonly optimizer: OptimizerName;
  readonly rate: number | "auto";
}

export const mostEntries = 6;
export const defaultDescent: DescentPreset = descentPresets[0]!;

const entryOf = (part: string): Entry | undefined => {
  const [name = "", rate = "auto"] = part.split(":");
  const optimizer = optimizers.find((one) => one === name.trim());
  const value = Number(rate);
  if (optimizer === undefined) return undefined;
  return { optimizer, rate: value > 0 && value < Infinity ? value : "auto" };
};

export const entriesIn = (params: Params): readonly Entry[] => {
  const found = (params["runs"] ?? defaultDescent.runs).split(",").map(entryOf);
  const entries = found.filter((entry) => entry !== undefined).slice(0, mostEntries);
  return entries.length === 0 ? [{ optimizer: "gd", rate: "auto" }] : entries;
};

export const entriesText = (entries: readonly Entry[]): string =>
  entries.map(({ optimizer, rate }) => `${optimizer}:${rate === "auto" ? rate : numberText(rate)}`).join(",");

export const descentPresetOf = (text: string): DescentPreset | undefined =>
  descentPresets.find((preset) => preset.text === text);

/** The one that the address shows as it came. */
export const presetShown = (params: Params): DescentPreset | undefined => {
  const text = params["f"] ?? defaultDescent.text;
  const runs = params["runs"] ?? defaultDescent.runs;
  return descentPresets.find((preset) => preset.text === text && preset.runs === runs);
};

/** Where each variable starts. */
export const startIn = (params: Params, text: string, variables: readonly string[]): Values => {
  const preset = presetShown(params) ?? descentPresetOf(text);
  return Object.fromEntries(
    variables.map((name, i) => [
      name,
      numberIn(params, variableParam(name), preset?.from[name] ?? (i === 0 ? -1.5 : 1)),
    ]),
  );
};

export const startChanges = (values: Values): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [variableParam(name), numberText(value, 4)]),
  );

export const mostSteps = 500;
export const stepsIn = (params: Params): number =>
  Math.round(numberIn(params, "steps", presetShown(params)?.steps ?? 100, { min: 1, max: mostSteps }));
