/**
 * Slopes where functions saturate: far out, at zero and at infinity. What has a finite limit is never NaN, and is what the
 * formula gives that was worked out by hand; by the reference and on wasm in every way to run.
 */
import {
  elu,
  expm1,
  gelu,
  grad,
  log1p,
  logSigmoid,
  logSoftmax,
  logsumexp,
  nn,
  relu,
  sigmoid,
  silu,
  softmax,
  softplus,
  tanh,
  tensor,
  type Tensor,
} from "downhill";
import { describe, expect, test } from "vitest";
import { erfc } from "../../src/primitives/elementary/reference.ts";
import { compiledEveryWay } from "../targets/ways.ts";

const inf = Infinity;
const dtypes = ["float32", "float64"] as const;

/** A dozen roundings of numbers of the order of 1; larger ones, and what numbers of the order of 1 are multiplied by, in proportion. */
const tolerance = { float32: 12 * 2 ** -24, float64: 12 * 2 ** -53 };

const finite = [-1e4, -800, -90, -40, -20, -5, -1, -0.001, 0, 0.001, 1, 5, 20, 40, 90, 800, 1e4];
const everywhere = [-inf, ...finite, inf];

type Computation = (...args: Tensor[]) => Tensor;

/** Checks the elements of a computation's result, in every way. */
const check = (
  f: Computation,
  args: readonly Tensor[],
  expected: readonly number[],
  dtype: keyof typeof tolerance,
  factors: readonly number[] = [],
): void => {
  for (const [way, run] of compiledEveryWay(f, ...args)) {
    const values = Array.from(run(...args)[0]!.data);
    expect(values, way).toHaveLength(expected.length);
    values.forEach((value, i) => {
      const wanted = expected[i]!;
      const allowed = tolerance[dtype] * Math.max(1, Math.abs(wanted), factors[i] ?? 0);
      if (!Object.is(value, wanted) && !(Math.abs(value - wanted) <= allowed))
        expect.fail(`${way}: element ${i} is ${value}, not ${wanted} ± ${allowed}`);
    });
  }
};

const sigma = (z: number): number => 1 / (1 + Math.exp(-z));
/** e^−|z| / (1 + e^−|z|)² */
const sigmaSlope = (z: number): number => Math.exp(-Math.abs(z)) / (1 + Math.exp(-Math.abs(z))) ** 2;
const sechSquared = (z: number): number => (2 / (Math.exp(z) + Math.exp(-z))) ** 2;
const density = (z: number): number => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);

// The approximation of gelu: x·σ(2u) with u = √(2/π)·(x + 0.044715·x³).
const inner = (z: number): number => Math.sqrt(2 / Math.PI) * (z + 0.044715 * z ** 3);
const innerSlope = (z: number): number => Math.sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * z ** 2);
const geluByTanhSlope = (z: number): number =>
  sigma(2 * inner(z)) + 2 * z * sigmaSlope(2 * inner(z)) * innerSlope(z);

interface Row {
  readonly name: string;
  readonly f: Computation;
  readonly slope: (z: number) => number;
  readonly curvature?: (z: number) => number;
  readonly at?: readonly number[];
  /** What the slope of σ, which is computed as y·(1 − y), is multiplied by. */
  readonly factor?: (z: number) => number;
}

const rows: readonly Row[] = [
  { name: "sigmoid", f: sigmoid, slope: sigmaSlope, curvature: (z) => sigmaSlope(z) * (1 - 2 * sigma(z)) },
  { name: "softplus", f: softplus, slope: sigma, curvature: sigmaSlope },
  { name: "logSigmoid", f: logSigmoid, slope: (z) => sigma(-z), curvature: (z) => -sigmaSlope(z) },
  { name: "tanh", f: tanh, slope: sechSquared, curvature: (z) => -2 * Math.tanh(z) * sechSquared(z) },
  { name: "log1p", f: log1p, slope: (z) => 1 / (1 + z), at: [-1, -0.5, 0, 2 ** -40, 40, 1e4, 1e30, inf] },
  { name: "expm1", f: expm1, slope: Math.exp, curvature: Math.exp, at: [-inf, -1e4, -40, -1, 0, 1, 40] },
  { name: "relu", f: relu, slope: (z) => (z > 0 ? 1 : 0), curvature: () => 0 },
  { name: "elu", f: (x) => elu(x), slope: (z) => (z > 0 ? 1 : Math.exp(z)) },
  { name: "silu", f: silu, slope: (z) => sigma(z) + z * sigmaSlope(z), at: finite, factor: Math.abs },
  {
    name: "gelu",
    f: (x) => gelu(x),
    slope: (z) => erfc(-z * Math.SQRT1_2) / 2 + z * density(z),
    curvature: (z) => (2 - z * z) * density(z),
    at: finite,
  },
  {
    name: "gelu by tanh",
    f: (x) => gelu(x, { approximate: "tanh" }),
    slope: geluByTanhSlope,
    at: finite,
    factor: (z) => Math.abs(2 * z * innerSlope(z)),
  },
];

