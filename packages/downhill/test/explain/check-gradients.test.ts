/** Derivatives held against the function's values. */
import {
  customJvp,
  customVjp,
  grad,
  jvp,
  nn,
  random,
  softmax,
  stopGradient,
  tanh,
  tensor,
  type Tensor,
} from "downhill";
import { checkGradients, GradientError, requireGradients } from "downhill/explain";
import { describe, expect, test } from "vitest";

describe.each(["float64", "float32"] as const)("%s", (dtype) => {
  const of = (values: number | readonly number[]): Tensor => tensor(values, { dtype });

  test.each<[string, (x: Tensor) => unknown]>([
    ["exp of sin", (x) => x.sin().exp()],
    ["a quotient", (x) => x.div(x.square().add(1))],
    ["softmax", (x) => [x.sub(x.max()).exp().div(x.exp().sum()), x.tanh()]],
    ["log of a sum", (x) => ({ loss: x.square().add(1).sum().log() })],
  ])("%s: right, and its remainder vanishes as h²", (_, f) => {
    const { agrees, checks, text } = checkGradients(f, [of([0.4, -0.9, 1.3])], { order: 2 });
    expect(agrees, text).toBe(true);
    expect(checks.map(({ path, order }) => `${path} ${order}`)).toEqual(["argument 0 1", "argument 0 2"]);
    for (const { verdict, remainderSlope, forward, derivative } of checks) {
      expect(verdict, text).toBe("right");
      expect(remainderSlope).toBeGreaterThan(1.8);
      expect(remainderSlope).toBeLessThan(3.2);
      expect(Math.abs(forward - derivative)).toBeLessThan(1e-5);
    }
  });

  test("a derivative that is off by a tenth is wrong: its remainder vanishes as h", () => {
    const off = customJvp((x: Tensor) => x.sin(), ([x], [dx]) => dx.mul(x.cos()).mul(1.1)); // prettier-ignore
    const { agrees, checks, text } = checkGradients((x: Tensor) => off(x).square(), [of([0.4, -0.9, 1.3])]);
    expect(agrees).toBe(false);
    expect(checks[0]!.verdict).toBe("wrong");
    expect(checks[0]!.remainderSlope).toBeGreaterThan(0.7);
    expect(checks[0]!.remainderSlope).toBeLessThan(1.4);
    expect(text).toMatch(
      /a derivative is not that of the function\n {2}wrong {3}argument 0: .* from differences/,
    );
    expect(() => requireGradients(off, [of(0.4)])).toThrow(GradientError);
  });

  test("linear functions have no remainder, and are checked all the same", () => {
    const right = checkGradients((x: Tensor) => x.mul(3).sum(), [of([1, 2])]);
    expect(right.agrees).toBe(true);
    expect(right.checks[0]!.remainderSlope).toBeUndefined();
    expect(right.text).toMatch(/as of a linear function/);
    const half = checkGradients((x: Tensor) => x.add(stopGradient(x)).sum(), [of([1, 2])]);
    expect(half.agrees).toBe(false);
  });

  test("at a kink a slope between those of the sides passes", () => {
    const f = (x: Tensor): Tensor => x.abs().add(x.mul(0.5));
    const { agrees, checks, text } = checkGradients(f, [of(0)]);
    expect(agrees, text).toBe(true);
    expect(checks[0]!.verdict).toBe("kink");
    expect(text).toMatch(/a kink: the slopes of its sides are/);
    const outside = customJvp((x: Tensor) => x.abs(), (_x, [dx]) => dx.mul(2)); // prettier-ignore
    expect(checkGradients(outside, [of(0)]).agrees).toBe(false);
  });
});

const float64 = (values: number | readonly number[]): Tensor => tensor(values, { dtype: "float64" });

test("small errors show: a millionth in float64, a hundredth in float32", () => {
  const off = customJvp((x: Tensor) => x.sin(), ([x], [dx]) => dx.mul(x.cos()).mul(1 + 1e-6)); // prettier-ignore
  expect(checkGradients(off, [float64([0.4, -0.9])]).agrees).toBe(false);
  const less = customJvp((x: Tensor) => x.sin(), ([x], [dx]) => dx.mul(x.cos()).mul(1.01)); // prettier-ignore
  expect(checkGradients(less, [tensor([0.4, -0.9])]).agrees).toBe(false);
});

test.each<[string, (x: Tensor) => Tensor, readonly number[]]>([
  ["kinks beside the point, within the steps of differences", (x) => x.abs(), [0.004, -0.009, 0.013]],
  ["differences of large numbers inside", (x) => x.add(1000).square().sub(1e6), [0.4, -0.9]],
  ["fast waves", (x) => x.mul(20).cos().mean(), [0.4, -0.9, 1.3]],
  ["saturated units", (x) => x.sigmoid(), [40, -90, 130]],
  ["probabilities of nearly 0 and 1", (x) => softmax(x), [40, -90, 130]],
])("is not misled by %s", (_, f, at) => {
  for (const dtype of ["float64", "float32"] as const)
    for (const seed of [0, 1, 2]) {
      const x = tensor(at, { dtype });
      const { checks, text } = checkGradients(f, [x], { seed });
      expect(["right", "kink"], text).toContain(checks[0]!.verdict);
      expect(checks[0]!.modesAgree, text).toBe(true);
    }
});

