/** Networks of layers of one's own, as estimators. */
import { nn, optim, tensor } from "downhill";
import {
  type BatchEvent,
  crossValScore,
  decodeSafetensors,
  DivergenceError,
  encodeSafetensors,
  loadModel,
  makePipeline,
  MLPRegressor,
  NeuralNetClassifier,
  NeuralNetRegressor,
  savePipeline,
  saveModel,
  type SavedModel,
  StandardScaler,
} from "downhill/learn";
import { describe, expect, test } from "vitest";
import { distance, float64, numbers, parametersOf, table, threeClasses, twoClasses } from "./subjects.ts";

const X = float64(table);
const tanh = (x: Parameters<typeof nn.mse>[0]) => x.tanh();
const layersTo = (outputs: number) => nn.sequential([nn.dense(3, 5), tanh, nn.dense(5, outputs)]);
const steps = { learningRate: 0.05, maxIter: 15, tol: 0, batchSize: 20 } as const;

test("learns as a perceptron does, from the same start", () => {
  // All rows at once: the order of batches comes from the same source as the keys of random layers.
  const same = { ...steps, batchSize: null };
  const options = { ...same, hiddenLayerSizes: [5], activation: "tanh", solver: "adam", alpha: 0 } as const;
  const starts: MLPRegressor["parameters"][] = [];
  const perceptron = new MLPRegressor(options).fit(X, numbers, {
    onParameters: (parameters) => void starts.push(parameters as MLPRegressor["parameters"]),
  });
  const [first, second] = starts[0]!.layers;
  const network = new NeuralNetRegressor(layersTo(1), { ...same, warmStart: true }).fit(X, numbers);
  const again = network.withParameters([first, {}, second]).fit(X, numbers);
  expect(distance(parametersOf(again), parametersOf(perceptron))).toBeLessThan(1e-12);
  expect(again.history.loss).toHaveLength(15);
  expect(distance(again.history.loss, perceptron.history.loss)).toBeLessThan(1e-12);
});

describe("losses and optimizers", () => {
  test("any loss of nn, with weights", () => {
    const network = new NeuralNetRegressor(layersTo(1), { ...steps, loss: nn.huber });
    const sampleWeight = numbers.map((_, i) => i % 3);
    network.fit(X, numbers, { sampleWeight });
    expect(network.objective).toBe("1/60·Σ s·huber");
    const weights = tensor(sampleWeight, { dtype: "float64" });
    const expected = nn.huber(network.predict(X), tensor(numbers, { dtype: "float64" }), { weights });
    expect(network.lossFunction(X, numbers, { sampleWeight })(network.parameters).item()).toBeCloseTo(
      expected.item(),
      12,
    );
    const focal = new NeuralNetClassifier(layersTo(1), { ...steps, loss: nn.focal }).fit(X, twoClasses);
    expect(focal.score(X, twoClasses)).toBeGreaterThan(0.6);
  });

  test("any optimizer, its rate being its own", () => {
    const optimizer = optim.chain(optim.clipByGlobalNorm(1), optim.adam({ learningRate: 0.05 }));
    const network = new NeuralNetRegressor(layersTo(1), { optimizer, maxIter: 30, tol: 0 }).fit(X, numbers);
    expect(network.history.learningRate).toEqual([]);
    expect(network.history.loss.at(-1)).toBeLessThan(network.history.loss[0]! / 2);
    expect(() => new NeuralNetRegressor(layersTo(1), { optimizer, learningRate: 0.1 })).toThrow(
      "NeuralNetRegressor: an optimizer has its own rate: leave out solver and learningRate, or the optimizer",
    );
    const wild = new NeuralNetRegressor(layersTo(1), { optimizer: optim.sgd({ learningRate: 1e4 }) });
    let found: unknown;
    try {
      wild.fit(X, numbers);
    } catch (error) {
      found = error;
    }
    expect(found).toBeInstanceOf(DivergenceError);
    expect((found as DivergenceError).learningRate).toBeUndefined();
    expect(wild.isFitted).toBe(true);
  });

  test("dropout acts in training alone", () => {
    const random = nn.sequential([nn.dense(3, 8), tanh, nn.dropout(0.5), nn.dense(8, 1)]);
    const network = new NeuralNetRegressor(random, steps).fit(X, numbers);
    expect(network.predict(X).toArray()).toEqual(network.predict(X).toArray());
    const plain = nn.sequential([nn.dense(3, 8), tanh, tanh, nn.dense(8, 1)]);
    const without = new NeuralNetRegressor(plain, steps).fit(X, numbers);
    expect(network.history.loss).not.toEqual(without.history.loss);
    expect(parametersOf(new NeuralNetRegressor(random, steps).fit(X, numbers))).toEqual(
      parametersOf(network),
    );
  });
});

