/** The explanation of a prediction as text for people. */
import { type Layout, layoutOf, type TextOptions, wrapped } from "../../notation/lines.ts";
import type { ExplainedUnit, PredictionExplanation } from "../explanation.ts";
import { slopesBySize } from "../slopes.ts";
import { checkText, penaltyLines, stepLines, stepTitle } from "./closing.ts";
import { backwardTable, forwardTable, pathLines } from "./network.ts";
import { outcomeLines, outcomeSlopes } from "./outcome.ts";
import { fewTerms, sumTable } from "./sums.ts";
import { unitSections } from "./unit.ts";
import { slopeTable } from "./weights.ts";

export interface PredictionTextOptions extends TextOptions {
  /** Every term of each sum; without it the largest ones, and the rest added up. */
  readonly all?: boolean;
  /** The unit to show, such as `1.3`, instead of the whole. */
  readonly unit?: string;
}

type Section = readonly [title: string, lines: readonly string[]];

/** The output units whose sums are shown: all of a few, otherwise the true class, the predicted one and the next. */
const shownUnits = (
  { layers, outputs, truth, predicted }: PredictionExplanation,
  isAll: boolean,
): ExplainedUnit[] => {
  const { units } = layers.at(-1)!;
  if (isAll || units.length <= 3) return [...units];
  const rank = ({ label }: ExplainedUnit): number => {
    const value = outputs.find((output) => output.label === label)!.value;
    return value + Number(label === truth) + Number(label === predicted);
  };
  const shown = [...units].sort((a, b) => rank(b) - rank(a)).slice(0, 2);
  return units.filter((unit) => shown.includes(unit));
};

const forwardLines = (explanation: PredictionExplanation, isAll: boolean, layout: Layout): string[] => {
  const { layers } = explanation;
  const last = layers.length;
  return [
    ...(last > 1 ? [...forwardTable(explanation, layout), `  the weighted sum of layer ${last}:`] : []),
    ...sumTable(explanation, last, shownUnits(explanation, isAll), { isAll, layout }),
    ...outcomeLines(explanation, isAll, layout),
  ];
};

const backwardLines = (explanation: PredictionExplanation, isAll: boolean, layout: Layout): string[] => {
  const { layers } = explanation;
  const chain = outcomeSlopes(explanation, layout);
  if (layers.length > 1)
    return [...chain, ...backwardTable(explanation, layout), ...pathLines(explanation, layout)];
  const slopes = slopesBySize(explanation, 1);
  const shown = isAll || slopes.length <= fewTerms + 1 ? slopes : slopes.slice(0, fewTerms);
  const rest = slopes.length - shown.length;
  return [
    ...chain,
    ...slopeTable(explanation, shown, "x", layout),
    ...(rest > 0 ? [layout.faint(`    and ${rest} smaller ones`)] : []),
  ];
};

/**
 * An explanation as text: what was said, forward, backward, one step, the check. Of linear models it fits one screen, of
 * networks it is a summary by layer; `unit` shows any unit.
 *
 * @throws ArgumentError if there is no such unit.
 */
export const predictionText = (
  explanation: PredictionExplanation,
  { all = false, unit, ...options }: PredictionTextOptions = {},
): string => {
  const layout = layoutOf(options);
  const { words, check, loss } = explanation;
  const whole: Section[] = [
    ["In words", wrapped(words.join(" "), "  ", "  ", layout.width)],
    [
      loss === null ? "Forward: from the row to the prediction" : "Forward: from the row to the loss",
      forwardLines(explanation, all, layout),
    ],
    ...(loss === null
      ? []
      : ([
          [
            "Backward: from the loss to the weights",
            [...backwardLines(explanation, all, layout), ...penaltyLines(explanation, layout)],
          ],
          [stepTitle(explanation), stepLines(explanation, layout)],
        ] as const)),
  ];
  const sections: Section[] = [
    ...(unit === undefined ? whole : unitSections(explanation, unit, all, layout)),
    ...(check === null ? [] : [["Checked", wrapped(checkText(check), "  ", "  ", layout.width)] as const]),
  ];
  return sections.map(([title, lines]) => [layout.heading(title), ...lines].join("\n")).join("\n\n");
};
