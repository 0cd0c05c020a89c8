/** Convolution, pooling and normalisation where the golden values do not reach. */
import * as d from "downhill";
import { grad, jit, type Tensor, tensor, vmap } from "downhill";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectGolden, type GoldenArray, readGolden, toTensor } from "../golden-helpers/golden.ts";
import { expectClose, roundings } from "../primitives/op-table/compare.ts";
import { drawOperand, randomFrom } from "../primitives/op-table/rows.ts";
import { setTarget, targetNames } from "../targets/targets.ts";

const random = randomFrom("layers");
const draw = (...shape: number[]): Tensor => drawOperand({ shape, low: -1, high: 1 }, "float32", random);

interface Settings {
  readonly stride: number;
  readonly padding: number;
  readonly dilation: number;
  readonly groups: number;
}

/** The definition, as loops in double precision. */
const byLoops = (x: Tensor, weight: Tensor, { stride, padding, dilation, groups }: Settings): Tensor => {
  const [batch, , height, width] = x.shape as [number, number, number, number];
  const [outputs, channels, rows, columns] = weight.shape as [number, number, number, number];
  const places = (length: number, size: number): number =>
    Math.floor((length + 2 * padding - dilation * (size - 1) - 1) / stride) + 1;
  const shape = [batch, outputs, places(height, rows), places(width, columns)] as const;
  const values: number[] = [];
  for (let n = 0; n < shape[0]; n++)
    for (let o = 0; o < shape[1]; o++)
      for (let i = 0; i < shape[2]; i++)
        for (let j = 0; j < shape[3]; j++) {
          let sum = 0;
          const firstChannel = Math.floor(o / (outputs / groups)) * channels;
          for (let c = 0; c < channels; c++)
            for (let k = 0; k < rows; k++)
              for (let l = 0; l < columns; l++) {
                const y = i * stride + k * dilation - padding;
                const z = j * stride + l * dilation - padding;
                if (y < 0 || z < 0 || y >= height || z >= width) continue;
                const from = ((n * channels * groups + firstChannel + c) * height + y) * width + z;
                sum += x.data[from]! * weight.data[((o * channels + c) * rows + k) * columns + l]!;
              }
          values.push(sum);
        }
  return tensor(values, { shape, dtype: "float32" });
};

describe.each(targetNames)("a convolution wide enough for tiles and lanes on %s", (target) => {
  beforeAll(() => setTarget(target));
  afterAll(() => setTarget("reference"));

  test.each([
    { stride: 1, padding: 2, dilation: 1, groups: 1 },
    { stride: 2, padding: 1, dilation: 2, groups: 2 },
  ])("stride $stride, padding $padding, dilation $dilation, groups $groups", (settings) => {
    const [x, weight] = [draw(3, 4, 13, 18), draw(6, 4 / settings.groups, 5, 3)];
    const f = (a: Tensor, b: Tensor): Tensor => d.conv2d(a, b, settings);
    const expected = byLoops(x, weight, settings);
    expectClose(jit(f)(x, weight), expected, roundings(expected), "value");
    // Σ y·c is linear in x and in the weights: by the definition of a slope it is that with one of them moved.
    const direction = draw(...weight.shape);
    const cotangent = draw(...expected.shape);
    const slope = jit(grad((b: Tensor, a: Tensor) => f(a, b).mul(cotangent).sum()))(weight, x);
    const moved = byLoops(x, direction, settings).mul(cotangent).sum().item();
    // A sum of some thousand products of numbers below 1.
    expect(Math.abs(slope.mul(direction).sum().item() - moved)).toBeLessThan(2e-4);
    const image = draw(...x.shape);
    const slopeOfX = jit(grad((a: Tensor) => f(a, weight).mul(cotangent).sum()))(x);
    const movedImage = byLoops(image, weight, settings).mul(cotangent).sum().item();
    expect(Math.abs(slopeOfX.mul(image).sum().item() - movedImage)).toBeLessThan(2e-4);
  });

  test("NaN wins the largest, padding does not", () => {
    const x = tensor([[[-3, NaN, -1, -2]]]);
    expect(d.maxPool1d(x, 2).toArray()).toEqual([[[NaN, -1]]]);
    const padded = jit((y: Tensor) => d.maxPool1d(y, 2, { padding: 1 }))(tensor([[[-3, -4, -1, -2]]]));
    expect(padded.toArray()).toEqual([[[-3, -1, -2]]]);
  });
});

test("under vmap a convolution has a kernel for each example", () => {
  const [x, weights] = [draw(2, 1, 2, 5), draw(2, 3, 2, 2)];
  const together = vmap((a: Tensor, b: Tensor) => d.conv1d(a, b))(x, weights);
  for (const i of [0, 1]) {
    const one = d.conv1d(x.take(i), weights.take(i));
    expectClose(together.take(i), one, roundings(one), "example");
  }
});

test("batch statistics run as PyTorch's", () => {
  interface Case {
    readonly op: string;
    readonly inputs: readonly [GoldenArray];
    readonly extra: Readonly<Record<string, GoldenArray & number>>;
  }
  const { cases } = readGolden<{ readonly cases: readonly Case[] }>("ops");
  for (const { inputs, extra } of cases.filter(({ op }) => op === "batch_norm")) {
    const x = toTensor(inputs[0]);
    const running = {
      mean: toTensor(extra["running_mean_before"]!),
      variance: toTensor(extra["running_var_before"]!),
    };
    const after = d.updateStatistics(running, x, extra["momentum"]);
    expectGolden(after.mean, extra["running_mean_after"]!, "mean");
    expectGolden(after.variance, extra["running_var_after"]!, "variance");
    // Normalised with what the batch itself has, given from outside, nothing changes.
    const axis = x.shape.map((_, i) => i).filter((i) => i !== 1);
    const statistics = { mean: d.mean(x, axis), variance: d.variance(x, { axis }) };
    const batch = d.batchNorm(x);
    expectClose(d.batchNorm(x, { statistics }), batch, roundings(batch), "given statistics");
  }
});

test("what is refused", () => {
  const [x, w] = [draw(1, 2, 5, 5), draw(3, 2, 3, 3)];
  expect(() => d.conv2d(x.reshape(2, 5, 5), w)).toThrow("takes x of shape [batch, channels, height, width]");
  expect(() => d.conv2d(x, draw(3, 1, 3, 3))).toThrow("x has 2 channels, the weights take 1");
  expect(() => d.conv2d(x, w, { groups: 2 })).toThrow("3 output channels do not fall into 2 groups");
  expect(() => d.conv2d(x, w, { stride: 0 })).toThrow("stride is [0, 0]; write a whole number from 1");
  expect(() => d.conv2d(x, draw(3, 2, 6, 3))).toThrow("a window over 6 elements does not fit into the 5");
  expect(() => d.conv2d(x, w, { bias: draw(2) })).toThrow("a bias of shape [2] for 3 output channels");
  expect(() => d.maxPool2d(x, 2, { padding: 2 })).toThrow("padding 2 for a window of 2");
  expect(() => d.layerNorm(x, { weight: draw(4) })).toThrow("weight has shape [4] for 5 features");
});
