/** The model of an epoch as the folder that the command writes. */
import type { AnyEstimator, History } from "downhill/learn";
import type { Card } from "downhill-model/card";
import { filesOf } from "downhill-model/contents";
import { makeCard } from "downhill-model/makeCard";
import { measure } from "downhill-model/measure";
import { savedWeights } from "downhill-model/savedWeights";
import type { Workshop } from "../work/ground.ts";
import type { Training } from "../work/training.ts";
import { sha256Of } from "../../../engine/sha256.ts";
import { fileOf } from "./bytes.ts";
import { version } from "./version.ts";

const finite = (value: number | undefined): number | null =>
  value !== undefined && Number.isFinite(value) ? value : null;

/** What was reported up to an epoch; lists without a number are none. */
const historyTo = ({ history }: Training, epoch: number): History => {
  const upTo = (values: readonly number[]): number[] => {
    const part = values.slice(0, epoch);
    return part.every(Number.isNaN) ? [] : part;
  };
  return {
    epoch: Array.from({ length: epoch }, (_, i) => i + 1),
    loss: upTo(history.loss),
    learningRate: upTo(history.rate),
    validationLoss: upTo(history.validationLoss),
    validationScore: upTo(history.validationScore),
    seconds: [],
  };
};

const trainingFacts = (
  workshop: Workshop,
  { course, history, ended }: Training,
  epoch: number,
  parameters: object,
): Card["training"] => ({
  optimizer: course.last.optimizer,
  learningRate: finite(history.rate[epoch - 1]),
  batchSize: course.last.batch,
  maxEpochs: epoch,
  epochs: epoch,
  bestEpoch: epoch,
  // In the studio it is the reader who says when it is enough.
  stopReason: ended()?.kind === "diverged" ? "diverged" : "interrupted",
  seconds: 0,
  objective: (workshop.initial as unknown as AnyEstimator).objective,
  objectiveValue: finite(workshop.objective(parameters).item()),
});

/** Each file of the folder by its name. */
export const modelFolder = async (
  workshop: Workshop,
  training: Training,
  epoch: number,
): Promise<Record<string, string | Uint8Array>> => {
  const { prepared, ground, initial } = workshop;
  const { parameters } = training.pointAt(epoch);
  const estimator = initial.withParameters(parameters) as unknown as AnyEstimator;
  const { config, tensors } = savedWeights(estimator);
  const { seed, validation } = ground.data;
  const { name, bytes } = await fileOf(ground.data.source);
  const { hidden, activation } = ground.model;
  const card = makeCard({
    data: { file: name, rows: prepared.table.rows, bytes: bytes.length, sha256: await sha256Of(bytes) },
    versions: { downhill: version, node: "none: trained in the studio" },
    prepared,
    split: { validation, seed },
    model: workshop.name,
    network: workshop.name === "mlp" ? { hidden, activation } : null,
    choice: "as asked",
    training: trainingFacts(workshop, training, epoch, parameters),
    measured: await measure(estimator, prepared, seed),
    config,
  });
  return filesOf({ card, tensors, history: historyTo(training, epoch) }, sha256Of);
};
