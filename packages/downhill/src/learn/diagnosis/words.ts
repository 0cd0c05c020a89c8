/** A diagnosis in words. Who shows it says how things are called there: columns, rows, options. */
import { operationName, short } from "../../transforms/non-finite/words.ts";
import type { Label } from "../labels.ts";
import type { BadNumber, Cause, Diagnosis, LayerGain, Outlier, Part, Trial, Warning } from "./diagnosis.ts";

/** How the things of a training are called where a diagnosis is shown. */
export interface Vocabulary {
  /** `column 3`, or its name. */
  column(index: number): string;
  /** `row 17`, or a file and a line. */
  row(index: number): string;
  /** One of the classes. */
  label(label: Label): string;
  readonly target: string;
  /** What 0 and 1 of a column, or of the target (−1), are in the table: mean and deviation, if it was standardised. */
  scale(column: number): { readonly mean: number; readonly deviation: number };
  /** `learningRate: 0.1`, `--rate 0.1`. */
  setRate(rate: number): string;
  setBatchSize(rows: number): string;
  /** How columns are brought to mean 0 and deviation 1; all if none is named. */
  standardise(column?: number): string;
  readonly standardiseTarget: string;
  readonly lessPenalty: string;
  readonly plainDescent: string;
  readonly freshStart: string;
  readonly moreEpochs: string;
  readonly earlyStopping: string;
  readonly balance: string;
  readonly otherActivation: string;
}

/** The options and arguments of estimators. */
export const libraryVocabulary: Vocabulary = {
  column: (index) => `column ${index} of X`,
  row: (index) => `row ${index} of X`,
  label: (label) => `class ${JSON.stringify(label)}`,
  target: "y",
  scale: () => ({ mean: 0, deviation: 1 }),
  setRate: (rate) => `learningRate: ${rate}`,
  setBatchSize: (rows) => `batchSize: ${rows}`,
  standardise: (column) =>
    `standardise ${column === undefined ? "the columns" : `column ${column}`}: (x − mean) / deviation`,
  standardiseTarget: "train on (y − mean) / deviation, and undo that in the predictions",
  lessPenalty: "a weaker penalty (smaller alpha, larger C)",
  plainDescent: 'solver: "sgd"',
  freshStart: "warmStart: false, for a start of the right size",
  moreEpochs: "a larger maxIter",
  earlyStopping: "earlyStopping: true, a stronger penalty, dropout, or fewer units",
  balance: 'write classWeight: "balanced"',
  otherActivation: 'activation: "relu"',
};

/** Something found, and what to do about it. */
export interface Advice {
  readonly what: string;
  readonly change: string;
}

const percent = (share: number): string => `${short(share * 100)} %`;
const times = (factor: number): string => `${short(Number(factor.toPrecision(2)))} times`;
const count = (n: number, one: string): string => `${n} ${one}${n === 1 ? "" : "s"}`;

const tried = (trial: Trial | undefined): string =>
  trial === undefined
    ? ""
    : ` (tried: the loss went from ${short(trial.firstLoss)} to ${short(trial.lastLoss)} in ${count(trial.epochs, "epoch")})`;

const placeOf = ({ kind, layer, layers, stage, parameter }: Part): string => {
  switch (kind) {
    case "layer": {
      if (layers === 1) return `the ${stage!}`;
      const which = layer === layers ? "the output layer" : `hidden layer ${layer!}`;
      return `the ${stage!} of ${which}`;
    }
    case "update":
      return `the optimizer's update of ${parameter!}`;
    case "loss":
      return "the loss";
    case "penalty":
      return "the penalty on large weights";
    case "input":
      return "what the columns bring in";
  }
};

const gainsText = (gains: readonly LayerGain[]): string =>
  gains
    .filter(({ gain }) => Number.isFinite(gain))
    .map(({ layer, gain }) => `×${short(Number(gain.toPrecision(2)))} in layer ${layer}`)
    .join(", ");

/** Signals that grow less than this on their way are not worth a line. */
const remarkableGain = 100;

/** The first bad number: when, where, and what overflowed. */
export const describeBadNumber = (bad: BadNumber, words: Vocabulary = libraryVocabulary): string[] => {
  const { epoch, step, batch, batchRows, rows, row, phase, part, operation, value, happened, gains } = bad;
  const direction = phase === "backward" ? "on the way back, in the slope of " : "in ";
  const among = rows === undefined ? "" : `, batch ${batch} of the epoch (${count(batchRows, "row")})`;
  const at = row === undefined ? "" : `, at ${words.row(row)}`;
  const lines = [
    `the first ${Number.isNaN(value) ? "NaN" : "infinity"} came at step ${step} (epoch ${epoch}${among}) ${direction}${placeOf(part)}: ` +
      `${operationName(operation)}${at}`,
    happened,
  ];
  const [first, last] = [gains[0], gains.at(-1)];
  if (gains.length > 1 && last!.output > remarkableGain * first!.input)
    lines.push(
      `signals of size ${short(first!.input)} had become ${short(last!.output)} by then: ${gainsText(gains)}`,
    );
  return lines;
};

