/** The functions of one argument with their error bounds and the places where they or their code change. */
import * as downhill from "downhill";
import type { Tensor } from "downhill";
import type { Scalar } from "../../../src/program/loop.ts";
import * as kernels from "../../../src/primitives/elementary/index.ts";
import * as exactly from "./exact/functions.ts";
import type { Exact } from "./exact/number.ts";

export interface FunctionRow {
  readonly name: string;
  readonly apply: (x: Tensor) => Tensor;
  /** The value for an argument inside the domain. */
  readonly exact: (x: Exact) => Exact;
  /** Where the function is a number. */
  readonly domain: readonly [low: number, high: number];
  /** Beyond these arguments the float64 value is 0, infinite or constant, and so is the float32 one. */
  readonly interesting: readonly [low: number, high: number];
  /** Arguments whose neighbours are tested: borders of argument reduction and of formulas. */
  readonly borders: readonly number[];
  /** The function as scalar code, and the powers of two between which every float32 argument of either sign is worth a visit. */
  readonly scalar: ((x: Scalar) => Scalar) | undefined;
  readonly sweep: readonly [low: number, high: number];
}

const multiplesOf = (unit: number, ...counts: readonly number[]): number[] =>
  counts.flatMap((count) => [count * unit, -count * unit]);

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);

const halvesOfLn2 = multiplesOf(Math.LN2 / 2, ...upTo(40), 200, 201, 255, 256, 257, 2046, 2047, 2048, 2149);
const quarterTurns = multiplesOf(
  Math.PI / 2,
  ...upTo(40),
  8147,
  8148,
  8149,
  1018591,
  1018592,
  2 ** 40,
  2 ** 300,
);
const rootsOfHalf = [-1073, -149, -127, -126, -3, -2, -1, 0, 1, 2, 3, 127, 1023].map(
  (k) => 2 ** k * Math.SQRT1_2,
);

const limits = { low: -Number.MAX_VALUE, high: Number.MAX_VALUE };
const everywhere: readonly [number, number] = [limits.low, limits.high];
const positive: readonly [number, number] = [Number.MIN_VALUE, limits.high];

type Name = Exclude<Extract<keyof typeof downhill, keyof typeof exactly>, "pow" | "atan2" | "mod">;

const row = (
  name: Name,
  sweep: readonly [number, number],
  {
    domain = everywhere,
    interesting = domain,
    borders = [],
  }: Partial<Pick<FunctionRow, "domain" | "interesting" | "borders">> = {},
): FunctionRow => ({
  name,
  apply: downhill[name],
  exact: exactly[name],
  domain,
  interesting,
  borders,
  scalar: name in kernels ? (kernels[name as keyof typeof kernels] as (x: Scalar) => Scalar) : undefined,
  sweep,
});

export const functions: readonly FunctionRow[] = [
  row("exp", [-12, 7], {
    interesting: [-746, 710],
    borders: [...halvesOfLn2, -104, -103.972, 89, 88.7228, 709.7827, -745.1332],
  }),
  row("expm1", [-12, 7], { interesting: [-50, 710], borders: [...halvesOfLn2, -18, -40, 88.7228, 709.7827] }),
  row("log", [-4, 4], { domain: positive, borders: rootsOfHalf }),
  row("log2", [-4, 4], { domain: positive, borders: rootsOfHalf }),
  row("log10", [-4, 4], { domain: positive, borders: rootsOfHalf }),
  row("log1p", [-12, 20], { domain: [-1 + 2 ** -53, limits.high], borders: rootsOfHalf.map((x) => x - 1) }),
  row("sin", [-12, 14], { borders: [...quarterTurns, 12800, 1.6e6] }),
  row("cos", [-12, 14], { borders: [...quarterTurns, 12800, 1.6e6] }),
  row("tan", [-12, 14], { borders: [...quarterTurns, ...quarterTurns.map((x) => x / 2), 12800, 1.6e6] }),
  row("asin", [-12, 0], { domain: [-1, 1] }),
  row("acos", [-12, 0], { domain: [-1, 1] }),
  row("atan", [-12, 26]),
  row("sinh", [-12, 7], { interesting: [-711, 711], borders: [...halvesOfLn2, 89.4159, 710.4758] }),
  row("cosh", [-12, 7], { interesting: [-711, 711], borders: [...halvesOfLn2, 89.4159, 710.4758] }),
  row("tanh", [-12, 5], {
    interesting: [-25, 25],
    borders: [...halvesOfLn2, ...halvesOfLn2.map((x) => x / 2), 10, 20],
  }),
  row("asinh", [-12, 10], { borders: [2 ** 60, ...rootsOfHalf.map((x) => (x - 1 / x) / 2)] }),
  row("acosh", [0, 14], { domain: [1 + 2 ** -52, limits.high], borders: [2 ** 60, 1.25] }),
  row("atanh", [-12, 0], { domain: [-1 + 2 ** -53, 1 - 2 ** -53], borders: [1 / 3] }),
  row("sigmoid", [-12, 7], {
    interesting: [-746, 50],
    borders: [...halvesOfLn2, 17.33, 18, 36.75, 38, 104, 746],
  }),
  row("softplus", [-12, 7], { interesting: [-746, 750], borders: halvesOfLn2 }),
  row("erf", [-12, 3], { interesting: [-7, 7], borders: [3.95, 6] }),
  row("erfc", [-12, 4], { interesting: [-7, 27.4], borders: [10.05, 10.2, 26.54, 27.22, 27.4] }),
  row("erfinv", [-12, 0], { domain: [-1 + 2 ** -53, 1 - 2 ** -53], borders: [0.9966, 0.99902] }),
  row("sqrt", [0, 2], { domain: positive }),
  row("rsqrt", [0, 2], { domain: positive }),
];
