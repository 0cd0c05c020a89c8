/** Descent in slow motion: every step with its numbers, and a judgement of the learning rate. */
import { asParameters, type Tensors } from "../../curvature/parameters.ts";
import { stableRate } from "../../curvature/stable-rate.ts";
import { toFlat } from "../../optim/lbfgs/flat.ts";
import { maxNorm } from "../../optim/lbfgs/vector.ts";
import { leavesOf } from "../../optim/tree.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { type Formula, isFormula } from "../formula.ts";
import { breakdown, noStart } from "./breakdown.ts";
import { judge } from "./judgement/judge.ts";
import type { Judgement } from "./judgement/judgement.ts";
import { type Border, borderOf, type Landscape, landscapeOf, type Minimum } from "./landscape.ts";
import {
  type CompleteOptimizer,
  type OptimizerChoice,
  optimizerOf,
  type RatedOptimizer,
} from "./optimizers.ts";
import { walk, type Waypoint } from "./path.ts";
import { plain, type Plain } from "./plain.ts";
import { rangeTestedRate } from "./range-curve.ts";

/** One point of a descent as plain data; `V` is the parameters' nesting with numbers and nested arrays in it. */
export interface DescentStep<V> {
  /** Steps done: 0 at the start. */
  readonly step: number;
  readonly params: V;
  readonly value: number;
  readonly gradient: V;
  /** The Euclidean length of the gradient. */
  readonly gradientNorm: number;
  /** What was added to the parameters then; null at the last point. */
  readonly move: V | null;
  /**
   * What the optimizer remembers once it has seen this gradient: averages, velocities, counts. Of L-BFGS how it made its move:
   * the product of `direction` and `length`, where the direction is −H times the gradient and `columns` are those of −H (of up to 8 variables).
   */
  readonly state: object;
}

export interface Descent<V> {
  /** Its name, with the settings that were given. */
  readonly optimizer: string;
  /** Undefined for methods that have none, or bring their own. */
  readonly learningRate: number | undefined;
  /** Whether the rate was found here. */
  readonly isAutomatic: boolean;
  /** From the start on. */
  readonly path: readonly DescentStep<V>[];
  /** All steps were made; the gradient came within the tolerance; a value was not finite; the method could not go on. */
  readonly ended: "steps" | "converged" | "diverged" | "stopped";
  /** The minimum downhill of the lowest point of the path, wherever the path ended; null if there is none. */
  readonly minimum: { readonly params: V; readonly value: number } | null;
  /** What curvature says at the start, and at the minimum (at the last finite point if there is none). */
  readonly borders: { readonly start: Border<V>; readonly end: Border<V> };
  readonly judgement: Judgement;
}

interface PathOptions<T> {
  /** Where to start: any nesting of float tensors and numbers (which count as float64). */
  readonly from: T;
  /** 100 if left out. */
  readonly steps?: number;
  /** Ends where no component of the gradient is larger; 0 if left out: all steps are made. */
  readonly tolerance?: number;
}

export interface DescendOptions<T> extends PathOptions<T> {
  /** `"gd"`, plain gradient descent, if left out. */
  readonly optimizer?: OptimizerChoice;
  /**
   * `"auto"` if left out: 1/λmax, at the start or at the minimum, whichever is sharper, for optimizers whose steps are
   * multiples of gradients; a tenth of the best rate of a range test for the others.
   */
  readonly learningRate?: number | "auto";
}

export interface CompareOptions<T> extends PathOptions<T> {
  /** `["gd"]` if left out. */
  readonly optimizers?: readonly OptimizerChoice[];
  /** Each with each of the optimizers; `["auto"]` if left out. */
  readonly learningRates?: readonly (number | "auto")[];
}

/** What all descents of a function from the same start have in common. */
interface Study<P extends object> {
  readonly operation: string;
  readonly f: (params: P) => Tensor;
  readonly start: P;
  readonly landscape: Landscape<P>;
  readonly steps: number;
  readonly tolerance: number;
}