test("two classes by one score or by two, three by three", () => {
  const one = new NeuralNetClassifier(layersTo(1), steps).fit(X, twoClasses);
  expect(one.predictProba(X).shape).toEqual([60, 2]);
  expect(one.decisionFunction(X).shape).toEqual([60]);
  const two = new NeuralNetClassifier(layersTo(2), steps).fit(
    X,
    twoClasses.map((y) => (y === 1 ? "yes" : "no")),
  );
  expect(two.classes).toEqual(["no", "yes"]);
  expect(
    two.score(
      X,
      twoClasses.map((y) => (y === 1 ? "yes" : "no")),
    ),
  ).toBeGreaterThan(0.7);
  expect(
    new NeuralNetClassifier(layersTo(3), { ...steps, classWeight: "balanced" }).fit(X, threeClasses)
      .objective,
  ).toBe("1/60·Σ s·log loss");
  expect(() => new NeuralNetClassifier(layersTo(2), steps).fit(X, threeClasses)).toThrow(
    "NeuralNetClassifier.fit: the layers give 2 numbers for a row, but there are 3 classes; make the last layer nn.dense(…, 3)",
  );
  expect(() => new NeuralNetRegressor(layersTo(2)).fit(X, numbers)).toThrow(
    "make the last layer nn.dense(…, 1)",
  );
  const several = numbers.map((y) => [y, -y]);
  expect(new NeuralNetRegressor(layersTo(2), steps).fit(X, several).predict(X).shape).toEqual([60, 2]);
  expect(() => new NeuralNetRegressor({} as never)).toThrow("the first argument is no layer");
});

describe("events", () => {
  test("every batch, in order, with its loss; returning false stops", () => {
    const events: BatchEvent[] = [];
    const network = new NeuralNetRegressor(layersTo(1), { ...steps, maxIter: 3 });
    network.fit(X, numbers, { onBatch: (event) => void events.push(event) });
    expect(events.map(({ epoch, batch, step }) => [epoch, batch, step])).toEqual(
      Array.from({ length: 9 }, (_, i) => [Math.floor(i / 3) + 1, (i % 3) + 1, i + 1]),
    );
    expect(new Set(events.map(({ learningRate }) => learningRate))).toEqual(new Set([0.05]));
    for (const epoch of [1, 2, 3]) {
      const losses = events.filter((event) => event.epoch === epoch).map(({ loss }) => loss);
      expect(losses.reduce((a, b) => a + b, 0) / 3).toBeCloseTo(network.history.loss[epoch - 1]!, 12);
    }
    const seen: number[] = [];
    network.fit(X, numbers, {
      stepsPerCall: 1,
      onBatch: ({ step }) => {
        seen.push(step);
        return step < 4;
      },
    });
    expect(seen).toEqual([1, 2, 3, 4]);
    expect(network.stopReason).toBe("interrupted");
  });

  test("early stopping keeps the best weights", () => {
    const network = new NeuralNetClassifier(layersTo(1), {
      ...steps,
      maxIter: 60,
      earlyStopping: true,
      nIterNoChange: 4,
    });
    network.fit(X, twoClasses);
    const { history, bestEpoch, stopReason } = network;
    expect(stopReason).toBe("earlyStopping");
    const best = Math.max(...history.validationScore);
    expect(history.validationScore[bestEpoch - 1]).toBe(best);
  });
});

test("in pipelines and cross-validation; clones share what is compiled", () => {
  const pipeline = makePipeline(new StandardScaler(), new NeuralNetClassifier(layersTo(1), steps));
  const scores = crossValScore(pipeline, table, twoClasses, { cv: 3 });
  expect(scores).toHaveLength(3);
  expect(Math.min(...scores)).toBeGreaterThan(0.5);
});

describe("saved and loaded", () => {
  const stored = ({ config, tensors }: SavedModel) => ({
    config: JSON.parse(JSON.stringify(config)) as unknown,
    tensors: decodeSafetensors(encodeSafetensors(tensors)).tensors,
  });

  test("with the same layers", () => {
    const fitted = new NeuralNetClassifier(layersTo(3), steps).fit(table, threeClasses);
    const like = new NeuralNetClassifier(layersTo(3), steps);
    const loaded = loadModel(stored(saveModel(fitted)), like);
    expect(loaded.predictProba(table).data).toEqual(fitted.predictProba(table).data);
    expect(loaded.history).toEqual(fitted.history);
    expect(loaded.classes).toEqual([0, 1, 2]);
    expect(like.isFitted).toBe(false);
  });

  test("and with others refused", () => {
    const saved = stored(saveModel(new NeuralNetRegressor(layersTo(1), steps).fit(X, numbers)));
    expect(() => loadModel(saved)).toThrow(
      "it is a NeuralNetRegressor, whose layers are code; write loadModel(saved, new NeuralNetRegressor(layers))",
    );
    expect(() => loadModel(saved, new NeuralNetRegressor(layersTo(2)))).toThrow("parameters is ");
    expect(() => loadModel(saved, new NeuralNetClassifier(layersTo(1)))).toThrow(
      'kind is "NeuralNetRegressor", not "NeuralNetClassifier"',
    );
    const pipeline = makePipeline(new NeuralNetRegressor(layersTo(1), steps)).fit(X, numbers);
    expect(() => savePipeline(pipeline)).toThrow(
      "the layers of a NeuralNetRegressor are code; save it by itself",
    );
  });
});
