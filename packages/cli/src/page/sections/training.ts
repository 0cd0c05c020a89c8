/** How the training went: losses, gradients, the rate and its border. */
import { isFirstOrder, isSolved } from "downhill-model/recipe";
import type { Recipe } from "downhill-model/recipe";
import { short } from "../../descent/numbers.ts";
import { listed } from "../../report/layout.ts";
import { lossName } from "../../report/summary.ts";
import { formatCount, formatNumber, plural } from "../../terminal/numbers.ts";
import type { Result } from "../../training/keep.ts";
import { type Line, lines } from "../charts/lines.ts";
import { figure, grid, type Html, paragraph, section, table, text } from "../html.ts";
import { stepRuleOf } from "../measure/course.ts";
import type { Evidence } from "../measure/measure.ts";

export const unitOf = ({ optimizer }: Recipe): string => (isFirstOrder(optimizer) ? "epoch" : "iteration");

/** Of how many rows a figure is, where these are not all. */
export const sampleNote = ({ rows, of }: Evidence): string =>
  rows === of
    ? ""
    : ` Measured on ${formatCount(rows)} of the ${formatCount(of)} training rows, evenly spread.`;

function lossFigure({ chosen, prepared }: Result): Html {
  const { estimator, recipe } = chosen.trained;
  const { history, bestEpoch } = estimator;
  const unit = unitOf(recipe);
  const at = (values: readonly number[]): Line["points"] =>
    history.epoch.map((epoch, i) => [epoch, values[i] ?? NaN] as const);
  const hasValidation = history.validationLoss.length > 0;
  const best = history.epoch.indexOf(bestEpoch);
  const judged = hasValidation ? history.validationLoss : history.loss;
  const all: Line[] = [
    { name: "training", points: at(history.loss), colour: 0 },
    ...(hasValidation ? [{ name: "held out", points: at(history.validationLoss), colour: 1 }] : []),
  ];
  const value = judged[best];
  const mark =
    value === undefined || !Number.isFinite(value)
      ? {}
      : { mark: { x: bestEpoch, y: value, text: `kept: ${unit} ${formatCount(bestEpoch)}` } };
  const falls =
    history.epoch.length > 1 && !isFirstOrder(recipe.optimizer)
      ? ""
      : " Each point is the mean over the steps of an epoch.";
  return figure(
    "Loss",
    lines(all, {
      name: `${lossName(prepared)} by ${unit}: training${hasValidation ? " and rows held out" : ""}`,
      xName: unit,
      yName: lossName(prepared),
      ...mark,
    }),
    text(
      `Training loss${hasValidation ? ", and the loss of the rows held out" : ""}; the mark is the ${unit} whose parameters were kept.${isFirstOrder(recipe.optimizer) && recipe.batch !== null ? falls : ""}`,
    ),
  );
}

/** A gradient that is shorter than this share of the longest one is zero, but for rounding. */
const rounding = 1e-9;

function gradientFigure(result: Result, evidence: Evidence): Html {
  const { course, parts } = evidence;
  const unit = unitOf(result.chosen.trained.recipe);
  const most = Math.max(...course.flatMap(({ norms }) => norms));
  const floor = rounding * most;
  const all = parts.map((name, i): Line => ({
    name,
    points: course.map(({ epoch, norms }) => [epoch, norms[i]! > floor ? norms[i]! : NaN] as const),
    colour: i % 6,
    isDashed: i >= 6,
  }));
  const isStill = course.every(({ norms }) => norms.every((norm) => norm === 0));
  if (isStill) return "";
  return figure(
    "Length of the gradient",
    lines(all, {
      name: `Length of the gradient of each part of the model by ${unit}`,
      xName: unit,
      yName: "‖∂L/∂part‖",
      isLogarithmic: true,
    }),
    text(
      `How steep the whole training loss is along the parameters of each part, at ${plural(course.length, "point")} of the way. Near a minimum it goes to zero; a part whose gradient is far below the others hardly learns.${course.some(({ norms }) => norms.some((norm) => norm <= floor)) ? " Where it is zero to rounding it is not drawn." : ""}${sampleNote(evidence)}`,
    ),
  );
}

