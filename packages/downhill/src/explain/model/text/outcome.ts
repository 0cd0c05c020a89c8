/** From the weighted sums of the last layer to the loss, and back. */
import { type Layout, lengthOf, pad, table, wrapped } from "../../notation/lines.ts";
import type { ExplainedUnit, PredictionExplanation } from "../explanation.ts";
import { probability } from "../words.ts";
import { factor, figure, minus } from "./numbers.ts";

const fewClasses = 5;

/** Classes that are shown: the true one, the predicted one and the most probable others. */
const shownClasses = ({ outputs, truth, predicted }: PredictionExplanation, isAll: boolean): number[] => {
  const places = [...outputs.keys()];
  if (isAll || outputs.length <= fewClasses + 1) return places;
  const rank = (k: number): number => {
    const { label, value } = outputs[k]!;
    return label === truth || label === predicted ? 1 + value : value;
  };
  return places.sort((a, b) => rank(b) - rank(a)).slice(0, fewClasses);
};

const classTable = (explanation: PredictionExplanation, isAll: boolean, layout: Layout): string[] => {
  const { outputs, layers, predicted } = explanation;
  const { units } = layers.at(-1)!;
  const isKnown = explanation.loss !== null;
  const shown = shownClasses(explanation, isAll);
  const rows = [
    ["class", "z", "p = e^z / Σ e^z", ...(isKnown ? ["y", "∂L/∂z = p − y"] : []), ""],
    ...shown.map((k) => {
      const { label, value, truth } = outputs[k]!;
      const { sum, slopes } = units[k]!;
      return [
        label,
        figure(sum),
        figure(value),
        ...(isKnown ? [String(truth), figure(slopes!.sum)] : []),
        label === predicted ? "predicted" : "",
      ];
    }),
  ];
  const rest = outputs.length - shown.length;
  return [
    ...table(
      rows,
      ["left", "point", "point", ...(isKnown ? (["right", "point"] as const) : []), "left"],
      layout,
    ),
    ...(rest > 0 ? [layout.faint(`  ${rest} less probable classes`)] : []),
  ];
};

/** How a sum becomes a number in the target's unit. */
const numberLines = ({ target, outputs, layers }: PredictionExplanation): string[] =>
  layers.at(-1)!.units.map(({ sum }, k) => {
    const { label, value } = outputs[k]!;
    const { scale } = target;
    if (scale === null) return `  prediction ŷ = z = ${figure(sum)}`;
    return `  prediction ŷ = z = ${figure(sum)}, in its own unit ${label} = ${factor(sum)}·${figure(scale.deviation)} + ${figure(scale.mean)} = ${figure(value)}`;
  });

const lossOfNumbers = (explanation: PredictionExplanation): string[] => {
  const { outputs, target, loss, layers, kind } = explanation;
  const { units } = layers.at(-1)!;
  const { scale } = target;
  const isHalf = kind === "Lasso" || kind === "ElasticNet";
  const y = outputs.map(({ truth }) => (scale === null ? truth! : (truth! - scale.mean) / scale.deviation));
  const origins =
    scale === null
      ? ""
      : `, where y = (${minus(outputs[0]!.truth!, scale.mean)}) / ${figure(scale.deviation)} = ${figure(y[0]!)}`;
  if (units.length === 1)
    return [
      `  loss L = ${isHalf ? "½" : ""}(ŷ − y)² = ${isHalf ? "½" : ""}(${minus(units[0]!.sum, y[0]!)})² = ${figure(loss!)}${origins}`,
    ];
  return [`  loss L = mean of (ŷ − y)² over ${units.length} targets = ${figure(loss!)}`];
};

const ofTruth = ({ outputs, truth }: PredictionExplanation): number =>
  outputs.find(({ label }) => label === truth)!.value;

/** The last lines of the forward pass: predictions and the loss. */
export const outcomeLines = (
  explanation: PredictionExplanation,
  isAll: boolean,
  layout: Layout,
): string[] => {
  const { outputKind, layers, loss, outputs, truth } = explanation;
  const [unit] = layers.at(-1)!.units as [ExplainedUnit];
  const strong = (lines: string[]): string[] => lines.map(layout.strong);
  if (outputKind === "numbers")
    return strong([...numberLines(explanation), ...(loss === null ? [] : lossOfNumbers(explanation))]);
  if (outputKind === "classes")
    return [
      ...classTable(explanation, isAll, layout),
      ...(loss === null
        ? []
        : strong([
            `  loss L = −ln p of the true class = −ln ${probability(ofTruth(explanation))} = ${figure(loss)}`,
          ])),
    ];
  const [other, positive] = outputs.map(({ label }) => label);
  const isPositive = truth === positive;
  return strong([
    `  probability of ${positive!}: p = σ(z) = 1 / (1 + e^${unit.sum > 0 ? "−" : ""}${figure(Math.abs(unit.sum))}) = ${figure(unit.value)}; of ${other!}: 1 − p = ${figure(outputs[0]!.value)}`,
    ...(loss === null
      ? []
      : [
          `  loss L = ${isPositive ? "−ln p" : "−ln(1 − p)"} = ${figure(loss)}, since it is ${truth!} (y = ${isPositive ? 1 : 0})`,
        ]),
  ]);
};

