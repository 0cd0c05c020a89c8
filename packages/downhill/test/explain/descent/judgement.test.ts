/** What is thought of learning rates, against what happens. */
import { tensor, type Tensor } from "downhill";
import { compareDescents, descend, type Judgement, type OptimizerChoice } from "downhill/explain";
import { describe, expect, test } from "vitest";
import { normals, quadratic, vector, withEigenvalues } from "../../curvature/problems.ts";

interface Point {
  readonly x: Tensor;
  readonly y: Tensor;
}

/** λ = 2 and 4: the border is 0.5. */
const bowl = ({ x, y }: Point): Tensor => x.square().add(y.square().mul(2));
/** λ = 2 and 2000: the border is 1e-3. */
const ravine = ({ x, y }: Point): Tensor => x.square().add(y.square().mul(1000));
const from = { x: -1.5, y: 2 };

const judged = (
  f: (point: Point) => Tensor,
  learningRate: number,
  optimizer: OptimizerChoice = "gd",
  steps = 100,
): Judgement => descend(f, { from, optimizer, learningRate, steps }).judgement;

describe("plain gradient descent in a bowl with border 0.5", () => {
  test.each([
    [0.001, "slow"],
    [0.01, "slow"],
    [0.06, "good"],
    [0.25, "good"],
    [0.4, "good"],
    [0.44, "oscillating"],
    [0.49, "oscillating"],
    [0.499999, "oscillating"],
    [0.5, "oscillating"],
    [0.501, "diverges"],
    [0.55, "diverges"],
    [5, "diverges"],
  ] as const)("%d: %s", (rate, verdict) => {
    // Also when only a few steps are seen.
    for (const steps of [4, 100]) expect(judged(bowl, rate, "gd", steps).verdict).toBe(verdict);
  });

  test("says why, and what to do", () => {
    expect(judged(bowl, 0.01).reason).toBe(
      "the error is halved every 17 steps: the rate 0.01 is only 2 % of the border 0.5 at the minimum (2/λmax, λmax = 4); " +
        "at 0.33 each step leaves 12 % of the error",
    );
    expect(judged(bowl, 0.25).reason).toBe(
      "each step leaves 25 % of the error, at 50 % of the border 0.5 at the minimum (2/λmax, λmax = 4)",
    );
    expect(judged(bowl, 0.45).reason).toBe(
      "each step crosses the valley, to 80 % of the distance on its other side: the rate 0.45 is 90 % of the border 0.5 at " +
        "the minimum (2/λmax, λmax = 4); at 0.33 each step leaves 12 % of the error",
    );
    expect(judged(bowl, 0.55).reason).toBe(
      "the error grows to 1.44 times its size at each step; the rate 0.55 is above the border 0.5 at the minimum (2/λmax, " +
        "λmax = 4): each step overshoots by more than it had to go; at 0.25 each step leaves 25 % of the error",
    );
  });

  test("the better rates are better", () => {
    for (const rate of [0.001, 0.01, 0.44, 0.5, 0.6]) {
      const { better } = judged(bowl, rate);
      const again = judged(bowl, better!.learningRate);
      expect(again.verdict).toBe("good");
      // Rates are recommended to two digits.
      expect(again.stepsToHalve / better!.stepsToHalve).toBeGreaterThan(0.9);
      expect(again.stepsToHalve / better!.stepsToHalve).toBeLessThan(1.1);
    }
  });
});

test.each([
  [0.01, "slow"],
  [0.25, "good"],
  [0.45, "oscillating"],
  [0.55, "diverges"],
] as const)("in float32 as in float64: at %d %s", (learningRate, verdict) => {
  const start = { x: tensor(-1.5), y: tensor(2) };
  for (const steps of [10, 200]) {
    const { judgement, path } = descend(bowl, { from: start, learningRate, steps });
    expect(judgement.verdict).toBe(verdict);
    expect(path[0]!.params).toEqual({ x: -1.5, y: 2 });
  }
});

