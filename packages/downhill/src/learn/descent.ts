/** Training on all rows at once by a method that walks downhill by itself: L-BFGS or Newton. */
import { flatObjective, fromFlat, toFlat } from "../optim/lbfgs/flat.ts";
import { type DescentMethod, lbfgs } from "../optim/lbfgs/lbfgs.ts";
import type { Evaluation } from "../optim/lbfgs/objective.ts";
import { maxNorm } from "../optim/lbfgs/vector.ts";
import { leavesOf } from "../optim/tree.ts";
import { sameShape } from "../tensor/shape.ts";
import { floatVector } from "./data.ts";
import type { Suspendable } from "./drive.ts";
import { type Batch, compiledGradient, compiledHessian, type Loss } from "./loss.ts";
import { newton } from "./newton.ts";
import type { LinearParameters } from "./objectives.ts";
import type { Outcome } from "./outcome.ts";
import { batchInUnits, parametersAsGiven, parametersInUnits, unitsOf, unitsOfSlopes } from "./units.ts";
import type { StopReason, Watch } from "./watch.ts";

export interface DescentTraining<P extends object> {
  readonly parameters: P;
  readonly loss: Loss<P>;
  readonly data: Batch;
  readonly method: DescentMethod;
  /** Converged when no component of the gradient is larger. */
  readonly tol: number;
  /** In what units slopes are compared with `tol`, like the parameters; 1 each if left out. */
  readonly slopeUnits?: P;
  /** How others know what is trained here in units of its own. */
  readonly asGiven?: (parameters: P) => P;
  /** By how much their loss is larger; 1 if left out. */
  readonly lossUnit?: number;
}

/** The named method for a loss on these rows, of parameters like `model`. */
export const descentMethod = <P extends object>(
  name: "lbfgs" | "newton",
  loss: Loss<P>,
  data: Batch,
  model: P,
): DescentMethod => {
  if (name === "lbfgs") return lbfgs();
  const hessian = compiledHessian(loss, model);
  return newton((point) => Float64Array.from(hessian(floatVector(point, data.X.dtype), data).data));
};

const haveSameForm = (a: object, b: object): boolean => {
  const [these, those] = [leavesOf("fit", a), leavesOf("fit", b)];
  return (
    these.length === those.length &&
    these.every(({ shape, dtype }, i) => sameShape(shape, those[i]!.shape) && dtype === those[i]!.dtype)
  );
};

/** Where a training begins: at what is known, if it has the right form. */
export const startingAt = <P extends object>(untrained: P, known: P | undefined): P =>
  known !== undefined && haveSameForm(known, untrained) ? known : untrained;

/** Carries out a training of at most `watch.epochs` iterations, suspended after each. */
export function* trainByDescent<P extends object>(
  {
    parameters,
    loss,
    data,
    method,
    tol,
    slopeUnits,
    asGiven = (own) => own,
    lossUnit = 1,
  }: DescentTraining<P>,
  watch: Watch,
): Suspendable<Outcome<P>> {
  const gradient = compiledGradient(loss);
  const objective = flatObjective((at: P) => gradient(at, data), parameters);
  let current: Evaluation = objective.evaluate(toFlat(parameters));
  let nIter = 0;
  const found = (): P => asGiven(fromFlat(parameters, current.point));
  const finish = (stopReason: StopReason): Outcome<P> => ({
    parameters: found(),
    loss: current.value * lossUnit,
    history: watch.history,
    nIter,
    stopReason,
    bestEpoch: nIter,
  });
  if (!Number.isFinite(current.value))
    return {
      ...finish("diverged"),
      divergence: {
        reason: "non-finite",
        epoch: 1,
        step: 1,
        loss: current.value * lossUnit,
        learningRate: undefined,
        stableRate: undefined,
        suggestedRate: undefined,
        bestEpoch: 0,
        bestLoss: NaN,
        diagnosis: undefined,
      },
    };
  const visit = (): void => watch.visit(found);
  visit();
  const descent = method.descend(objective, current);
  const units = slopeUnits && toFlat(slopeUnits);
  const largestSlope = (): number =>
    maxNorm(units ? current.gradient.map((slope, i) => slope / units[i]!) : current.gradient);
  while (!(largestSlope() <= tol)) {
    if (watch.interrupted()) return finish("interrupted");
    if (nIter >= watch.epochs) return finish("maxIter");
    const next = descent.next();
    // It cannot get any lower: that is where it was to go, as far as rounding lets it.
    if (next.done === true) break;
    // Steps without a line search may go wrong, those with one never raise the value.
    if (!Number.isFinite(next.value.value)) break;
    current = next.value;
    nIter++;
    watch.report({ loss: current.value * lossUnit, improved: true });
    visit();
    yield;
  }
  return finish("converged");
}

export interface LinearDescent<P extends LinearParameters> extends Omit<DescentTraining<P>, "method"> {
  readonly solver: "lbfgs" | "newton";
  /** Whether an intercept makes up for shifts of columns: if it has no penalty. */
  readonly isShiftable: boolean;
}

/** The same of a linear model, which is shown its columns in units that suit them. */
export function* trainLinearByDescent<P extends LinearParameters>(
  { solver, isShiftable, ...training }: LinearDescent<P>,
  watch: Watch,
): Suspendable<Outcome<P>> {
  const { parameters, loss, data, asGiven = (own: P): P => own } = training;
  const units = unitsOf(data, isShiftable && parameters.intercept !== undefined);
  if (units === undefined)
    return yield* trainByDescent(
      { ...training, method: descentMethod(solver, loss, data, parameters) },
      watch,
    );
  const [own, rows] = [parametersInUnits(parameters, units), batchInUnits(data, units)];
  return yield* trainByDescent(
    {
      ...training,
      parameters: own,
      data: rows,
      method: descentMethod(solver, loss, rows, own),
      slopeUnits: unitsOfSlopes(own, units),
      asGiven: (found) => asGiven(parametersAsGiven(found, units)),
    },
    watch,
  );
}