/** The slope by the first argument. */
const slopeOf =
  (f: Computation): Computation =>
  (...args) =>
    grad((...given: Tensor[]) => f(...given).sum())(...args);

describe.each(dtypes)("%s", (dtype) => {
  const make = (data: number[] | number[][]): Tensor => tensor(data, { dtype });

  test.each(rows)("$name", ({ f, slope, curvature, at = everywhere, factor = () => 0 }) => {
    const x = make([...at]);
    const points = Array.from(x.data);
    check(slopeOf(f), [x], points.map(slope), dtype, points.map(factor));
    if (curvature) check(slopeOf(slopeOf(f)), [x], points.map(curvature), dtype);
  });

  /** Logits with what is added to the largest one to be infinitely far behind. */
  const logits = [
    [0, 0, 0, 0],
    [1e4, -1e4, 0, 40],
    [-40, 40, 39, -inf],
    [-1e4, -1e4, -10001, -1e4],
    [-inf, 3, -inf, -inf],
    [800, 800, 90, -90],
  ];
  const probabilities = logits.map((row) => {
    const weights = row.map((z) => Math.exp(z - Math.max(...row)));
    const total = weights.reduce((a, b) => a + b);
    return weights.map((weight) => weight / total);
  });
  const cotangent = [0.5, -1, 2, 1];
  const weighted = (f: (x: Tensor) => Tensor): Computation => slopeOf((x, c) => f(x).mul(c));

  test("logsumexp: softmax", () => {
    check(
      slopeOf((x) => logsumexp(x, 1)),
      [make(logits)],
      probabilities.flat(),
      dtype,
    );
  });

  test("softmax: p∘(c − p·c)", () => {
    const expected = probabilities.flatMap((p) => {
      const inner = p.reduce((sum, value, i) => sum + value * cotangent[i]!, 0);
      return p.map((value, i) => value * (cotangent[i]! - inner));
    });
    check(weighted(softmax), [make(logits), make(cotangent)], expected, dtype);
  });

  test("logSoftmax: c − p·Σc", () => {
    const total = cotangent.reduce((a, b) => a + b);
    check(
      weighted(logSoftmax),
      [make(logits), make(cotangent)],
      probabilities.flatMap((p) => p.map((value, i) => cotangent[i]! - value * total)),
      dtype,
    );
  });

  test.each([0, 1, 0.3])("binary cross entropy with target %d: σ(z) − y", (y) => {
    const z = make([...everywhere]);
    const targets = make(everywhere.map(() => y));
    const loss: Computation = (x, t) => nn.binaryCrossEntropy(x, t, { reduction: "none" });
    const target = targets.data[0]!;
    check(
      slopeOf(loss),
      [z, targets],
      Array.from(z.data, (value) => sigma(value) - target),
      dtype,
    );
    check(slopeOf(slopeOf(loss)), [z, targets], Array.from(z.data, sigmaSlope), dtype);

    const shift = make(finite);
    const expected = Array.from(
      shift.data,
      (v) => Math.max(v, 0) + Math.log1p(Math.exp(-Math.abs(v))) - target * v,
    );
    // Both terms are as large as |z|, and so are their roundings.
    check(loss, [shift, make(finite.map(() => y))], expected, dtype, finite.map(Math.abs));
  });

  test.each([0, 1, 2])("softmax cross entropy with label %d: p − target", (label) => {
    const labels = tensor(
      logits.map(() => label),
      { dtype: "int32" },
    );
    const loss: Computation = (x, l) => nn.softmaxCrossEntropy(x, l, { reduction: "none" });
    const expected = probabilities.flatMap((p) => p.map((value, i) => value - (i === label ? 1 : 0)));
    check(slopeOf(loss), [make(logits), labels], expected, dtype);
  });
});
