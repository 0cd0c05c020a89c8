/** How long is one full-batch gradient step of linear regression on 100 000 × 100? Memory bandwidth decides. */
import type { Array as JaxArray } from "@jax-js/jax";
import type { Scalar } from "@tensorflow/tfjs-core";
import type { Tensor } from "downhill";
import { relativeDisagreements } from "../harness/agreement.ts";
import { float32, squaredNorm, zeros } from "../harness/arrays.ts";
import { downhillTensor, loadDownhill } from "../harness/downhill.ts";
import { jaxArray, jaxValues, loadJaxJs } from "../harness/jax-js.ts";
import { type AnyProgram, type Data, program, programQuestion } from "../harness/question.ts";
import { Random } from "../harness/random.ts";
import { loadTensorFlow, tfTensor } from "../harness/tfjs.ts";

type Name = "x" | "y" | "w";

const rows = 100_000;
const columns = 100;
const learningRate = 0.1;

function data(): Data<Name> {
  const random = new Random(4);
  const truth = Float32Array.from({ length: columns }, () => random.normal());
  const x = float32([rows, columns], () => random.normal());
  const y = float32([rows, 1], (row) => {
    let sum = random.normal();
    for (let j = 0; j < columns; j++) sum += (x.values[row * columns + j] ?? 0) * (truth[j] ?? 0);
    return sum;
  });
  return { x, y, w: zeros(columns, 1) };
}

async function downhill(data: Data<Name>): Promise<AnyProgram> {
  const library = await loadDownhill();
  const { jit, valueAndGrad } = library;

  const meanSquaredError = (w: Tensor, x: Tensor, y: Tensor): Tensor => x.matmul(w).sub(y).square().mean();
  const sgdStep = jit((w: Tensor, x: Tensor, y: Tensor) => {
    const [loss, gradient] = valueAndGrad(meanSquaredError)(w, x, y);
    return { w: w.sub(gradient.mul(learningRate)), loss };
  });

  const x = downhillTensor(library, data.x);
  const y = downhillTensor(library, data.y);
  return program({
    start: () => ({ w: downhillTensor(library, data.w), loss: library.tensor(0) }),
    step: ({ w }) => sgdStep(w, x, y),
    report: ({ w, loss }) => [loss.item(), squaredNorm(w.data)],
  });
}

async function jaxJs(data: Data<Name>): Promise<AnyProgram> {
  const jax = await loadJaxJs();
  const { numpy: np, tree } = jax;

  const meanSquaredError = (w: JaxArray, x: JaxArray, y: JaxArray): JaxArray =>
    np.square(np.dot(x, w).sub(y)).mean();
  const sgdStep = jax.jit((w: JaxArray, x: JaxArray, y: JaxArray) => {
    const [loss, gradient] = jax.valueAndGrad(meanSquaredError)(w.ref, x, y);
    return { w: w.sub(gradient.mul(learningRate)), loss };
  });

  const x = jaxArray(jax, data.x);
  const y = jaxArray(jax, data.y);
  return program({
    start: () => ({ w: jaxArray(jax, data.w), loss: np.array(0) }),
    step({ w, loss }) {
      loss.dispose();
      return jax.blockUntilReady(sgdStep(w, x.ref, y.ref));
    },
    report: ({ w, loss }) => [loss.ref.item(), squaredNorm(jaxValues(w))],
    release: (state) => tree.dispose(state),
  });
}

async function tfjs(data: Data<Name>): Promise<AnyProgram> {
  const tf = await loadTensorFlow();
  const x = tfTensor(tf, data.x);
  const y = tfTensor(tf, data.y);
  return program({
    start: () => ({
      w: tf.tidy(() => tf.variable(tfTensor(tf, data.w))),
      optimizer: tf.train.sgd(learningRate),
      loss: tf.scalar(0),
    }),
    step(state) {
      const { w, optimizer } = state;
      const meanSquaredError = (): Scalar => tf.mean(tf.squaredDifference(tf.matMul(x, w), y));
      const loss = optimizer.minimize(meanSquaredError, true, [w])!;
      state.loss.dispose();
      return { ...state, loss };
    },
    report: ({ w, loss }) => [loss.dataSync()[0]!, squaredNorm(w.dataSync())],
    release: ({ w, optimizer, loss }) => {
      tf.dispose([w, loss]);
      optimizer.dispose();
    },
  });
}

export const linearStep = programQuestion({
  name: "linear-step",
  label: "Linear regression step",
  title: "linear regression 100 000 × 100, one full-batch gradient step",
  data,
  programs: { downhill: { Downhill: downhill }, "jax-js": { "jax-js": jaxJs }, tfjs: { "TF.js wasm": tfjs } },
  agreeAfter: 10,
  disagreements: (reports) => relativeDisagreements(reports, { "last loss": 1e-4, "|w|²": 1e-4 }),
  rate: { unit: "GB/s of x", perStep: (rows * columns * 4) / 1e9 },
  goals: { PyTorch: 4, "PyTorch, 1 thread": 4 },
});
