/** How long are the gradients of the usual network for each of 128 examples, 120 MB of them, by `vmap(grad)`? */
import type { Tensor } from "downhill";
import { relativeDisagreements } from "../harness/agreement.ts";
import { mapArrays, oneHot, slices, squaredNorm } from "../harness/arrays.ts";
import { downhillTensor, loadDownhill } from "../harness/downhill.ts";
import { type AnyProgram, type Data, program, programQuestion } from "../harness/question.ts";
import { crossEntropyOf, mlpData, type MlpName, type MlpParams, weights } from "./mlp-step.ts";

async function downhill(data: Data<MlpName>): Promise<AnyProgram> {
  const library = await loadDownhill();
  const { grad, jit, vmap } = library;
  const ofBatch = crossEntropyOf(library);
  const ofExample = (params: MlpParams, x: Tensor, y: Tensor): Tensor =>
    ofBatch(params, x.reshape([1, 784]), y.reshape([1, 10]));
  const gradients = jit((params: MlpParams, xs: Tensor, ys: Tensor) =>
    vmap(grad(ofExample), { inAxes: [null, 0, 0] })(params, xs, ys),
  );
  const params = mapArrays(weights, (w) => downhillTensor(library, data[w]));
  const xs = slices(data.x).map((x) => downhillTensor(library, x));
  const ys = slices(oneHot(data.labels, 10)).map((y) => downhillTensor(library, y));
  return program({
    start: () => params,
    step: (_, index) => gradients(params, xs[index % xs.length]!, ys[index % ys.length]!),
    report: (result) => weights.map((w) => squaredNorm(result[w].data)),
  });
}

export const perExampleGradients = programQuestion({
  name: "per-example-gradients",
  label: "MLP gradients per example",
  title: "MLP 784-256-128-10, gradients of each of 128 examples",
  data: mlpData,
  programs: { downhill: { Downhill: downhill } },
  agreeAfter: 1,
  disagreements: (reports) =>
    relativeDisagreements(reports, Object.fromEntries(weights.map((w) => [`|gradients of ${w}|²`, 1e-4]))),
  goals: { "JAX jit": 1 },
});
