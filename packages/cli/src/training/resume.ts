/** `--resume`: the options and the table with which a training goes on. */
import { whereTrainingWas } from "downhill/learn";
import type { StartingPoint } from "downhill/learn";
import type { AskedToTrain, TrainArguments } from "../arguments/train.ts";
import { DataError } from "../data/index.ts";
import { UsageError } from "../errors.ts";
import type { Fingerprint } from "../model/fingerprint.ts";
import type { SavedTraining } from "../model/savedTraining.ts";
import { plural } from "../terminal/numbers.ts";
import type { Recipe } from "downhill-model/recipe";

/** Options that may be others than they were. */
const free: ReadonlySet<string> = new Set(["epochs", "out", "report", "engine", "resume"]);

const shown = (value: unknown): string =>
  Array.isArray(value) && value.every((one) => typeof one !== "object")
    ? value.join(",")
    : typeof value === "string"
      ? value
      : JSON.stringify(value);

/**
 * What was asked for at first, with what may be asked for anew.
 *
 * @throws UsageError at an option that would have led elsewhere.
 */
export function resumedArguments(
  { given, ...now }: AskedToTrain,
  { asked, folder }: SavedTraining,
): TrainArguments {
  const before = asked as unknown as Readonly<Record<string, unknown>>;
  const changes: Record<string, unknown> = { out: now.out ?? folder, resume: folder };
  for (const [name, flag] of Object.entries(given ?? {})) {
    const value = (now as unknown as Readonly<Record<string, unknown>>)[name];
    if (free.has(name)) changes[name] ??= value;
    else if (JSON.stringify(value) !== JSON.stringify(before[name])) {
      const had = before[name];
      const isLeftOut = had === undefined || (Array.isArray(had) && had.length === 0);
      throw new UsageError(
        `${typeof value === "boolean" ? flag : `${flag} ${shown(value)}`} does not fit the training in ${folder}, ${isLeftOut || typeof had === "boolean" ? "which was begun without" : `which was begun with ${shown(had)}`}`,
        "leave it out to go on with that training, or leave --resume out to train anew",
      );
    }
  }
  return { ...asked, ...changes };
}

/** @throws DataError unless the table is the one that was trained on. */
export function requireSameTable(path: string, found: Fingerprint, { card, folder }: SavedTraining): void {
  const { data } = card;
  if (found.sha256 === data.sha256) return;
  throw new DataError(
    `${path}: is not the table of the training in ${folder}: that was ${data.file}, of ${plural(data.bytes, "byte")} with SHA-256 ${data.sha256.slice(0, 12)}…; this has ${plural(found.bytes, "byte")} with ${found.sha256.slice(0, 12)}…`,
    "give it the same table, unchanged, or leave --resume out to train anew",
    { file: path },
  );
}

/** Which of the models to be trained goes on, and from where. */
export interface Resumed {
  readonly model: Recipe["model"];
  readonly from: StartingPoint;
}

const modelOf = ({ estimator: { kind } }: SavedTraining): Recipe["model"] =>
  kind.startsWith("MLP") ? "mlp" : kind === "LogisticRegression" ? "logistic" : "linear";

/** @throws UsageError if all epochs are done. */
export function resumedFrom(saved: SavedTraining, recipes: readonly Recipe[]): Resumed {
  const model = modelOf(saved);
  const from = whereTrainingWas(saved.estimator);
  const epochs = recipes.find((recipe) => recipe.model === model)?.epochs ?? 0;
  if (from.epoch >= epochs)
    throw new UsageError(
      `the training in ${saved.folder} has done ${plural(from.epoch, "epoch")}, and at most ${epochs} are wanted`,
      `write --epochs with more than ${from.epoch}`,
    );
  return { model, from };
}
