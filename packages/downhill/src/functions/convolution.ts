/** Convolutions of neural networks: windows of the input times the weights, as one matrix product. */
import * as p from "../primitives/index.ts";
import { promote } from "../tensor/dtype.ts";
import { ArgumentError, ShapeError } from "../tensor/errors.ts";
import { allAxes, formatShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { add } from "./elementwise.ts";
import { floating } from "./operands.ts";

/** A number for all axes of space alike, or one for each. */
export type PerAxis = number | readonly number[];

export interface ConvolutionOptions {
  /** [outputs]: added to each output channel. */
  readonly bias?: Tensor;
  /** How far the windows move; 1 if left out. */
  readonly stride?: PerAxis;
  /** Zeros on both sides; 0 if left out. */
  readonly padding?: PerAxis;
  /** How far apart the elements of a window are; 1 if left out. */
  readonly dilation?: PerAxis;
  /** Into how many groups the channels fall, each convolved by itself; 1 if left out. */
  readonly groups?: number;
}

/** One whole number, at least `least`, for each of `count` axes. @throws ArgumentError */
export const perAxis = (
  operation: string,
  name: string,
  given: PerAxis,
  count: number,
  least: number,
): readonly number[] => {
  const list = typeof given === "number" ? new Array<number>(count).fill(given) : given;
  if (list.length !== count || list.some((value) => !Number.isInteger(value) || value < least))
    throw new ArgumentError(
      operation,
      `${name} is [${list.join(", ")}]; write a whole number from ${least}, or ${count} of them`,
    );
  return list;
};

/** Refuses windows that are longer than what they slide along. @throws ShapeError */
export const requireFit = (operation: string, length: number, axis: number, windows: p.Windows): void => {
  if (p.windowCount(length, windows) < 1)
    throw new ShapeError(
      operation,
      `a window over ${(windows.size - 1) * windows.dilation + 1} elements does not fit into the ${length} ` +
        `of axis ${axis}, padding included; pad more, or take a smaller window`,
    );
};

/**
 * Windows along the axes from `first` on, one list of settings for each: [..., lengths, ...] → [...sizes, ..., counts, ...].
 */
export const windowsOf = (
  operation: string,
  x: Tensor,
  settings: readonly p.Windows[],
  first: number,
): Tensor => {
  let windows = x;
  // From the last axis to the first, so that the sizes come out in order.
  settings.toReversed().forEach((setting, i) => {
    const own = first + settings.length - 1 - i;
    requireFit(operation, x.shape[own]!, own, setting);
    windows = p.slidingWindows(windows, own + i, setting);
  });
  return windows;
};

const checkChannels = (operation: string, x: Tensor, weight: Tensor, groups: number, rank: number): void => {
  if (x.rank !== rank + 2 || weight.rank !== rank + 2)
    throw new ShapeError(
      operation,
      `takes x of shape [batch, channels, ${rank === 1 ? "length" : "height, width"}] and weights of shape ` +
        `[outputs, channels / groups, ...], not ${formatShape(x.shape)} and ${formatShape(weight.shape)}`,
      [x.shape, weight.shape],
    );
  if (!Number.isInteger(groups) || groups < 1 || weight.shape[0]! % groups !== 0)
    throw new ArgumentError(
      operation,
      `${weight.shape[0]!} output channels do not fall into ${groups} groups; write a divisor`,
    );
  if (weight.shape.slice(2).includes(0))
    throw new ShapeError(
      operation,
      `weights of shape ${formatShape(weight.shape)} have windows of length 0`,
      [weight.shape],
    );
  if (x.shape[1] !== weight.shape[1]! * groups)
    throw new ShapeError(
      operation,
      `x has ${x.shape[1]!} channels, the weights take ${weight.shape[1]!}` +
        (groups === 1 ? "" : ` in each of ${groups} groups`),
      [x.shape, weight.shape],
    );
};

/**
 * y[n, o, …] = bias[o] + Σ over c, k of weight[o, c, k]·x[n, c, stride·… + dilation·k], the cross-correlation that neural
 * networks call convolution (LeCun et al. 1989). The windows are the columns of a matrix (Chellapilla et al. 2006),
 * with the batch innermost: whatever moves in space moves whole rows of neighbours. Derivatives are products of the same
 * kind, and the compiler keeps this order of axes from one convolution to the next (compiler/axis-orders.ts).
 */
const convolution =
  (operation: string, rank: number) =>
  (x: Tensor, weight: Tensor, options: ConvolutionOptions = {}): Tensor => {
    const { bias, groups = 1 } = options;
    const dtype = promote(floating(x).dtype, floating(weight).dtype);
    const [input, kernel] = [p.convert(x, dtype), p.convert(weight, dtype)];
    checkChannels(operation, input, kernel, groups, rank);
    const stride = perAxis(operation, "stride", options.stride ?? 1, rank, 1);
    const padding = perAxis(operation, "padding", options.padding ?? 0, rank, 0);
    const dilation = perAxis(operation, "dilation", options.dilation ?? 1, rank, 1);
    const sizes = kernel.shape.slice(2);
    const [batch, outputs] = [input.shape[0]!, kernel.shape[0]!];
    const channels = kernel.shape[1]!;

    const axes = allAxes(rank);
    const padded = p.pad(input, [0, 0, ...padding], [0, 0, ...padding]);
    // An axis of groups, if there are several.
    const group = groups === 1 ? [] : [groups];
    const own = group.length;
    // [...groups, channels, ...space, batch] → [...sizes, ...groups, channels, ...places, batch]
    const byChannel = p.transpose(padded, [1, ...axes.map((axis) => axis + 2), 0]);
    const windows = windowsOf(
      operation,
      p.reshape(byChannel, [...group, channels, ...byChannel.shape.slice(1)]),
      sizes.map((size, axis) => ({ size, stride: stride[axis]!, dilation: dilation[axis]! })),
      own + 1,
    );
    const places = windows.shape.slice(own + rank + 1, -1);
    // [...groups, outputs of each, channels, ...sizes] → [...groups, outputs of each, ...sizes, channels]
    const rows = p.transpose(p.reshape(kernel, [...group, outputs / groups, channels, ...sizes]), [
      ...allAxes(own + 1),
      ...axes.map((axis) => own + 2 + axis),
      own + 1,
    ]);
    const products = p.dot(rows, windows, {
      leftContract: allAxes(rank + 1).map((axis) => own + 1 + axis),
      rightContract: [...axes, rank + own],
      leftBatch: allAxes(own),
      rightBatch: group.map(() => rank),
    });
    let product = p.reshape(products, [outputs, ...places, batch]);
    if (bias !== undefined) {
      if (bias.rank !== 1 || bias.size !== outputs)
        throw new ShapeError(
          operation,
          `a bias of shape ${formatShape(bias.shape)} for ${outputs} output channels`,
          [bias.shape],
        );
      product = add(product, p.reshape(p.convert(bias, dtype), [outputs, ...places.map(() => 1), 1]));
    }
    return p.transpose(product, [rank + 1, 0, ...axes.map((axis) => axis + 1)]);
  };

/**
 * Windows of x times weights, along one axis of space: x [batch, channels, length], weight [outputs, channels / groups,
 * size] → [batch, outputs, places] with ⌊(length + 2·padding − dilation·(size − 1) − 1) / stride⌋ + 1 places. The weights
 * are not flipped (cross-correlation). Integers become float32. @throws ShapeError, ArgumentError
 */
export const conv1d = convolution("conv1d", 1);

/**
 * Windows of x times weights, along two axes of space: x [batch, channels, height, width], weight [outputs, channels /
 * groups, rows, columns] → [batch, outputs, …], with as many places along each axis as in `conv1d`. @throws ShapeError,
 * ArgumentError
 */
export const conv2d = convolution("conv2d", 2);
