/** Losses against PyTorch, and metrics against scikit-learn: test/golden/losses.json. */
import { jit, nn, tensor, type Tensor, vjp } from "downhill";
import { metrics } from "downhill/learn";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectGolden, type GoldenArray, readGolden, toTensor } from "../golden-helpers/golden.ts";
import { setTarget, targetNames } from "../targets/targets.ts";

interface Case {
  readonly id: string;
  readonly op: "quantile" | "logCosh" | "poisson" | "focal" | "klDivergence" | "cosineDistance" | "triplet";
  readonly params: object;
  readonly inputs: readonly GoldenArray[];
  readonly output: GoldenArray;
  readonly cotangent: GoldenArray;
  readonly vjp: readonly GoldenArray[];
}

interface MetricCase {
  readonly metric: Exclude<keyof typeof metrics, "classScores">;
  readonly average?: "macro" | "micro" | "weighted";
  readonly y: readonly number[];
  readonly predictions: readonly number[];
  readonly sampleWeight: readonly number[] | null;
  readonly value: unknown;
}

const golden = readGolden<{ readonly cases: readonly Case[]; readonly metrics: readonly MetricCase[] }>(
  "losses",
);

describe.each(targetNames)("on %s", (target) => {
  beforeAll(() => setTarget(target));
  afterAll(() => setTarget("reference"));

  test.each(golden.cases)("$id", ({ op, params, inputs, output, cotangent, vjp: gradients }) => {
    const primals = inputs.map((input) => toTensor(input));
    const loss = (...args: Tensor[]): Tensor => (nn[op] as (...args: unknown[]) => Tensor)(...args, params);
    expectGolden(jit(loss)(...primals), output, "value under jit");
    const [value, pullback] = vjp(loss, ...primals);
    expectGolden(value, output, "value");
    pullback(toTensor(cotangent)).forEach((gradient, i) =>
      expectGolden(gradient, gradients[i]!, `gradient ${i}`),
    );
  });
});

test.each(golden.metrics)("$metric $average of weights $sampleWeight", (given) => {
  const { metric, average, y, predictions, sampleWeight, value } = given;
  const options = { ...(sampleWeight && { sampleWeight }), ...(average && { average }) };
  const result = (metrics[metric] as (y: unknown, p: unknown, options: object) => unknown)(
    y,
    predictions,
    options,
  );
  const numbers = (of: unknown): number[] => (of as number[][]).flat();
  // Some roundings of numbers of this size.
  const near = (a: number, b: number): void =>
    expect(Math.abs(a - b)).toBeLessThanOrEqual(1e-14 * Math.max(1, Math.abs(b)));
  if (typeof value === "number") near(result as number, value);
  else {
    const actual =
      metric === "confusionMatrix"
        ? (result as { matrix: number[][] }).matrix.flat()
        : Object.values(result as Record<string, number>);
    expect(actual).toHaveLength(numbers(value).length);
    numbers(value).forEach((expected, i) => near(actual[i]!, expected));
  }
});

test("a target of probability 0, a zero vector and equal vectors have finite losses and slopes", () => {
  const two = (loss: typeof nn.klDivergence) => (a: Tensor, b: Tensor) => loss(a, b);
  const [, klBack] = vjp(two(nn.klDivergence), tensor([1, 2]), tensor([0, 1]));
  const [cosine, cosineBack] = vjp(two(nn.cosineDistance), tensor([0, 0]), tensor([3, 4]));
  expect(cosine.item()).toBe(1);
  const same = tensor([1, 2]);
  const [triplet, tripletBack] = vjp((a: Tensor) => nn.triplet(a, same, same), same);
  expect(triplet.item()).toBe(1);
  for (const back of [klBack, cosineBack, tripletBack])
    for (const gradient of back(tensor(1)))
      for (const slope of gradient.data) expect(slope).toSatisfy(Number.isFinite);
});

test("large errors do not overflow", () => {
  const far = tensor([1e30, -1e30]);
  expect(nn.logCosh(far, tensor([0, 0])).item()).toBeCloseTo(1e30, -24);
  expect(nn.focal(tensor([-200, 300]), tensor([1, 0])).item()).toBeCloseTo(250, 4);
});

test("the focal loss has a slope of 0 where nothing is missed, as PyTorch's log-probabilities give it", () => {
  const [value, back] = vjp((z: Tensor) => nn.focal(z, tensor([0, 1]), { gamma: 0.5 }), tensor([-1e3, 1e3]));
  expect(value.item()).toBe(0);
  expect([...back(tensor(1))[0].data].map(Math.abs)).toEqual([0, 0]);
});

test("settings out of range are refused", () => {
  const x = tensor([1]);
  expect(() => nn.quantile(x, x, { quantile: 1 })).toThrow("write a number between 0 and 1");
  expect(() => nn.focal(x, x, { gamma: -1 })).toThrow("write a number from 0");
  expect(() => metrics.brierScoreLoss([1], [1.5])).toThrow("row 0 has 1.5; write probabilities");
  expect(() => nn.triplet(x, x, tensor([1, 2]))).toThrow("triplet: predictions of shape [1]");
});
