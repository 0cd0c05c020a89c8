/** What the address says about this view. */
import { numberIn, numberText, variableParam } from "../../app/params.ts";
import type { Params } from "../../app/address.ts";
import type { Values } from "../../engine/formula/parsed.ts";
import type { Interval } from "../../draw/frame.ts";
import { type Preset, presets } from "./presets.ts";

export const defaultPreset: Preset = presets.find(({ id }) => id === "squared")!;

export const presetOf = (text: string): Preset | undefined => presets.find((preset) => preset.text === text);

/** A value for each variable. */
export const valuesIn = (params: Params, text: string, variables: readonly string[]): Values => {
  const preset = presetOf(text);
  return Object.fromEntries(
    variables.map((name) => [name, numberIn(params, variableParam(name), preset?.at[name] ?? 1)]),
  );
};

/** The changes that bring values into the address. */
export const valueChanges = (values: Values, digits = 6): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [variableParam(name), numberText(value, digits)]),
  );

/** What part of a variable is shown: that of the preset, or around 0, widened to what must be seen. */
export const rangeOf = (text: string, name: string, value: number, zoom: number): Interval => {
  const [low, high] = presetOf(text)?.range[name] ?? [-3, 3];
  const [middle, half] = [(low + high) / 2, ((high - low) / 2) * zoom];
  const margin = half / 8;
  return [Math.min(middle - half, value - margin), Math.max(middle + half, value + margin)];
};
