/** Recurrent cells, and the layer that runs one along time. */
import { sigmoid } from "../functions/activations.ts";
import { zeros as zeroTensor } from "../functions/create.ts";
import { add, mul, sub, tanh } from "../functions/elementwise.ts";
import { matmul } from "../functions/products.ts";
import * as random from "../functions/random.ts";
import { moveaxis, split } from "../functions/shapes.ts";
import { ArgumentError, ShapeError } from "../tensor/errors.ts";
import { formatShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { scan } from "../transforms/scan.ts";
import { glorotUniform, type InitializerOptions } from "./initializers.ts";
import type { Layer } from "./layer.ts";

export interface CellParams {
  /** [inputs, gates · units] */
  readonly kernel: Tensor;
  /** [units, gates · units] */
  readonly recurrentKernel: Tensor;
  /** [gates · units] */
  readonly bias: Tensor;
  /** [gates · units], added to what comes from the state. */
  readonly recurrentBias: Tensor;
}

/** One step of a recurrent network, as pure functions. */
export interface Cell<State> {
  readonly units: number;
  init(key: Tensor, options?: InitializerOptions): CellParams;
  /** The state before the first step, zeros, for so many examples. */
  start(batch: number, like: Tensor): State;
  /** The next state, and the output [batch, units], for the input x [batch, inputs]. */
  step(params: CellParams, state: State, x: Tensor): readonly [state: State, output: Tensor];
}

const parameters = (
  operation: string,
  inputs: number,
  units: number,
  gates: number,
): Cell<unknown>["init"] => {
  for (const count of [inputs, units])
    if (!Number.isInteger(count) || count < 1)
      throw new ArgumentError(operation, `${inputs} inputs and ${units} units; write whole numbers from 1`);
  return (key, options) => {
    const keys = random.split(key);
    const width = gates * units;
    const kernel = glorotUniform(keys.take(0), [inputs, width], options);
    const bias = zeroTensor([width], { dtype: kernel.dtype });
    return {
      kernel,
      recurrentKernel: glorotUniform(keys.take(1), [units, width], options),
      bias,
      recurrentBias: bias,
    };
  };
};

const fromInput = ({ kernel, bias }: CellParams, x: Tensor): Tensor => add(matmul(x, kernel), bias);
const fromState = ({ recurrentKernel, recurrentBias }: CellParams, h: Tensor): Tensor =>
  add(matmul(h, recurrentKernel), recurrentBias);

const zeroState = (batch: number, units: number, like: Tensor): Tensor =>
  zeroTensor([batch, units], { dtype: like.dtype });

/** h ← tanh(x·K + b + h·R + r) (Elman 1990). */
export const rnnCell = (inputs: number, units: number): Cell<Tensor> => ({
  units,
  init: parameters("rnnCell", inputs, units, 1),
  start: (batch, like) => zeroState(batch, units, like),
  step: (params, h, x) => {
    const next = tanh(add(fromInput(params, x), fromState(params, h)));
    return [next, next];
  },
});

export interface LstmState {
  readonly h: Tensor;
  readonly c: Tensor;
}

/**
 * Long short-term memory (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000): gates i, f, g, o in
 * this order from x·K + b + h·R + r; c ← σ(f)·c + σ(i)·tanh g and h ← σ(o)·tanh c.
 */
export const lstmCell = (inputs: number, units: number): Cell<LstmState> => ({
  units,
  init: parameters("lstmCell", inputs, units, 4),
  start: (batch, like) => ({ h: zeroState(batch, units, like), c: zeroState(batch, units, like) }),
  step: (params, { h, c }, x) => {
    const [i, f, g, o] = split(add(fromInput(params, x), fromState(params, h)), 4, -1);
    const memory = add(mul(sigmoid(f!), c), mul(sigmoid(i!), tanh(g!)));
    const next = mul(sigmoid(o!), tanh(memory));
    return [{ h: next, c: memory }, next];
  },
});

/**
 * The gated recurrent unit (Cho et al. 2014, in the form of cuDNN and PyTorch): with u = x·K + b and v = h·R + r in three
 * parts, ρ = σ(u₁ + v₁), ζ = σ(u₂ + v₂), n = tanh(u₃ + ρ·v₃), and h ← (1 − ζ)·n + ζ·h.
 */
export const gruCell = (inputs: number, units: number): Cell<Tensor> => ({
  units,
  init: parameters("gruCell", inputs, units, 3),
  start: (batch, like) => zeroState(batch, units, like),
  step: (params, h, x) => {
    const u = split(fromInput(params, x), 3, -1);
    const v = split(fromState(params, h), 3, -1);
    const reset = sigmoid(add(u[0]!, v[0]!));
    const update = sigmoid(add(u[1]!, v[1]!));
    const candidate = tanh(add(u[2]!, mul(reset, v[2]!)));
    const next = add(mul(sub(1, update), candidate), mul(update, h));
    return [next, next];
  },
});

/**
 * A layer that runs a cell along time, by `scan`: [batch, time, inputs] → the outputs of all steps, [batch, time, units].
 */
export const recurrent = <State>(cell: Cell<State>): Layer<CellParams> => ({
  init: (key, options) => cell.init(key, options),
  apply: (params, x) => {
    if (x.rank !== 3 || x.shape[2] !== params.kernel.shape[0])
      throw new ShapeError(
        "recurrent",
        `the input has shape ${formatShape(x.shape)}; write [batch, time, ${params.kernel.shape[0]!}]`,
        [x.shape],
      );
    const first = cell.start(x.shape[0]!, x);
    const [, outputs] = scan<State, Tensor, Tensor>(
      (state, element) => cell.step(params, state, element),
      first as never,
      moveaxis(x, 1, 0),
    );
    return moveaxis(outputs, 0, 1);
  },
});