test("in a ravine no rate is fast for plain gradient descent, and momentum is recommended", () => {
  const { verdict, reason, better, stepsToHalve } = judged(ravine, 5e-4);
  expect(verdict).toBe("slow");
  expect(better).toBeUndefined();
  // (1 − 2·5e-4)² at each step.
  expect(stepsToHalve).toBeCloseTo(Math.LN2 / (-2 * Math.log(1 - 1e-3)), 5);
  expect(reason).toMatch(
    /every 350 steps, and no rate is much faster: the valley is 1000 times sharper across than along; with momentum 0.9 and rate \S+ the error is halved every [\d.]+ steps/,
  );
  const [, rate] = /momentum 0.9 and rate (\S+)/.exec(reason)!;
  const withMomentum = judged(ravine, Number(rate), "momentum", 300);
  expect(withMomentum.verdict).toBe("good");
  expect(withMomentum.stepsToHalve).toBeLessThan(stepsToHalve / 10);
});

describe("predictions come true on quadratics", () => {
  const rules: readonly OptimizerChoice[] = [
    "gd",
    { name: "momentum", momentum: 0.8 },
    { name: "nesterov", momentum: 0.8 },
  ];
  test.each(rules)("%o", (optimizer) => {
    const f = quadratic(withEigenvalues([0.5, 1, 3, 10], 4));
    const start = vector(normals(11, 4));
    const descents = compareDescents(f, {
      from: start,
      optimizers: [optimizer],
      learningRates: [0.01, 0.03, 0.1, 0.13],
      steps: 400,
    });
    for (const { judgement, path } of descents) {
      expect(judgement.basis).toBe("curvature");
      // Over a stretch so late that the other directions have died away. Errors that swing go through zero, so that their
      // crests are compared, which leaves a part of a swing: a tenth of the fall at most. The minimum is 0 exactly.
      const crest = (step: number): number =>
        Math.max(...path.slice(step, step + 30).map(({ value }) => value));
      const seen = (crest(300) / crest(100)) ** (1 / 200);
      expect(crest(300)).toBeGreaterThan(1e-280);
      expect(Math.log(seen) / Math.log(judgement.perStep)).toBeGreaterThan(0.9);
      expect(Math.log(seen) / Math.log(judgement.perStep)).toBeLessThan(1.1);
    }
  });
});

describe("other optimizers are judged by their border or by their path", () => {
  test.each([
    ["momentum", 0.94, "oscillating"],
    ["momentum", 0.96, "diverges"],
    ["momentum", 0.1, "good"],
    ["momentum", 1e-5, "slow"],
    ["nesterov", 0.335, "oscillating"],
    ["nesterov", 0.345, "diverges"],
    ["nesterov", 0.1, "good"],
    ["adam", 0.3, "good"],
    ["adam", 1e-3, "slow"],
    ["rmsprop", 1, "oscillating"],
    ["rmsprop", 1e-3, "slow"],
  ] as const)("%s at %d: %s", (optimizer, rate, verdict) => {
    expect(judged(bowl, rate, optimizer, 200).verdict).toBe(verdict);
  });

  test("by name or made by hand, the path shows the same", () => {
    const own = judged(bowl, 3, (learningRate) => ({
      init: () => [],
      update: <P extends object>(gradients: P) => {
        const { x, y } = gradients as unknown as Point;
        const rate = learningRate as number;
        return [{ x: x.mul(-rate), y: y.mul(-rate) } as unknown as P, []];
      },
    }));
    expect(own.verdict).toBe("diverges");
    expect(own.basis).toBe("path");
    expect(own.better!.learningRate).toBe(0.3);
  });
});

