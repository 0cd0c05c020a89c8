/** A perceptron's output, loss, gradients and trainings, as PyTorch and JAX have them. */
import { jit, type nn, optim, type Tensor, valueAndGrad } from "downhill";
import { loadModel, MLPClassifier, MLPRegressor, saveModel } from "downhill/learn";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { agree, expectGolden, type GoldenArray, type Tolerance, toTensor } from "../golden-helpers/golden.ts";
import {
  type GoldenParameters,
  type GoldenPerceptron,
  type GoldenTraining,
  lossOf,
  namedArrays,
  namedTensors,
  networkOf,
  parametersOf,
  perceptrons,
} from "./golden-mlp.ts";
import { setTarget, targetNames } from "../targets/targets.ts";

/** Some dozen roundings lie between inputs and gradients; small ones among large ones have the others' absolute error. */
const precision = {
  float64: { relative: 1e-10, absolute: 1e-13 },
  float32: { relative: 1e-4, absolute: 1e-6 },
} as const;

/** Twenty steps, each of which hands its rounding on. */
const trained: Tolerance = { relative: 1e-10, absolute: 1e-12 };

const expectClose = (actual: Tensor, expected: GoldenArray, what: string, tolerance: Tolerance): void => {
  expect(actual.shape, what).toEqual(expected.shape);
  expected.data.forEach((value, i) => {
    if (!agree(actual.data[i]!, Number(value), tolerance))
      throw new Error(`${what}[${i}] is ${actual.data[i]!}, expected ${String(value)}`);
  });
};

const expectParameters = (
  actual: nn.MlpParams,
  expected: GoldenParameters,
  what: string,
  tolerance: Tolerance,
): void => {
  const tensors = new Map(namedTensors(actual));
  for (const [name, array] of namedArrays(expected))
    expectClose(tensors.get(name)!, array, `${what} ${name}`, tolerance);
};

const expectLosses = (actual: readonly number[], { loss_history: expected }: GoldenTraining): void => {
  expect(actual).toHaveLength(expected.length);
  expected.forEach((loss, step) => {
    if (!agree(actual[step]!, loss, trained))
      throw new Error(`loss ${step} is ${actual[step]!}, expected ${loss}`);
  });
};

const optimizers = {
  sgd: ({ lr }) => optim.sgd({ learningRate: lr }),
  adam: ({ lr, beta1, beta2, eps }) =>
    optim.adam({ learningRate: lr, beta1: beta1!, beta2: beta2!, eps: eps! }),
} satisfies Record<string, (hyperparameters: GoldenTraining["hyperparameters"]) => optim.Optimizer>;

const algorithms = ["sgd", "adam"] as const;

/** An estimator that begins at the given parameters: as if it had been fitted and stored. */
const estimatorAt = (
  golden: GoldenPerceptron,
  algorithm: (typeof algorithms)[number],
  x: Tensor,
  y: Tensor,
): MLPRegressor | MLPClassifier => {
  const { initial, activation } = golden;
  const { hyperparameters, steps } = golden[algorithm];
  const options = {
    hiddenLayerSizes: [initial.W1.shape[1]!, initial.W2.shape[1]!],
    activation,
    solver: algorithm,
    learningRate: hyperparameters.lr,
    alpha: 0,
    batchSize: null,
    maxIter: steps,
    nIterNoChange: steps,
    warmStart: true,
  } as const;
  const model =
    golden.loss_function === "mse"
      ? new MLPRegressor(options).fit(x, y, { onEpoch: () => false })
      : new MLPClassifier(options).fit(x, y, { onEpoch: () => false });
  const { config, tensors } = saveModel(model);
  const replaced = { ...tensors };
  parametersOf(initial).layers.forEach(({ kernel, bias }, i) => {
    replaced[`parameters.layers.${i}.kernel`] = kernel;
    replaced[`parameters.layers.${i}.bias`] = bias!;
  });
  return loadModel({ config, tensors: replaced }) as MLPRegressor | MLPClassifier;
};

describe.each(targetNames)("on %s", (target) => {
  beforeAll(() => setTarget(target));
  afterAll(() => setTarget("wasm"));

  describe.each(perceptrons)("$id", (golden) => {
    const { x, y, initial, output, loss, gradients } = golden;
    const valueAndSlope = valueAndGrad(lossOf(golden));

    test.each(["float64", "float32"] as const)("output, loss and gradients in %s", (dtype) => {
      const tolerance = precision[dtype];
      const parameters = parametersOf(initial, dtype);
      const [inputs, targets] = [toTensor(x, dtype), toTensor(y, dtype)];
      expectClose(networkOf(golden).apply(parameters, inputs), output, "output", tolerance);
      for (const evaluate of [valueAndSlope, jit(valueAndSlope)]) {
        const [value, slopes] = evaluate(parameters, inputs, targets);
        expect(value.dtype).toBe(dtype);
        expectClose(value, { shape: [], data: [loss] }, "loss", tolerance);
        expectParameters(slopes, gradients, "gradient", tolerance);
      }
    });

    test.each(algorithms)("twenty steps of %s", (algorithm) => {
      const training = golden[algorithm];
      const optimizer = optimizers[algorithm](training.hyperparameters);
      const [inputs, targets] = [toTensor(x), toTensor(y)];
      const step = jit((parameters: nn.MlpParams, state: optim.OptimizerState) => {
        const [value, slopes] = valueAndSlope(parameters, inputs, targets);
        const [updates, next] = optimizer.update(slopes, state, parameters);
        return { value, parameters: optim.applyUpdates(parameters, updates), state: next };
      });
      let parameters = parametersOf(initial);
      let state = optimizer.init(parameters);
      const losses: number[] = [];
      for (let i = 0; i < training.steps; i++) {
        const result = step(parameters, state);
        ({ parameters, state } = result);
        losses.push(result.value.item());
      }
      losses.push(lossOf(golden)(parameters, inputs, targets).item());
      expectLosses(losses, training);
      expectParameters(parameters, training.parameters, algorithm, trained);
    });

    test.each(algorithms)("the estimator, twenty epochs of %s", (algorithm) => {
      const training = golden[algorithm];
      const [inputs, targets] = [toTensor(x), toTensor(y)];
      const model = estimatorAt(golden, algorithm, inputs, targets);

      const raw = model instanceof MLPRegressor ? model.predict(inputs) : model.decisionFunction(inputs);
      expectGolden(raw, output, "output", precision.float64);
      const slopes = valueAndGrad(model.lossFunction(inputs, targets))(model.parameters)[1];
      expectParameters(slopes, gradients, "gradient", precision.float64);

      // The order of the rows of a single batch does not matter.
      model.fit(inputs, targets);
      expect(model.stopReason).toBe("maxIter");
      expectLosses([...model.history.loss, model.objectiveValue], training);
      expectParameters(model.parameters, training.parameters, algorithm, trained);
      expect(model.coefs.map(({ shape }) => shape)).toEqual([
        initial.W1.shape,
        initial.W2.shape,
        initial.W3.shape,
      ]);
      expectClose(model.intercepts[2]!, training.parameters.b3, "intercepts", trained);
    });
  });
});
