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
  isKinkAt,
} from "./numeric.ts";

export interface Check {
  /** Points at which function and gradient are finite, and smooth: random ones, and the one given. */
  readonly points: number;
  /** Whether the point that was given is among them. */
  readonly includesGiven: boolean;
  /** Whether the function has a kink or a jump at the point that was given: what its slope is there is a convention. */
  readonly givenIsKink: boolean;
  /** The largest difference to the engine's gradient, relative to the size of the slopes and of what cancels in them. */
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

/** Rounding in double precision, magnified in formulas of a few dozen operations; a wrong formula is off by far more. */
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
  readonly value: number;
  readonly expected: readonly number[];
  readonly found: readonly number[];
  /** How large what cancels in the slopes is: they waver by its rounding when the point is moved by its own. */
  readonly cancelled: number;
}

const areFinite = (values: readonly number[]): boolean => values.every(Number.isFinite);

/** The point, moved by some units in the last place of its numbers, so that all that is computed of them rounds anew. */
const neighbours = (point: readonly number[]): number[][] =>
  [1, -2, 5, -11, 17, -31, 41, -59].map((units, k) =>
    point.map((x, i) => x * (1 + ((i + k) % 3 === 0 ? -units : units + i) * Number.EPSILON)),
  );
const neighbourhood = neighbours([]).length + 1;

/** What values that waver so are computed of, at most about sixty times smaller, where `neighbours` are as far off as they are. */
const sizeBehind = (spread: number): number => spread / (64 * Number.EPSILON);

const spreadOf = (values: readonly number[]): number => {
  const finite = values.filter(Number.isFinite);
  return finite.length === 0 ? 0 : Math.max(...finite) - Math.min(...finite);
};

interface Programs {
  readonly program: Program;
  readonly engine: Program;
  readonly derived: Program;
  /** What must be finite besides: the function of which `program` is a derivative. */
  readonly domain: Program;
}

/**
 * The points at which function and gradient are finite, with the gradients. A formula may well be 0·∞ where the engine, which
 * knows which factor wins, has a number: such points say nothing.
 */
const comparedAt = (
  points: readonly (readonly number[])[],
  { program, engine, derived, domain }: Programs,
): Compared[] => {
  const around = points.flatMap((point) => [point, ...neighbours(point)]);
  const values = evaluateAtAll(program, points);
  const inDomain = domain === program ? values : evaluateAtAll(domain, points);
  const [expected, found] = [evaluateAtAll(engine, around), evaluateAtAll(derived, around)];
  return points
    .map((point, i): Compared => {
      const here = [expected, found].map((slopes) =>
        slopes.slice(i * neighbourhood, (i + 1) * neighbourhood),
      );
      const spreads = here.flatMap((near) =>
        near[0]!.map((_, k) => spreadOf(near.map((slopes) => slopes[k]!))),
      );
      return {
        point,
        value: values[i]![0]!,
        expected: here[0]![0]!,
        found: here[1]![0]!,
        cancelled: sizeBehind(Math.max(0, ...spreads)),
      };
    })
    .filter(
      (at, i) =>
        areFinite(values[i]!) && areFinite(inDomain[i]!) && areFinite(at.expected) && areFinite(at.found),
    );
};

/** Central differences of a program by the inputs at `positions`, for each point. */
const differencesAt = (
  compared: readonly Compared[],
  program: Program,
  positions: readonly number[],
): (Difference & { readonly isKink: boolean })[][] => {
  const moved = compared.flatMap(({ point }) =>
    positions.flatMap((position) => differencePoints(point[position]!).map((x) => point.with(position, x))),
  );
  const values = evaluateAtAll(program, moved).map(([value]) => value!);
  let next = 0;
  return compared.map(({ point, value }) =>
    positions.map((position) => {
      const x = point[position]!;
      const around = values.slice(next, (next += differenceCount));
      return { ...extrapolatedDifference(x, around), isKink: isKinkAt(x, value, around) };
    }),
  );
};

export interface CheckOptions {
  /** A point besides the random ones. */
  readonly given?: readonly number[] | undefined;
  /** The function of which the program is a derivative, if it is one. */
  readonly domain?: Program;
  /** Programs of pairs of numbers: where those of a pair are equal, the derivation tells another slope than its formula. */
  readonly ties?: readonly Program[];
}

/** For each point whether numbers of a pair are equal there. */
const tiesAt = (compared: readonly Compared[], ties: readonly Program[]): boolean[] => {
  const points = compared.map(({ point }) => point);
  const pairs = ties.map((program) => evaluateAtAll(program, points));
  return points.map((_, k) =>
    pairs.some((values) => values[k]!.some((value, i) => i % 2 === 1 && value === values[k]![i - 1]!)),
  );
};

/**
 * Checks a gradient of `program` by its inputs at `positions`.
 *
 * @param derived the program of the gradient that is to be checked.
 */
export const checkGradient = (
  program: Program,
  positions: readonly number[],
  derived: Program,
  { given, domain = program, ties = [] }: CheckOptions = {},
): Check => {
  const programs = { program, engine: engineGradient(program, positions), derived, domain };
  const draw = randomPoints(program.inputs.length);
  let compared = comparedAt(draw(2 * wantedPoints), programs);
  if (compared.length < wantedPoints)
    compared = [...compared, ...comparedAt(draw(mostAttempts - 2 * wantedPoints), programs)];
  const atGiven = given === undefined ? [] : comparedAt([given], programs);
  compared = [...atGiven, ...compared.slice(0, wantedPoints)];
  const differences = differencesAt(compared, program, positions);
  const isTie = tiesAt(compared, ties);
  const isSmooth = differences.map((here, k) => !isTie[k]! && !here.some(({ isKink }) => isKink));
  const largest = ({ expected, found }: Compared): number =>
    Math.max(...[...expected, ...found].map(Math.abs));
  // Where the slope nearly vanishes, as of tanh far from 0, its own digits are lost to rounding.
  const leastScale = smallSlope * Math.max(0, ...compared.map(largest));
  let worst = 0;
  let worstDifference = 0;
  let settledPoints = 0;
  compared.forEach((at, k) => {
    if (!isSmooth[k]!) return;
    const { expected, found } = at;
    const scale = Math.max(largest(at), leastScale, at.cancelled);
    const relative = (a: number, b: number): number => (a === b ? 0 : Math.abs(a - b) / scale);
    found.forEach((slope, i) => (worst = Math.max(worst, relative(slope, expected[i]!))));
    const here = differences[k]!;
    if (
      isStopped(program) ||
      here.some(
        ({ slope, error }) =>
          !(error <= settled * Math.min(Math.max(scale, Math.abs(slope)), Number.MAX_VALUE)),
      )
    )
      return;
    settledPoints++;
    found.forEach(
      (slope, i) => (worstDifference = Math.max(worstDifference, relative(slope, here[i]!.slope))),
    );
  });
  const points = isSmooth.filter(Boolean).length;
  const givenIsKink = atGiven.length > 0 && !isSmooth[0]!;
  return {
    points,
    includesGiven: atGiven.length > 0 && !givenIsKink,
    givenIsKink,
    engine: worst,
    differencePoints: settledPoints,
    centralDifference: worstDifference,
    agrees:
      points > 0 &&
      worst <= (isSingle(program) ? singleTolerance : engineTolerance) &&
      worstDifference <= differenceTolerance,
  };
};