/** An equation with the rule that it follows from. */
export interface Line {
  readonly equation: string;
  readonly rule: string;
}

/** Equations with their rules beside them where there is room, otherwise behind them. */
export const ruleLines = (lines: readonly Line[], { width, faint }: Layout): string[] => {
  const ruleWidth = Math.max(...lines.map(({ rule }) => lengthOf(rule)));
  const room = width - ruleWidth - 5;
  const column = Math.max(
    ...lines.map(({ equation }) => lengthOf(equation)).filter((length) => length <= room),
    0,
  );
  return lines.flatMap(({ equation, rule }) =>
    lengthOf(equation) <= room
      ? [`  ${pad(equation, column)}   ${faint(rule)}`]
      : wrapped(`${equation} (${rule})`, "  ", "    ", width),
  );
};

const binaryChain = ({ layers, outputs, truth }: PredictionExplanation): Line[] => {
  const [unit] = layers.at(-1)!.units as [ExplainedUnit];
  const { value: byPrediction, sum } = unit.slopes!;
  const isPositive = truth === outputs[1]!.label;
  const isFinite = Number.isFinite(byPrediction);
  const difference = `p − y = ${minus(unit.value, isPositive ? 1 : 0)} = ${figure(sum)}`;
  return [
    {
      equation: `∂L/∂p = ${isPositive ? "−1/p" : "1/(1 − p)"} = ${figure(byPrediction)}`,
      rule: "slope of the logarithm",
    },
    { equation: `∂p/∂z = p·(1 − p) = ${figure(unit.slope!)}`, rule: "slope of the sigmoid" },
    {
      equation: isFinite
        ? `∂L/∂z = ∂L/∂p · ∂p/∂z = ${factor(byPrediction)}·${figure(unit.slope!)} = ${figure(sum)} = p − y`
        : `∂L/∂z = ∂L/∂p · ∂p/∂z = ${difference}`,
      rule: "chain rule: slopes multiply",
    },
  ];
};

const classesChain = (explanation: PredictionExplanation): Line[] => {
  const { layers, outputs, truth } = explanation;
  const index = outputs.findIndex(({ label }) => label === truth);
  const { value: p } = outputs[index]!;
  const { slopes } = layers.at(-1)!.units[index]!;
  return [
    { equation: `∂L/∂p of ${truth!} = −1/p = ${figure(slopes!.value)}`, rule: "slope of the logarithm" },
    {
      equation: `∂p/∂z = p·(1 − p) = ${figure(p * (1 - p))} by its own z, −p·pₖ by another class's`,
      rule: "slope of softmax",
    },
    {
      equation: `∂L/∂z = ∂L/∂p · ∂p/∂z = p − 1 = ${figure(slopes!.sum)}, pₖ by another class's: p − y`,
      rule: "chain rule",
    },
  ];
};

const numbersChain = ({ layers, kind }: PredictionExplanation): Line[] => {
  const { units } = layers.at(-1)!;
  const isHalf = kind === "Lasso" || kind === "ElasticNet";
  const rule = "power rule";
  return units.map(({ slopes, sum }) => {
    const count = units.length === 1 ? "" : `/${units.length}`;
    const difference = (slopes!.sum * units.length) / (isHalf ? 1 : 2);
    return {
      equation: `∂L/∂z = ∂L/∂ŷ = ${isHalf ? "ŷ − y" : `2·(ŷ − y)${count}`} = ${isHalf ? minus(sum, sum - difference) : `2·${factor(difference)}${count}`} = ${figure(slopes!.sum)}`,
      rule,
    };
  });
};

/** The backward pass as far as the weights of the last layer. */
export const outcomeSlopes = (explanation: PredictionExplanation, layout: Layout): string[] => {
  const { outputKind } = explanation;
  const chain =
    outputKind === "numbers" ? numbersChain : outputKind === "binary" ? binaryChain : classesChain;
  const letter = explanation.layers.length === 1 ? "x" : "a";
  const toWeights = {
    equation: `∂L/∂w = ∂L/∂z · ∂z/∂w = ∂L/∂z · ${letter}, and ∂L/∂b = ∂L/∂z · 1`,
    rule: "z is linear in w and b",
  };
  return ruleLines([...chain(explanation), toWeights], layout);
};