function rateFigure(result: Result, evidence: Evidence): Html {
  const { estimator, recipe } = result.chosen.trained;
  const { history } = estimator;
  const { checkpoints } = evidence;
  const finite = checkpoints.filter(({ border }) => Number.isFinite(border) && border > 0);
  const unit = unitOf(recipe);
  const stepsPerEpoch = recipe.batch === null ? 1 : Math.ceil(result.prepared.train.rows / recipe.batch);
  const where = checkpoints.map(({ epoch }) =>
    formatCount(epoch * (isFirstOrder(recipe.optimizer) ? stepsPerEpoch : 1)),
  );
  const places = `measured after ${listed(where, where.length)} ${isFirstOrder(recipe.optimizer) ? "steps" : "iterations"}`;
  const sharpest: Line = {
    name: "λmax",
    points: checkpoints.map(({ epoch, sharpness }) => [epoch, sharpness] as const),
    colour: 3,
    hasMarks: true,
  };
  if (history.learningRate.length === 0) {
    if (checkpoints.length < 2) return "";
    return figure(
      "Curvature",
      lines([sharpest], {
        name: `Sharpest curvature of the loss by ${unit}`,
        xName: unit,
        yName: "λmax of the Hessian",
      }),
      text(
        `The largest eigenvalue of the Hessian of the loss, ${places}. Steps of this method have no learning rate: their length is found by trying. Plain gradient descent would be stable here up to rates of 2/λmax, at the end ${formatNumber(2 / (checkpoints.at(-1)?.sharpness ?? NaN), 3)}.${sampleNote(evidence)}`,
      ),
    );
  }
  const rate: Line = {
    name: "rate",
    points: history.epoch.map((epoch, i) => [epoch, history.learningRate[i] ?? NaN] as const),
    colour: 0,
  };
  const border: Line = {
    name: "border",
    points: finite.map(({ epoch, border: at }) => [epoch, at] as const),
    colour: 1,
    isDashed: true,
    hasMarks: true,
  };
  const hasBorder = stepRuleOf(recipe) !== undefined;
  const meaning = hasBorder
    ? "Above the dashed border, set by the sharpest curvature λmax of the loss (2/λmax for plain gradient descent, more with momentum), steps overshoot the minimum by more than they were away from it."
    : `The steps of ${recipe.optimizer} have a size of their own: for comparison, the dashed line is 2/λmax, the border for plain gradient descent, λmax being the sharpest curvature of the loss.`;
  const noBorder =
    finite.length < checkpoints.length
      ? " Where the loss curves upwards in no direction there is no border, and no point."
      : "";
  return figure(
    "Learning rate and its border",
    lines([rate], {
      name: `Learning rate by ${unit}, and the border of stable rates`,
      xName: unit,
      yName: "learning rate",
      isLogarithmic: true,
      ...(finite.length === 0 ? {} : { beyond: border }),
    }),
    text(
      checkpoints.length === 0
        ? "The rate of each epoch's steps."
        : `${meaning} λmax was ${places}.${noBorder}${sampleNote(evidence)}`,
    ),
  );
}

function curvatureTable(result: Result, { checkpoints }: Evidence): Html {
  if (checkpoints.length < 2) return "";
  const hasRule = stepRuleOf(result.chosen.trained.recipe) !== undefined;
  return `<div class="card">${table(
    "Curvature along the way",
    [
      { title: unitOf(result.chosen.trained.recipe), isNumber: true },
      { title: "sharpness λmax", isNumber: true },
      { title: hasRule ? "border of the rate" : "2/λmax", isNumber: true },
    ],
    checkpoints.map(({ epoch, sharpness, border }) => [
      formatCount(epoch),
      text(short(sharpness, 4)),
      text(short(border, 3)),
    ]),
    { hasRowHeads: false },
  )}</div>`;
}

export function trainingSection(result: Result, evidence: Evidence, ending: string): Html {
  const { recipe } = result.chosen.trained;
  const intro = paragraph(text(`${ending[0]?.toUpperCase() ?? ""}${ending.slice(1)}.`));
  const { course, checkpoints } = evidence;
  const figures = isSolved(recipe)
    ? paragraph(
        text(
          `There is no curve of losses: where the slope of a squared error is zero is the solution of a system of linear equations, found in one step. The sharpest curvature there is λmax = ${formatNumber(checkpoints[0]?.sharpness ?? NaN)}: gradient descent would be stable up to a rate of 2/λmax = ${formatNumber(checkpoints[0]?.border ?? NaN, 3)}.`,
        ),
      )
    : grid(
        lossFigure(result),
        course.length > 1 ? gradientFigure(result, evidence) : "",
        rateFigure(result, evidence),
        curvatureTable(result, evidence),
      );
  return section({ id: "training", title: "How it learnt", content: intro + figures });
}
