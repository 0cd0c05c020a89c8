/** Slopes of weights as products of factors. */
import { type Layout, table } from "../../notation/lines.ts";
import type { PredictionExplanation, WeightSlope } from "../explanation.ts";
import { factor, figure } from "./numbers.ts";
import { inputNames } from "./sums.ts";

/** The class or unit that a weight leads to, where there are several. */
const destination = ({ layers }: PredictionExplanation, { layer, unit }: WeightSlope): string => {
  const found = layers[layer - 1]!.units[unit - 1]!;
  return found.label ?? found.address;
};

/** `w of worst_texture`, `w[2.4 → 3.1]`, `b of virginica` */
export const weightName = (explanation: PredictionExplanation, slope: WeightSlope): string => {
  const { layers } = explanation;
  const isOnly = layers.length === 1 && layers[0]!.units.length === 1;
  const to =
    layers.length === 1
      ? destination(explanation, slope)
      : layers[slope.layer - 1]!.units[slope.unit - 1]!.address;
  if (slope.input === null) return isOnly ? "bias b" : `bias of ${to}`;
  const from = inputNames(explanation, slope.layer)[slope.input]!;
  return isOnly ? from : `${from} → ${to}`;
};

/** One line for each slope: ∂L/∂z · x = product. */
export const slopeTable = (
  explanation: PredictionExplanation,
  slopes: readonly WeightSlope[],
  letter: string,
  layout: Layout,
): string[] =>
  table(
    [
      [`weight`, `∂L/∂z · ${letter}`, "", "∂L/∂w"],
      ...slopes.map((slope) => {
        const [sum, value] = slope.factors;
        return [
          weightName(explanation, slope),
          `${figure(sum)} · ${slope.input === null ? "1" : factor(value)}`,
          "=",
          figure(slope.slope),
        ];
      }),
    ],
    ["left", "right", "left", "point"],
    layout,
    4,
  );
