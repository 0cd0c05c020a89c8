/** How long is a training step of a usual network? 784-256-128-10, ReLU, softmax cross-entropy, batch 128, Adam. */
import type { Array as JaxArray } from "@jax-js/jax";
import type { Scalar } from "@tensorflow/tfjs-core";
import type { Tensor } from "downhill";
import { adamProgram } from "../harness/adam-step.ts";
import { relativeDisagreements } from "../harness/agreement.ts";
import { heNormal, mapArrays, oneHot, slices, squaredDistance, sum, zeros } from "../harness/arrays.ts";
import { clusters } from "../harness/clusters.ts";
import type { Downhill } from "../harness/downhill.ts";
import { jaxArray, jaxValues, loadJaxJs } from "../harness/jax-js.ts";
import { type AnyProgram, type Data, program, type Programs, programQuestion } from "../harness/question.ts";
import { Random } from "../harness/random.ts";
import { loadTensorFlow, tfTensor } from "../harness/tfjs.ts";

export const weights = ["w1", "b1", "w2", "b2", "w3", "b3"] as const;
export type Weight = (typeof weights)[number];
export type MlpName = "x" | "labels" | Weight;

const batches = 8;
const learningRate = 1e-3;

export function mlpData(): Data<MlpName> {
  const random = new Random(2);
  return {
    ...clusters(random, { batches, batchSize: 128, features: 784, classes: 10 }),
    w1: heNormal(random, 784, 256),
    b1: zeros(256),
    w2: heNormal(random, 256, 128),
    b2: zeros(128),
    w3: heNormal(random, 128, 10),
    b3: zeros(10),
  };
}

export type MlpParams = Record<Weight, Tensor>;

/** The loss of the network, labels as rows of zeros with a one. */
export const crossEntropyOf =
  ({ logSoftmax }: Downhill) =>
  (p: MlpParams, x: Tensor, y: Tensor): Tensor => {
    const h1 = x.matmul(p.w1).add(p.b1).relu();
    const h2 = h1.matmul(p.w2).add(p.b2).relu();
    const logits = h2.matmul(p.w3).add(p.b3);
    return logSoftmax(logits).mul(y).sum(1).mean().neg();
  };

async function jaxJs(data: Data<MlpName>): Promise<AnyProgram> {
  const jax = await loadJaxJs();
  const { numpy: np, nn, tree } = jax;
  type Params = Record<Weight, JaxArray>;
  interface Adam {
    decay1: JaxArray;
    decay2: JaxArray;
    mean: Params;
    square: Params;
  }

  const crossEntropy = (p: Params, x: JaxArray, y: JaxArray): JaxArray => {
    const h1 = nn.relu(np.dot(x, p.w1).add(p.b1));
    const h2 = nn.relu(np.dot(h1, p.w2).add(p.b2));
    const logits = np.dot(h2, p.w3).add(p.b3);
    return nn.logSoftmax(logits).mul(y).sum(1).mean().neg();
  };
  // Adam as in jax-js's own optax port, which is not on npm; inside jit it is the same arithmetic.
  const adamStep = jax.jit((params: Params, adam: Adam, x: JaxArray, y: JaxArray) => {
    const [loss, gradient] = jax.valueAndGrad(crossEntropy)(tree.ref(params), x, y);
    const decay1 = adam.decay1.mul(0.9);
    const decay2 = adam.decay2.mul(0.999);
    const mean = mapArrays(weights, (w) => adam.mean[w].mul(0.9).add(gradient[w].ref.mul(0.1)));
    const square = mapArrays(weights, (w) =>
      adam.square[w].mul(0.999).add(np.square(gradient[w]).mul(0.001)),
    );
    const update = mapArrays(weights, (w) => {
      const corrected = mean[w].ref.div(np.subtract(1, decay1.ref));
      return corrected.div(np.sqrt(square[w].ref.div(np.subtract(1, decay2.ref))).add(1e-8));
    });
    return {
      params: mapArrays(weights, (w) => params[w].sub(update[w].mul(learningRate))),
      adam: { decay1, decay2, mean, square },
      loss,
    };
  });

  const xs = slices(data.x).map((x) => jaxArray(jax, x));
  const ys = slices(oneHot(data.labels, 10)).map((y) => jaxArray(jax, y));
  const zerosLike = (w: Weight): JaxArray => np.zeros([...data[w].shape]);
  return program({
    start: () => ({
      params: mapArrays(weights, (w) => jaxArray(jax, data[w])),
      adam: {
        decay1: np.array(1),
        decay2: np.array(1),
        mean: mapArrays(weights, zerosLike),
        square: mapArrays(weights, zerosLike),
      },
      loss: np.array(0),
    }),
    step({ params, adam, loss }, index) {
      loss.dispose();
      return jax.blockUntilReady(adamStep(params, adam, xs[index % batches]!.ref, ys[index % batches]!.ref));
    },
    report: ({ params, loss }) => [
      loss.ref.item(),
      sum(weights.map((w) => squaredDistance(jaxValues(params[w]), data[w].values))),
    ],
    release: (state) => tree.dispose(state),
  });
}

async function tfjs(data: Data<MlpName>): Promise<AnyProgram> {
  const tf = await loadTensorFlow();
  const xs = slices(data.x).map((x) => tfTensor(tf, x));
  const ys = slices(oneHot(data.labels, 10)).map((y) => tfTensor(tf, y));
  return program({
    start: () => ({
      params: mapArrays(weights, (w) => tf.tidy(() => tf.variable(tfTensor(tf, data[w])))),
      optimizer: tf.train.adam(learningRate, 0.9, 0.999, 1e-8),
      loss: tf.scalar(0),
    }),
    step(state, index) {
      const p = state.params;
      const crossEntropy = (): Scalar => {
        const h1 = tf.relu(tf.add(tf.matMul(xs[index % batches]!, p.w1), p.b1));
        const h2 = tf.relu(tf.add(tf.matMul(h1, p.w2), p.b2));
        const logits = tf.add(tf.matMul(h2, p.w3), p.b3);
        return tf.losses.softmaxCrossEntropy(ys[index % batches]!, logits);
      };
      const loss = state.optimizer.minimize(crossEntropy, true, Object.values(p))!;
      state.loss.dispose();
      return { ...state, loss };
    },
    report: ({ params, loss }) => [
      loss.dataSync()[0]!,
      sum(weights.map((w) => squaredDistance(params[w].dataSync(), data[w].values))),
    ],
    release: ({ params, optimizer, loss }) => {
      tf.dispose([params, loss]);
      optimizer.dispose();
    },
  });
}

export const mlpPrograms: Programs<MlpName> = {
  downhill: { Downhill: adamProgram(weights, learningRate, crossEntropyOf) },
  "jax-js": { "jax-js": jaxJs },
  tfjs: { "TF.js wasm": tfjs },
};

export const mlpStep = programQuestion({
  name: "mlp-step",
  label: "MLP step with Adam",
  title: "MLP 784-256-128-10, batch 128, one Adam step",
  data: mlpData,
  programs: mlpPrograms,
  // Late enough that Adam's constants show (β₂ = 0.998 by 5e-4), early enough that float32 sums taken in another
  // order have not been amplified (by then 2e-5).
  agreeAfter: 2 * batches,
  disagreements: (reports) =>
    relativeDisagreements(reports, { "last loss": 1e-4, "|change of parameters|²": 1e-4 }),
  goals: { PyTorch: 1.3, "PyTorch, 1 thread": 1.3, "JAX jit": 1, "jax-js": 3, "TF.js wasm": 25 },
});
