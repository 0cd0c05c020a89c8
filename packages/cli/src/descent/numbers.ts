/** Numbers of descents as they stand in sentences and legends. */
import { formatNumber } from "../terminal/numbers.ts";

/** `digits` significant digits at most, without zeros at the end. */
export const short = (value: number, digits = 4): string =>
  formatNumber(value, digits)
    .replace(/(\.\d*?)0+(?=$|e)/, "$1")
    .replace(/\.(?=$|e)/, "");

/** The same for coordinates and values that come to rest: next to `size`, noise is zero. */
export const settled = (value: number, size = 1, digits = 5): string =>
  Math.abs(value) < 1e-7 * size ? "0" : short(value, digits);
