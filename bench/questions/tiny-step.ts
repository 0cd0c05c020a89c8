/** How long is a step of a network so small that only overhead counts? 2-8-8-1, tanh, batch 32, SGD. */
import type { Array as JaxArray } from "@jax-js/jax";
import type { Scalar } from "@tensorflow/tfjs-core";
import type { Tensor } from "downhill";
import { relativeDisagreements } from "../harness/agreement.ts";
import { float32, heNormal, mapArrays, slices, squaredNorm, zeros } from "../harness/arrays.ts";
import { type Downhill, downhillTensor, loadDownhill } from "../harness/downhill.ts";
import { jaxArray, jaxValues, loadJaxJs } from "../harness/jax-js.ts";
import { type AnyProgram, type Data, program, programQuestion } from "../harness/question.ts";
import { Random } from "../harness/random.ts";
import { loadTensorFlow, tfTensor } from "../harness/tfjs.ts";

const weights = ["w1", "b1", "w2", "b2", "w3", "b3"] as const;
type Weight = (typeof weights)[number];
type Name = "x" | "y" | Weight;

const batches = 100;
const learningRate = 0.1;

function data(): Data<Name> {
  const random = new Random(1);
  const x = float32([batches, 32, 2], () => random.normal());
  return {
    x,
    y: float32([batches, 32, 1], (i) => (x.values[2 * i] ?? 0) * (x.values[2 * i + 1] ?? 0)),
    w1: heNormal(random, 2, 8),
    b1: zeros(8),
    w2: heNormal(random, 8, 8),
    b2: zeros(8),
    w3: heNormal(random, 8, 1),
    b3: zeros(1),
  };
}

type Params = Record<Weight, Tensor>;

function downhillStep({ valueAndGrad }: Downhill) {
  const meanSquaredError = (p: Params, x: Tensor, y: Tensor): Tensor => {
    const h1 = x.matmul(p.w1).add(p.b1).tanh();
    const h2 = h1.matmul(p.w2).add(p.b2).tanh();
    return h2.matmul(p.w3).add(p.b3).sub(y).square().mean();
  };
  return (params: Params, x: Tensor, y: Tensor) => {
    const [loss, gradient] = valueAndGrad(meanSquaredError)(params, x, y);
    return { params: mapArrays(weights, (w) => params[w].sub(gradient[w].mul(learningRate))), loss };
  };
}

const downhillState = (library: Downhill, data: Data<Name>): { params: Params; loss: Tensor } => ({
  params: mapArrays(weights, (w) => downhillTensor(library, data[w])),
  loss: library.tensor(0),
});

const downhillReport = ({ params, loss }: { params: Params; loss: Tensor }): number[] => [
  loss.item(),
  squaredNorm(...weights.map((w) => params[w].data)),
];

async function downhill(data: Data<Name>): Promise<AnyProgram> {
  const library = await loadDownhill();
  const sgdStep = library.jit(downhillStep(library));
  const xs = slices(data.x).map((x) => downhillTensor(library, x));
  const ys = slices(data.y).map((y) => downhillTensor(library, y));
  return program({
    start: () => downhillState(library, data),
    step: ({ params }, index) => sgdStep(params, xs[index % batches]!, ys[index % batches]!),
    report: downhillReport,
  });
}

/** A whole epoch in one compiled call. */
async function downhillScan(data: Data<Name>): Promise<AnyProgram> {
  const library = await loadDownhill();
  const sgdStep = downhillStep(library);
  const epoch = library.jit((params: Params, xs: Tensor, ys: Tensor) => {
    const [trained, losses] = library.scan(
      (params: Params, [x, y]: [Tensor, Tensor]) => {
        const { params: next, loss } = sgdStep(params, x, y);
        return [next, loss];
      },
      params,
      [xs, ys],
    );
    return { params: trained, loss: losses.slice([-1]).squeeze() };
  });
  const xs = downhillTensor(library, data.x);
  const ys = downhillTensor(library, data.y);
  return program({
    start: () => downhillState(library, data),
    step: ({ params }) => epoch(params, xs, ys),
    report: downhillReport,
    stepsPerCall: batches,
  });
}

