/** The model to train: the one asked for, or with `auto` the simpler one unless a network is clearly better. */
import type { ModelName } from "downhill-model/card";
import { rowLosses } from "downhill-model/losses";
import { predictRows } from "downhill-model/predictions";
import type { Predictions } from "downhill-model/predictions";
import type { Prepared, Rows } from "downhill-model/prepared";
import { modelNames, optimizersOf, simpleModel } from "downhill-model/recipe";
import type { Recipe } from "downhill-model/recipe";
import type { TrainArguments } from "../arguments/train.ts";
import { UsageError } from "../errors.ts";
import { formatNumber } from "../terminal/numbers.ts";
import { compare } from "./compare.ts";
import type { Trained } from "./fit.ts";
import { recipeFor } from "./recipe.ts";

/** A model with the reason for it, for people. */
export interface Chosen {
  readonly trained: Trained;
  readonly choice: string;
}

/** @throws UsageError when the model asked for predicts something else than the target. */
function requireModel(model: ModelName, { task }: Prepared): void {
  const other = model === "linear" ? "regression" : model === "logistic" ? "classification" : task.kind;
  if (other === task.kind) return;
  const target = JSON.stringify(task.target);
  if (task.kind === "classification") {
    throw new UsageError(
      `a linear regression predicts numbers, but the target ${target} holds classes (${task.reason})`,
      "write --model logistic or mlp, or --task regression if it is a number",
    );
  }
  throw new UsageError(
    `a logistic regression predicts classes, but the target ${target} holds numbers (${task.reason})`,
    "write --model linear or mlp, or --task classification if they are classes",
  );
}

/** The choice was the user's. */
export const asAsked = "as asked";

/** The spread of fewer rows says too little about chance. */
const fewestToCompare = 20;

/** What is to be trained. */
export interface TrainingPlan {
  /** One recipe, or two to be compared, the simpler model first. */
  readonly recipes: readonly Recipe[];
  /** Why, if there is one only. */
  readonly choice: string;
}

export function planTraining(prepared: Prepared, options: TrainArguments): TrainingPlan {
  const plan = (models: readonly ModelName[], choice: string): TrainingPlan => {
    return { recipes: models.map((model) => recipeFor(model, prepared, options)), choice };
  };
  const { model, optimizer, hidden } = options;
  if (model !== "auto") {
    requireModel(model, prepared);
    return plan([model], asAsked);
  }
  if (hidden !== undefined) return plan(["mlp"], "hidden layers were asked for");
  const both = [simpleModel(prepared.task), "mlp" as const];
  const able = both.filter((name) => optimizer === undefined || optimizersOf[name].includes(optimizer));
  if (able.length < 2) return plan(able, `the model that ${optimizer} trains`);
  const held = prepared.validation?.rows ?? 0;
  if (held < fewestToCompare) {
    return plan(
      able.slice(0, 1),
      `the simplest model, since ${held === 0 ? "no" : `only ${held}`} rows are held out to compare it by`,
    );
  }
  return plan(able, "");
}

/** Rows whose class was found; of numbers none. */
function countRight(predictions: Predictions, { y }: Rows): number {
  if (predictions.kind === "regression") return 0;
  return predictions.classes.reduce((sum, index, row) => sum + (index === y[row] ? 1 : 0), 0);
}

/**
 * Which of two models, by the rows held out, and why. A network must be better by more than chance, and of classes it
 * must find more: to be more sure of the same answers is not worth giving up weights that can be read.
 */
function chooseOf(prepared: Prepared, validation: Rows, simple: Trained, network: Trained): Chosen {
  if (network.divergence !== null) return { trained: simple, choice: "the neural network ran away" };
  const { targetScale, task } = prepared;
  const ofSimple = predictRows(simple.estimator, validation, targetScale);
  const ofNetwork = predictRows(network.estimator, validation, targetScale);
  const found = compare(
    rowLosses(validation, ofSimple, targetScale),
    rowLosses(validation, ofNetwork, targetScale),
  );
  const isRegression = task.kind === "regression";
  const loss = isRegression ? "squared error" : "log loss";
  const name = modelNames[simple.recipe.model];
  const numbers = `on the rows held out the ${loss} of a neural network is ${formatNumber(found.complex, 3)}, that of a ${name} ${formatNumber(found.simple, 3)}`;
  if (found.gain <= 0) return { trained: simple, choice: `${numbers}: no better` };
  const margin = `better by ${formatNumber(found.gain, 2)} ± ${formatNumber(found.error, 2)}`;
  if (!found.prefersComplex) return { trained: simple, choice: `${numbers}: ${margin}, which may be chance` };
  if (!isRegression && countRight(ofNetwork, validation) <= countRight(ofSimple, validation)) {
    return { trained: simple, choice: `${numbers}: ${margin}, but it finds no more classes` };
  }
  return { trained: network, choice: `${numbers}: ${margin}, more than chance` };
}

/** Of one or two trained models the one to keep. */
export function choose(prepared: Prepared, trained: readonly Trained[], choice: string): Chosen {
  const [simple, network] = trained;
  if (simple === undefined) throw new Error("internal: nothing was trained");
  if (network === undefined || prepared.validation === null) {
    return { trained: simple, choice: choice === "" ? "the other one was not trained any more" : choice };
  }
  return chooseOf(prepared, prepared.validation, simple, network);
}
