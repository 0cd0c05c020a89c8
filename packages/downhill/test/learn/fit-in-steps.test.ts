import { describe, expect, test } from "vitest";
import { random, Tensor } from "downhill";
import {
  decodeSafetensors,
  encodeSafetensors,
  LinearRegression,
  loadModel,
  LogisticRegression,
  MLPClassifier,
  saveModel,
  type TrainingPoint,
  whereTrainingWas,
} from "downhill/learn";

const rows = 60;
const X = random.normal(random.key(7), [rows, 3], { dtype: "float64" });
const y = Array.from({ length: rows }, (_, row) => (X.data[3 * row]! + X.data[3 * row + 1]! > 0 ? "b" : "a"));
const numbers = Array.from({ length: rows }, (_, row) => 2 * X.data[3 * row]! - X.data[3 * row + 2]!);

const valuesOf = (parameters: object): unknown =>
  JSON.parse(
    JSON.stringify(parameters, (_, value: unknown) => (value instanceof Tensor ? value.toArray() : value)),
  );

const toEnd = <M>(steps: Generator<undefined, M>): { readonly model: M; readonly pieces: number } => {
  for (let pieces = 1; ; pieces++) {
    const { done, value } = steps.next();
    if (done === true) return { model: value, pieces };
  }
};

const shared = { batchSize: 16, maxIter: 6, learningRate: 0.05, nIterNoChange: 100 };
const network = { ...shared, hiddenLayerSizes: [5], solver: "adam", dropout: 0.2 } as const;

describe("fitInSteps", () => {
  test("comes to where fit comes, with a pause before the first step, after each step and after each epoch", () => {
    const whole = new MLPClassifier(network).fit(X, y);
    // With one step a call the programs differ from those of stretches; the order of operations does not.
    const { model, pieces } = toEnd(new MLPClassifier(network).fitInSteps(X, y, { stepsPerCall: 1 }));
    expect(model.coefs[0]!.toArray()).toEqual(whole.coefs[0]!.toArray());
    expect(model.history.loss).toEqual(whole.history.loss);
    // 4 steps an epoch, and the end.
    expect(pieces).toBe(1 + 6 * (4 + 1) + 1);
  });

  test("tells where it is", () => {
    const points: TrainingPoint[] = [];
    toEnd(
      new MLPClassifier({ ...network, maxIter: 2 }).fitInSteps(X, y, {
        stepsPerCall: 1,
        onPoint: (point) => points.push(point),
      }),
    );
    expect(points.map(({ epoch, step }) => [epoch, step])).toEqual([
      ...[0, 1, 2, 3, 4].map((step) => [0, step]),
      ...[0, 1, 2, 3, 4].map((step) => [1, step]),
      [2, 0],
    ]);
  });

  test.each([
    ["a network with dropout", () => new MLPClassifier(network), y],
    ["momentum", () => new LogisticRegression({ ...shared, solver: "momentum" }), y],
    ["a line", () => new LinearRegression({ ...shared, solver: "rmsprop" }), numbers],
  ] as const)("goes on from a point as if nothing had happened: %s", (_, make, targets) => {
    const points: TrainingPoint[] = [];
    const model = make() as MLPClassifier;
    const options = { onPoint: (point: TrainingPoint) => void points.push(point) };
    model.fit(X, targets, options);
    const from = points.find(({ epoch, step }) => epoch === 3 && step === 0)!;
    const epochs: number[] = [];
    const again = (make() as MLPClassifier).fit(X, targets, {
      from,
      onEpoch: ({ epoch }) => void epochs.push(epoch),
    });
    expect(epochs).toEqual([4, 5, 6]);
    expect(valuesOf(again.parameters)).toEqual(valuesOf(model.parameters));
    expect(again.history.loss).toEqual(model.history.loss.slice(3));
  });

  test("another optimizer goes on from a point, and remembers nothing", () => {
    const points: TrainingPoint[] = [];
    new LogisticRegression({ ...shared, solver: "adam" }).fit(X, y, {
      onPoint: (point) => points.push(point),
    });
    const { optimizer: _, ...from } = points.find(({ epoch }) => epoch === 2)!;
    const other = new LogisticRegression({ ...shared, solver: "sgd" }).fit(X, y, { from });
    expect(other.history.epoch).toEqual([3, 4, 5, 6]);
    expect(other.nIter).toBe(6);
  });
});