async function jaxJs(data: Data<Name>): Promise<AnyProgram> {
  const jax = await loadJaxJs();
  const { numpy: np, tree } = jax;
  type JaxParams = Record<Weight, JaxArray>;

  const meanSquaredError = (p: JaxParams, x: JaxArray, y: JaxArray): JaxArray => {
    const h1 = np.tanh(np.dot(x, p.w1).add(p.b1));
    const h2 = np.tanh(np.dot(h1, p.w2).add(p.b2));
    return np.square(np.dot(h2, p.w3).add(p.b3).sub(y)).mean();
  };
  const sgdStep = jax.jit((params: JaxParams, x: JaxArray, y: JaxArray) => {
    const [loss, gradient] = jax.valueAndGrad(meanSquaredError)(tree.ref(params), x, y);
    const descend = (p: JaxArray, g: JaxArray): JaxArray => p.sub(g.mul(learningRate));
    return { params: tree.map(descend, params, gradient), loss };
  });

  const xs = slices(data.x).map((x) => jaxArray(jax, x));
  const ys = slices(data.y).map((y) => jaxArray(jax, y));
  return program({
    start: () => ({ params: mapArrays(weights, (name) => jaxArray(jax, data[name])), loss: np.array(0) }),
    // jax-js is faster when its queue stays short than when a run is waited for at its end only.
    step({ params, loss }, index) {
      loss.dispose();
      return jax.blockUntilReady(sgdStep(params, xs[index % batches]!.ref, ys[index % batches]!.ref));
    },
    report: ({ params, loss }) => [
      loss.ref.item(),
      squaredNorm(...weights.map((name) => jaxValues(params[name]))),
    ],
    release: (state) => tree.dispose(state),
  });
}

async function tfjs(data: Data<Name>): Promise<AnyProgram> {
  const tf = await loadTensorFlow();
  const xs = slices(data.x).map((x) => tfTensor(tf, x));
  const ys = slices(data.y).map((y) => tfTensor(tf, y));
  return program({
    start: () => ({
      params: mapArrays(weights, (name) => tf.tidy(() => tf.variable(tfTensor(tf, data[name])))),
      optimizer: tf.train.sgd(learningRate),
      loss: tf.scalar(0),
    }),
    step(state, index) {
      const p = state.params;
      const meanSquaredError = (): Scalar => {
        const h1 = tf.tanh(tf.add(tf.matMul(xs[index % batches]!, p.w1), p.b1));
        const h2 = tf.tanh(tf.add(tf.matMul(h1, p.w2), p.b2));
        return tf.mean(tf.squaredDifference(tf.add(tf.matMul(h2, p.w3), p.b3), ys[index % batches]!));
      };
      const loss = state.optimizer.minimize(meanSquaredError, true, Object.values(p))!;
      state.loss.dispose();
      return { ...state, loss };
    },
    report: ({ params, loss }) => [
      loss.dataSync()[0]!,
      squaredNorm(...weights.map((name) => params[name].dataSync())),
    ],
    release: ({ params, optimizer, loss }) => {
      tf.dispose([params, loss]);
      optimizer.dispose();
    },
  });
}

export const tinyStep = programQuestion({
  name: "tiny-step",
  label: "Tiny network step",
  title: "tiny network 2-8-8-1, batch 32, one SGD step",
  data,
  // The goals are those of the compiled epoch; JAX, too, is faster in one.
  subject: "Downhill scan",
  programs: {
    downhill: { Downhill: downhill, "Downhill scan": downhillScan },
    "jax-js": { "jax-js": jaxJs },
    tfjs: { "TF.js wasm": tfjs },
  },
  agreeAfter: batches,
  disagreements: (reports) => relativeDisagreements(reports, { "last loss": 1e-4, "|parameters|²": 1e-4 }),
  goals: { PyTorch: 100, "PyTorch, 1 thread": 100, "JAX jit": 10, "jax-js": 100 },
});
