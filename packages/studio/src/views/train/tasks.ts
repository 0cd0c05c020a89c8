/** What the worker computes for trainings. */
import { openTable, type Source } from "./data/source.ts";
import type { ModelName } from "downhill-model/card";
import type { Dropped } from "downhill-model/planColumn";
import type { ClassValue } from "downhill-model/task";
import type { Prepared } from "./data/prepare.ts";
import type { ColumnKind } from "./data/table.ts";
import type { Course, Ground } from "./recipe.ts";
import type { TaskContext } from "../../engine/task.ts";
import { type Workshop, workshopFor } from "./work/ground.ts";
import { type Border, borderOf } from "./work/border.ts";
import { type Calculus, calculusOf } from "./work/calculus.ts";
import { type Landscape, landscapeOf } from "./work/landscape.ts";
import { type Strips, stripsOf } from "./work/strips.ts";
import { type Picture, pictureOf } from "./work/picture.ts";
import { axesOf } from "./work/plane.ts";
import { type Ended, type History, type Training, trainingOf } from "./work/training.ts";

export interface OpenedTable {
  readonly name: string;
  readonly rows: number;
  readonly columns: readonly { readonly name: string; readonly kind: ColumnKind; readonly missing: number }[];
}

/** Reads a table. */
export const open = async ({ source }: { readonly source: Source }): Promise<OpenedTable> => {
  const { name, rows, columns } = await openTable(source);
  return {
    name,
    rows,
    columns: columns.map((column) => ({ name: column.name, kind: column.kind, missing: column.missing })),
  };
};

/** What a ground has become: what the page needs to know of it. */
export interface Readiness {
  readonly model: ModelName;
  readonly features: readonly string[];
  readonly dropped: readonly Dropped[];
  /** Missing cells that were filled, by column. */
  readonly filled: readonly { readonly name: string; readonly missing: number }[];
  readonly classes: readonly ClassValue[] | null;
  readonly targetScale: Prepared["targetScale"];
  readonly rows: { readonly train: number; readonly validation: number; readonly withoutTarget: number };
  /** Columns of numbers, which can be axes. */
  readonly axes: readonly string[];
  /** Columns of dates, whose numbers are days since 1970. */
  readonly dates: readonly string[];
  /** Numbers in the weights and biases. */
  readonly parameters: number;
}

const sizeOf = (tree: object): number =>
  Object.values(tree as Record<string, unknown>).reduce<number>((sum, part) => {
    if (typeof part !== "object" || part === null) return sum;
    return sum + ("size" in part && "shape" in part ? Number(part.size) : sizeOf(part));
  }, 0);

/** Makes ready for training. */
export const prepare = async (ground: Ground): Promise<Readiness> => {
  const workshop = await workshopFor(ground);
  const { prepared, name, initial } = workshop;
  return {
    model: name,
    features: prepared.train.columns,
    dropped: prepared.plan.dropped,
    filled: prepared.table.columns
      .filter(
        (column) => column.missing > 0 && prepared.plan.columns.some((used) => used.name === column.name),
      )
      .map((column) => ({ name: column.name, missing: column.missing })),
    classes: prepared.task.kind === "classification" ? prepared.task.classes : null,
    targetScale: prepared.targetScale,
    rows: {
      train: prepared.split.train.length,
      validation: prepared.split.validation.length,
      withoutTarget: prepared.task.missing,
    },
    axes: axesOf(workshop),
    dates: prepared.plan.columns
      .filter((column) => column.encoding === "number" && column.holds === "date")
      .map((column) => column.name),
    parameters: sizeOf(initial.parameters),
  };
};

export interface PointsQuestion {
  readonly ground: Ground;
  readonly axes: readonly string[];
}

/** The rows of the table as points: those learnt from first, then those held out. */
export interface Points {
  /** NaN where missing. */
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** Indices of classes, or the numbers to predict. */
  readonly target: Float32Array;
  /** Rows of the table, from 0. */
  readonly rows: Uint32Array;
  readonly trained: number;
}

export const points = async ({ ground, axes }: PointsQuestion): Promise<Points> => {
  const { prepared } = await workshopFor(ground);
  const { train, validation, table, split } = prepared;
  const rows = Uint32Array.from([...split.train, ...split.validation]);
  const column = (name: string | undefined): Float32Array => {
    const cells = table.columns.find((other) => other.name === name)?.cells;
    return Float32Array.from(rows, (row) => Number(cells?.[row] ?? NaN));
  };
  return {
    x: column(axes[0]),
    y: column(axes[1]),
    target: Float32Array.from([...train.y, ...(validation?.y ?? [])]),
    rows,
    trained: train.rows,
  };
};

/** Where a course is. */
export interface Standing {
  /** Epochs done, and steps of the one that has begun. */
  readonly epoch: number;
  readonly step: number;
  readonly history: History;
  readonly ended: Ended | undefined;
}

export interface Moment {
  readonly standings: readonly Standing[];
  /** Of the course that is looked at. */
  readonly picture: Picture;
  /** Whose it is: the epoch, and the steps after it. */
  readonly epoch: number;
  readonly step: number;
}

