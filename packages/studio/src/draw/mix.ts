/** Mixtures of colours. */
import { rgb } from "d3-color";

const parse = (text: string): readonly [number, number, number] => {
  const { r, g, b } = rgb(text);
  return [r, g, b];
};

/** `share` of the second colour, the rest of the first, times `light`. */
export const mix = (first: string, second: string, share: number, light = 1): string => {
  const [a, b] = [parse(first), parse(second)];
  const channel = (i: number): number => Math.round(Math.min(255, light * (a[i]! + (b[i]! - a[i]!) * share)));
  return `rgb(${channel(0)},${channel(1)},${channel(2)})`;
};
