/** What the address says about this view. */
import type { Params } from "../../app/address.ts";
import { numberIn, numberText, someIn, variableParam } from "../../app/params.ts";
import type { Values } from "../../engine/formula/parsed.ts";
import { type Preset, presets } from "./presets.ts";

export const defaultPreset: Preset = presets[0]!;

export const presetOf = (text: string): Preset | undefined => presets.find((preset) => preset.text === text);

/** A value for each variable. */
export const valuesIn = (params: Params, text: string, variables: readonly string[]): Values => {
  const preset = presetOf(text);
  return Object.fromEntries(
    variables.map((name) => [name, numberIn(params, variableParam(name), preset?.at[name] ?? 1)]),
  );
};

export const valueChange = (name: string, value: number): Record<string, string> => ({
  [variableParam(name)]: numberText(value),
});

/** The variables that are learned: those named, or all but what formulas call data. */
export const learnedIn = (params: Params, text: string, variables: readonly string[]): readonly string[] => {
  const usual = variables.filter((name) => !/^[xy]\d*$/.test(name));
  const fallback = presetOf(text)?.wrt ?? (usual.length > 0 ? usual : variables);
  return someIn(params, "wrt", variables, fallback);
};
