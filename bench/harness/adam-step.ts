/** A network's training in Downhill, one compiled step with Adam at a time. */
import type { Tensor } from "downhill";
import { mapArrays, oneHot, slices, squaredDistance, sum } from "./arrays.ts";
import { type Downhill, downhillTensor, loadDownhill } from "./downhill.ts";
import { type AnyProgram, type Data, program } from "./question.ts";

/**
 * Reports the last loss and the squared change of the parameters.
 *
 * @param lossOf the loss by parameters, rows and labels, the labels as rows of zeros with a one.
 */
export const adamProgram =
  <Weight extends string>(
    weights: readonly Weight[],
    learningRate: number,
    lossOf: (library: Downhill) => (params: Record<Weight, Tensor>, x: Tensor, y: Tensor) => Tensor,
  ) =>
  async (data: Data<"x" | "labels" | Weight>): Promise<AnyProgram> => {
    const library = await loadDownhill();
    const { jit, optim, valueAndGrad } = library;
    const loss = lossOf(library);
    const adam = optim.adam({ learningRate });
    const adamStep = jit((params: Record<Weight, Tensor>, moments: object, x: Tensor, y: Tensor) => {
      const [value, gradient] = valueAndGrad(loss)(params, x, y);
      const [updates, next] = adam.update(gradient, moments);
      return { params: optim.applyUpdates(params, updates), moments: next, loss: value };
    });

    const xs = slices(data.x).map((x) => downhillTensor(library, x));
    const ys = slices(oneHot(data.labels, 10)).map((y) => downhillTensor(library, y));
    return program({
      start: () => {
        const params = mapArrays(weights, (w) => downhillTensor(library, data[w]));
        return { params, moments: adam.init(params), loss: library.tensor(0) };
      },
      step: ({ params, moments }, index) =>
        adamStep(params, moments, xs[index % xs.length]!, ys[index % ys.length]!),
      report: ({ params, loss }) => [
        loss.item(),
        sum(weights.map((w) => squaredDistance(params[w].data, data[w].values))),
      ],
    });
  };
