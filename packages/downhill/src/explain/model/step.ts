/** What one step against the slope of a single row would do. */
import { tensor } from "../../tensor/create.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { jvp } from "../../transforms/jvp.ts";
import type { Change, ExplainedStep } from "./explanation.ts";
import { signalsThrough, type Weights } from "./layers.ts";
import { type Network, predictionOf, scoreLoss } from "./passes.ts";

/** w ← w − rate · ∂L/∂w, of this row's loss alone. */
export const explainStep = (
  network: Network,
  row: Tensor,
  target: Tensor,
  gradient: readonly Weights[],
  learningRate: number,
): ExplainedStep => {
  const rate = tensor(-learningRate, { dtype: "float64" });
  const direction = gradient.map(({ kernel, bias }) => ({
    kernel: kernel.mul(rate),
    ...(bias !== undefined && { bias: bias.mul(rate) }),
  }));
  const outcome = (layers: readonly Weights[]): [Tensor, Tensor] => {
    const scores = signalsThrough(layers, network.activation, row).at(-1)!.sums;
    return [scoreLoss(network, scores, target), predictionOf(network.output, scores)];
  };
  const [before, change] = jvp(outcome, [network.layers], [direction]);
  const actual = outcome(
    network.layers.map(({ kernel, bias }, i) => ({
      kernel: kernel.add(direction[i]!.kernel),
      ...(bias !== undefined && { bias: bias.add(direction[i]!.bias!) }),
    })),
  );
  const changesOf = (part: 0 | 1): Change[] => {
    const [from, by, to] = [before[part].data, change[part].data, actual[part].data];
    return Array.from(from, (value, i) => ({ before: value, predicted: value + by[i]!, actual: to[i]! }));
  };
  return { learningRate, loss: changesOf(0)[0]!, predictions: changesOf(1) };
};
