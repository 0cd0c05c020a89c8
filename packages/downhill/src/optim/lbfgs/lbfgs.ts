import { ArgumentError } from "../../tensor/errors.ts";
import { curvatureMemory } from "./curvature-memory.ts";
import type { Evaluation, Objective } from "./objective.ts";
import { movedBy, search } from "./line-search.ts";
import { dot, sumNorm } from "./vector.ts";

/** How a method came to a point from the one before: `length` times `direction`. */
export interface Way {
  readonly direction: Float64Array;
  readonly length: number;
  /** −H·vector for the H with which the direction was made of the gradient; until the next point is asked for. */
  readonly turned: (vector: Float64Array) => Float64Array;
}

/** A point that a method settled on, with the way there where it tells. */
export interface Settled extends Evaluation {
  readonly way?: Way;
}

/** A method that walks downhill by itself: it yields every point it settles on, and returns why it cannot go on. */
export interface DescentMethod {
  descend(objective: Objective, start: Evaluation): Generator<Settled, string>;
}

export interface LbfgsOptions {
  /** How many steps the approximate Hessian is made of; 10 if left out. */
  readonly memorySize?: number;
  /** `"fixed"` takes `learningRate` times the quasi-Newton step unseen; `"strongWolfe"` if left out. */
  readonly lineSearch?: "strongWolfe" | "fixed";
  /** The step length, or the one that the line search tries first; 1 if left out: the quasi-Newton step. */
  readonly learningRate?: number;
}

/** Of a first step, for which no curvature is known: no parameter changes by more than the learning rate. */
const firstLength = (learningRate: number, gradient: Float64Array): number =>
  learningRate * Math.min(1, 1 / sumNorm(gradient));

/** So many steps in a row without progress are put up with. */
const patience = 30;

/**
 * Tells when steps lead nowhere any more: neither has the value fallen by more than rounding, nor the gradient become
 * smaller than it ever was. Near a minimum the line search judges steps by slopes, which are rounded too in the end.
 */
const standstill = (objective: Objective, start: Evaluation): ((next: Evaluation) => boolean) => {
  let value = start.value;
  let smallest = dot(start.gradient, start.gradient);
  let waited = 0;
  return (next) => {
    const size = dot(next.gradient, next.gradient);
    const isProgress = next.value < value - 8 * objective.epsilon * Math.abs(value) || size < smallest;
    waited = isProgress ? 0 : waited + 1;
    if (isProgress) value = Math.min(value, next.value);
    smallest = Math.min(smallest, size);
    return waited >= patience;
  };
};

const difference = (a: Float64Array, b: Float64Array): Float64Array => movedBy(a, -1, b);

/**
 * L-BFGS (Nocedal 1980; Liu and Nocedal 1989): Newton-like steps from the gradients of the last few. The method of
 * choice for deterministic objectives of up to some hundred thousand parameters; not for mini-batches.
 */
export const lbfgs = ({
  memorySize = 10,
  lineSearch = "strongWolfe",
  learningRate = 1,
}: LbfgsOptions = {}): DescentMethod => {
  if (!Number.isInteger(memorySize) || memorySize < 1)
    throw new ArgumentError("lbfgs", `memorySize ${memorySize}; write a whole number from 1`);
  if (!(learningRate > 0 && learningRate < Infinity))
    throw new ArgumentError("lbfgs", `learningRate ${learningRate}; write a number above 0`);
  return {
    *descend(objective, start) {
      const memory = curvatureMemory(memorySize);
      const standsStill = standstill(objective, start);
      let current = start;
      for (;;) {
        const from = current;
        let direction = memory.direction(from.gradient);
        let slope = dot(direction, from.gradient);
        if (!(slope < 0)) {
          if (slope === 0 && memory.isEmpty) return "the gradient is zero";
          memory.clear();
          direction = memory.direction(from.gradient);
          slope = dot(direction, from.gradient);
        }
        const length = memory.isEmpty ? firstLength(learningRate, from.gradient) : learningRate;
        const taken =
          lineSearch === "fixed"
            ? { alpha: length, evaluation: objective.evaluate(movedBy(from.point, length, direction)) }
            : search(objective, from, direction, slope, length);
        if (taken === undefined) {
          if (memory.isEmpty) return "no lower value along the gradient: at the limit of rounding";
          // The remembered curvature may be misleading: once more along the gradient.
          memory.clear();
          continue;
        }
        current = taken.evaluation;
        yield {
          ...current,
          way: { direction, length: taken.alpha, turned: (vector) => memory.direction(vector) },
        };
        memory.add(difference(current.point, from.point), difference(current.gradient, from.gradient));
        if (lineSearch !== "fixed" && standsStill(current))
          return "neither value nor gradient became smaller: at the limit of rounding";
      }
    },
  };
};
