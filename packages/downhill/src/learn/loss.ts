/** Losses as trainings see them, and programs made of them that are compiled once and shared by all trainings. */
import { type HessianProduct, hessianProduct } from "../curvature/hessian.ts";
import type { GradientTransformation, OptimizerState } from "../optim/transformation.ts";
import { applyUpdates } from "../optim/transformation.ts";
import { leavesOf, mapTree } from "../optim/tree.ts";
import { mul } from "../functions/elementwise.ts";
import { reshape, slice } from "../functions/shapes.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { valueAndGrad } from "../transforms/grad.ts";
import { hessian } from "../transforms/jacobian.ts";
import { jit } from "../targets/jit.ts";
import { scan } from "../transforms/scan.ts";

/** What a loss is computed on. The first three have a leading axis of rows. */
export interface Batch {
  readonly X: Tensor;
  /** Targets [rows, targets], or indices of classes [rows] (int32). */
  readonly Y: Tensor;
  /** [rows] */
  readonly weights: Tensor;
  /** The strength of the penalty in force, a scalar: passed in, so that another strength needs no other program. */
  readonly penalty: Tensor;
  /** [columns]: the units of columns that are shown in units of their own; the penalty counts coefficients divided by them. */
  readonly sizes?: Tensor;
  /** [classes]: weights of classes that count in the loss of their own score alone, where each class has a score against the rest. */
  readonly factors?: Tensor;
  /** The strength of a penalty on absolute values, a scalar, for losses with a `proximal`. */
  readonly absolutes?: Tensor;
  /** In training steps of models that are random then: the random key of the step. */
  readonly key?: Tensor;
}

/** What models are trained on. */
export interface Loss<P extends object> {
  /** A scalar: the weighted mean of the rows' losses plus the penalty. */
  (parameters: P, batch: Batch): Tensor;
  /** Whether the weighted sum is divided by the number of rows, which leaves weights a meaning in a batch of one, not by the weights. */
  readonly isPerRow?: boolean;
  /** What a step does, after its update, for a part of the objective that has no slope everywhere and is no part of the value. */
  readonly proximal?: (parameters: P, rate: Tensor, batch: Batch) => object;
}

/** What a step changes. */
export interface Progress<P extends object> {
  readonly parameters: P;
  readonly state: OptimizerState;
}

/** One update, or several. `rate` is of the parameters' dtype, a scalar or one for each; the loss is that before the update. */
export type TrainingStep<P extends object> = (
  before: Progress<P>,
  rate: Tensor,
  batch: Batch,
) => readonly [after: Progress<P>, loss: Tensor];

/** `make(loss)` once for each loss and key. */
const remembered = <Made>() => {
  const made = new WeakMap<object, Map<string, Made>>();
  return (loss: object, key: string, make: () => Made): Made => {
    let entries = made.get(loss);
    if (entries === undefined) made.set(loss, (entries = new Map<string, Made>()));
    let entry = entries.get(key);
    if (entry === undefined) entries.set(key, (entry = make()));
    return entry;
  };
};

const updateBy =
  <P extends object>(loss: Loss<P>, optimizer: GradientTransformation): TrainingStep<P> =>
  ({ parameters, state }, rate, batch) => {
    const [value, slopes] = valueAndGrad(loss)(parameters as never, batch);
    const [updates, nextState] = optimizer.update(slopes, state, parameters);
    const scaled = mapTree("trainingStep", (update) => mul(update, rate), updates);
    const moved = applyUpdates(parameters, scaled);
    const next = (loss.proximal?.(moved, rate, batch) ?? moved) as P;
    return [{ parameters: next, state: nextState }, value];
  };

const steps = remembered<unknown>();

/**
 * Loss, gradient and the optimizer's update as one compiled program.
 *
 * @param key identifies the optimizer with its settings.
 * @param optimizer with learning rate 1: its updates are multiplied by `rate`, which can thus change between steps.
 */
export const trainingStep = <P extends object>(
  loss: Loss<P>,
  key: string,
  optimizer: GradientTransformation,
): TrainingStep<P> => steps(loss, key, () => jit(updateBy(loss, optimizer))) as TrainingStep<P>;

type StepInputs = Omit<Batch, "penalty" | "sizes" | "factors" | "absolutes"> & { readonly rate: Tensor };

const stretches = remembered<unknown>();

/**
 * Several training steps as one compiled program: all of a batch that is of rows (or steps) has a leading axis of steps, and so has the
 * rate. The losses are those of the steps, each before its update.
 */
export const trainingStretch = <P extends object>(
  loss: Loss<P>,
  key: string,
  optimizer: GradientTransformation,
): TrainingStep<P> =>
  stretches(loss, key, () => {
    const update = updateBy(loss, optimizer);
    return jit((before: Progress<P>, rate: Tensor, { penalty, factors, absolutes, ...sequences }: Batch) => {
      const constants = { penalty, ...(factors && { factors }), ...(absolutes && { absolutes }) };
      return scan<Progress<P>, StepInputs, Tensor>(
        (progress, { rate: own, ...batch }) => update(progress, own, { ...batch, ...constants }),
        before as never,
        { ...sequences, rate },
      );
    });
  }) as TrainingStep<P>;

const values = remembered<unknown>();

/** The loss, compiled. */
export const compiledLoss = <P extends object>(loss: Loss<P>): Loss<P> =>
  values(loss, "", () => jit(loss)) as Loss<P>;

const judgements = remembered<unknown>();

/** The loss, and the scores that it is made from, compiled as one. */
export const compiledLossAndScores = <P extends object>(
  loss: Loss<P>,
  scores: (parameters: P, X: Tensor) => Tensor,
): ((parameters: P, batch: Batch) => [loss: Tensor, scores: Tensor]) =>
  judgements(loss, "", () =>
    jit((parameters: P, batch: Batch) => [loss(parameters, batch), scores(parameters, batch.X)]),
  ) as (parameters: P, batch: Batch) => [Tensor, Tensor];

const slopes = remembered<unknown>();

/** The loss and its gradient, compiled. */
export const compiledGradient = <P extends object>(
  loss: Loss<P>,
): ((parameters: P, batch: Batch) => [Tensor, P]) =>
  slopes(loss, "", () => jit(valueAndGrad(loss))) as (parameters: P, batch: Batch) => [Tensor, P];

/** A tree like `model` whose elements are those of a vector one after another. */
const shapedLike = <P extends object>(model: P, flat: Tensor): P => {
  let position = 0;
  return mapTree(
    "hessian",
    ({ shape, size }) => {
      position += size;
      return reshape(slice(flat, [position - size, position]), shape);
    },
    model,
  );
};

const hessians = remembered<unknown>();

/** The Hessian of the loss by all elements of parameters like `model` one after another: [size, size], compiled. */
export const compiledHessian = <P extends object>(
  loss: Loss<P>,
  model: P,
): ((flat: Tensor, batch: Batch) => Tensor) => {
  const shapes = leavesOf("hessian", model).map(({ shape }) => shape);
  return hessians(loss, JSON.stringify(shapes), () =>
    jit(hessian((flat: Tensor, batch: Batch) => loss(shapedLike(model, flat), batch))),
  ) as (flat: Tensor, batch: Batch) => Tensor;
};

const products = remembered<unknown>();

/** Products with the Hessian of the loss, compiled. */
export const compiledHessianProduct = <P extends object>(loss: Loss<P>): HessianProduct<P, [batch: Batch]> =>
  products(loss, "", () => hessianProduct(loss)) as HessianProduct<P, [batch: Batch]>;
