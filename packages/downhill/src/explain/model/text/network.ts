/** A network by its layers: sizes, gains, largest parts. */
import { type Layout, table, wrapped } from "../../notation/lines.ts";
import type { ExplainedLayer, ExplainedUnit, PredictionExplanation } from "../explanation.ts";
import { slopesBySize } from "../slopes.ts";
import { factor, figure, sumText } from "./numbers.ts";
import { inputNames } from "./sums.ts";
import { weightName } from "./weights.ts";

/** A slope below this share of the steepest that the activation has lets next to nothing through. */
const flat = 0.05;

const steepestSlope: Readonly<Record<string, number>> = { logistic: 0.25, tanh: 1 };

/** How many units pass anything on. */
const stateOf = ({ units, activation }: ExplainedLayer): string => {
  const { length } = units;
  if (activation === "relu") {
    const active = units.filter(({ slope }) => slope !== 0).length;
    return `${active} of ${length} above 0`;
  }
  const most = steepestSlope[activation];
  if (most === undefined) return "";
  const saturated = units.filter(({ slope }) => Math.abs(slope!) < flat * most).length;
  return `${saturated} of ${length} flat`;
};

const largestUnits = (units: readonly ExplainedUnit[], of: (unit: ExplainedUnit) => number): string =>
  [...units]
    .sort((a, b) => Math.abs(of(b)) - Math.abs(of(a)))
    .slice(0, 3)
    .map((unit) => `${unit.label ?? unit.address}: ${figure(of(unit))}`)
    .join(", ");

/** Layer by layer: how many units, how large their values, the largest of them. */
export const forwardTable = ({ layers, inputs }: PredictionExplanation, layout: Layout): string[] => {
  const size = Math.hypot(...inputs.map(({ value }) => value));
  const largest = [...inputs].sort((a, b) => Math.abs(b.value) - Math.abs(a.value)).slice(0, 2);
  return table(
    [
      ["layer", "units", "", "size ‖a‖", "gain", "largest values"],
      [
        "the row",
        String(inputs.length),
        "",
        figure(size),
        "",
        largest.map(({ name, value }) => `${name}: ${figure(value)}`).join(", "),
      ],
      ...layers.map((layer, i) => {
        const { index, activation, units, sizes } = layer;
        const isLast = i === layers.length - 1;
        return [
          `${index}  ${activation === "identity" ? "" : activation}`.trimEnd(),
          String(units.length),
          isLast ? "" : stateOf(layer),
          isLast ? "" : figure(sizes.values),
          isLast ? "" : figure(sizes.gain),
          largestUnits(units, ({ value }) => value),
        ];
      }),
    ],
    ["left", "right", "left", "point", "point", "left"],
    layout,
  );
};

/** From the last layer to the first: what flows back, and the steepest weights as products. */
export const backwardTable = (explanation: PredictionExplanation, layout: Layout): string[] => {
  const rows = [...explanation.layers].reverse().map((layer) => {
    const { index, sizes } = layer;
    const [slope] = slopesBySize(explanation, index);
    const [sum, value] = slope!.factors;
    return [
      String(index),
      figure(sizes.slopes!),
      sizes.backwardGain === null ? "" : figure(sizes.backwardGain),
      figure(sizes.weightSlopes!),
      `${weightName(explanation, slope!)}:  ${figure(sum)}·${slope!.input === null ? "1" : factor(value)} = ${figure(slope!.slope)}`,
    ];
  });
  return table(
    [["layer", "‖∂L/∂z‖", "gain", "‖∂L/∂w‖", "steepest weight:  ∂L/∂w = ∂L/∂z · a"], ...rows],
    ["left", "point", "point", "point", "left"],
    layout,
  );
};

/** How the slope of one weight of the first layer comes about, step by step from the layer after. */
export const pathLines = (explanation: PredictionExplanation, layout: Layout): string[] => {
  const [first, second] = explanation.layers as [ExplainedLayer, ExplainedLayer];
  const slope = slopesBySize(explanation, 1).find(({ input }) => input !== null)!;
  const unit = first.units[slope.unit - 1]!;
  if (unit.slopes!.sum === 0) return [];
  const { address } = unit;
  const terms = second.units.map(({ slopes, weights }) => [slopes!.sum, weights[slope.unit - 1]!] as const);
  const after = second.units.length === 1 ? `unit ${second.units[0]!.address}` : "the units of layer 2";
  const [sum, value] = slope.factors;
  const name = inputNames(explanation, 1)[slope.input!]!;
  return [
    `  so for ${weightName(explanation, slope)}, the steepest of the first layer:`,
    ...wrapped(
      `∂L/∂a of ${address} = Σ ∂L/∂z·w from ${after} = ${sumText(terms, unit.slopes!.value)}`,
      "    ",
      "      ",
      layout.width,
    ),
    ...wrapped(
      `∂L/∂z of ${address} = ∂L/∂a · ∂a/∂z = ${factor(unit.slopes!.value)}·${figure(unit.slope!)} = ${figure(sum)}   ${first.activation === "identity" ? "" : `slope of ${first.activation} at z = ${figure(unit.sum)}`}`,
      "    ",
      "      ",
      layout.width,
    ),
    ...wrapped(
      `∂L/∂w = ∂L/∂z · ${name} = ${factor(sum)}·${factor(value)} = ${figure(slope.slope)}`,
      "    ",
      "      ",
      layout.width,
    ),
  ];
};
