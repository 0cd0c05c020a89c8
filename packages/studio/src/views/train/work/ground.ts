/** What all runs on one ground share: the rows as tensors, and the model at its initial weights. */
import { grad, jit, type Tensor } from "downhill";
import { type Rows, sampleOf } from "downhill-model/prepared";
import type { ModelName } from "downhill-model/card";
import { openTable, sourceKey } from "../data/source.ts";
import { prepare, type Prepared } from "../data/prepare.ts";
import type { Ground } from "../recipe.ts";
import { estimatorOf, type Model, modelNameOf, unpenalised } from "./model.ts";

/** Rows as models take them. */
export interface Sample {
  readonly X: Tensor;
  readonly y: readonly number[];
}

export interface Workshop {
  readonly ground: Ground;
  readonly prepared: Prepared;
  readonly name: ModelName;
  readonly train: Sample;
  /** Undefined if no row is held out. */
  readonly validation: Sample | undefined;
  /** At the initial weights, which are the same for all courses. */
  readonly initial: Model;
  /** What is made small, compiled: the loss of the training rows with its penalty. */
  readonly objective: (parameters: object) => Tensor;
  /** Its gradient, nested like the parameters. */
  readonly slope: (parameters: object) => object;
  /** The mean loss of rows alone, compiled. */
  readonly trainLoss: (parameters: object) => Tensor;
  readonly validationLoss: ((parameters: object) => Tensor) | undefined;
  /** Of each feature, over the training rows. */
  readonly means: Float64Array;
}

/** In double precision: pictures and chains show the very numbers, and tables of this size are quick all the same. */
const sample = (rows: Rows, prepared: Prepared): Sample => {
  const { X, y } = sampleOf(rows, prepared, "float64");
  return { X, y: Array.from(y.data) };
};

const meansOf = ({ x, rows, columns }: Rows): Float64Array => {
  const means = new Float64Array(columns.length);
  x.forEach((value, i) => (means[i % columns.length]! += value / rows));
  return means;
};

/** An interruption before the first step: `fit` then only sets the model up. */
const before = AbortSignal.abort();

export const makeWorkshop = (ground: Ground, prepared: Prepared): Workshop => {
  const { seed } = ground.data;
  const isClassifier = prepared.task.kind === "classification";
  const name = modelNameOf(ground.model, prepared);
  const train = sample(prepared.train, prepared);
  const validation = prepared.validation === null ? undefined : sample(prepared.validation, prepared);
  const settings = { optimizer: "sgd", rate: 1, batch: null } as const;
  const initial = estimatorOf(name, ground.model, settings, isClassifier, seed) as unknown as Model;
  initial.fit(train.X, train.y, { signal: before });
  const bare = unpenalised(name, ground.model, isClassifier, seed) as unknown as Model;
  bare.fit(train.X, train.y, { signal: before });
  return {
    ground,
    prepared,
    name,
    train,
    validation,
    initial,
    objective: jit(initial.lossFunction(train.X, train.y)),
    slope: jit(grad(initial.lossFunction(train.X, train.y) as never)),
    trainLoss: jit(bare.lossFunction(train.X, train.y)),
    validationLoss: validation && jit(bare.lossFunction(validation.X, validation.y)),
    means: meansOf(prepared.train),
  };
};

let last: { readonly key: string; readonly workshop: Promise<Workshop> } | undefined;

/** The workshop for a ground: the last one is kept, with all that was learnt on it. */
export const workshopFor = (ground: Ground): Promise<Workshop> => {
  const { source, ...rest } = ground.data;
  const key = JSON.stringify([sourceKey(source), rest, ground.model]);
  if (last?.key === key) return last.workshop;
  const workshop = openTable(source).then((table) =>
    makeWorkshop(ground, prepare(table, ground.data, ground.model.model === "linear")),
  );
  last = { key, workshop };
  workshop.catch(() => {
    if (last?.key === key) last = undefined;
  });
  return workshop;
};
