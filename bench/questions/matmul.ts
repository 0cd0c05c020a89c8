/** How fast is the product of two 512 × 512 float32 matrices? */
import { relativeDisagreements } from "../harness/agreement.ts";
import { float32, squaredNorm } from "../harness/arrays.ts";
import { downhillTensor, loadDownhill } from "../harness/downhill.ts";
import { jaxArray, jaxValues, loadJaxJs } from "../harness/jax-js.ts";
import { type AnyProgram, type Data, program, programQuestion } from "../harness/question.ts";
import { Random } from "../harness/random.ts";
import { loadTensorFlow, tfTensor } from "../harness/tfjs.ts";

type Name = "a" | "b";

const n = 512;

function data(): Data<Name> {
  const random = new Random(5);
  return { a: float32([n, n], () => random.normal()), b: float32([n, n], () => random.normal()) };
}

/** The first entry would not show a transposed operand or a lost tile. */
const fingerprint = (c: ArrayLike<number>): number[] => [squaredNorm(c), c[1] ?? NaN, c[n * n - 2] ?? NaN];

async function downhill(data: Data<Name>): Promise<AnyProgram> {
  const library = await loadDownhill();
  const a = downhillTensor(library, data.a);
  const b = downhillTensor(library, data.b);
  // The target native compiles what is given to jit.
  const product = library.jit(library.matmul);
  return program({
    start: () => library.zeros([n, n]),
    step: () => product(a, b),
    report: (c) => fingerprint(c.data),
  });
}

async function jaxJs(data: Data<Name>): Promise<AnyProgram> {
  const jax = await loadJaxJs();
  const { numpy: np } = jax;
  const a = jaxArray(jax, data.a);
  const b = jaxArray(jax, data.b);
  return program({
    start: () => np.zeros([n, n]),
    // jax-js is lazy: a product that nobody waits for is never computed.
    step(c) {
      c.dispose();
      return np.matmul(a.ref, b.ref).blockUntilReady();
    },
    report: (c) => fingerprint(jaxValues(c)),
    release: (c) => c.dispose(),
  });
}

async function tfjs(data: Data<Name>): Promise<AnyProgram> {
  const tf = await loadTensorFlow();
  const a = tfTensor(tf, data.a);
  const b = tfTensor(tf, data.b);
  return program({
    start: () => tf.zeros([n, n]),
    step(c) {
      c.dispose();
      return tf.matMul(a, b);
    },
    report: (c) => fingerprint(c.dataSync()),
    release: (c) => c.dispose(),
  });
}

export const matmul = programQuestion({
  name: "matmul",
  label: "Matrix product 512³",
  title: "matmul 512 × 512 × 512, float32",
  data,
  programs: { downhill: { Downhill: downhill }, "jax-js": { "jax-js": jaxJs }, tfjs: { "TF.js wasm": tfjs } },
  agreeAfter: 1,
  disagreements: (reports) =>
    relativeDisagreements(reports, { "|c|²": 1e-4, "c[0,1]": 1e-4, "c[511,510]": 1e-4 }),
  rate: { unit: "GFLOP/s", perStep: (2 * n ** 3) / 1e9, goals: { "Downhill, 1 thread": 40 } },
  goals: { "Downhill, 1 thread": 1.8 },
});