test("withParameters: the model of an earlier epoch", () => {
  const kept: object[] = [];
  const model = new LogisticRegression({ ...shared, solver: "sgd" }).fit(X, y, {
    onParameters: (parameters) => void kept.push(parameters),
  });
  const early = new LogisticRegression({ ...shared, solver: "sgd", maxIter: 2 }).fit(X, y);
  const same = model.withParameters(kept[2] as typeof model.parameters);
  expect(same.predictProba(X).toArray()).toEqual(early.predictProba(X).toArray());
  expect(model.predictProba(X).toArray()).not.toEqual(early.predictProba(X).toArray());
});

describe("whereTrainingWas", () => {
  const stored = (model: Parameters<typeof saveModel>[0]): ReturnType<typeof loadModel> => {
    const { config, tensors } = saveModel(model, { memory: true });
    return loadModel({
      config: JSON.parse(JSON.stringify(config)) as unknown,
      ...decodeSafetensors(encodeSafetensors(tensors)),
    });
  };

  test.each([
    ["Adam with dropout, in batches", () => new MLPClassifier(network), y],
    [
      "the best epoch by rows held out",
      () =>
        new MLPClassifier({
          ...network,
          learningRate: 0.3,
          maxIter: 12,
          earlyStopping: true,
          nIterNoChange: 4,
        }),
      y,
    ],
    ["gradient descent, which remembers nothing", () => new MLPClassifier({ ...network, solver: "sgd" }), y],
    ["a rate that was measured", () => new MLPClassifier({ ...network, learningRate: "auto" }), y],
    [
      "a rate that falls when the loss rests",
      () =>
        new MLPClassifier({
          ...network,
          solver: "momentum",
          learningRate: 0.5,
          learningRateSchedule: "adaptive",
          nIterNoChange: 1,
          tol: 0.05,
          maxIter: 9,
        }),
      y,
    ],
    [
      "all rows in each step",
      () =>
        new LinearRegression({
          ...shared,
          batchSize: null,
          learningRate: 0.9,
          solver: "momentum",
          maxIter: 40,
          nIterNoChange: 3,
        }),
      numbers,
    ],
  ] as const)(
    "an interrupted training that is saved, loaded and taken up again ends where it would have: %s",
    (_, make, targets) => {
      const whole = (make() as MLPClassifier).fit(X, targets);
      const part = make() as MLPClassifier;
      // In the middle of an epoch: what was done of it is done again.
      part.fit(X, targets, {
        stepsPerCall: 1,
        onBatch: ({ epoch, batch }) =>
          !(
            epoch === 5 &&
            batch >= Math.min(2, Math.ceil(rows / ((part.options.batchSize as number) ?? rows)))
          ),
      });
      expect(part.stopReason).toBe("interrupted");
      const again = (make() as MLPClassifier).fit(X, targets, { from: whereTrainingWas(stored(part)) });
      expect(valuesOf(again.parameters)).toEqual(valuesOf(whole.parameters));
      const told = ({ nIter, bestEpoch, stopReason, history, resumption }: MLPClassifier): unknown => ({
        nIter,
        bestEpoch,
        stopReason,
        ...history,
        seconds: [],
        random: resumption?.random,
        steps: resumption?.steps,
        rows: resumption?.rows,
      });
      expect(told(again)).toEqual(told(whole));
      expect(again.nIter).toBeGreaterThan(part.nIter);
    },
  );

  test("is not known of models that were saved without it, or solved", () => {
    const without = loadModel(saveModel(new MLPClassifier(network).fit(X, y)));
    expect(() => whereTrainingWas(without)).toThrow(
      /this MLPClassifier does not know where its training was; .*memory: true/,
    );
    expect(() => whereTrainingWas(new LogisticRegression().fit(X, y))).toThrow(
      /this LogisticRegression does not know/,
    );
  });
});
