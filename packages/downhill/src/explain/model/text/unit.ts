/** One unit of a network with all its numbers: what goes in, what comes back, and the slopes of its weights. */
import { ArgumentError } from "../../../tensor/errors.ts";
import { type Layout, table } from "../../notation/lines.ts";
import type { ExplainedLayer, ExplainedUnit, PredictionExplanation } from "../explanation.ts";
import { slopesBySize } from "../slopes.ts";
import { outcomeLines, outcomeSlopes } from "./outcome.ts";
import { factor, figure } from "./numbers.ts";
import { fewTerms, largestOf, sumTable } from "./sums.ts";
import { slopeTable } from "./weights.ts";

/** The unit at an address such as `1.3`. @throws ArgumentError if there is none. */
export const unitAt = (
  { layers }: PredictionExplanation,
  address: string,
): { readonly layer: ExplainedLayer; readonly unit: ExplainedUnit; readonly place: number } => {
  const [, layerText, unitText] = /^(\d+)\.(\d+)$/.exec(address) ?? [];
  if (layerText === undefined)
    throw new ArgumentError("unit", `${JSON.stringify(address)} is no unit; write LAYER.UNIT, such as 1.3`);
  const layer = layers[Number(layerText) - 1];
  if (layer === undefined)
    throw new ArgumentError("unit", `there is no layer ${layerText}; the model has ${layers.length}`);
  const place = Number(unitText) - 1;
  const unit = layer.units[place];
  if (unit === undefined)
    throw new ArgumentError(
      "unit",
      `there is no unit ${address}; layer ${layerText} has ${layer.units.length}, ${layerText}.1 to ${layerText}.${layer.units.length}`,
    );
  return { layer, unit, place };
};

/** The activation with its letter put in. */
const activationText = ({ activation }: ExplainedLayer, { sum, value }: ExplainedUnit): string => {
  switch (activation) {
    case "relu":
      return `a = relu(z) = max(z, 0) = ${figure(value)}`;
    case "tanh":
      return `a = tanh(z) = ${figure(value)}`;
    case "logistic":
      return `a = σ(z) = 1 / (1 + e^${sum > 0 ? "−" : ""}${figure(Math.abs(sum))}) = ${figure(value)}`;
    default:
      return `a = z = ${figure(value)}`;
  }
};

const slopeText = ({ activation }: ExplainedLayer, { sum, value, slope }: ExplainedUnit): string => {
  switch (activation) {
    case "relu":
      return `∂a/∂z = ${figure(slope!)}, since z is ${sum > 0 ? "above 0" : "not above 0: nothing flows back through it"}`;
    case "tanh":
      return `∂a/∂z = 1 − a² = 1 − ${factor(value)}² = ${figure(slope!)}`;
    case "logistic":
      return `∂a/∂z = a·(1 − a) = ${figure(slope!)}`;
    default:
      return `∂a/∂z = ${figure(slope!)}`;
  }
};

/** What each unit of the next layer sends back. */
const flowTable = (
  { layers }: PredictionExplanation,
  { layer, unit, place }: ReturnType<typeof unitAt>,
  isAll: boolean,
  layout: Layout,
): string[] => {
  const next = layers[layer.index]!.units;
  const products = next.map(({ slopes, weights }) => slopes!.sum * weights[place]!);
  const shown = largestOf(products, isAll);
  const isShown = new Set(shown);
  const rest = products.reduce((sum, product, k) => (isShown.has(k) ? sum : sum + product), 0);
  return table(
    [
      ["from unit", "", "∂L/∂z there", "w", "∂L/∂z · w"],
      ...shown.map((k) => {
        const { address, label, slopes, weights } = next[k]!;
        return [address, label ?? "", figure(slopes!.sum), figure(weights[place]!), figure(products[k]!)];
      }),
      ...(shown.length < next.length
        ? [[`${next.length - shown.length} smaller`, "", "", "", figure(rest)]]
        : []),
      ["added up: ∂L/∂a", "", "", "", figure(unit.slopes!.value)],
    ],
    ["left", "left", "point", "point", "point"],
    layout,
  );
};

const weightLines = (
  explanation: PredictionExplanation,
  { layer, place }: ReturnType<typeof unitAt>,
  isAll: boolean,
  layout: Layout,
): string[] => {
  const slopes = slopesBySize(explanation, layer.index).filter((slope) => slope.unit === place + 1);
  if (layer.units[place]!.slopes!.sum === 0)
    return [`  ∂L/∂z is 0, and so are the slopes of all ${slopes.length} weights and biases of this unit`];
  const shown = isAll || slopes.length <= fewTerms + 1 ? slopes : slopes.slice(0, fewTerms);
  const rest = slopes.length - shown.length;
  return [
    ...slopeTable(explanation, shown, layer.index === 1 ? "x" : "a", layout),
    ...(rest > 0 ? [layout.faint(`    and ${rest} smaller ones`)] : []),
  ];
};

/** Everything about one unit. @throws ArgumentError if there is none at the address. */
export const unitSections = (
  explanation: PredictionExplanation,
  address: string,
  isAll: boolean,
  layout: Layout,
): (readonly [title: string, lines: readonly string[]])[] => {
  const found = unitAt(explanation, address);
  const { layer, unit } = found;
  const { layers } = explanation;
  const isLast = layer.index === layers.length;
  const name = `Unit ${address}${unit.label === null ? "" : ` (${unit.label})`}, layer ${layer.index} of ${layers.length}`;
  const value = isLast ? outcomeLines(explanation, isAll, layout) : [`  ${activationText(layer, unit)}`];
  const forward = [
    `${name}: its weighted sum and its value`,
    [...sumTable(explanation, layer.index, [unit], { isAll, layout }), ...value],
  ] as const;
  if (unit.slopes === null) return [forward];
  const back = isLast
    ? outcomeSlopes(explanation, layout)
    : [
        ...flowTable(explanation, found, isAll, layout),
        `  ${slopeText(layer, unit)}`,
        `  ∂L/∂z = ∂L/∂a · ∂a/∂z = ${factor(unit.slopes.value)}·${figure(unit.slope!)} = ${figure(unit.slopes.sum)}`,
      ];
  return [
    forward,
    [isLast ? "From the loss back to its weighted sum" : "What flows back into it", back],
    [
      "The slopes of its weights: ∂z/∂w is the value that the weight weighs",
      weightLines(explanation, found, isAll, layout),
    ],
  ];
};
