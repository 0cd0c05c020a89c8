/** What a path itself shows, whatever took it. */
import { dot } from "../../optim/lbfgs/vector.ts";

/** A descent as bare numbers, the start first. */
export interface Track {
  readonly values: readonly number[];
  /** Euclidean norms. */
  readonly gradientNorms: readonly number[];
  /** From each point to the next. */
  readonly moves: readonly Float64Array[];
  /** The lowest value that can be reached from here, if it is known. */
  readonly lowest: number | undefined;
  /** The spacing of numbers near 1 in the precision of the values. */
  readonly epsilon: number;
}

export interface Observation {
  /** The step after which the value or the gradient was no longer finite. */
  readonly brokenAt: number | undefined;
  /** Whether it has arrived: nothing is left to be gained, as far as it matters. */
  readonly isSettled: boolean;
  /** By which factor the error changed at each step, over the later half of the way on which there was some. */
  readonly perStep: number;
  /** Whether the error is larger than at the start. */
  readonly isHigher: boolean;
  /** The share of the later moves that went back where the move before had come from. */
  readonly turns: number;
  /** The share of the later moves that made the error larger. */
  readonly rises: number;
}

/** An error that has come down to this share is none. */
const negligible = 1e-10;

/** The error at each point: the value above the lowest one; without that the square of the slope, which shrinks alike. */
const errorsOf = ({ values, gradientNorms, lowest }: Track): number[] =>
  lowest === undefined
    ? gradientNorms.map((norm) => norm * norm)
    : values.map((value) => Math.max(0, value - lowest));

/** The slope of the line that fits ln(errors) best, as a factor for each step. */
const trend = (errors: readonly number[]): number => {
  const points = errors.flatMap((error, step) => (error > 0 ? [[step, Math.log(error)] as const] : []));
  if (points.length < 2) return NaN;
  const mean = (of: (point: readonly [number, number]) => number): number =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [x, y] = [mean(([step]) => step), mean(([, log]) => log)];
  const covariance = mean(([step, log]) => (step - x) * (log - y));
  return Math.exp(covariance / mean(([step]) => (step - x) ** 2));
};

const turnsBack = (move: Float64Array, before: Float64Array): boolean =>
  dot(move, before) < -0.5 * Math.sqrt(dot(move, move) * dot(before, before));

export const observe = (track: Track): Observation => {
  const { values, gradientNorms, moves, lowest, epsilon } = track;
  const isFine = (value: number, i: number): boolean =>
    Number.isFinite(value) && Number.isFinite(gradientNorms[i]!);
  const end = values.findIndex((value, i) => !isFine(value, i));
  const errors = errorsOf(track).slice(0, end < 0 ? undefined : end);
  const first = errors[0] ?? NaN;
  const floor = Math.max(negligible * first, lowest === undefined ? 0 : 64 * epsilon * Math.abs(lowest));
  const last = errors.at(-1) ?? NaN;
  // Behind the last point that has an error worth the name there is nothing but rounding.
  const way = errors.slice(0, Math.max(2, errors.findLastIndex((error) => error > floor) + 2));
  const half = Math.floor((way.length - 1) / 2);
  const later = moves.slice(half, way.length - 1);
  const rises = later.filter((_, i) => way[half + i + 1]! > way[half + i]!).length;
  const turns = later.filter((move, i) => i > 0 && turnsBack(move, later[i - 1]!)).length;
  return {
    brokenAt: end < 0 ? undefined : end,
    isSettled: last <= floor,
    perStep: trend(way.slice(half)),
    isHigher: last > first,
    turns: later.length < 2 ? 0 : turns / (later.length - 1),
    rises: later.length === 0 ? 0 : rises / later.length,
  };
};

/** Whether no minimum is known and every step led lower. */
export const keepsFalling = ({ values, lowest }: Pick<Track, "values" | "lowest">): boolean =>
  lowest === undefined && values.slice(1).every((value, i) => value < values[i]!);
