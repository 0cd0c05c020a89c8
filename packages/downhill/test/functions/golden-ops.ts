/** The operations of golden/ops.json in Downhill's terms. */
import * as d from "downhill";
import type { SliceArgument, Tensor } from "downhill";

type Parameters = Readonly<Record<string, unknown>>;
export type GoldenOperation = (inputs: readonly Tensor[], params: Parameters) => Tensor | Tensor[];

const unary =
  (f: (x: Tensor) => Tensor): GoldenOperation =>
  ([x]) =>
    f(x!);

const binary =
  (f: (x: Tensor, y: Tensor) => Tensor): GoldenOperation =>
  ([x, y]) =>
    f(x!, y!);

interface Reduction {
  readonly axis: number | readonly number[] | null;
  readonly keepdims?: boolean;
  readonly ddof?: number;
}

const reduction =
  (f: (x: Tensor, options: Reduction) => Tensor): GoldenOperation =>
  ([x], params) => {
    const { axis, keepdims, ddof } = params as unknown as Reduction;
    return f(x!, {
      axis,
      ...(keepdims !== undefined && { keepdims }),
      ...(ddof !== undefined && { ddof }),
    });
  };

const alongAxis =
  (f: (x: Tensor, axis: number) => Tensor): GoldenOperation =>
  ([x], { axis }) =>
    f(x!, axis as number);

type Reduced = "mean" | "sum" | "none";

const loss =
  (f: (x: Tensor, y: Tensor, options: { reduction: Reduced }) => Tensor): GoldenOperation =>
  ([x, y], { reduction }) =>
    f(x!, y!, { reduction: reduction as Reduced });

const convolution =
  (f: typeof d.conv2d): GoldenOperation =>
  ([x, weight, bias], params) =>
    f(x!, weight!, { ...(params as d.ConvolutionOptions), ...(bias && { bias }) });

const pool =
  (f: typeof d.maxPool2d): GoldenOperation =>
  ([x], { kernel, ...options }) =>
    f(x!, kernel as readonly number[], options);

const bound = (value: unknown): number | null => value as number | null;

interface NamedSlice {
  readonly start: number | null;
  readonly stop: number | null;
  readonly step: number | null;
}

