/** How long is a step of softmax regression? 784-10, batch 128, SGD: two thin matrix products. */
import type { Array as JaxArray } from "@jax-js/jax";
import type { Scalar } from "@tensorflow/tfjs-core";
import type { Tensor } from "downhill";
import { relativeDisagreements } from "../harness/agreement.ts";
import { oneHot, slices, squaredNorm, zeros } from "../harness/arrays.ts";
import { clusters } from "../harness/clusters.ts";
import { downhillTensor, loadDownhill } from "../harness/downhill.ts";
import { jaxArray, jaxValues, loadJaxJs } from "../harness/jax-js.ts";
import { type AnyProgram, type Data, program, programQuestion } from "../harness/question.ts";
import { Random } from "../harness/random.ts";
import { loadTensorFlow, tfTensor } from "../harness/tfjs.ts";

type Name = "x" | "labels" | "w" | "b";

const batches = 8;
const learningRate = 0.1;

function data(): Data<Name> {
  const random = new Random(3);
  const { x, labels } = clusters(random, { batches, batchSize: 128, features: 784, classes: 10 });
  return { x, labels, w: zeros(784, 10), b: zeros(10) };
}

async function downhill(data: Data<Name>): Promise<AnyProgram> {
  const library = await loadDownhill();
  const { jit, logSoftmax, valueAndGrad } = library;
  type Params = Record<"w" | "b", Tensor>;

  const crossEntropy = ({ w, b }: Params, x: Tensor, y: Tensor): Tensor =>
    logSoftmax(x.matmul(w).add(b)).mul(y).sum(1).mean().neg();
  const sgdStep = jit((params: Params, x: Tensor, y: Tensor) => {
    const [loss, gradient] = valueAndGrad(crossEntropy)(params, x, y);
    const w = params.w.sub(gradient.w.mul(learningRate));
    const b = params.b.sub(gradient.b.mul(learningRate));
    return { params: { w, b }, loss };
  });

  const xs = slices(data.x).map((x) => downhillTensor(library, x));
  const ys = slices(oneHot(data.labels, 10)).map((y) => downhillTensor(library, y));
  return program({
    start: () => ({
      params: { w: downhillTensor(library, data.w), b: downhillTensor(library, data.b) },
      loss: library.tensor(0),
    }),
    step: ({ params }, index) => sgdStep(params, xs[index % batches]!, ys[index % batches]!),
    report: ({ params: { w, b }, loss }) => [loss.item(), squaredNorm(w.data, b.data)],
  });
}

async function jaxJs(data: Data<Name>): Promise<AnyProgram> {
  const jax = await loadJaxJs();
  const { numpy: np, nn, tree } = jax;
  // A type, not an interface: jax-js's trees need the index signature.
  type Params = { w: JaxArray; b: JaxArray };

  const crossEntropy = ({ w, b }: Params, x: JaxArray, y: JaxArray): JaxArray =>
    nn.logSoftmax(np.dot(x, w).add(b)).mul(y).sum(1).mean().neg();
  const sgdStep = jax.jit((params: Params, x: JaxArray, y: JaxArray) => {
    const [loss, gradient] = jax.valueAndGrad(crossEntropy)(tree.ref(params), x, y);
    const w = params.w.sub(gradient.w.mul(learningRate));
    const b = params.b.sub(gradient.b.mul(learningRate));
    return { params: { w, b }, loss };
  });

  const xs = slices(data.x).map((x) => jaxArray(jax, x));
  const ys = slices(oneHot(data.labels, 10)).map((y) => jaxArray(jax, y));
  return program({
    start: () => ({ params: { w: jaxArray(jax, data.w), b: jaxArray(jax, data.b) }, loss: np.array(0) }),
    step({ params, loss }, index) {
      loss.dispose();
      return jax.blockUntilReady(sgdStep(params, xs[index % batches]!.ref, ys[index % batches]!.ref));
    },
    report: ({ params: { w, b }, loss }) => [loss.ref.item(), squaredNorm(jaxValues(w), jaxValues(b))],
    release: (state) => tree.dispose(state),
  });
}

async function tfjs(data: Data<Name>): Promise<AnyProgram> {
  const tf = await loadTensorFlow();
  const xs = slices(data.x).map((x) => tfTensor(tf, x));
  const ys = slices(oneHot(data.labels, 10)).map((y) => tfTensor(tf, y));
  return program({
    start: () => ({
      w: tf.tidy(() => tf.variable(tfTensor(tf, data.w))),
      b: tf.tidy(() => tf.variable(tfTensor(tf, data.b))),
      optimizer: tf.train.sgd(learningRate),
      loss: tf.scalar(0),
    }),
    step(state, index) {
      const { w, b, optimizer } = state;
      const crossEntropy = (): Scalar => {
        const logits = tf.add(tf.matMul(xs[index % batches]!, w), b);
        return tf.losses.softmaxCrossEntropy(ys[index % batches]!, logits);
      };
      const loss = optimizer.minimize(crossEntropy, true, [w, b])!;
      state.loss.dispose();
      return { ...state, loss };
    },
    report: ({ w, b, loss }) => [loss.dataSync()[0]!, squaredNorm(w.dataSync(), b.dataSync())],
    release: ({ w, b, optimizer, loss }) => {
      tf.dispose([w, b, loss]);
      optimizer.dispose();
    },
  });
}

export const softmaxStep = programQuestion({
  name: "softmax-step",
  label: "Softmax regression step",
  title: "softmax regression 784-10, batch 128, one SGD step",
  data,
  programs: { downhill: { Downhill: downhill }, "jax-js": { "jax-js": jaxJs }, tfjs: { "TF.js wasm": tfjs } },
  agreeAfter: 10,
  disagreements: (reports) => relativeDisagreements(reports, { "last loss": 1e-4, "|parameters|²": 1e-4 }),
  goals: { PyTorch: 4, "PyTorch, 1 thread": 4, "JAX jit": 2 },
});
