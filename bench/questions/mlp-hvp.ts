/** How long is a Hessian-vector product of the loss of the usual network, forward over reverse? Curvature decides rates. */
import type { Tensor } from "downhill";
import { relativeDisagreements } from "../harness/agreement.ts";
import { float32, mapArrays, slices, squaredNorm, oneHot } from "../harness/arrays.ts";
import { downhillTensor, loadDownhill } from "../harness/downhill.ts";
import { type AnyProgram, type Data, program, programQuestion } from "../harness/question.ts";
import { Random } from "../harness/random.ts";
import { crossEntropyOf, mlpData, type MlpName, type MlpParams, type Weight, weights } from "./mlp-step.ts";

type Name = MlpName | `v_${Weight}`;

function data(): Data<Name> {
  const random = new Random(11);
  const mlp = mlpData();
  const vector = Object.fromEntries(
    weights.map((w) => [`v_${w}`, float32(mlp[w].shape, () => random.normal())]),
  ) as Data<`v_${Weight}`>;
  return { ...mlp, ...vector };
}

async function downhill(data: Data<Name>): Promise<AnyProgram> {
  const library = await loadDownhill();
  const crossEntropy = crossEntropyOf(library);
  const product = library.jit((params: MlpParams, vector: MlpParams, x: Tensor, y: Tensor) =>
    library.hvp(crossEntropy, [params, x, y], vector),
  );
  const params = mapArrays(weights, (w) => downhillTensor(library, data[w]));
  const vector = mapArrays(weights, (w) => downhillTensor(library, data[`v_${w}`]));
  const xs = slices(data.x).map((x) => downhillTensor(library, x));
  const ys = slices(oneHot(data.labels, 10)).map((y) => downhillTensor(library, y));
  return program({
    start: () => params,
    step: (_, index) => product(params, vector, xs[index % xs.length]!, ys[index % ys.length]!),
    report: (result) => [
      weights.reduce((sum, w) => sum + inner(result[w].data, data[`v_${w}`].values), 0),
      squaredNorm(...weights.map((w) => result[w].data)),
    ],
  });
}

function inner(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? NaN) * (b[i] ?? NaN);
  return sum;
}

export const mlpHvp = programQuestion({
  name: "mlp-hvp",
  label: "MLP Hessian-vector product",
  title: "MLP 784-256-128-10, batch 128, one Hessian-vector product",
  data,
  programs: { downhill: { Downhill: downhill } },
  agreeAfter: 2,
  disagreements: (reports) => relativeDisagreements(reports, { "v·Hv": 1e-4, "|Hv|²": 1e-4 }),
  goals: { "JAX jit": 1 },
});
