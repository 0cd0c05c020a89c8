/** The losses with their derivatives in both modes, as PyTorch has them. */
import { jit, jvp, nn, type Tensor, vjp } from "downhill";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectGolden, type GoldenArray, readGolden, toTensor } from "../golden-helpers/golden.ts";
import { setTarget, targetNames } from "../targets/targets.ts";

interface Derivatives {
  readonly vjp?: readonly (GoldenArray | null)[];
  readonly jvp?: GoldenArray;
}

interface Case extends Required<Derivatives> {
  readonly id: string;
  readonly op: string;
  readonly params: {
    readonly reduction?: "mean" | "sum" | "none";
    readonly delta?: number;
    readonly label_smoothing?: number;
  };
  readonly inputs: readonly [GoldenArray, GoldenArray];
  readonly output: GoldenArray;
  readonly cotangent: GoldenArray;
  readonly tangents: readonly (GoldenArray | null)[];
  /** PyTorch's values where it differs: they are the ones to follow. */
  readonly torch?: Derivatives;
}

type Loss = (a: Tensor, b: Tensor, params: Case["params"]) => Tensor;

const losses: Readonly<Record<string, Loss>> = {
  mse: nn.mse,
  mae: nn.mae,
  huber: nn.huber,
  hinge: nn.hinge,
  binary_cross_entropy_with_logits: nn.binaryCrossEntropy,
  cross_entropy: (logits, labels, { label_smoothing: labelSmoothing = 0, ...options }) =>
    nn.softmaxCrossEntropy(logits, labels, { ...options, labelSmoothing }),
};

const cases = readGolden<{ readonly cases: readonly Case[] }>("ops").cases.filter(({ op }) => op in losses);

test("there are cases of every loss", () => {
  expect(new Set(cases.map(({ op }) => op))).toEqual(new Set(Object.keys(losses)));
});

describe.each(targetNames)("on %s", (target) => {
  beforeAll(() => setTarget(target));
  afterAll(() => setTarget("reference"));

  test.each(cases)("$id", (given) => {
    const { op, params, inputs, output, cotangent, tangents, torch } = given;
    const [a, b] = [toTensor(inputs[0]), toTensor(inputs[1])];
    const loss = (...differentiated: Tensor[]): Tensor =>
      losses[op]!(differentiated[0]!, differentiated[1] ?? b, params);
    const gradients = torch?.vjp ?? given.vjp;
    const both = gradients[1] !== null;
    const primals = both ? [a, b] : [a];

    expectGolden(loss(...primals), output, "value");
    expectGolden(jit(loss)(...primals), output, "value under jit");
    const [value, pullback] = vjp(loss, ...primals);
    expectGolden(value, output, "value under vjp");
    pullback(toTensor(cotangent)).forEach((gradient, i) =>
      expectGolden(gradient, gradients[i]!, `gradient ${i}`),
    );
    const [, tangent] = jvp(
      loss,
      primals,
      primals.map((_, i) => toTensor(tangents[i]!)),
    );
    expectGolden(tangent, torch?.jvp ?? given.jvp, "jvp");
  });
});
