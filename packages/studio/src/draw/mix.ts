/** Mixtures of colours. */

export type Rgb = readonly [red: number, green: number, blue: number];

/** A colour of the palette: #rrggbb. */
export const rgbOf = (text: string): Rgb => {
  const number = Number.parseInt(text.slice(1), 16);
  return [number >> 16, (number >> 8) & 255, number & 255];
};

/** `share` of the second colour, the rest of the first, times `light`. */
export const mix = (first: string, second: string, share: number, light = 1): string => {
  const [a, b] = [rgbOf(first), rgbOf(second)];
  const channel = (i: number): number => Math.round(Math.min(255, light * (a[i]! + (b[i]! - a[i]!) * share)));
  return `rgb(${channel(0)},${channel(1)},${channel(2)})`;
};
