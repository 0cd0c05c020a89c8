/** What is built around optimizers: settings in the state, groups, masks, plateaus, averages. */
import { grad, jit, optim, tensor, type Tensor } from "downhill";
import {
  incrementalUpdate,
  injectHyperparams,
  lookahead,
  masked,
  multiSteps,
  multiTransform,
  muon,
  reduceOnPlateau,
  scaleByMuon,
  scheduleFreeEvalParams,
  scheduleFreeSgd,
  setToZero,
  zeroNans,
} from "downhill/optim";
import { expect, test } from "vitest";

const vector = (...values: number[]): Tensor => tensor(Float64Array.from(values));
const params = { encoder: { kernel: vector(1, 2), bias: vector(3) }, head: [vector(4), vector(5)] };
const ones = {
  encoder: { kernel: vector(1, 1), bias: vector(1) },
  head: [vector(1), vector(1)],
};

test("an injected rate is read and changed in the state, and nothing is compiled again", () => {
  const optimizer = injectHyperparams(optim.sgd, { learningRate: 0.5 });
  let traces = 0;
  const step = jit((p: Tensor, state: ReturnType<typeof optimizer.init>) => {
    traces++;
    const [updates, next] = optimizer.update(p.mul(2), state, p);
    return { p: optim.applyUpdates(p, updates), state: next };
  });
  const start = vector(1, -2);
  const first = step(start, optimizer.init(start));
  expect([...first.p.data]).toEqual([0, 0]);
  expect(first.state.hyperparams.learningRate.item()).toBe(0.5);
  const slower = { ...first.state, hyperparams: { learningRate: tensor(0.125, { dtype: "float64" }) } };
  const second = step(start, slower);
  expect([...second.p.data]).toEqual([0.75, -1.5]);
  expect(second.state.hyperparams.learningRate.item()).toBe(0.125);
  expect(traces).toBe(1);
});

test("an injected schedule is in the state as the number in force", () => {
  const optimizer = injectHyperparams(optim.sgd, {
    learningRate: optim.schedules.linear({ initValue: 1, endValue: 0, transitionSteps: 4 }),
  });
  let state = optimizer.init(vector(0));
  const rates: number[] = [];
  for (let i = 0; i < 5; i++) {
    state = optimizer.update(vector(1), state)[1];
    rates.push(state.hyperparams.learningRate.item());
  }
  expect(rates).toEqual([1, 0.75, 0.5, 0.25, 0]);
});

test("labels may stand for whole parts; a group can stay as it is", () => {
  const optimizer = multiTransform(
    { frozen: setToZero(), fast: optim.sgd({ learningRate: 2 }), slow: optim.sgd({ learningRate: 1 }) },
    { encoder: "frozen", head: ["slow", "fast"] },
  );
  const [updates] = optimizer.update(ones, optimizer.init(params), params);
  expect([...updates.encoder.kernel.data]).toEqual([0, 0]);
  expect(updates.head.map((leaf) => leaf.item())).toEqual([-1, -2]);
});

test("each group is seen alone: clipping by the norm of the group", () => {
  const optimizer = multiTransform(
    { clipped: optim.clipByGlobalNorm(1), free: optim.identity() },
    (_, path) => (path.startsWith("head") ? "clipped" : "free"),
  );
  const [updates] = optimizer.update(ones, optimizer.init(params), params);
  updates.head.forEach((leaf) => expect(leaf.item()).toBeCloseTo(Math.SQRT1_2, 14));
  expect(updates.encoder.bias.item()).toBe(1);
});

test("labels that do not fit are named", () => {
  const make = (labels: Parameters<typeof multiTransform>[1]) => () =>
    multiTransform({ a: optim.identity() }, labels).init(params);
  expect(make({ encoder: "a" })).toThrow("multiTransform: no label for head");
  expect(make({ encoder: "b", head: "a" })).toThrow('a label "b", but transformations only for a');
  expect(make({ encoder: "a", head: "a", tail: "a" })).toThrow(
    "a label for tail, which the parameters have not; there are encoder, head",
  );
  expect(make({ encoder: { kernel: { left: "a" }, bias: "a" }, head: "a" })).toThrow(
    "a label for left, which encoder.kernel has not; it is one tensor",
  );
});

test("masked weight decay", () => {
  const decay = masked(optim.addDecayedWeights(0.5), (_, path) => path.endsWith("kernel"));
  const [updates] = decay.update(ones, decay.init(params), params);
  expect([...updates.encoder.kernel.data]).toEqual([1.5, 2]);
  expect(updates.encoder.bias.item()).toBe(1);
});

test("NaN becomes 0, and the state says where it was", () => {
  const optimizer = zeroNans();
  const gradients = { a: vector(1, NaN), b: vector(Infinity) };
  const [updates, { foundNan }] = optimizer.update(gradients, optimizer.init(gradients));
  expect([...updates.a.data]).toEqual([1, 0]);
  expect(updates.b.item()).toBe(Infinity);
  const found = foundNan as typeof gradients;
  expect([found.a.item(), found.b.item()].map(Boolean)).toEqual([true, false]);
});

