/** Learning from rows that come in parts. */
import { nn, optim, type Tensor } from "downhill";
import {
  type AnyEstimator,
  loadModel,
  MLPClassifier,
  MLPRegressor,
  type ModelConfig,
  NeuralNetClassifier,
  NeuralNetRegressor,
  saveModel,
  SGDClassifier,
  SGDRegressor,
} from "downhill/learn";
import { describe, expect, test } from "vitest";
import { stored } from "./saved/examples.ts";
import { float64, numbers, parametersOf, table, threeClasses, twoClasses } from "./subjects.ts";

const X = float64(table);

/** Whose steps depend on how many there were, but on nothing that an optimizer remembers. */
const withoutMemory = {
  hiddenLayerSizes: [4],
  solver: "sgd",
  learningRate: 0.05,
  learningRateSchedule: "invscaling",
  batchSize: 16,
} as const;

const withMemory = { hiddenLayerSizes: [4], learningRate: 0.05, batchSize: 16 } as const;

describe("partialFit", () => {
  const whole = { shuffle: false, maxIter: 1, alpha: 0.01 } as const;
  const parts = [0, 13, 14, 40, 60];
  const inParts = (learn: (rows: number[][], from: number, to: number) => unknown): void => {
    for (let i = 1; i < parts.length; i++) {
      const [from, to] = [parts[i - 1]!, parts[i]!];
      learn(
        table.slice(from, to).map((row) => [...row]),
        from,
        to,
      );
    }
  };

  test("part by part, the steps are those of an epoch over all", () => {
    for (const learningRateSchedule of ["optimal", "invscaling", "constant"] as const) {
      const options = { ...whole, learningRateSchedule };
      const numbersModel = new SGDRegressor(options);
      inParts((rows, from, to) => numbersModel.partialFit(rows, numbers.slice(from, to)));
      expect(parametersOf(numbersModel)).toEqual(parametersOf(new SGDRegressor(options).fit(table, numbers)));
      const classesModel = new SGDClassifier(options);
      inParts((rows, from, to) =>
        classesModel.partialFit(rows, threeClasses.slice(from, to), { classes: [0, 1, 2] }),
      );
      expect(parametersOf(classesModel)).toEqual(
        parametersOf(new SGDClassifier(options).fit(table, threeClasses)),
      );
      expect([classesModel.nIter, classesModel.stopReason]).toEqual([4, "maxIter"]);
    }
  });

  test("over the same rows again and again, it is a fit", () => {
    const options = { learningRateSchedule: "invscaling", alpha: 0.01 } as const;
    const model = new SGDRegressor(options);
    for (let epoch = 0; epoch < 3; epoch++) model.partialFit(X, numbers);
    expect(parametersOf(model)).toEqual(
      parametersOf(new SGDRegressor({ ...options, maxIter: 3 }).fit(X, numbers)),
    );
  });

  test("perceptrons too: the optimizer's memory and the order of rows go on", () => {
    const options = { hiddenLayerSizes: [4], batchSize: 16, maxIter: 3, tol: 0 } as const;
    for (const given of [
      { solver: "adam" },
      { solver: "nesterov", learningRate: 0.05, learningRateSchedule: "invscaling" },
    ] as const) {
      const regressor = new MLPRegressor({ ...options, ...given, learningRate: 0.05 });
      const classifier = new MLPClassifier({ ...options, ...given, learningRate: 0.05 });
      for (let epoch = 0; epoch < 3; epoch++) {
        regressor.partialFit(X, numbers);
        classifier.partialFit(X, threeClasses, { classes: [0, 1, 2] });
      }
      expect(parametersOf(regressor)).toEqual(parametersOf(regressor.clone().fit(X, numbers)));
      expect(parametersOf(classifier)).toEqual(parametersOf(classifier.clone().fit(X, threeClasses)));
    }
    expect(() => new MLPRegressor({ solver: "lbfgs" }).partialFit(X, numbers)).toThrow(
      'MLPRegressor.partialFit: solver is "lbfgs", which goes over all rows at once',
    );
  });

  test("and networks of layers, by a solver or by an optimizer", () => {
    const layersTo = (outputs: number) =>
      nn.sequential([nn.dense(3, 4), nn.dropout(0.2), nn.dense(4, outputs)]);
    const options = { batchSize: 16, maxIter: 3, tol: 0, randomState: 3 } as const;
    const optimizer = optim.adam({ learningRate: 0.05 });
    const regressor = new NeuralNetRegressor(layersTo(1), { ...options, optimizer });
    const classifier = new NeuralNetClassifier(layersTo(3), { ...options, learningRate: 0.05 });
    for (let epoch = 0; epoch < 3; epoch++) {
      regressor.partialFit(X, numbers);
      classifier.partialFit(X, threeClasses, { classes: [0, 1, 2] });
    }
    expect([regressor.nIter, classifier.nIter]).toEqual([3, 3]);
    expect(parametersOf(regressor)).toEqual(parametersOf(regressor.clone().fit(X, numbers)));
    expect(parametersOf(classifier)).toEqual(parametersOf(classifier.clone().fit(X, threeClasses)));
  });

  test.each<
    [string, AnyEstimator & { partialFit: (X: Tensor, y: number[], options: object) => unknown }, number[]]
  >([
    ["SGDRegressor", new SGDRegressor({ alpha: 0.01 }), [...numbers]],
    ["SGDClassifier", new SGDClassifier({ alpha: 0.01, penalty: "elasticnet" }), [...threeClasses]],
    ["MLPRegressor", new MLPRegressor(withoutMemory), [...numbers]],
    ["MLPClassifier", new MLPClassifier(withoutMemory), [...threeClasses]],
  ])("a loaded %s goes on with the steps it was saved with", (_name, model, y) => {
    const classes = model.task === "classes" ? { classes: [0, 1, 2] } : {};
    model.partialFit(X, y, classes);
    const loaded = loadModel(stored(saveModel(model))) as typeof model;
    model.partialFit(X, y, classes);
    loaded.partialFit(X, y, {});
    expect(parametersOf(loaded)).toEqual(parametersOf(model));
    expect([loaded.nIter, loaded.resumption!.steps]).toEqual([2, model.resumption!.steps]);
  });

  test.each([
    ["MLPRegressor", new MLPRegressor({ ...withMemory, solver: "adam" }), numbers],
    ["MLPClassifier", new MLPClassifier({ ...withMemory, solver: "momentum" }), threeClasses],
  ])("a %s saved with what its optimizer remembers goes on as if it had not been", (_name, model, y) => {
    const classes = "classes" in model ? { classes: [0, 1, 2] } : {};
    model.partialFit(X, [...y], classes);
    const loaded = loadModel(stored(saveModel(model, { memory: true }))) as typeof model;
    const forgetful = loadModel(stored(saveModel(model))) as typeof model;
    for (const each of [model, loaded, forgetful]) each.partialFit(X, [...y], {});
    expect(parametersOf(loaded)).toEqual(parametersOf(model));
    expect(parametersOf(forgetful)).not.toEqual(parametersOf(model));
  });

  test("what an optimizer remembers is nothing to another one, and belongs to a training", () => {
    const network = (optimizer: optim.Optimizer) =>
      new NeuralNetRegressor(nn.dense(3, 1), { batchSize: 16, optimizer });
    const model = network(optim.adam({ learningRate: 0.05 })).partialFit(X, numbers);
    const saved = stored(saveModel(model, { memory: true }));
    const same = loadModel(saved, network(optim.adam({ learningRate: 0.05 })));
    expect(parametersOf(same.partialFit(X, numbers))).toEqual(parametersOf(model.partialFit(X, numbers)));
    const other = loadModel(saved, network(optim.sgd({ learningRate: 0.05, momentum: 0.9 })));
    expect(() => other.partialFit(X, numbers)).toThrow(
      /does not remember what the one before did: .* is missing/,
    );
    const { resumption: _, ...config } = saved.config as ModelConfig;
    expect(() => loadModel({ ...saved, config }, network(optim.adam({ learningRate: 0.05 })))).toThrow(
      /the tensor optimizer:\S+ is no part of the model/,
    );
  });

  test("the first part names the classes", () => {
    const model = new SGDClassifier({ loss: "logLoss" });
    const rows = [[1, 2, 3]];
    expect(() => model.partialFit(rows, ["b"])).toThrow(
      "SGDClassifier.partialFit: the first part may lack some of the classes: name all of them, partialFit(X, y, { classes: [0, 1] })",
    );
    model.partialFit(rows, ["b"], { classes: ["c", "a", "b"] });
    expect(model.classes).toEqual(["a", "b", "c"]);
    expect(() => model.partialFit(rows, ["b"], { classes: ["a", "b"] })).toThrow(
      'classes are ["a","b"], but those of the parts before ["a","b","c"]',
    );
    expect(() => model.partialFit(rows, ["d"])).toThrow('y[0] is "d", which is none of the classes');
    expect(() => model.partialFit([[1, 2]], ["b"])).toThrow(
      "X has 2 columns, but the model was fitted with 3",
    );
    model.partialFit(rows, ["a"]);
    expect(model.predictProba(rows).shape).toEqual([1, 3]);
  });

  test("what parts cannot tell", () => {
    expect(() => new SGDClassifier({ classWeight: "balanced" }).partialFit(X, twoClasses)).toThrow(
      'classWeight is "balanced", but one part does not tell how frequent classes are',
    );
    expect(() => new SGDRegressor({ earlyStopping: true }).partialFit(X, numbers)).toThrow(
      "leave earlyStopping out",
    );
  });

  test("weights are taken as they are", () => {
    const model = new SGDRegressor({ ...whole, penalty: null, learningRateSchedule: "constant" });
    const twice = model.clone().partialFit([[1, 0, 0]], [1], { sampleWeight: [2] });
    model.partialFit([[1, 0, 0]], [1]);
    // From 0 the slope of ½(y − z)² is −1, by the rate of 0.01.
    expect(model.coef.toArray()).toEqual([0.01, 0, 0]);
    expect(twice.coef.toArray()).toEqual([0.02, 0, 0]);
  });
});
