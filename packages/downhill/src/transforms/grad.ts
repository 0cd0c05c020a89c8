/** Gradients of scalar functions. */
import { buildProgram, applyProgram, interpret } from "../program/trace.ts";
import { prune } from "../program/prune.ts";
import type { Program } from "../program/program.ts";
import { literal, type Tensor } from "../tensor/tensor.ts";
import { isFloating } from "../tensor/dtype.ts";
import { ArgumentError, DTypeError, ShapeError } from "../tensor/errors.ts";
import { formatShape } from "../tensor/shape.ts";
import {
  argumentPositions,
  flattenTensors,
  leafOwners,
  type LooseFunction,
  loosely,
  requireFloating,
} from "./arguments.ts";
import { linearizeProgram } from "./forward.ts";
import { transposeProgram } from "./reverse.ts";
import { inputFlags, traceFunction } from "./trace-function.ts";

export interface GradOptions<N extends number | readonly number[] = number | readonly number[]> {
  /** Which argument to differentiate by, or several; the first if left out. */
  readonly argnums?: N;
}

/** The gradient's type: that of the argument, or a list of those of the arguments, that `argnums` names. */
export type Gradient<
  A extends readonly unknown[],
  N extends number | readonly number[],
> = N extends readonly number[] ? { -readonly [K in keyof N]: A[N[K] & number] } : A[N & number];

/** [values…] and cotangents of the active inputs, for cotangent 1 of the first output: the loss. */
const gradientProgram = (program: Program, active: readonly boolean[]): Program => {
  const { primal, linear, residualCount, active: activeOutputs } = linearizeProgram(program, active);
  const outputCount = program.outputs.length;
  // What is returned beside the loss has tangents too, which nobody asks for.
  const slopes = linear.outputs.slice(0, activeOutputs[0] ? 1 : 0);
  const transposed = transposeProgram({ ...linear, outputs: slopes }, residualCount);
  return prune(
    buildProgram("grad", program.inputs, (inputs) => {
      const results = interpret(primal, inputs);
      const residuals = results.slice(outputCount);
      const seeds = slopes.map(({ dtype }) => literal(1, dtype));
      return [...results.slice(0, outputCount), ...interpret(transposed, [...residuals, ...seeds])];
    }),
  );
};

const differentiate = <A extends readonly unknown[]>(
  operation: string,
  f: (...args: A) => unknown,
  args: readonly unknown[],
  argnums: number | readonly number[],
  hasAux: boolean,
): { value: Tensor; aux: unknown; gradients: unknown } => {
  const positions = argumentPositions(operation, argnums, args.length);
  const { leaves } = flattenTensors(args, operation);
  const owners = leafOwners(args, operation);
  const isActive = owners.map((owner) => positions.includes(owner));
  requireFloating(
    operation,
    leaves.filter((_, i) => isActive[i]),
  );
  const wrapped = (...tensors: A): unknown => {
    const result = f(...tensors);
    const value: unknown = hasAux ? (result as readonly unknown[])[0] : result;
    requireScalarLoss(operation, value);
    return result;
  };
  const traced = traceFunction(operation, wrapped, args, true);
  const program = gradientProgram(traced.program, inputFlags(traced, isActive));
  const results = applyProgram(program, [...traced.captured, ...traced.leaves]);
  const outputCount = traced.program.outputs.length;
  const activeOwners = owners.filter((_, i) => isActive[i]);
  const ofPosition = (position: number): unknown => {
    const { structure } = flattenTensors(args[position], operation);
    return structure.unflatten(results.slice(outputCount).filter((_, i) => activeOwners[i] === position));
  };
  const output = traced.resultStructure.unflatten(results.slice(0, outputCount));
  const [value, aux] = hasAux ? (output as unknown as [Tensor, unknown]) : [output as Tensor, undefined];
  return {
    value,
    aux,
    gradients: typeof argnums === "number" ? ofPosition(argnums) : positions.map(ofPosition),
  };
};

const requireScalarLoss = (operation: string, value: unknown): void => {
  const { leaves } = flattenTensors(value, `${operation}: the function's result`);
  const [loss] = leaves;
  if (leaves.length !== 1 || loss === undefined)
    throw new ArgumentError(
      operation,
      `the function must return one scalar, not ${leaves.length} tensors; to return more beside the loss, return ` +
        "[loss, more] and use valueAndGrad with hasAux: true",
    );
  if (loss.shape.length > 0)
    throw new ShapeError(
      operation,
      `the function returned shape ${formatShape(loss.shape)}, but a gradient is of a scalar\n` +
        "  add .mean() or .sum() at the end, or use jacrev for the derivative of every element",
      [loss.shape],
    );
  if (!isFloating(loss.dtype))
    throw new DTypeError(
      operation,
      `the function returned ${loss.dtype}, which has no slope; return a float`,
    );
};

/**
 * The gradient of a scalar function, as a function of the same arguments.
 *
 * @param f returns a float scalar; any nesting of its arguments in objects and arrays is kept in the gradient.
 * @throws ShapeError if `f` returns no scalar, DTypeError if an argument named is no float.
 */
export const grad = <A extends readonly unknown[], const N extends number | readonly number[] = 0>(
  f: (...args: A) => Tensor,
  options: GradOptions<N> = {},
): LooseFunction<A, Gradient<A, N>> =>
  loosely(
    (...args) => differentiate("grad", f, args, options.argnums ?? 0, false).gradients as Gradient<A, N>,
  );

/** Value and gradient of a scalar function in one pass: `[value, gradient]`. */
export function valueAndGrad<A extends readonly unknown[], const N extends number | readonly number[] = 0>(
  f: (...args: A) => Tensor,
  options?: GradOptions<N> & { readonly hasAux?: false },
): LooseFunction<A, [value: Tensor, gradient: Gradient<A, N>]>;
/** For a function that returns `[loss, more]`: `[[loss, more], gradient]`; `more` is not differentiated. */
export function valueAndGrad<
  A extends readonly unknown[],
  Aux,
  const N extends number | readonly number[] = 0,
>(
  f: (...args: A) => readonly [Tensor, Aux],
  options: GradOptions<N> & { readonly hasAux: true },
): LooseFunction<A, [result: [value: Tensor, aux: Aux], gradient: Gradient<A, N>]>;
export function valueAndGrad(
  f: (...args: unknown[]) => unknown,
  options: GradOptions & { readonly hasAux?: boolean } = {},
): (...args: unknown[]) => unknown {
  return (...args) => {
    const hasAux = options.hasAux ?? false;
    const { value, aux, gradients } = differentiate("valueAndGrad", f, args, options.argnums ?? 0, hasAux);
    return hasAux ? [[value, aux], gradients] : [value, gradients];
  };
}
