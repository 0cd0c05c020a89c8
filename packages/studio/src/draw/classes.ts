/** Colours of classes: those of series, and when these are used up the same again, nearer to ink. */
import { light, type Theme } from "downhill-palette";
import { mixed } from "./image.ts";
import { type Rgb, rgbOf } from "./mix.ts";

const count = light.series.length;
const inked = 0.5;

/** On a canvas. */
export const classRgb = ({ series, ink }: Theme, k: number): Rgb => {
  const own = rgbOf(series[k % count]!);
  return k < count ? own : mixed(own, rgbOf(ink), inked);
};

/** In styles. */
export const classColour = (k: number): string =>
  k < count ? `var(--c${k})` : `color-mix(in srgb, var(--c${k % count}), var(--ink) ${100 * inked}%)`;