/** A formula needs a start for each of its variables, and for nothing else. */
const requireVariables = (operation: string, { variables, text }: Formula, from: unknown): void => {
  const given = typeof from === "object" && from !== null ? Object.keys(from) : [];
  const missing = variables.filter((name) => !given.includes(name));
  const strange = given.filter((name) => !variables.includes(name));
  if (missing.length + strange.length === 0) return;
  const what = [
    missing.length > 0 ? `lacks ${missing.join(", ")}` : undefined,
    strange.length > 0 ? `has ${strange.join(", ")}, which the formula does not` : undefined,
  ];
  throw new ArgumentError(
    operation,
    `the start ${what.filter((part) => part !== undefined).join(" and ")}; ${text} starts from a value for each of: ${variables.join(", ")}`,
  );
};

const studyOf = <T, P extends object>(
  operation: string,
  f: (params: P) => Tensor,
  { from, steps = 100, tolerance = 0 }: PathOptions<T>,
): Study<P> => {
  if (!Number.isInteger(steps) || steps < 0)
    throw new ArgumentError(operation, `steps is ${steps}; write a whole number from 0`);
  if (!(tolerance >= 0))
    throw new ArgumentError(operation, `tolerance is ${tolerance}; write a number from 0`);
  if (isFormula(f)) requireVariables(operation, f, from);
  const start = asParameters(operation, from) as unknown as P;
  return { operation, f, start, landscape: landscapeOf(f), steps, tolerance };
};

const automaticRate = <P extends object>(
  { f, start, landscape }: Study<P>,
  { make, rule }: RatedOptimizer,
): number => {
  if (rule !== undefined) {
    const minimum = landscape.minimumFrom(start);
    const points = minimum === undefined ? [start] : [start, minimum.params];
    const rate = Math.min(...points.map((point) => stableRate(landscape.curvatureAt(point).largest) / 2));
    if (rate > 0 && rate < Infinity) return Number(rate.toPrecision(2));
  }
  return Number((rangeTestedRate(f, start, make) ?? 0.01).toPrecision(2));
};

const rateOf = <P extends object>(
  study: Study<P>,
  optimizer: RatedOptimizer | CompleteOptimizer,
  asked: number | "auto",
): number | undefined => {
  if (optimizer.kind === "complete") {
    if (asked === "auto") return undefined;
    throw new ArgumentError(
      study.operation,
      `learningRate is ${asked}, but this optimizer (${optimizer.name}) brings its own; leave learningRate out`,
    );
  }
  if (asked === "auto") return automaticRate(study, optimizer);
  if (asked > 0 && asked < Infinity) return asked;
  throw new ArgumentError(study.operation, `learningRate is ${asked}; write a number above 0, or "auto"`);
};

const isFinite = <P extends object>({ value, gradient, params }: Waypoint<P>): boolean =>
  Number.isFinite(value) && [gradient, params].every((tree) => toFlat(tree).every(Number.isFinite));

/** The points of a descent, up to and with the first that is not finite. */
const pathOf = <P extends object>(
  { f, start, steps, tolerance }: Study<P>,
  method: CompleteOptimizer["method"],
): Pick<Descent<unknown>, "ended"> & { readonly points: Waypoint<P>[] } => {
  const points: Waypoint<P>[] = [];
  for (const point of walk(f, start, method)) {
    points.push(point);
    if (!isFinite(point)) return { points, ended: "diverged" };
    if (tolerance > 0 && maxNorm(toFlat(point.gradient)) <= tolerance) return { points, ended: "converged" };
    if (points.length > steps) return { points, ended: "steps" };
  }
  return { points, ended: "stopped" };
};

const norm = (tree: object): number => Math.hypot(...toFlat(tree));

const trackOf = <P extends object>(points: readonly Waypoint<P>[], minimum: Minimum<P> | undefined) => ({
  values: points.map(({ value }) => value),
  gradientNorms: points.map(({ gradient }) => norm(gradient)),
  moves: points.slice(0, -1).map(({ move }) => toFlat(move)),
  lowest: minimum?.value,
  epsilon: leavesOf("descend", points[0]!.params).every(({ dtype }) => dtype === "float64")
    ? 2 ** -52
    : 2 ** -23,
});

