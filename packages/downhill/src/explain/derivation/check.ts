/** A result checked on the spot: against the engine's own gradient, and against central differences. */
import { randomSource } from "../../learn/random.ts";
import type { Program } from "../../program/program.ts";
import { interpret, traceProgram } from "../../program/trace.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { grad } from "../../transforms/grad.ts";
import {
  type Difference,
  differenceCount,
  differencePoints,
  evaluateAtAll,
  extrapolatedDifference,
} from "./numeric.ts";

export interface Check {
  /** Points at which function and gradient are finite: random ones, and the one given. */
  readonly points: number;
  /** Whether the point that was given is among them. */
  readonly includesGiven: boolean;
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
/** The same where a function computes in single precision. */
const singleTolerance = 1e-4;
/** Central differences lose about half of the digits where the function is steep. */
const differenceTolerance = 1e-5;
/** An extrapolation that has not settled to this says nothing. */
const settled = 1e-7;

/** Whether a part of the value is held fixed in the slope: differences of the value then say something else. */
const isStopped = ({ equations }: Program): boolean =>
  equations.some(({ primitive }) => primitive.name === "stopGradient");

const isSingle = ({ equations }: Program): boolean =>
  equations.some(({ outputs }) => outputs.some(({ dtype }) => dtype === "float32"));

/** The program of the gradient by the engine, for the inputs at these positions. */
export const engineGradient = (program: Program, positions: readonly number[]): Program =>
  traceProgram("derive", program.inputs, (inputs) =>
    grad((...args: Tensor[]) => interpret(program, args)[0]!, { argnums: positions })(...inputs),
  ).program;

/** Slopes smaller than this share of the largest one found are compared in its size. */
const smallSlope = 1e-3;

/** A source of random points, always the same ones. */
const randomPoints = (count: number): ((howMany: number) => number[][]) => {
  const random = randomSource("derive", 7);
  let attempt = 0;
  const point = (): number[] => {
    // First all variables from one range, then each from its own.
    const isMixed = attempt >= mostAttempts / 4;
    const common = attempt++ % ranges.length;
    return Array.from({ length: count }, () => {
      const [low, high] = ranges[isMixed ? Math.floor(random() * ranges.length) : common]!;
      return low + random() * (high - low);
    });
  };
  return (howMany) => Array.from({ length: howMany }, point);
};

interface Compared {
  readonly point: readonly number[];
  readonly expected: readonly number[];
  readonly found: readonly number[];
}

const areFinite = (values: readonly number[]): boolean => values.every(Number.isFinite);

/** The points at which function and gradient are finite, with the gradients. */
const comparedAt = (
  points: readonly (readonly number[])[],
  program: Program,
  engine: Program,
  derived: Program,
): Compared[] => {
  const values = evaluateAtAll(program, points);
  const expected = evaluateAtAll(engine, points);
  const found = evaluateAtAll(derived, points);
  return points
    .map((point, i) => ({ point, expected: expected[i]!, found: found[i]! }))
    .filter(({ expected: slopes }, i) => areFinite(values[i]!) && areFinite(slopes));
};

/** Central differences of a program by the inputs at `positions`, for each point. */
const differencesAt = (
  points: readonly (readonly number[])[],
  program: Program,
  positions: readonly number[],
): Difference[][] => {
  const moved = points.flatMap((point) =>
    positions.flatMap((position) => differencePoints(point[position]!).map((x) => point.with(position, x))),
  );
  const values = evaluateAtAll(program, moved).map(([value]) => value!);
  let next = 0;
  return points.map((point) =>
    positions.map((position) => {
      next += differenceCount;
      return extrapolatedDifference(point[position]!, values.slice(next - differenceCount, next));
    }),
  );
};

/**
 * Checks a gradient of `program` by its inputs at `positions`.
 *
 * @param derived the program of the gradient that is to be checked.
 * @param given a point besides the random ones.
 */
export const checkGradient = (
  program: Program,
  positions: readonly number[],
  derived: Program,
  given?: readonly number[],
): Check => {
  const engine = engineGradient(program, positions);
  const draw = randomPoints(program.inputs.length);
  const at = (points: readonly (readonly number[])[]): Compared[] =>
    comparedAt(points, program, engine, derived);
  let compared = at(draw(2 * wantedPoints));
  if (compared.length < wantedPoints) compared = [...compared, ...at(draw(mostAttempts - 2 * wantedPoints))];
  const atGiven = given === undefined ? [] : at([given]);
  compared = [...atGiven, ...compared.slice(0, wantedPoints)];
  const differences = differencesAt(
    compared.map(({ point }) => point),
    program,
    positions,
  );
  const largest = ({ expected, found }: Compared): number =>
    Math.max(...[...expected, ...found].map(Math.abs));
  // Where the slope nearly vanishes, as of tanh far from 0, its own digits are lost to rounding.
  const leastScale = smallSlope * Math.max(0, ...compared.map(largest).filter(Number.isFinite));
  let worst = 0;
  let worstDifference = 0;
  let settledPoints = 0;
  compared.forEach(({ expected, found }, k) => {
    const scale = Math.max(largest(compared[k]!), leastScale);
    const relative = (a: number, b: number): number => (a === b ? 0 : Math.abs(a - b) / scale);
    found.forEach((slope, i) => (worst = worse(worst, relative(slope, expected[i]!))));
    const here = differences[k]!;
    if (
      isStopped(program) ||
      here.some(({ slope, error }) => !(error <= settled * Math.max(scale, Math.abs(slope))))
    )
      return;
    settledPoints++;
    found.forEach((slope, i) => (worstDifference = worse(worstDifference, relative(slope, here[i]!.slope))));
  });
  return {
    points: compared.length,
    includesGiven: atGiven.length > 0,
    engine: worst,
    differencePoints: settledPoints,
    centralDifference: worstDifference,
    agrees:
      compared.length > 0 &&
      worst <= (isSingle(program) ? singleTolerance : engineTolerance) &&
      worstDifference <= differenceTolerance,
  };
};

/** The larger one; NaN is the worst. */
const worse = (a: number, b: number): number => (Number.isNaN(b) ? Infinity : Math.max(a, b));
