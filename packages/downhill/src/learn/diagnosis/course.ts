/** Trainings that went nowhere, or too far: slow steps, one answer to everything, overfitting. */
import { automaticRate, borderAt, stepRule } from "../automatic-rate.ts";
import type { Warning } from "./diagnosis.ts";
import type { Subject } from "./subject.ts";

/** A training that has halved its loss is under way. */
const underWay = 0.5;

/** A rate below this share of the one that suits is suspected. */
const muchTooSmall = 0.1;

/** The rate that would have suited, if the same training gets clearly farther with it. */
const slow = <P extends object>({ history, given, parameters, again }: Subject<P>): Warning | undefined => {
  if (given === undefined || history.loss.length === 0) return undefined;
  const { question, rate } = given;
  const [first, last] = [history.loss[0]!, history.loss.at(-1)!];
  const share = (first - last) / first;
  if (!(share < underWay)) return undefined;
  const suggestedRate = automaticRate(question, parameters);
  if (rate > muchTooSmall * suggestedRate) return undefined;
  const suggestedLoss = again({ learningRate: suggestedRate })?.at(-1);
  if (suggestedLoss === undefined || suggestedLoss > 0.95 * last) return undefined;
  const border = borderAt(question, parameters, stepRule(question));
  return {
    kind: "slow",
    epochs: history.loss.length,
    share,
    rate,
    border: Number.isNaN(border) ? undefined : border,
    suggestedRate,
    suggestedLoss,
    loss: last,
  };
};

const constantPrediction = <P extends object>({
  predicted,
  classes,
  data: { Y },
}: Subject<P>): Warning | undefined => {
  if (predicted === undefined || predicted.length === 0) return undefined;
  const label = predicted[0]!;
  const count = new Set(Y.data).size;
  if (count < 2 || predicted.some((other) => other !== label)) return undefined;
  const hits = Array.from(Y.data).filter((other) => other === label);
  return {
    kind: "constantPrediction",
    label: classes[label]!,
    share: hits.length / Y.size,
    classes: count,
  };
};

/** By so much the loss held out must have risen, and that of training fallen. */
const clearly = 0.1;

const overfitting = <P extends object>({ history, bestEpoch }: Subject<P>): Warning | undefined => {
  const { loss, validationLoss } = history;
  if (validationLoss.length < 3) return undefined;
  const lowest = Math.min(...validationLoss);
  const epoch = validationLoss.indexOf(lowest) + 1;
  // What was kept is what counts: early stopping goes back to the best epoch.
  const kept = Math.min(bestEpoch, validationLoss.length);
  if (kept <= epoch) return undefined;
  const [last, trainingThen, trainingLast] = [validationLoss[kept - 1]!, loss[epoch - 1]!, loss[kept - 1]!];
  if (!(last > (1 + clearly) * lowest && trainingLast < (1 - clearly) * trainingThen)) return undefined;
  return { kind: "overfitting", epoch, lowest, last, trainingThen, trainingLast };
};

const present = (found: readonly (Warning | undefined)[]): Warning[] =>
  found.filter((warning) => warning !== undefined);

/** About its steps. */
export const stepWarnings = <P extends object>(subject: Subject<P>): Warning[] => present([slow(subject)]);

/** About where they led. */
export const resultWarnings = <P extends object>(subject: Subject<P>): Warning[] =>
  present([constantPrediction(subject), overfitting(subject)]);