/** `2/λmax = 0.25, since the sharpest curvature is λmax = 8`. */
const borderText = ({ border, sharpness, momentum, nesterov }: Extract<Cause, { kind: "rate" }>): string => {
  const numerator = momentum === 0 ? "2" : "2·(1 + β)";
  const formula = nesterov ? `${numerator}/((1 + 2β)·λmax)` : `${numerator}/λmax`;
  const beta = momentum === 0 ? "" : ` and β = ${momentum}`;
  return `${formula} = ${short(border!)}, since the sharpest curvature is λmax = ${short(sharpness!)}${beta}`;
};

/** `; each step multiplies the loss by 64, and it did so by 63`. */
const growthText = ({ growth }: Extract<Cause, { kind: "rate" }>): string =>
  growth === undefined
    ? ""
    : `; such steps multiply the loss by ${short(growth.predicted)}, the last one did so by ${short(growth.measured)}`;

/** A cause and the change that takes it away. */
export const describeCause = (cause: Cause, words: Vocabulary = libraryVocabulary): Advice => {
  const cure = tried(cause.trial);
  switch (cause.kind) {
    case "rate": {
      const { rate, border, suggestedRate, solver } = cause;
      const change = `${words.setRate(suggestedRate)}${cure}`;
      if (border === undefined)
        return {
          what: `the learning rate ${short(rate)} is too high for ${solver}: by the range test ${short(suggestedRate)} would do`,
          change,
        };
      const formula = borderText(cause);
      if (rate > border)
        return {
          what: `the learning rate ${short(rate)} is ${times(rate / border)} the border of stable steps, ${formula}${growthText(cause)}`,
          change,
        };
      return {
        what: `the learning rate ${short(rate)} lies below the border measured, ${formula}; but the curvature differs from place to place and from batch to batch`,
        change,
      };
    }
    case "unscaledColumn": {
      const { column, mean, deviation, count: many, border, scaledBorder, rate } = cause;
      const others = many === 1 ? "" : ` (and ${many - 1} more are of such size)`;
      const sharp =
        border === undefined || scaledBorder === undefined
          ? ""
          : `: with it steps are stable up to a rate of ${short(border)}, with standardised columns up to ${short(scaledBorder)}; the rate is ${short(rate)}`;
      return {
        what: `${words.column(column)} is not scaled, its mean ${short(mean)}, its standard deviation ${short(deviation)}${others}${sharp}`,
        change: `${words.standardise(column)}${cure}`,
      };
    }
    case "outlier":
      return describeOutlier(cause, words, cure);
    case "targetScale":
      return {
        what: `the targets are large: mean ${short(cause.mean)}, standard deviation ${short(cause.deviation)}; so are the first errors, and the first steps`,
        change: `${words.standardiseTarget}${cure}`,
      };
    case "penalty": {
      const { rate, curvature, product, limit } = cause;
      return {
        what: `the penalty alone makes steps too long: rate ${short(rate)} times its curvature ${short(curvature)} is ${short(product)}, and above ${short(limit)} weights overshoot 0 by more than they were away`,
        change: `${words.setRate(cause.suggestedRate)}, or ${words.lessPenalty}${tried(cause.trial).replace("tried:", "tried without penalty:")}`,
      };
    }
    case "smallBatch": {
      const { rate, batchSize, border, batchBorder, suggestedRate } = cause;
      return {
        what: `the rate ${short(rate)} is stable on all rows together (up to ${short(border)}), but a step sees only ${count(batchSize, "row")}, and on some of them it is stable only up to ${short(batchBorder)}`,
        change: `take more rows at a step, or ${words.setRate(suggestedRate)}${tried(cause.trial).replace("tried:", "tried with all rows:")}`,
      };
    }
    case "momentum": {
      const { rate, momentum, plainBorder, border, suggestedRate } = cause;
      return {
        what: `with Nesterov's momentum ${momentum} steps are stable up to ${short(border)} only, without it up to ${short(plainBorder)}; the rate is ${short(rate)}`,
        change: `${words.setRate(suggestedRate)}, or ${words.plainDescent}${tried(cause.trial).replace("tried:", "tried without momentum:")}`,
      };
    }
    case "initialWeights": {
      const { loss, untrainedLoss, gains } = cause;
      return {
        what: `the training began at weights that are too large: a loss of ${short(loss)}, where fresh ones have ${short(untrainedLoss)}; the layers multiply their signals: ${gainsText(gains)}`,
        change: `${words.freshStart}${cure}`,
      };
    }
  }
};

const describeOutlier = (
  { column, row, value, median, deviation, count: many }: Outlier,
  words: Vocabulary,
  cure: string,
): Advice => {
  const scale = words.scale(column);
  const inTable = (x: number): string => short(x * scale.deviation + scale.mean);
  return {
    what:
      `${words.row(row)} has ${inTable(value)} in ${column < 0 ? words.target : words.column(column)}, ` +
      `where the other rows are around ${inTable(median)} with standard deviation ${short(deviation * scale.deviation)}` +
      (many === 1 ? "" : ` (and ${count(many - 1, "more row")} like it)`),
    change: `correct or leave out ${many === 1 ? "this row" : "these rows"}${cure}`,
  };
};

