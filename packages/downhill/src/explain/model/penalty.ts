/** The penalty on large weights, as it stands beside the loss of one row. */
import { rowsPerStep, isFirstOrder } from "../../learn/first-order.ts";
import { sgdStrengths } from "../../learn/sgd-training.ts";
import type { Explainable } from "./explainable.ts";
import type { Penalty } from "./explanation.ts";

const none: Penalty = { squares: 0, absolutes: 0 };

/**
 * How many rows' losses stand beside the whole penalty: in each step of a network the penalty is shared by the rows of
 * that step, elsewhere by all rows.
 */
export const rowsBesidePenalty = (model: Explainable, trainingRows: number): number => {
  if (model.kind !== "MLPClassifier" && model.kind !== "MLPRegressor") return trainingRows;
  const { solver, batchSize } = model.options;
  return isFirstOrder(solver) ? rowsPerStep(batchSize, trainingRows) : trainingRows;
};

/** @param targets numbers that are predicted for each row. */
export const penaltyBesideRow = (model: Explainable, trainingRows: number, targets: number): Penalty => {
  const rows = rowsBesidePenalty(model, trainingRows);
  switch (model.kind) {
    case "LinearRegression":
      return none;
    case "Ridge":
      return { squares: model.options.alpha / (rows * targets), absolutes: 0 };
    case "Lasso":
      return { squares: 0, absolutes: model.options.alpha };
    case "ElasticNet": {
      const { alpha, l1Ratio } = model.options;
      return { squares: (alpha * (1 - l1Ratio)) / 2, absolutes: alpha * l1Ratio };
    }
    case "LogisticRegression":
      return { squares: 1 / (2 * model.options.C * rows), absolutes: 0 };
    case "SGDRegressor":
    case "SGDClassifier": {
      const [squares, absolutes] = sgdStrengths(model.options);
      return { squares: squares / 2, absolutes };
    }
    case "MLPRegressor":
      return { squares: model.options.alpha / rows, absolutes: 0 };
    case "MLPClassifier":
      return { squares: model.options.alpha / (2 * rows), absolutes: 0 };
  }
};
