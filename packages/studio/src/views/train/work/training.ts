/** A training that stands still between two steps, and remembers every epoch that it can. */
import {
  type Advice,
  adviceOf,
  type Diagnosis,
  DivergenceError,
  parameterPath,
  type StartingPoint,
  type TrainingPoint,
} from "downhill/learn";
import { type Course, courseText } from "../recipe.ts";
import { cureOf, type Cure } from "./cure.ts";
import { type Model, estimatorOf } from "./model.ts";
import { vocabularyOf } from "./vocabulary.ts";
import type { Workshop } from "./ground.ts";

/** Of each epoch, from the first one on. */
export interface History {
  readonly loss: number[];
  readonly validationLoss: number[];
  /** Accuracy or R² on the rows held out. */
  readonly validationScore: number[];
  readonly rate: number[];
}

/** How a training ended by itself. */
export type Ended =
  | { readonly kind: "enough" }
  | {
      readonly kind: "diverged";
      /** What happened, in a sentence. */
      readonly what: string;
      readonly advice: readonly Advice[];
      readonly cure: Cure | undefined;
    };

export interface Training {
  readonly course: Course;
  readonly now: () => TrainingPoint;
  readonly history: History;
  readonly ended: () => Ended | undefined;
  /** Epochs that were kept, 0 among them. */
  readonly kept: () => readonly number[];
  /** The latest kept point that is not after this epoch. */
  readonly pointAt: (epoch: number) => TrainingPoint;
  /** Takes one step. */
  readonly advance: () => void;
}

interface Kept {
  readonly parameters: object;
  readonly optimizer: TrainingPoint["optimizer"];
}

const emptyHistory = (): History => ({ loss: [], validationLoss: [], validationScore: [], rate: [] });

const upTo = (history: History, epoch: number): History => ({
  loss: history.loss.slice(0, epoch),
  validationLoss: history.validationLoss.slice(0, epoch),
  validationScore: history.validationScore.slice(0, epoch),
  rate: history.rate.slice(0, epoch),
});

const diverged = (workshop: Workshop, error: DivergenceError): Ended => {
  const { reason, step, epoch, diagnosis } = error;
  const found: Diagnosis = diagnosis ?? { bad: undefined, causes: [], warnings: [] };
  const what =
    reason === "non-finite"
      ? `The loss became ${Number.isNaN(error.loss) ? "not a number" : "infinite"} at step ${step}, in epoch ${epoch}.`
      : `The loss rose instead of falling, until epoch ${epoch}.`;
  const kept = error.bestEpoch === 0 ? "the weights before the first step" : `epoch ${error.bestEpoch}`;
  return {
    kind: "diverged",
    what: `${what} The best that it met were ${kept}.`,
    advice: adviceOf(found, vocabularyOf(workshop.prepared)),
    cure: cureOf(found, error.suggestedRate),
  };
};

const begin = (workshop: Workshop, course: Course): Training => {
  const { ground, name, prepared, train, validation } = workshop;
  const stage = course.before.at(-1);
  const parent =
    stage === undefined
      ? undefined
      : trainingTo(workshop, { before: course.before.slice(0, -1), last: stage }, stage.until);
  const start = parent?.pointAt(stage!.until);
  const history = parent === undefined ? emptyHistory() : upTo(parent.history, start!.epoch);
  // What another optimizer remembers is of no use.
  const from: StartingPoint | undefined =
    start === undefined || stage === undefined
      ? undefined
      : stage.optimizer === course.last.optimizer
        ? start
        : { epoch: start.epoch, parameters: start.parameters, random: start.random };
  const path = parameterPath({ perDoubling: 1024 });
  const randoms = new Map<number, TrainingPoint["random"]>();
  const keep = ({ epoch, parameters, optimizer, random }: TrainingPoint): void => {
    path.add({ parameters, optimizer }, epoch);
    randoms.set(epoch, random);
  };
  if (parent !== undefined)
    for (const epoch of parent.kept()) if (epoch < start!.epoch) keep(parent.pointAt(epoch));
  let now: TrainingPoint | undefined;
  let ended: Ended | undefined;
  const estimator = estimatorOf(
    name,
    ground.model,
    course.last,
    prepared.task.kind === "classification",
    ground.data.seed,
  ) as unknown as Model;
  const steps = estimator.fitInSteps(train.X, train.y, {
    ...(validation && { validation }),
    ...(from && { from }),
    stepsPerCall: 1,
    onPoint: (point) => {
      now = point;
      if (point.step === 0) keep(point);
    },
    onEpoch: ({ loss, validationLoss = NaN, validationScore = NaN, learningRate = NaN }) => {
      history.loss.push(loss);
      history.validationLoss.push(validationLoss);
      history.validationScore.push(validationScore);
      history.rate.push(learningRate);
    },
  });
  const stepsPerEpoch = Math.ceil(train.y.length / Math.min(course.last.batch ?? Infinity, train.y.length));
  const go = (): void => {
    if (ended !== undefined) return;
    try {
      if (steps.next().done === true) ended = { kind: "enough" };
    } catch (error) {
      if (!(error instanceof DivergenceError)) throw error;
      ended = diverged(workshop, error);
    }
  };
  /** After the last step of an epoch the epoch is closed too. */
  const advance = (): void => {
    go();
    if (now!.step === stepsPerEpoch) go();
  };
  // To before the first step.
  go();
  return {
    course,
    history,
    now: () => now!,
    ended: () => ended,
    kept: () => path.points().map(({ epoch }) => epoch),
    pointAt: (wanted) => {
      const { epoch, parameters } = path.points().findLast((point) => point.epoch <= wanted)!;
      return { epoch, step: 0, ...(parameters as Kept), random: randoms.get(epoch)! };
    },
    advance,
  };
};

const begun = new WeakMap<Workshop, Map<string, Training>>();

/** The training of a course, as far as it has come; begun if it has not been. */
export const trainingOf = (workshop: Workshop, course: Course): Training => {
  const trainings = begun.get(workshop) ?? new Map<string, Training>();
  begun.set(workshop, trainings);
  const key = courseText(course);
  let training = trainings.get(key);
  if (training === undefined) trainings.set(key, (training = begin(workshop, course)));
  return training;
};

/** The same, after at least so many epochs, unless it ended before. */
export const trainingTo = (workshop: Workshop, course: Course, epoch: number): Training => {
  const training = trainingOf(workshop, course);
  while (training.now().epoch < epoch && training.ended() === undefined) training.advance();
  return training;
};