test("the scale falls on plateaus, and without a loss there is an error", () => {
  const optimizer = reduceOnPlateau({ factor: 0.5, patience: 2 });
  let state = optimizer.init(vector(1));
  const scales = [5, 4, 4, 4, 4, 4, 1].map((loss) => {
    state = optimizer.update(vector(1), state, undefined, { value: tensor(loss) })[1];
    return state.scale.item();
  });
  expect(scales).toEqual([1, 1, 1, 0.5, 0.5, 0.25, 0.25]);
  expect(() => optimizer.update(vector(1), state)).toThrow(
    "reduceOnPlateau: needs the loss: write optimizer.update(gradients, state, params, { value })",
  );
  expect(() => reduceOnPlateau({ factor: 1 })).toThrow("write a number between 0 and 1");
});

test("minimize tells the loss to what must know it", () => {
  const method = optim.chain(optim.sgd({ learningRate: 1 }), reduceOnPlateau({ factor: 0.5, patience: 1 }));
  // At rate 1 steps of a parabola go back and forth; halved they reach the lowest point.
  const { value } = optim.minimize((x: Tensor) => x.square().sum(), vector(3, 1), { method, maxSteps: 30 });
  expect(value).toBe(0);
});

test("the parameters to keep of a schedule-free training are the mean of the points that it visited", () => {
  // All steps count alike where the rate is the same.
  const optimizer = scheduleFreeSgd({ learningRate: 0.1 });
  let p = vector(2, -1);
  let state = optimizer.init(p);
  const visited: (readonly number[])[] = [];
  for (let i = 0; i < 6; i++) {
    const [updates, next] = optimizer.update(p.mul(2), state, p);
    p = optim.applyUpdates(p, updates);
    state = next;
    visited.push([...(state.z as Tensor).data]);
  }
  const kept = scheduleFreeEvalParams(state, p);
  [0, 1].forEach((i) =>
    expect(kept.data[i]).toBeCloseTo(visited.reduce((sum, z) => sum + z[i]!, 0) / visited.length, 13),
  );
});

test("gradients of 0 stay 0 whatever the bound of their norm, and have a slope", () => {
  const zero = { a: vector(0, 0), b: vector(0) };
  for (const bound of [0, 1]) {
    const clipped = (g: typeof zero) => optim.clipByGlobalNorm(bound).update(g, [])[0];
    expect([...clipped(zero).a.data, ...clipped(zero).b.data]).toEqual([0, 0, 0]);
    const slope = grad((g: typeof zero) => clipped(g).a.sum())(zero);
    expect([...slope.a.data, ...slope.b.data]).toEqual([bound, bound, 0]);
  }
});

test("RMSProp, centered and corrected for its start, with momentum at a falling rate", () => {
  const optimizer = optim.rmsprop({
    learningRate: optim.schedules.linear({ initValue: 0.1, endValue: 0, transitionSteps: 4 }),
    decay: 0.9,
    eps: 1e-3,
    centered: true,
    biasCorrection: true,
    momentum: 0.5,
  });
  let p = vector(1, -2);
  let state = optimizer.init(p);
  for (const gradient of [vector(0.5, -1), vector(0.25, 2), vector(-1, 0.5)]) {
    const [updates, next] = optimizer.update(gradient, state, p);
    p = optim.applyUpdates(p, updates);
    state = next;
  }
  // optax 0.2.8 in float64. The first variance is 0 but for rounding, some 2⁻⁵³ beside eps = 1e-3.
  expect(p.data[0]).toBeCloseTo(-1.9106071240252525, 11);
  expect(p.data[1]).toBeCloseTo(3.362818778971136, 11);
});

test("a running average of parameters", () => {
  const average = incrementalUpdate({ w: vector(4) }, { w: vector(0) }, 0.25);
  expect(average.w.item()).toBe(1);
});

test("the singular values of what Muon makes of a matrix are near 1", () => {
  const optimizer = scaleByMuon({ beta: 0 });
  // Singular values 3 and 1.
  const gradient = tensor(Float64Array.of(2, 1, 1, 2), { shape: [2, 2] });
  const [update] = optimizer.update(gradient, optimizer.init(gradient));
  const [a, b] = update.data;
  for (const singular of [a! + b!, a! - b!]) {
    expect(singular).toBeGreaterThan(0.65);
    expect(singular).toBeLessThan(1.25);
  }
  expect(() => scaleByMuon().init(vector(1))).toThrow("is for matrices; write muon");
  expect(() => muon({ learningRate: 1 }).init(vector(1))).not.toThrow();
});

test("counts that are none are refused", () => {
  expect(() => multiSteps(optim.identity(), 0)).toThrow("multiSteps: a step every 0 gradients");
  expect(() => lookahead(optim.identity(), { syncPeriod: 1.5 })).toThrow("write a whole number from 1");
});
