/** A result checked on the spot: against the engine's own gradient, and against central differences. */
import { randomSource } from "../../learn/random.ts";
import type { Program } from "../../program/program.ts";
import { interpret, traceProgram } from "../../program/trace.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { grad } from "../../transforms/grad.ts";
import { centralDifference, numericFunction, type NumericFunction } from "./numeric.ts";

export interface Check {
  /** Random points at which function and gradient are finite. */
  readonly points: number;
  /** The largest difference to the engine's gradient, relative to the size of the slopes. */
  readonly engine: number;
  /** Points at which central differences settle down: away from kinks and poles. */
  readonly differencePoints: number;
  /** The largest difference to central differences, relative in the same way. */
  readonly centralDifference: number;
  /** Whether both are as small as rounding explains, at one point at least. */
  readonly agrees: boolean;
}

const wantedPoints = 16;
const mostAttempts = 400;

/** Where variables are drawn from: on the whole line, from positive numbers, between 0 and 1, above 1. */
const ranges = [
  [-2, 2],
  [0.1, 2],
  [0.05, 0.95],
  [1.1, 4],
  [-0.9, 0.9],
] as const;

/**
 * Rounding in double precision, magnified by the cancellation in formulas of a few dozen operations; a wrong formula
 * is off by far more.
 */
const engineTolerance = 1e-9;
/** Central differences lose about half of the digits where the function is steep. */
const differenceTolerance = 1e-5;
/** An extrapolation that has not settled to this says nothing. */
const settled = 1e-7;

/** The program of the gradient by the engine, for the inputs at these positions. */
export const engineGradient = (program: Program, positions: readonly number[]): Program =>
  traceProgram("derive", program.inputs, (inputs) =>
    grad((...args: Tensor[]) => interpret(program, args)[0]!, { argnums: positions })(...inputs),
  ).program;

/** Slopes smaller than this share of the largest one found are compared in its size. */
const smallSlope = 1e-3;

/** Random points, always the same ones, at which `isGood` holds. */
export const samplePoints = (count: number, isGood: (point: readonly number[]) => boolean): number[][] => {
  const random = randomSource("derive", 7);
  const points: number[][] = [];
  for (let attempt = 0; attempt < mostAttempts && points.length < wantedPoints; attempt++) {
    // First all variables from one range, then each from its own.
    const isMixed = attempt >= mostAttempts / 4;
    const point = Array.from({ length: count }, () => {
      const choice = isMixed ? Math.floor(random() * ranges.length) : attempt % ranges.length;
      const [low, high] = ranges[choice]!;
      return low + random() * (high - low);
    });
    if (isGood(point)) points.push(point);
  }
  return points;
};

const areFinite = (values: readonly number[]): boolean => values.every(Number.isFinite);

/** Checks a gradient, `derived`, of `program` by its inputs at `positions`. */
export const checkGradient = (
  program: Program,
  positions: readonly number[],
  derived: NumericFunction,
  given: readonly (readonly number[])[] = [],
): Check => {
  const f = numericFunction(program);
  const engine = numericFunction(engineGradient(program, positions));
  const isGood = (point: readonly number[]): boolean => areFinite(f(point)) && areFinite(engine(point));
  const points = [...given.filter(isGood), ...samplePoints(program.inputs.length, isGood)];
  const compared = points.map((point) => ({ point, expected: engine(point), found: derived(point) }));
  const largest = ({ expected, found }: { expected: readonly number[]; found: readonly number[] }): number =>
    Math.max(...[...expected, ...found].map(Math.abs));
  // Where the slope nearly vanishes, as of tanh far from 0, its own digits are lost to rounding.
  const leastScale = smallSlope * Math.max(0, ...compared.map(largest).filter(Number.isFinite));
  let worst = 0;
  let worstDifference = 0;
  let differencePoints = 0;
  for (const { point, expected, found } of compared) {
    const scale = Math.max(largest({ expected, found }), leastScale);
    const relative = (a: number, b: number): number => (a === b ? 0 : Math.abs(a - b) / scale);
    found.forEach((slope, i) => (worst = worse(worst, relative(slope, expected[i]!))));
    const differences = positions.map((position) =>
      centralDifference(
        (x) => f(point.map((value, i) => (i === position ? x : value)))[0]!,
        point[position]!,
      ),
    );
    if (differences.some(({ slope, error }) => !(error <= settled * Math.max(scale, Math.abs(slope)))))
      continue;
    differencePoints++;
    found.forEach(
      (slope, i) => (worstDifference = worse(worstDifference, relative(slope, differences[i]!.slope))),
    );
  }
  return {
    points: points.length,
    engine: worst,
    differencePoints,
    centralDifference: worstDifference,
    agrees: points.length > 0 && worst <= engineTolerance && worstDifference <= differenceTolerance,
  };
};

/** The larger one; NaN is the worst. */
const worse = (a: number, b: number): number => (Number.isNaN(b) ? Infinity : Math.max(a, b));
