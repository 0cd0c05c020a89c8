/** The slopes of weights, gathered from the units. */
import type { PredictionExplanation, WeightSlope } from "./explanation.ts";

type Passed = Pick<PredictionExplanation, "inputs" | "layers">;

/** What goes into a layer (counted from 1): the row, or the values of the layer before. */
export const valuesBefore = ({ inputs, layers }: Passed, layer: number): number[] =>
  layer === 1 ? inputs.map(({ value }) => value) : layers[layer - 2]!.units.map(({ value }) => value);

/** The weights and biases of a layer (counted from 1), those by which the loss is steepest first; none without a loss. */
export const slopesBySize = (passed: Passed, layer: number): WeightSlope[] => {
  const before = valuesBefore(passed, layer);
  const slopes = passed.layers[layer - 1]!.units.flatMap((unit, k): WeightSlope[] => {
    const { slopes: found, weights, bias } = unit;
    if (found === null) return [];
    const of = (input: number | null, weight: number, value: number, slope: number): WeightSlope => {
      return { layer, unit: k + 1, input, weight, factors: [found.sum, value], slope };
    };
    return [
      ...found.weights.map((slope, j) => of(j, weights[j]!, before[j]!, slope)),
      ...(bias === null ? [] : [of(null, bias, 1, found.bias!)]),
    ];
  });
  return slopes.sort((a, b) => Math.abs(b.slope) - Math.abs(a.slope));
};
