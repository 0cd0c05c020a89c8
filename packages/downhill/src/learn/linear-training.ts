/** First-order training of linear models. */
import type { Suspendable } from "./drive.ts";
import {
  automaticRate,
  type FirstOrderOptions,
  type FirstOrderSolver,
  optimizerNamed,
  safeRates,
  solverDefaults,
} from "./first-order.ts";
import { holdOut, type Judge } from "./held-out.ts";
import type { Batch } from "./loss.ts";
import type { LinearParameters } from "./objectives.ts";
import { type FirstOrderOutcome, trainFirstOrder } from "./training-loop.ts";
import { randomSource } from "./random.ts";
import { constantRate } from "./rate.ts";
import type { Watch } from "./watch.ts";

/** Trains from `parameters` on by the named solver. */
export function* trainLinear(
  operation: string,
  solver: FirstOrderSolver,
  parameters: LinearParameters,
  data: Batch,
  validation: Batch | undefined,
  judge: Judge<LinearParameters>,
  options: FirstOrderOptions,
  watch: Watch,
): Suspendable<FirstOrderOutcome<LinearParameters>> {
  const { train, validate } = holdOut(operation, data, validation, judge, options);
  const rows = train.X.shape[0]!;
  const batchSize = Math.min(options.batchSize ?? rows, rows);
  const rate =
    options.learningRate === "auto"
      ? automaticRate(solver, judge.loss, parameters, train, batchSize === rows)
      : options.learningRate;
  const random = randomSource(operation, options.randomState);
  return yield* trainFirstOrder(
    {
      parameters,
      loss: judge.loss,
      data: train,
      ...optimizerNamed(solver),
      rate: constantRate(rate),
      epochs: options.maxIter,
      batchSize,
      shuffle: options.shuffle ? random : null,
      tol: options.tol,
      relativeTol: true,
      nIterNoChange: options.nIterNoChange,
      validate,
      earlyStopping: options.earlyStopping,
      safeRates: safeRates(solver, solverDefaults, judge.loss, train),
    },
    watch,
  );
}