export interface LookQuestion {
  readonly ground: Ground;
  readonly courses: readonly Course[];
  /** Which of them is looked at, over which inputs. */
  readonly pick: number;
  readonly axes: readonly string[];
}

const standingOf = (training: Training): Standing => ({
  epoch: training.now().epoch,
  step: training.now().step,
  history: training.history,
  ended: training.ended(),
});

const momentOf = (
  workshop: Workshop,
  trainings: readonly Training[],
  { pick, axes }: LookQuestion,
  epoch = Infinity,
): Moment => {
  const picked = trainings[pick]!;
  const point = epoch >= picked.now().epoch ? picked.now() : picked.pointAt(epoch);
  return {
    standings: trainings.map(standingOf),
    picture: pictureOf(workshop, point.parameters, axes),
    epoch: point.epoch,
    step: point.step,
  };
};

export interface TrainQuestion extends LookQuestion {
  /** Until each course has come so far. */
  readonly until: number;
  /** Epochs a second; Infinity for as many as there can be. */
  readonly speed: number;
}

/** Milliseconds of training between two pictures. */
const budget = 10;

/** Trains all courses side by side, and shows where they are frame by frame. */
export async function* train(
  question: TrainQuestion,
  { breathe }: TaskContext,
): AsyncGenerator<Moment, Moment, undefined> {
  const workshop = await workshopFor(question.ground);
  const trainings = question.courses.map((course) => trainingOf(workshop, course));
  const isBehind = (training: Training, epoch: number): boolean =>
    training.ended() === undefined && training.now().epoch < epoch;
  const first = Math.min(...trainings.map((training) => training.now().epoch));
  const begun = performance.now();
  for (;;) {
    const started = performance.now();
    const due = Math.min(
      question.until,
      first + Math.max(1, Math.floor(((started - begun) * question.speed) / 1000)),
    );
    // The one that is furthest behind goes next, so that they stay side by side.
    for (;;) {
      const behind = trainings.filter((training) => isBehind(training, due));
      if (behind.length === 0 || performance.now() - started > budget) break;
      behind.reduce((a, b) => (b.now().epoch < a.now().epoch ? b : a)).advance();
    }
    if (!trainings.some((training) => isBehind(training, question.until)))
      return momentOf(workshop, trainings, question);
    await breathe();
    yield momentOf(workshop, trainings, question);
  }
}

/** One step of each course. */
export const step = async (question: LookQuestion): Promise<Moment> => {
  const workshop = await workshopFor(question.ground);
  const trainings = question.courses.map((course) => trainingOf(workshop, course));
  for (const training of trainings) training.advance();
  return momentOf(workshop, trainings, question);
};

/** How it was at an epoch that has been recorded; trained so far first if it has not. */
export const look = async (
  { epoch, ...question }: LookQuestion & { readonly epoch: number },
  { breathe }: TaskContext,
): Promise<Moment> => {
  const workshop = await workshopFor(question.ground);
  const trainings = question.courses.map((course) => trainingOf(workshop, course));
  for (const training of trainings)
    while (training.now().epoch < epoch && training.ended() === undefined) {
      training.advance();
      await breathe();
    }
  return momentOf(workshop, trainings, question, epoch);
};

export interface EpochQuestion {
  readonly ground: Ground;
  readonly course: Course;
  /** Everything is shown up to this epoch. */
  readonly epoch: number;
}

const soFar = async ({ ground, course }: EpochQuestion): Promise<[Workshop, Training]> => {
  const workshop = await workshopFor(ground);
  return [workshop, trainingOf(workshop, course)];
};

/** How weights and slopes spread in each layer, epoch by epoch. */
export const strips = async (question: EpochQuestion): Promise<Strips> =>
  stripsOf(...(await soFar(question)), question.epoch);

/** The loss around the way. */
export const landscape = async (question: EpochQuestion): Promise<Landscape | undefined> =>
  landscapeOf(...(await soFar(question)), question.epoch);

/** Rate and border along the way. */
export const border = async (question: EpochQuestion): Promise<Border> =>
  borderOf(...(await soFar(question)), question.epoch);

export interface CalculusQuestion extends EpochQuestion {
  /** Of the rows as `points` has them. */
  readonly row: number;
}

/** The loss of a row by the weights of an epoch, as a formula; the weights of now if the epoch is the last one. */
export const calculus = async (question: CalculusQuestion): Promise<Calculus> => {
  const [workshop, training] = await soFar(question);
  const { train: learnt, validation } = workshop;
  const isHeldOut = question.row >= learnt.y.length;
  const sample = isHeldOut && validation !== undefined ? validation : learnt;
  const row = isHeldOut ? question.row - learnt.y.length : question.row;
  const width = sample.X.shape[1]!;
  const inputs = Array.from(sample.X.data.slice(row * width, (row + 1) * width));
  const now = training.now();
  const { parameters } = question.epoch >= now.epoch ? now : training.pointAt(question.epoch);
  return calculusOf(workshop, parameters, inputs, sample.y[row]!);
};
