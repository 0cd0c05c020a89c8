/** A prediction and its mistake in plain sentences. */
import { plainNumber } from "../derivation/sentence.ts";
import type { PredictionExplanation } from "./explanation.ts";

type Told = Omit<PredictionExplanation, "words">;

const short = (value: number): string => plainNumber(value, 3);

/** 0.31, but not 1 for what is a little less, nor 0 for a little more. */
export const probability = (value: number): string => {
  if (value > 0 && value < 1e-3) return short(value);
  const rounded = Number(value.toPrecision(3));
  if (value < 1 && rounded >= 1) return value > 1 - 1e-6 ? "almost 1" : plainNumber(value, 6);
  return short(value);
};

const quoted = (label: string): string => `“${label}”`;

/** The one that the model holds most probable besides the true class. */
const rivalOf = ({ outputs, truth }: Told): string =>
  outputs
    .filter(({ label }) => label !== truth)
    .reduce((best, output) => (output.value > best.value ? output : best)).label;

/** What pushed the score of the (first) output most, up and down. */
const pushes = ({ layers, inputs, outputKind }: Told, unit: number): string | null => {
  if (layers.length > 1) return null;
  const { weights, label } = layers[0]!.units[unit]!;
  const terms = weights
    .map((weight, j) => ({ name: inputs[j]!.name, term: weight * inputs[j]!.value }))
    .sort((a, b) => b.term - a.term);
  const list = (chosen: typeof terms): string =>
    chosen.map(({ name, term }) => `${name} (${term > 0 ? "+" : ""}${short(term)})`).join(" and ");
  const up = terms.filter(({ term }) => term > 0).slice(0, 2);
  const down = terms
    .filter(({ term }) => term < 0)
    .slice(-2)
    .reverse();
  const [towards, away] =
    outputKind === "numbers" ? ["up", "down"] : [`towards ${quoted(label!)}`, "away from it"];
  const parts = [
    ...(up.length > 0 ? [`${list(up)} pulled most ${towards}`] : []),
    ...(down.length > 0 ? [`${list(down)}${up.length > 0 ? "" : " pulled"} most ${away}`] : []),
  ];
  return parts.length === 0 ? null : `In the weighted sum ${parts.join(", ")}.`;
};

const aboutClasses = (told: Told): string[] => {
  const { outputs, predicted, truth, outputKind } = told;
  const best = outputs.find(({ label }) => label === predicted)!;
  const says = `The model says ${quoted(best.label)} and gives it the probability ${probability(best.value)}`;
  if (truth === null) return [`${says}. What is true is not known, so there is no mistake to learn from.`];
  const ofTruth = outputs.find(({ label }) => label === truth)!.value;
  const verdict =
    truth === predicted
      ? `${says}; it is right.`
      : `${says}; but it is ${quoted(truth)}, to which it gave ${probability(ofTruth)}.`;
  const units = told.layers.at(-1)!.units;
  const isSmall = ofTruth > 0.99 ? " They are all small: there is little to learn from this row." : "";
  if (outputKind === "binary") {
    const { label, slopes } = units[0]!;
    const { sum } = slopes!;
    const [sign, move, step] = sum < 0 ? ["negative", "rises", "raises"] : ["positive", "falls", "lowers"];
    return [
      verdict,
      `The mistake p − y = ${short(sum)} is a factor of every slope. It is ${sign}: the loss falls as z ${move}, so a step downhill ${step} the score of ${quoted(label!)}.${isSmall}`,
    ];
  }
  const ofTruthUnit = units.find(({ label }) => label === truth)!;
  return [
    verdict,
    `The mistakes p − y are factors of every slope: ${short(ofTruthUnit.slopes!.sum)} for ${quoted(truth)}, whose score a step downhill raises, and above 0 for the others, whose scores it lowers, that of ${quoted(rivalOf(told))} most.${isSmall}`,
  ];
};

const aboutNumbers = ({ outputs, target, layers }: Told): string[] =>
  outputs.flatMap(({ label, value, truth }, k) => {
    const says = `The model says ${label} = ${plainNumber(value, 4)}`;
    if (truth === null) return [`${says}. What is true is not known, so there is no mistake to learn from.`];
    const error = value - truth;
    if (error === 0) return [`${says}, which is exact: all slopes are 0.`];
    const inDeviations =
      target.scale === null ? "" : `, ${short(Math.abs(error) / target.scale.deviation)} standard deviations`;
    const slope = layers.at(-1)!.units[k]!.slopes!.sum;
    return [
      `${says}; it is ${plainNumber(truth, 4)}: the prediction is ${error > 0 ? "too high" : "too low"} by ${plainNumber(Math.abs(error), 4)}${inDeviations}.`,
      slope > 0
        ? `∂L/∂ŷ is positive: the loss falls as the prediction falls, so a step downhill lowers it.`
        : `∂L/∂ŷ is negative: the loss falls as the prediction rises, so a step downhill raises it.`,
    ];
  });

/** What the model said, how wrong it was, and which way a step goes. */
export const explainInWords = (told: Told): string[] => {
  const sentences = told.outputKind === "numbers" ? aboutNumbers(told) : aboutClasses(told);
  const unit =
    told.outputKind === "classes" ? told.outputs.findIndex(({ label }) => label === told.predicted) : 0;
  const pushed = pushes(told, unit);
  return pushed === null ? sentences : [sentences[0]!, pushed, ...sentences.slice(1)];
};