describe("in many draws", () => {
  const seeds = Array.from({ length: 20 }, (_, seed) => seed);
  /** The first seed takes 0.4, then points all over the place. */
  const pointOf = (seed: number): number => 0.4 + 0.0371 * seed;

  test.each<[string, (x: Tensor) => Tensor]>([
    ...[1e3, 3e3, 1e4, 3e4, 1e5, 1e6, 1e7].map((speed): [string, (x: Tensor) => Tensor] => [
      `sin(${speed}·x)`,
      (x) => x.mul(speed).sin(),
    ]),
    ["stairs that rounding makes", (x) => x.add(1e5).sin()],
    ["broad stairs", (x) => x.add(1e4).sub(1e4)],
    ["a wall", (x) => x.mul(50).exp()],
  ])("%s is never wrong in float32, where rounding explains the rest, and right in float64", (_, f) => {
    for (const seed of seeds) {
      const at = pointOf(seed);
      const { checks, agrees, text } = checkGradients(f, [tensor([at])], { seed });
      expect(checks[0]!.verdict, text).not.toBe("wrong");
      expect(checks[0]!.modesAgree, text).toBe(true);
      if (!agrees)
        expect(text).toMatch(
          /^cannot tell whether .*\n {2}unclear argument 0: .*; cannot tell: \S+ of the values may be rounding/,
        );
      // At 1e7 the rounding of 1e7·x is a millionth of a wave in float64 too: near its crests, no slope is left.
      const exact = checkGradients(f, [float64([at])], { seed });
      expect(["right", "unclear"].slice(0, exact.agrees ? 1 : 2), exact.text).toContain(
        exact.checks[0]!.verdict,
      );
    }
  });

  test.each<[string, (x: Tensor) => Tensor]>([
    ["sin", (x) => x.sin()],
    ["exp of 5x", (x) => x.mul(5).exp()],
    ["fast waves", (x) => x.mul(20).cos()],
    ["a quotient", (x) => x.div(x.square().add(9))],
  ])("of %s, a derivative that is off by a twentieth is always wrong, in both precisions", (_, f) => {
    const off = customJvp(f, ([x], [dx]) => {
      const [, tangent] = jvp(f, [x], [dx]);
      return tangent.mul(1.05);
    });
    for (const dtype of ["float64", "float32"] as const)
      for (const seed of seeds) {
        const { checks, text } = checkGradients(off, [tensor([pointOf(seed)], { dtype })], { seed });
        expect(checks[0]!.verdict, text).toBe("wrong");
      }
  });
});

test("what rounding hides is not called right", () => {
  const f = (x: Tensor): Tensor => x.mul(1e-5).add(1);
  expect(checkGradients(f, [tensor([0.4, -0.9])]).checks[0]!.verdict).toBe("unclear");
  expect(checkGradients(f, [float64([0.4, -0.9])]).agrees).toBe(true);
  // Nothing depends on it, and it has no slope.
  expect(checkGradients((x: Tensor) => x.mul(0).add(1), [tensor([0.4])]).agrees).toBe(true);
});

test("names the argument in which the error is", () => {
  const wrong = customVjp(
    (w: Tensor, b: Tensor) => w.square().mul(b),
    (w, b) => [w.square().mul(b), { w, b }],
    ({ w, b }, ct) => [ct.mul(w).mul(b), ct.mul(w.square())], // the factor 2 is missing
  );
  const f = ({ layers }: { layers: { w: Tensor; b: Tensor }[] }, scale: Tensor, n: Tensor): Tensor =>
    layers.reduce((sum, { w, b }) => sum.add(wrong(w, b).sum()), scale).mul(n);
  const layer = (x: number): { w: Tensor; b: Tensor } => ({ w: float64([x, -x]), b: float64([1, x]) });
  const point = [{ layers: [layer(0.5), layer(0.7)] }, float64(2), tensor(3, { dtype: "int32" })] as const;
  const { checks } = checkGradients(f, point);
  expect(Object.fromEntries(checks.map(({ path, verdict }) => [path, verdict]))).toEqual({
    "argument 0.layers[0].b": "right",
    "argument 0.layers[0].w": "wrong",
    "argument 0.layers[1].b": "right",
    "argument 0.layers[1].w": "wrong",
    "argument 1": "right",
  });
});

test("a network, its loss, and their second order", () => {
  const model = nn.mlp([3, 5, 2], { activation: tanh });
  const params = model.init(random.key(0));
  const x = float64([0.1, -0.4, 0.9]).reshape(1, 3).astype("float32");
  const f = (p: typeof params): Tensor =>
    nn.softmaxCrossEntropy(model.apply(p, x), tensor([1], { dtype: "int32" }));
  const { agrees, checks, text } = checkGradients(f, [params], { order: 2 });
  expect(agrees, text).toBe(true);
  expect(checks).toHaveLength(8);
  expect(checkGradients(grad(f), [params]).agrees).toBe(true);
});

test("says what cannot be seen, and refuses what has no slope", () => {
  const infinite = checkGradients((x: Tensor) => x.log(), [float64(0)]);
  expect(infinite.agrees).toBe(false);
  expect(infinite.checks[0]!.verdict).toBe("unclear");
  expect(() => checkGradients((x: Tensor) => x.greater(0), [float64(1)])).toThrow(/returns no float/);
  expect(() => checkGradients((n: Tensor) => n.mul(0.5), [tensor(1, { dtype: "int32" })])).toThrow(
    /no argument has floats/,
  );
});
