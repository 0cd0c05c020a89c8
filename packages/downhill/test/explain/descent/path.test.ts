/** Descents step by step: the paths are those of the optimizers, and every number on them belongs together. */
import { grad, optim, tensor, type Tensor } from "downhill";
import { compareDescents, descend } from "downhill/explain";
import { parseFormula } from "downhill/formula";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { optimizers } from "../../optim/golden-optimizers.ts";
import { expectTrajectory, lossOf, problems, trajectories } from "../../optim/golden-problems.ts";
import { setTarget, targetNames } from "../../targets/targets.ts";

const vector = (values: readonly number[]): Tensor => tensor(Float64Array.from(values));

/** The numbers of a path at its steps, as trajectories are compared. */
const pointsOf =
  (path: readonly { readonly params: unknown; readonly value: number }[]) => (step: number) => {
    const { params, value } = path[Math.min(step, path.length - 1)]!;
    return { params: params as number[], value };
  };

// Those of a vector.
const firstOrder = trajectories.filter(
  ({ convention, problem }) => !convention.startsWith("lbfgs") && problem in problems,
);

const bowl = ({ x, y }: { x: Tensor; y: Tensor }): Tensor => x.square().add(y.square().mul(2));

describe.each(targetNames)("on %s", (target) => {
  beforeAll(() => setTarget(target));
  afterAll(() => setTarget("reference"));

  test.each(firstOrder)("$id", (trajectory) => {
    const { path } = descend(lossOf(trajectory.problem), {
      from: vector(problems[trajectory.problem]!.start),
      optimizer: optimizers[trajectory.convention]!(trajectory.hyperparameters),
      steps: 50,
    });
    expect(path).toHaveLength(51);
    expectTrajectory(trajectory, pointsOf(path));
  });

  test.each(trajectories.filter(({ convention }) => convention === "lbfgs_fixed_step"))(
    "$id",
    (trajectory) => {
      const { history_size, lr } = trajectory.hyperparameters;
      const { path } = descend(lossOf(trajectory.problem), {
        from: vector(problems[trajectory.problem]!.start),
        optimizer: optim.lbfgs({ memorySize: history_size!, learningRate: lr!, lineSearch: "fixed" }),
        steps: 50,
      });
      expectTrajectory(trajectory, pointsOf(path));
    },
  );
});

