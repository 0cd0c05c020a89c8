/** The limited memory of L-BFGS: what the last steps say about the curvature (Nocedal 1980). */
import { addScaled, dot } from "./vector.ts";

interface Pair {
  /** The step: x₊ − x. */
  readonly s: Float64Array;
  /** The change of the gradient along it. */
  readonly y: Float64Array;
  /** 1 / yᵀs */
  readonly rho: number;
}

export interface CurvatureMemory {
  /** Remembers a step and the change of the gradient, if the curvature along it is safely positive. */
  add(s: Float64Array, y: Float64Array): void;
  /** −H·gradient for the inverse Hessian H that the remembered pairs give; −gradient if there are none. */
  direction(gradient: Float64Array): Float64Array;
  clear(): void;
  readonly isEmpty: boolean;
}

/**
 * Steps whose curvature yᵀs is not above this many units of rounding of yᵀy are forgotten: their quotient would be noise.
 */
const leastCurvature = 2 ** -52;

export const curvatureMemory = (capacity: number): CurvatureMemory => {
  let pairs: Pair[] = [];
  return {
    get isEmpty() {
      return pairs.length === 0;
    },
    clear: () => {
      pairs = [];
    },
    add: (s, y) => {
      const curvature = dot(y, s);
      if (!(curvature > leastCurvature * dot(y, y))) return;
      if (pairs.length === capacity) pairs.shift();
      pairs.push({ s, y, rho: 1 / curvature });
    },
    // The two-loop recursion: Nocedal and Wright 2006, algorithm 7.4.
    direction: (gradient) => {
      const r = gradient.map((slope) => -slope);
      const alphas = new Array<number>(pairs.length);
      for (let i = pairs.length - 1; i >= 0; i--) {
        const { s, y, rho } = pairs[i]!;
        alphas[i] = rho * dot(s, r);
        addScaled(r, -alphas[i]!, y);
      }
      const newest = pairs.at(-1);
      if (newest !== undefined) {
        const scale = 1 / (newest.rho * dot(newest.y, newest.y));
        for (let i = 0; i < r.length; i++) r[i]! *= scale;
      }
      pairs.forEach(({ s, y, rho }, i) => addScaled(r, alphas[i]! - rho * dot(y, r), s));
      return r;
    },
  };
};
