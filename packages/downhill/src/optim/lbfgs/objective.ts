/** What line-search methods minimise: a function of a flat vector of doubles. */

/** A point with the function's value and gradient there. */
export interface Evaluation {
  readonly point: Float64Array;
  readonly value: number;
  readonly gradient: Float64Array;
}

export interface Objective {
  /** Value and gradient at a point, which the callee keeps. */
  evaluate(point: Float64Array): Evaluation;
  /** Products of the Hessian at a point with vectors. */
  hessianAt(point: Float64Array): (vector: Float64Array) => Float64Array;
  /** The spacing of numbers near 1 in the precision in which values are computed. */
  readonly epsilon: number;
}