export const operations: Readonly<Record<string, GoldenOperation>> = {
  neg: unary(d.neg),
  abs: unary(d.abs),
  sign: unary(d.sign),
  exp: unary(d.exp),
  log: unary(d.log),
  log1p: unary(d.log1p),
  expm1: unary(d.expm1),
  log2: unary(d.log2),
  log10: unary(d.log10),
  sqrt: unary(d.sqrt),
  rsqrt: unary(d.rsqrt),
  square: unary(d.square),
  reciprocal: unary(d.reciprocal),
  sin: unary(d.sin),
  cos: unary(d.cos),
  tan: unary(d.tan),
  asin: unary(d.asin),
  acos: unary(d.acos),
  atan: unary(d.atan),
  sinh: unary(d.sinh),
  cosh: unary(d.cosh),
  tanh: unary(d.tanh),
  asinh: unary(d.asinh),
  acosh: unary(d.acosh),
  atanh: unary(d.atanh),
  sigmoid: unary(d.sigmoid),
  log_sigmoid: unary(d.logSigmoid),
  softplus: unary(d.softplus),
  relu: unary(d.relu),
  silu: unary(d.silu),
  erf: unary(d.erf),
  floor: unary(d.floor),
  ceil: unary(d.ceil),
  round: unary(d.round),
  gelu: ([x], { approximate }) => d.gelu(x!, { approximate: approximate as "none" | "tanh" }),
  leaky_relu: ([x], { negative_slope }) => d.leakyRelu(x!, negative_slope as number),
  elu: ([x], { alpha }) => d.elu(x!, alpha as number),
  clip: ([x], { min, max }) => d.clip(x!, bound(min), bound(max)),
  pow_const: ([x], { exponent }) => d.pow(x!, exponent as number),

  add: binary(d.add),
  sub: binary(d.sub),
  mul: binary(d.mul),
  div: binary(d.div),
  pow: binary(d.pow),
  atan2: binary(d.atan2),
  maximum: binary(d.maximum),
  minimum: binary(d.minimum),
  where: ([condition, x, y]) => d.where(condition!, x!, y!),

  sum: reduction(d.sum),
  mean: reduction(d.mean),
  prod: reduction(d.prod),
  max: reduction(d.max),
  min: reduction(d.min),
  logsumexp: reduction(d.logsumexp),
  var: reduction(d.variance),
  std: reduction(d.std),
  norm: reduction(d.norm),
  argmax: ([x], { axis }) => d.argmax(x!, bound(axis)),
  argmin: ([x], { axis }) => d.argmin(x!, bound(axis)),
  cumsum: alongAxis(d.cumsum),
  cumprod: alongAxis(d.cumprod),
  sort: alongAxis(d.sort),
  argsort: alongAxis(d.argsort),
  softmax: alongAxis(d.softmax),
  log_softmax: alongAxis(d.logSoftmax),

  matmul: binary(d.matmul),
  dot: binary(d.dot),
  outer: binary(d.outer),
  einsum: (inputs, { spec }) => d.einsum(spec as string, ...inputs),
  trace: unary(d.trace),
  diag: ([x], { k }) => d.diag(x!, k as number),
  tril: ([x], { k }) => d.tril(x!, k as number),
  triu: ([x], { k }) => d.triu(x!, k as number),

  transpose: ([x], { perm }) => d.transpose(x!, perm as readonly number[] | null),
  reshape: ([x], { shape }) => d.reshape(x!, shape as readonly number[]),
  broadcast_to: ([x], { shape }) => d.broadcastTo(x!, shape as readonly number[]),
  concatenate: (inputs, { axis }) => d.concatenate(inputs, axis as number),
  stack: (inputs, { axis }) => d.stack(inputs, axis as number),
  split: ([x], { axis, sections, indices }) =>
    d.split(x!, (sections ?? indices) as number | readonly number[], axis as number),
  slice: ([x], { slices }) =>
    d.slice(
      x!,
      ...(slices as readonly NamedSlice[]).map(({ start, stop, step }): SliceArgument => [start, stop, step]),
    ),
  flip: ([x], { axis }) => d.flip(x!, axis as readonly number[]),
  pad: ([x], { pad_width, constant_values }) =>
    d.pad(x!, pad_width as readonly (readonly [number, number])[], constant_values as number),
  squeeze: ([x], { axis }) => d.squeeze(x!, axis as number),
  expand_dims: ([x], { axis }) => d.expandDims(x!, axis as number),

  tile: ([x], { reps }) => d.tile(x!, reps as readonly number[]),
  repeat: ([x], { repeats, axis }) => d.repeat(x!, repeats as number | readonly number[], axis as number),

  scatter_add: ([x, indices, updates], { axis }) => d.scatterAdd(x!, indices!, updates!, axis as number),
  take: ([x, indices], { axis }) => d.take(x!, indices!, axis as number),
  take_along_axis: ([x, indices], { axis }) => d.takeAlongAxis(x!, indices!, axis as number),
  embedding: ([table, indices]) => d.take(table!, indices!),
  one_hot: ([indices], { num_classes }) => d.oneHot(indices!, num_classes as number, "float64"),

  conv1d: convolution(d.conv1d),
  conv2d: convolution(d.conv2d),
  max_pool2d: pool(d.maxPool2d),
  avg_pool2d: pool(d.avgPool2d),
  layer_norm: ([x, weight, bias], { eps }) =>
    d.layerNorm(x!, { weight: weight!, bias: bias!, eps: eps as number }),
  batch_norm: ([x, weight, bias], { eps }) =>
    d.batchNorm(x!, { weight: weight!, bias: bias!, eps: eps as number }),

  cross_entropy: ([logits, labels], { reduction, label_smoothing }) =>
    d.nn.softmaxCrossEntropy(logits!, labels!, {
      reduction: reduction as Reduced,
      ...(label_smoothing !== undefined && { labelSmoothing: label_smoothing as number }),
    }),
  binary_cross_entropy_with_logits: loss(d.nn.binaryCrossEntropy),
  mse: loss(d.nn.mse),
  mae: loss(d.nn.mae),
  huber: ([x, y], { reduction, delta }) =>
    d.nn.huber(x!, y!, { reduction: reduction as Reduced, delta: delta as number }),
  hinge: loss(d.nn.hinge),
};
