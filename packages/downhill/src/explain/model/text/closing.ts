/** What follows the two passes: the penalty, one step, the weights that move most, the check. */
import { figure as small } from "../../derivation/text.ts";
import { type Layout, table, wrapped } from "../../notation/lines.ts";
import type { Change, ModelCheck, PredictionExplanation } from "../explanation.ts";
import { factor, figure, figureBeside, signed } from "./numbers.ts";
import { weightName } from "./weights.ts";

/** The penalty beside the row's loss, with its slope by the largest weight; nothing where there is none. */
export const penaltyLines = ({ penalty, layers }: PredictionExplanation, { width }: Layout): string[] => {
  const { squares, absolutes } = penalty;
  if (squares === 0 && absolutes === 0) return [];
  const terms = [
    ...(squares > 0 ? [`${figure(squares)}·Σ w²`] : []),
    ...(absolutes > 0 ? [`${figure(absolutes)}·Σ |w|`] : []),
  ];
  const slopes = [
    ...(squares > 0 ? [`2·${figure(squares)}·w`] : []),
    ...(absolutes > 0 ? [`${figure(absolutes)}·sign(w)`] : []),
  ];
  const weights = layers.flatMap(({ units }) => units.flatMap((unit) => unit.weights));
  const largest = weights.reduce((most, weight) => (Math.abs(weight) > Math.abs(most) ? weight : most), 0);
  const slope = 2 * squares * largest + absolutes * Math.sign(largest);
  return wrapped(
    `Apart from this mistake the objective has ${terms.join(" + ")} beside the loss of each row: slope ${slopes.join(" + ")}, which pulls weights towards 0 (${figure(slope)} at the largest, ${figure(largest)}).`,
    "  ",
    "  ",
    width,
  );
};

const changeRow = (name: string, { before, predicted, actual }: Change): string[] => [
  name,
  figure(before),
  figure(predicted),
  figure(actual),
];

/** A step after which the loss has changed by so much more or less than its slope foretold. */
const longStep = 0.2;

/** What one step does to the loss and to the predictions that matter. */
export const stepLines = (explanation: PredictionExplanation, layout: Layout): string[] => {
  const { step, outputKind, outputs, truth, predicted, target, steepest } = explanation;
  if (step === null) return [];
  const { scale } = target;
  const own = (value: number): number => (scale === null ? value : value * scale.deviation + scale.mean);
  const named = step.predictions.flatMap((change, k): string[][] => {
    const { before, predicted: expected, actual } = change;
    if (outputKind === "numbers")
      return [
        changeRow(outputs[k]!.label, { before: own(before), predicted: own(expected), actual: own(actual) }),
      ];
    const { label } = outputs[outputKind === "binary" ? 1 : k]!;
    return outputKind === "binary" || label === truth || label === predicted
      ? [changeRow(`probability of ${label}`, change)]
      : [];
  });
  const rows = [["", "before", "by the slope", "in fact"], ...named, changeRow("loss L", step.loss)];
  const moves = steepest.map((slope) => {
    const move = -step.learningRate * slope.slope;
    return `${weightName(explanation, slope)} ${figureBeside(slope.weight, move)} ${signed(move)}`;
  });
  const { before, predicted: foretold, actual } = step.loss;
  const isLong = Math.abs(actual - foretold) > longStep * Math.abs(foretold - before);
  return [
    ...table(rows, ["left", "point", "point", "point"], layout),
    ...(isLong
      ? [layout.faint("  the slope itself changes along so long a step; at a smaller rate it foretells more")]
      : []),
    ...wrapped(`moved most: ${moves.join("; ")}`, "  ", "    ", layout.width),
  ];
};

export const stepTitle = ({ step }: PredictionExplanation): string =>
  `One step downhill by this row alone: w ← w − ${factor(step?.learningRate ?? 0)}·∂L/∂w for every weight and bias`;

/** What the check found, with figures. */
export const checkText = ({
  parameters,
  engine,
  differences,
  centralDifference,
  agrees,
}: ModelCheck): string => {
  const first = agrees ? `all ${parameters} slopes equal` : `THE ${parameters} SLOPES DO NOT AGREE WITH`;
  const byDifferences =
    differences === 0
      ? "; central differences do not settle here"
      : `, ${differences} central differences to within ${small(centralDifference)}`;
  return `${first} the engine's gradient of the model's objective on this row to within ${small(engine)}${byDifferences} (shares of the largest slope)`;
};
