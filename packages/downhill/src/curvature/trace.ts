/** The sum of all curvatures. */
import { bits, foldIn, key } from "../functions/random.ts";
import { dot } from "../optim/lbfgs/vector.ts";
import { ArgumentError } from "../tensor/errors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { hessianOf } from "./hessian.ts";
import { asParameters, type Tensors } from "./parameters.ts";

export interface TraceOptions {
  /** Products with the Hessian; 100 if left out. */
  readonly samples?: number;
  /** Of the random directions; 0 if left out. */
  readonly seed?: number;
}

export interface HessianTrace {
  readonly trace: number;
  /** The standard deviation of the estimate; 0 where the trace was not estimated but summed. */
  readonly standardError: number;
  readonly samples: number;
}

/** Components 1 and −1, each as likely. */
const signs = (size: number, seed: number, draw: number): Float64Array =>
  Float64Array.from(bits(foldIn(key(seed), draw), [size]).data, (word) => (word < 0 ? -1 : 1));

const axis = (size: number, at: number): Float64Array =>
  Float64Array.from({ length: size }, (_, i) => (i === at ? 1 : 0));

/**
 * The trace of the Hessian of a function at a point: the sum of its eigenvalues. Estimated as the mean of vᵀ·H·v over
 * random vectors v of signs (Hutchinson 1990); where there are no more parameters than samples, the diagonal is summed
 * instead.
 *
 * @param f returns a float scalar; it is compiled, so that it cannot read values of its parameters.
 * @param params any nesting of float tensors and numbers (which count as float64).
 */
export const hessianTrace = <T>(
  f: (params: Tensors<T>) => Tensor,
  params: T,
  { samples = 100, seed = 0 }: TraceOptions = {},
): HessianTrace => {
  if (!Number.isInteger(samples) || samples < 2)
    throw new ArgumentError("hessianTrace", `samples is ${samples}; write a whole number from 2`);
  const at = asParameters("hessianTrace", params);
  const { size, multiply } = hessianOf(f as (at: object) => Tensor, at);
  const alongDirection = (direction: Float64Array): number => dot(direction, multiply(direction));
  if (size <= samples) {
    let trace = 0;
    for (let i = 0; i < size; i++) trace += alongDirection(axis(size, i));
    return { trace, standardError: 0, samples: size };
  }
  const values = Array.from({ length: samples }, (_, draw) => alongDirection(signs(size, seed, draw)));
  const trace = values.reduce((sum, value) => sum + value, 0) / samples;
  const squares = values.reduce((sum, value) => sum + (value - trace) ** 2, 0);
  return { trace, standardError: Math.sqrt(squares / (samples - 1) / samples), samples };
};