/** Something amiss, and what may help. */
export const describeWarning = (warning: Warning, words: Vocabulary = libraryVocabulary): Advice => {
  switch (warning.kind) {
    case "slow": {
      const { epochs, share, rate, border, suggestedRate, loss, suggestedLoss } = warning;
      const room = border === undefined ? "" : ` (steps are stable up to ${short(border)})`;
      return {
        what: `the rate is too small: in ${count(epochs, "epoch")} the loss fell by ${percent(share)} only, at rate ${short(rate)}${room}`,
        change: `${words.setRate(suggestedRate)} (tried: the loss came to ${short(suggestedLoss)} instead of ${short(loss)}), or allow ${words.moreEpochs}`,
      };
    }
    case "vanishingGradients": {
      const { slopes, ratio, activation } = warning;
      return {
        what: `gradients vanish: the slopes of the loss by the weighted sums, ${slopes.map((slope) => short(Number(slope.toPrecision(2)))).join(", ")} from the first layer to the last, are ${times(1 / ratio)} smaller at the first, behind ${slopes.length - 1} layers of ${activation}`,
        change: `fewer layers, or ${words.otherActivation}`,
      };
    }
    case "deadUnits": {
      const { layer, dead, units, rows } = warning;
      return {
        what: `${dead} of ${count(units, "unit")} of hidden layer ${layer} are dead: 0 on all ${rows} rows looked at, so that no slope reaches them any more`,
        change: "a smaller learning rate, standardised columns, or another seed",
      };
    }
    case "saturation": {
      const { layer, activation, share, threshold, size } = warning;
      return {
        what: `${percent(share)} of the outputs of hidden layer ${layer} are saturated: the slope of ${activation} is below ${threshold} there, since its arguments are of size ${short(size)}`,
        change: `${words.standardise()}, or take smaller steps`,
      };
    }
    case "constantPrediction": {
      const { label, share, classes } = warning;
      return {
        what: `every row is predicted as ${words.label(label)}, which ${percent(share)} of the rows are; the other ${classes === 2 ? "class is" : `${classes - 1} classes are`} never predicted`,
        change: `${words.balance}, or look for columns that tell the classes apart`,
      };
    }
    case "overfitting": {
      const { epoch, lowest, last, trainingThen, trainingLast } = warning;
      return {
        what: `it overfits: since epoch ${epoch} the loss on the rows held out rose from ${short(lowest)} to ${short(last)}, while that of training fell from ${short(trainingThen)} to ${short(trainingLast)}`,
        change: words.earlyStopping,
      };
    }
    case "conflictingLabels": {
      const { rows, of, example, bestAccuracy } = warning;
      return {
        what: `${rows} of ${of} rows equal others in all columns, but not in ${words.target} (${words.row(example[0])} and ${words.row(example[1])}): no model can be right on more than ${percent(bestAccuracy)} of the rows`,
        change: "correct the labels, or add columns that tell such rows apart",
      };
    }
    case "constantColumn":
      return {
        what:
          `${words.column(warning.column)} is ${short(warning.value)} in every row` +
          (warning.count === 1
            ? ": it tells nothing"
            : `, and so are ${warning.count - 1} more: they tell nothing`),
        change: `leave ${warning.count === 1 ? "it" : "them"} out`,
      };
    case "unscaledColumns": {
      const { column, mean, deviation, least, leastDeviation, loss, scaledLoss } = warning;
      return {
        what: `the columns differ much in size, from ${words.column(least)} (standard deviation ${short(leastDeviation)}) to ${words.column(column)} (mean ${short(mean)}, standard deviation ${short(deviation)}): no one step length suits them all`,
        change: `${words.standardise()} (tried: the loss came to ${short(scaledLoss)} instead of ${short(loss)})`,
      };
    }
    case "outlier":
      return describeOutlier(warning, words, "");
  }
};

/**
 * A diagnosis in paragraphs: the first bad number, the most probable cause with the change to make, other causes that the
 * numbers allow, and warnings. A paragraph that asks for nothing has the change "". None if nothing is amiss.
 */
export const adviceOf = (
  { bad, causes, warnings }: Diagnosis,
  words: Vocabulary = libraryVocabulary,
): Advice[] => {
  const titled = (title: string, { what, change }: Advice): Advice => ({ what: `${title}: ${what}`, change });
  return [
    ...(bad === undefined ? [] : describeBadNumber(bad, words).map((what) => ({ what, change: "" }))),
    ...causes.map((cause, i) => titled(i === 0 ? "cause" : "or", describeCause(cause, words))),
    ...warnings.map((warning) => titled("warning", describeWarning(warning, words))),
  ];
};

/** The same as lines of text, each change under what asks for it. */
export const describeDiagnosis = (diagnosis: Diagnosis, words: Vocabulary = libraryVocabulary): string =>
  adviceOf(diagnosis, words)
    .map(({ what, change }) => (change === "" ? what : `${what}\n  → ${change}`))
    .join("\n");