describe("functions that are not quadratic", () => {
  test("a start that is sharper than the minimum breaks descents that the minimum would bear", () => {
    const f = (x: Tensor): Tensor => x.square().square().sub(x.square().mul(3)).add(x);
    const { verdict, reason } = descend(f, { from: 2, learningRate: 0.2 }).judgement;
    expect(verdict).toBe("diverges");
    expect(reason).toMatch(
      /^after \d+ steps the value is ∞; the rate 0.2 is above the border 0.0476 at the start/,
    );
  });

  test("above the border, between slopes that do not steepen, it goes to and fro for ever", () => {
    // √(1 + x²) has slopes up to 1 and the sharpness 1 at its minimum: the border is 2.
    const { judgement, path } = descend((x) => x.square().add(1).sqrt(), {
      from: 0.1,
      learningRate: 2.5,
      steps: 300,
    });
    expect(judgement.verdict).toBe("oscillating");
    expect(judgement.reason).toMatch(
      /to and fro around the minimum without settling; the rate 2.5 is above the border 2 /,
    );
    expect(path.at(-1)!.value).toBeLessThan(3);
  });

  test("a flat valley is judged by the path", () => {
    const trough = ({ x, y }: Point): Tensor => x.add(y).square();
    const { verdict, basis } = judged(trough, 0.1);
    expect([verdict, basis]).toEqual(["good", "path"]);
    expect(judged(trough, 1e-4).verdict).toBe("slow");
    expect(judged(trough, 0.51).verdict).toBe("diverges");
  });

  test("without a minimum, falling is all that there is", () => {
    const { verdict, reason } = descend((x) => x.neg().exp(), {
      from: 0,
      learningRate: 0.5,
      steps: 20,
    }).judgement;
    expect(verdict).toBe("good");
    expect(reason).toMatch(
      /^the value keeps falling, to 0.\d+, and no minimum was found downhill; the rate is 25 % of the border 2/,
    );
    const cubic = descend((x) => x.square().mul(x), { from: -1, learningRate: 0.5, steps: 50 }).judgement;
    expect(cubic.verdict).toBe("diverges");
    expect(cubic.reason).toMatch(/^after \d+ steps the value is −∞; the function has no minimum downhill/);
  });

  test("a start at the minimum is left alone", () => {
    const there = descend(bowl, { from: { x: 0, y: 0 }, learningRate: 0.1, steps: 5 });
    expect(there.judgement.verdict).toBe("good");
    expect(there.path.at(-1)!.value).toBe(0);
  });

  test("arriving above the border was luck, and is called so", () => {
    const { verdict, reason } = descend(bowl, {
      from: { x: 1, y: 0 },
      learningRate: 0.6,
      steps: 60,
    }).judgement;
    expect(verdict).toBe("diverges");
    expect(reason).toMatch(/^it has arrived only because it never left the directions that are flat enough/);
  });
});

describe("where the function does not exist", () => {
  test("falling to the edge, no rate helps", () => {
    const { judgement, path } = descend(({ x }: { x: Tensor }) => x.log(), {
      from: { x: 1 },
      learningRate: 0.5,
    });
    expect(path).toHaveLength(3);
    expect(judgement.verdict).toBe("diverges");
    expect(judgement.better).toBeUndefined();
    expect(judgement.reason).toMatch(
      /^step 2 leads to x = −0.5, where log of −0.5 does not exist; no minimum was found downhill/,
    );
  });

  test("a step too long leads out of the domain: below the border it does not", () => {
    // λ = 1 at the minimum 1, where the border is 2.
    const f = ({ x }: { x: Tensor }): Tensor => x.sub(x.log());
    const { judgement } = descend(f, { from: { x: 2 }, learningRate: 5 });
    expect(judgement.reason).toMatch(
      /^step 1 leads to x = −0.5, where log of −0.5 does not exist; the rate 5 is above the border 2 at the minimum/,
    );
    expect(judgement.better!.learningRate).toBeLessThanOrEqual(1);
    const mended = descend(f, { from: { x: 2 }, learningRate: judgement.better!.learningRate });
    expect(mended.judgement.verdict).toBe("good");
  });

  test("of tensors the coordinates are left out", () => {
    const { judgement } = descend((w: Tensor) => w.sqrt().sum(), {
      from: vector([1, 4]),
      learningRate: 8,
    });
    expect(judgement.reason).toMatch(/^at step 1 the square root of −3 does not exist/);
  });
});

describe("where the curvature at the minimum does not tell of the way", () => {
  const onLine = (f: (x: Tensor) => Tensor, x: number, learningRate: number): Judgement =>
    descend((point: { x: Tensor }) => f(point.x), { from: { x }, learningRate }).judgement;

  test("a first step that led far away is no single step that arrives", () => {
    const { verdict, reason, better } = onLine((x) => x.log().add(x.pow(-1)), 0.1, 1);
    expect(verdict).toBe("slow");
    expect(reason).toContain("is above the border 0.00105 at the start (2/λmax, λmax = 1900)");
    expect(better).toBeUndefined();
  });

  test("a flat minimum asks for no rate that the start would not bear", () => {
    const { verdict, better } = onLine((x) => x.sub(1).square().square(), 3, 0.021);
    expect(verdict).toBe("slow");
    // The border at the start is 2/48.
    expect(better?.learningRate ?? 0).toBeLessThan(2 / 48);
  });

  test("a rate that suits a sharp minimum takes long from where it is flat", () => {
    expect(onLine((x) => x.abs().pow(1.5), 1, 1.3).better!.stepsToHalve).toBeGreaterThan(1e6);
  });
});