test("every step: the gradient is that of the point, and the move leads to the next", () => {
  const { path } = descend(bowl, {
    from: { x: -1.5, y: 2 },
    optimizer: "momentum",
    learningRate: 0.1,
    steps: 8,
  });
  expect(path.map(({ step }) => step)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  let velocity = { x: 0, y: 0 };
  path.forEach(({ params, value, gradient, gradientNorm, move, state }, i) => {
    expect(value).toBeCloseTo(params.x ** 2 + 2 * params.y ** 2, 14);
    expect(gradient).toEqual({ x: 2 * params.x, y: 4 * params.y });
    expect(gradientNorm).toBeCloseTo(Math.hypot(2 * params.x, 4 * params.y), 14);
    velocity = { x: 0.9 * velocity.x + gradient.x, y: 0.9 * velocity.y + gradient.y };
    // The state after this gradient: the velocity with which the step is taken.
    expect(JSON.parse(JSON.stringify(state))).toEqual([velocity, []]);
    const next = path[i + 1];
    if (next === undefined) expect(move).toBeNull();
    else {
      expect(move).toEqual({ x: -0.1 * velocity.x, y: -0.1 * velocity.y });
      expect(params.x + move!.x).toBeCloseTo(next.params.x, 14);
      expect(params.y + move!.y).toBeCloseTo(next.params.y, 14);
    }
  });
});

test("numbers are float64, tensors keep their dtypes, and everything is plain data", () => {
  const single = descend((x) => x.square(), { from: 3, learningRate: 0.25, steps: 2 });
  expect(single.path.map(({ params }) => params)).toEqual([3, 1.5, 0.75]);
  const f = ({
    layers,
  }: {
    readonly layers: readonly { readonly w: Tensor; readonly b: Tensor }[];
  }): Tensor => layers[0]!.w.sum().add(layers[0]!.b).square();
  const tree = descend(f, {
    from: { layers: [{ w: tensor([1, 2]), b: 0.1 }] },
    optimizer: "adam",
    learningRate: 0.1,
    steps: 3,
  });
  expect(tree.path[0]!.params).toEqual({ layers: [{ w: [1, 2], b: 0.1 }] });
  expect(JSON.parse(JSON.stringify(tree.path))).toEqual(tree.path);
  // Adam's first step has the length of the rate in every direction: to rounding of float32 and float64.
  const [{ w, b }] = tree.path[0]!.move!.layers as readonly [{ w: number[]; b: number }];
  w.forEach((x) => expect(x).toBeCloseTo(-0.1, 7));
  expect(b).toBeCloseTo(-0.1, 8);
});

test("several optimizers at several rates, each named; what has no rate goes once", () => {
  const descents = compareDescents(bowl, {
    from: { x: 1, y: 1 },
    optimizers: [
      "gd",
      { name: "momentum", momentum: 0.5 },
      "lbfgs",
      (learningRate) => optim.adam({ learningRate }),
    ],
    learningRates: ["auto", 0.1],
    steps: 30,
  });
  expect(
    descents.map(({ optimizer, learningRate, isAutomatic }) => [optimizer, learningRate, isAutomatic]),
  ).toEqual([
    ["gd", 0.25, true],
    ["gd", 0.1, false],
    ["momentum (momentum 0.5)", 0.25, true],
    ["momentum (momentum 0.5)", 0.1, false],
    ["lbfgs", undefined, false],
    ["own", expect.any(Number), true],
    ["own", 0.1, false],
  ]);
  for (const { path, borders } of descents) {
    expect(path[0]!.params).toEqual({ x: 1, y: 1 });
    expect(path.at(-1)!.value).toBeLessThan(0.5);
    expect(borders.start.sharpness).toBeCloseTo(4, 12);
  }
  expect(descents[2]!.borders.end.stableRate).toBeCloseTo((2 * 1.5) / 4, 12);
  expect(descents[4]!.borders.end.stableRate).toBeUndefined();
});

test.each([
  "gd",
  "sgd",
  "momentum",
  "nesterov",
  "adagrad",
  "adadelta",
  "rmsprop",
  "adam",
  "adamw",
  "nadam",
  "radam",
  "adamax",
  "amsgrad",
  "adabelief",
  "lion",
  "lamb",
  "lbfgs",
] as const)("%s finds its own rate, and goes down with it", (optimizer) => {
  const { path, learningRate, judgement } = descend(bowl, { from: { x: -1.5, y: 2 }, optimizer, steps: 200 });
  if (optimizer === "lbfgs") expect(learningRate).toBeUndefined();
  else expect(learningRate).toBeGreaterThan(0);
  expect(path.at(-1)!.value).toBeLessThan(0.1 * path[0]!.value);
  expect(judgement.verdict).not.toBe("diverges");
});

test("it ends at the tolerance, at the last step, or where values are no longer finite", () => {
  const from = { x: -1.5, y: 2 };
  const close = descend(bowl, { from, learningRate: 0.2, tolerance: 1e-3 });
  expect(close.ended).toBe("converged");
  expect(close.path.at(-1)!.gradientNorm).toBeLessThanOrEqual(Math.SQRT2 * 1e-3);
  expect(close.path.at(-2)!.gradientNorm).toBeGreaterThan(1e-3);
  expect(descend(bowl, { from, learningRate: 0.2, steps: 3 }).ended).toBe("steps");
  const steep = descend((x) => x.square().square(), { from: 2, learningRate: 1, steps: 100 });
  expect(steep.ended).toBe("diverged");
  expect(steep.path.at(-1)!.value).toBe(Infinity);
  expect(steep.path.at(-2)!.value).toBeLessThan(Infinity);
  expect(descend(bowl, { from, steps: 0 }).path).toHaveLength(1);
  expect(descend(bowl, { from, optimizer: "lbfgs" }).ended).toBe("stopped");
});

test("the minimum is found wherever the path ends", () => {
  const slow = descend(bowl, { from: { x: -1.5, y: 2 }, learningRate: 1e-4, steps: 3 });
  expect(slow.minimum!.params.x).toBeCloseTo(0, 7);
  expect(slow.minimum!.value).toBeCloseTo(0, 12);
  expect(slow.borders.end.where).toBe("minimum");
  const away = descend(bowl, { from: { x: -1.5, y: 2 }, learningRate: 3, steps: 20 });
  expect(away.minimum!.params.y).toBeCloseTo(0, 7);
  // exp(−x) falls for ever, x³ without end, x² − y² from its saddle in neither direction.
  expect(descend((x) => x.neg().exp(), { from: 0, learningRate: 1 }).minimum).toBeNull();
  expect(descend((x) => x.square().mul(x), { from: -1, learningRate: 0.01, steps: 5 }).minimum).toBeNull();
  const saddle = descend(({ x, y }) => x.square().sub(y.square()), {
    from: { x: 1, y: 0 },
    learningRate: 0.25,
  });
  expect(saddle.minimum).toBeNull();
  expect(saddle.borders.end.where).toBe("last");
  expect(saddle.judgement.reason).toMatch(/saddle/);
});

test("the automatic rate is half the border, where it is sharper: at the start or at the minimum", () => {
  // The fourth derivative of cosh is cosh: sharper at the start than at the minimum.
  const cosh = (x: Tensor): Tensor => x.exp().add(x.neg().exp()).div(2);
  const start = Math.cosh(3);
  expect(descend(cosh, { from: 3 }).learningRate).toBeCloseTo(1 / start, 2);
  // −1/(1 + x²) is flat far from its minimum, where its second derivative is 2.
  const well = (x: Tensor): Tensor => x.square().add(1).pow(-1).neg();
  expect(descend(well, { from: 1.5 }).learningRate).toBe(0.5);
});

test("formulas are functions of their variables", () => {
  const f = parseFormula("x^2 + 2*y^2");
  const { path, judgement } = descend(f, { from: { x: -1.5, y: 2 }, learningRate: 0.1, steps: 5 });
  path.forEach(({ params, value, gradient }) => {
    expect(value).toBeCloseTo(params.x ** 2 + 2 * params.y ** 2, 14);
    expect(gradient.y).toBeCloseTo(4 * params.y, 14);
  });
  expect(path.at(-1)!.params.x).toBeCloseTo(-1.5 * 0.8 ** 5, 14);
  expect(judgement.verdict).toBe("good");
  expect(() => descend(f, { from: { x: 1, z: 2 } })).toThrow(
    /the start lacks y and has z, which the formula does not; x\^2 \+ 2\*y\^2 starts from a value for each of: x, y/,
  );
});

test("calls that make no sense say what to write instead", () => {
  const from = { x: 1, y: 1 };
  expect(() => descend(bowl, { from, optimizer: "newton" as never })).toThrow(
    /no optimizer "newton"; write one of gd, .*lbfgs, or a function/,
  );
  expect(() => descend(bowl, { from, learningRate: -1 })).toThrow(
    /learningRate is -1; write a number above 0, or "auto"/,
  );
  expect(() => descend(bowl, { from, learningRate: NaN })).toThrow(/learningRate is NaN/);
  expect(() => descend(bowl, { from, steps: 1.5 })).toThrow(/steps is 1.5; write a whole number from 0/);
  expect(() => descend(bowl, { from, tolerance: -1 })).toThrow(/tolerance is -1/);
  expect(() => descend(bowl, { from, optimizer: "lbfgs", learningRate: 0.1 })).toThrow(
    /brings its own; leave learningRate out/,
  );
  expect(() => descend((x) => x.log(), { from: -1 })).toThrow(
    /at the start log of −1 does not exist; start elsewhere/,
  );
  expect(() => descend((x: Tensor) => x, { from: vector([1, 2]) })).toThrow(/gradient is of a scalar/);
  expect(() => compareDescents(bowl, { from, learningRates: [0] })).toThrow(
    /compareDescents: learningRate is 0/,
  );
});

test("gradients along the path are the engine's own", () => {
  const f = ({ x, y }: { x: Tensor; y: Tensor }): Tensor =>
    x.mul(y).sin().add(x.square().mul(0.1)).add(y.square());
  const { path } = descend(f, { from: { x: 2, y: 1 }, optimizer: "adam", learningRate: 0.1, steps: 20 });
  for (const { params, gradient } of path) {
    const at = {
      x: tensor(Float64Array.of(params.x), { shape: [] }),
      y: tensor(Float64Array.of(params.y), { shape: [] }),
    };
    const expected = grad(f)(at);
    expect(gradient.x).toBeCloseTo(expected.x.item(), 13);
    expect(gradient.y).toBeCloseTo(expected.y.item(), 13);
  }
});

test("L-BFGS tells how it made each move: of −H and the gradient the direction, and how far along it", () => {
  const { path } = descend(parseFormula("(1 - x)^2 + 5*(y - x^2)^2 + z^2"), {
    from: { x: -1.2, y: 1, z: 0.3 },
    optimizer: "lbfgs",
    steps: 8,
  });
  type Point = Readonly<Record<"x" | "y" | "z", number>>;
  const names = ["x", "y", "z"] as const;
  for (const { state, gradient, move } of path.slice(0, -1)) {
    const { direction, length, columns } = state as {
      direction: Point;
      length: number;
      columns: readonly Point[];
    };
    for (const name of names) {
      const terms = columns.map((column, i) => column[name] * gradient[names[i]!]);
      const [sum, size] = terms.reduce(([a, b], term) => [a + term, b + Math.abs(term)], [0, 0]);
      // Some tens of roundings of float64, of terms that may nearly cancel out.
      expect(Math.abs(sum - direction[name])).toBeLessThanOrEqual(64 * 2 ** -52 * size);
      // The move is the difference of two points near 1.
      expect(Math.abs(length * direction[name] - move![name])).toBeLessThanOrEqual(4 * 2 ** -52);
    }
  }
});
