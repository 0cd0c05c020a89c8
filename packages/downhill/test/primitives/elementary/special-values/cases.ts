/** Arguments with the value that a function has there, in either format. */

/** The least positive number, the largest finite one and π/2, which the formats have each its own. */
export interface Numbers {
  readonly least: number;
  readonly largest: number;
  readonly round: (x: number) => number;
}

export type Case = readonly [...args: number[], value: number];

export type Table = Readonly<Record<string, (numbers: Numbers) => readonly Case[]>>;

export const inf = Infinity;

/** f(±x) = ±y */
export const odd = (x: number, y: number): Case[] => [
  [x, y],
  [-x, -y],
];
export const even = (x: number, y: number): Case[] => [
  [x, y],
  [-x, y],
];
/** A zero and the least numbers, where the function is its argument. */
export const identityAtZero = ({ least }: Numbers): Case[] => [
  ...odd(0, 0),
  ...odd(least, least),
  ...odd(3 * least, 3 * least),
];

export const exponents = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);