const descendBy = <P extends object, V>(
  study: Study<P>,
  choice: OptimizerChoice,
  asked: number | "auto",
): Descent<V> => {
  const { operation, landscape } = study;
  const optimizer = optimizerOf(operation, choice);
  const rate = rateOf(study, optimizer, asked);
  const rule = optimizer.kind === "rated" ? optimizer.rule : undefined;
  const { points, ended } = pathOf(
    study,
    optimizer.kind === "rated" ? optimizer.make(rate!) : optimizer.method,
  );
  const fine = points.filter(isFinite);
  if (fine.length === 0) throw new ArgumentError(operation, noStart(study.f, study.start));
  const lowest = fine.reduce((best, point) => (point.value < best.value ? point : best));
  const minimum = landscape.minimumFrom(lowest.params);
  const endpoint = minimum?.params ?? fine.at(-1)!.params;
  const [start, end] = [study.start, endpoint].map((at) => landscape.curvatureAt(at)) as [
    ReturnType<Landscape<P>["curvatureAt"]>,
    ReturnType<Landscape<P>["curvatureAt"]>,
  ];
  const last = points.at(-1)!;
  // An infinite value speaks for itself: the function grew, or fell, beyond all numbers.
  const broke = Number.isNaN(last.value) ? breakdown(study.f, last.params, points.length - 1) : undefined;
  return {
    optimizer: optimizer.name,
    learningRate: rate,
    isAutomatic: asked === "auto" && rate !== undefined,
    path: points.map(({ params, value, gradient, move, state }, step) => ({
      step,
      params: plain(params) as V,
      value,
      gradient: plain(gradient) as V,
      gradientNorm: norm(gradient),
      move: step === points.length - 1 ? null : (plain(move) as V),
      state: plain(state),
    })),
    ended,
    minimum: minimum === undefined ? null : { params: plain(minimum.params) as V, value: minimum.value },
    borders: {
      start: borderOf("start", study.start, start, rule),
      end: borderOf(minimum === undefined ? "last" : "minimum", endpoint, end, rule),
    },
    judgement: judge({
      track: trackOf(points, minimum),
      rate,
      rule,
      start,
      end,
      isMinimum: minimum !== undefined,
      broke,
    }),
  };
};

/**
 * Descends a scalar function from a point and writes every step down: parameters, value, gradient, move, and the
 * optimizer's memory, as plain data; with the border of the learning rate at the start and at the minimum, and what is to
 * be thought of the rate.
 *
 * @param f returns a float scalar; it is compiled, so that it cannot read values of its parameters. A formula, or any
 *   function of a tree of tensors.
 * @throws ArgumentError at options that make no sense, and where the value at the start is not finite; DTypeError.
 */
export const descend = <T>(
  f: (params: Tensors<T>) => Tensor,
  { optimizer = "gd", learningRate = "auto", ...options }: DescendOptions<T>,
): Descent<Plain<T>> =>
  descendBy(studyOf("descend", f as (params: object) => Tensor, options), optimizer, learningRate);

/**
 * Descents of the same function from the same start by several optimizers, each at several learning rates: in the order
 * of the optimizers, those at the first rate before those at the second. What has no learning rate goes once.
 *
 * @throws as `descend` does.
 */
export const compareDescents = <T>(
  f: (params: Tensors<T>) => Tensor,
  { optimizers = ["gd"], learningRates = ["auto"], ...options }: CompareOptions<T>,
): Descent<Plain<T>>[] => {
  const study = studyOf("compareDescents", f as (params: object) => Tensor, options);
  return optimizers.flatMap((choice) => {
    const isComplete = optimizerOf(study.operation, choice).kind === "complete";
    const rates = isComplete ? (["auto"] as const) : learningRates;
    return rates.map((rate) => descendBy<object, Plain<T>>(study, choice, rate));
  });
};
