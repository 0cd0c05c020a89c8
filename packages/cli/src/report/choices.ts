/** What was decided before a training: one line for each choice, with the option that overrides it. */
import { summarisePlan } from "downhill-model/plan";
import type { Prepared } from "downhill-model/prepared";
import { modelNames } from "downhill-model/recipe";
import type { TrainArguments } from "../arguments/train.ts";
import type { Table } from "../data/index.ts";
import { asAsked } from "../training/choose.ts";
import type { Chosen, TrainingPlan } from "../training/choose.ts";
import type { SavedTraining } from "../model/savedTraining.ts";
import type { Resumed } from "../training/resume.ts";
import { describeRecipe } from "../training/recipe.ts";
import { formatCount, formatNumber, plural } from "../terminal/numbers.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { printable } from "../terminal/text.ts";
import { labelled, listed } from "./layout.ts";

export function describeData(terminal: Terminal, table: Table): string[] {
  const size = `${printable(table.path)}: ${plural(table.rows, "row")}, ${plural(table.columns.length, "column")}`;
  return [
    ...labelled(terminal, "Data", size),
    ...table.notes.flatMap((note) => labelled(terminal, "", printable(note))),
  ];
}

function describeTarget({ task, targetScale }: Prepared): string {
  const name = printable(task.target);
  const left = task.missing === 0 ? "" : `; ${plural(task.missing, "row")} without it left out`;
  if (task.kind === "regression") {
    const { mean, deviation } = targetScale ?? { mean: NaN, deviation: NaN };
    return `${name}: a number to predict (${task.reason}), mean ${formatNumber(mean)}, standard deviation ${formatNumber(deviation)}${left}`;
  }
  const classes = task.classes.map(
    (value, i) => `${printable(String(value))} (${formatCount(task.counts[i] ?? 0)})`,
  );
  return `${name}: ${classes.length} classes to tell apart (${task.reason}): ${listed(classes)}${left}`;
}

function percentOf(share: number): string {
  return `${Number((share * 100).toPrecision(4))} %`;
}

function describeSplit({ split }: Prepared, { validation, seed }: TrainArguments): string {
  const { train, stratified } = split;
  const held = split.validation.length;
  if (held === 0) return `${plural(train.length, "row")} to learn from, none held out to judge by`;
  const share = stratified ? ", the same of each class" : "";
  return `${plural(train.length, "row")} to learn from, ${formatCount(held)} held out to judge by (${percentOf(validation)}${share}; seed ${seed})`;
}

function unseenNote(prepared: Prepared): string | null {
  const unseen = Object.entries(prepared.validation?.unseen ?? {});
  if (unseen.length === 0) return null;
  const columns = unseen.map(([name, count]) => `${printable(name)} (${formatCount(count)})`);
  return `rows held out have categories that no row to learn from has, taken as missing: ${listed(columns)}`;
}

export function describeChoices(terminal: Terminal, prepared: Prepared, options: TrainArguments): string[] {
  const columns = summarisePlan(prepared.plan).map(printable);
  const unseen = unseenNote(prepared);
  return [
    ...labelled(terminal, "Target", describeTarget(prepared), "--task"),
    ...labelled(terminal, "Split", describeSplit(prepared, options), "--validation --seed"),
    ...columns.flatMap((line, i) =>
      labelled(
        terminal,
        i === 0 ? "Columns" : "",
        line,
        i === columns.length - 1 ? "--drop --numeric --categorical --fill --unscaled" : "",
      ),
    ),
    ...(unseen === null ? [] : labelled(terminal, "", unseen)),
  ];
}

/** What will be trained. */
export function describeTraining(terminal: Terminal, { recipes, choice }: TrainingPlan): string[] {
  const methods = "--model --hidden --optimizer --rate --batch --epochs";
  if (recipes.length === 1) {
    const reason = choice === asAsked ? "" : ` (${choice})`;
    return recipes.flatMap((recipe) => labelled(terminal, "Model", describeRecipe(recipe) + reason, methods));
  }
  return [
    ...recipes.flatMap((recipe, i) =>
      labelled(terminal, i === 0 ? "Models" : "", `${i + 1}. ${describeRecipe(recipe)}`),
    ),
    ...labelled(terminal, "", "to be compared on the rows held out", methods),
  ];
}

/** From where a training goes on. */
export function describeResumption(
  terminal: Terminal,
  { folder }: SavedTraining,
  { from }: Resumed,
): string[] {
  const rate = from.past?.resumption.rate;
  const withRate = rate === undefined ? "" : `, with its rate ${formatNumber(rate)}`;
  return labelled(
    terminal,
    "Resumed",
    `after epoch ${from.epoch} of the training in ${printable(folder)}${withRate}, its memory and its order of rows`,
    "--resume",
  );
}

/** Which of several models was chosen, and why. */
export function describeChoice(terminal: Terminal, { trained, choice }: Chosen): string[] {
  return labelled(terminal, "Choice", `${modelNames[trained.recipe.model]}: ${choice}`, "--model");
}
