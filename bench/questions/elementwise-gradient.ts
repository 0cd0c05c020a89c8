/** How long are value and gradient of Σ tanh(2z + 1) · sigmoid(z) over a million elements? Fusion decides. */
import type { Array as JaxArray } from "@jax-js/jax";
import type { Tensor } from "@tensorflow/tfjs-core";
import type { Tensor as DownhillTensor } from "downhill";
import { relativeDisagreements } from "../harness/agreement.ts";
import { float32, squaredNorm } from "../harness/arrays.ts";
import { downhillTensor, loadDownhill } from "../harness/downhill.ts";
import { jaxArray, jaxValues, loadJaxJs } from "../harness/jax-js.ts";
import { type AnyProgram, type Data, program, programQuestion } from "../harness/question.ts";
import { Random } from "../harness/random.ts";
import { loadTensorFlow, tfTensor } from "../harness/tfjs.ts";

const n = 1_000_000;

function data(): Data<"z"> {
  const random = new Random(6);
  return { z: float32([n], () => random.normal()) };
}

async function downhill(data: Data<"z">): Promise<AnyProgram> {
  const library = await loadDownhill();
  const f = (z: DownhillTensor): DownhillTensor => z.mul(2).add(1).tanh().mul(z.sigmoid()).sum();
  const valueAndSlope = library.jit((z: DownhillTensor) => library.valueAndGrad(f)(z));
  const z = downhillTensor(library, data.z);
  return program({
    start: () => [library.tensor(0), library.zeros([n])] as [DownhillTensor, DownhillTensor],
    step: () => valueAndSlope(z),
    report: ([value, slope]) => [value.item(), squaredNorm(slope.data)],
  });
}

async function jaxJs(data: Data<"z">): Promise<AnyProgram> {
  const jax = await loadJaxJs();
  const { numpy: np, nn, tree } = jax;
  const f = (z: JaxArray): JaxArray => np.tanh(z.ref.mul(2).add(1)).mul(nn.sigmoid(z)).sum();
  const valueAndSlope = jax.jit((z: JaxArray): [JaxArray, JaxArray] => jax.valueAndGrad(f)(z));
  const z = jaxArray(jax, data.z);
  return program({
    start: (): [JaxArray, JaxArray] => [np.array(0), np.array(0)],
    // jax-js is lazy: a result that nobody waits for is never computed.
    step(previous) {
      tree.dispose(previous);
      return jax.blockUntilReady(valueAndSlope(z.ref));
    },
    report: ([value, slope]) => [value.ref.item(), squaredNorm(jaxValues(slope))],
    release: (state) => tree.dispose(state),
  });
}

async function tfjs(data: Data<"z">): Promise<AnyProgram> {
  const tf = await loadTensorFlow();
  const f = (z: Tensor): Tensor => tf.sum(tf.mul(tf.tanh(tf.add(tf.mul(z, 2), 1)), tf.sigmoid(z)));
  const valueAndSlope = tf.valueAndGrad(f);
  const z = tfTensor(tf, data.z);
  return program({
    start: (): { value: Tensor; grad: Tensor } => ({ value: tf.scalar(0), grad: tf.zeros([n]) }),
    step(previous) {
      tf.dispose(previous);
      return valueAndSlope(z);
    },
    report: ({ value, grad }) => [value.dataSync()[0]!, squaredNorm(grad.dataSync())],
    release: (state) => tf.dispose(state),
  });
}

export const elementwiseGradient = programQuestion({
  name: "elementwise-gradient",
  label: "Elementwise chain and gradient",
  title: "Σ tanh(2z + 1) · sigmoid(z) over 1 000 000 elements, value and gradient",
  data,
  programs: { downhill: { Downhill: downhill }, "jax-js": { "jax-js": jaxJs }, tfjs: { "TF.js wasm": tfjs } },
  agreeAfter: 1,
  // A float32 sum of n terms, one after the other, errs by about √n · 2⁻²⁴ = 6e-5 of its value.
  disagreements: (reports) => relativeDisagreements(reports, { value: 1e-4, "|gradient|²": 1e-5 }),
  goals: { PyTorch: 3 },
});
