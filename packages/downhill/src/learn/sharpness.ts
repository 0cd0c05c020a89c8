/** The sharpest curvature of a loss: what decides which learning rates are stable. */
import { add, div, mul, sqrt, square } from "../functions/elementwise.ts";
import { sum } from "../functions/reductions.ts";
import { leavesOf, mapTree } from "../optim/tree.ts";
import { wrap } from "../tensor/create.ts";
import { allocate } from "../tensor/dtype.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { hvp } from "../transforms/jacobian.ts";
import { jit } from "../transforms/jit.ts";
import type { Batch, Loss } from "./loss.ts";
import { randomSource } from "./random.ts";

type PowerStep<P extends object> = (
  parameters: P,
  direction: P,
  batch: Batch,
) => { readonly direction: P; readonly length: Tensor };

const compiled = new WeakMap<object, unknown>();

const sumOfLeaves = (tree: object): Tensor =>
  leavesOf("sharpness", tree)
    .map((leaf) => sum(leaf))
    .reduce((a, b) => add(a, b));

/** One step of power iteration: H·v divided by its length, and that length. */
const powerStep = <P extends object>(loss: Loss<P>): PowerStep<P> => {
  let step = compiled.get(loss) as PowerStep<P> | undefined;
  if (step === undefined) {
    step = jit((parameters: P, direction: P, batch: Batch) => {
      const product = hvp<[P]>((p) => loss(p, batch), [parameters] as never, direction as never);
      const length = sqrt(sumOfLeaves(mapTree("sharpness", (leaf) => square(leaf), product)));
      return { direction: mapTree("sharpness", (leaf) => div(leaf, length), product), length };
    });
    compiled.set(loss, step);
  }
  return step;
};

const randomDirection = <P extends object>(parameters: P): P => {
  const random = randomSource("sharpness", 0);
  const direction = mapTree(
    "sharpness",
    (leaf) => {
      const values = allocate(leaf.dtype, leaf.size);
      for (let i = 0; i < values.length; i++) values[i] = 2 * random() - 1;
      return wrap(values, leaf.shape, leaf.dtype);
    },
    parameters,
  );
  const length = Math.sqrt(sumOfLeaves(mapTree("sharpness", (leaf) => square(leaf), direction)).item());
  return mapTree("sharpness", (leaf) => mul(leaf, 1 / length), direction);
};

/**
 * The eigenvalue λ of largest magnitude of the Hessian of the loss, by power iteration on Hessian–vector products.
 * Gradient descent on the loss is stable for learning rates below 2/λ. 0 where the loss is linear; NaN where the loss
 * has no finite curvature.
 */
export const sharpness = <P extends object>(
  loss: Loss<P>,
  parameters: P,
  batch: Batch,
  iterations = 60,
): number => {
  const step = powerStep(loss);
  let direction = randomDirection(parameters);
  let estimate = NaN;
  for (let i = 0; i < iterations; i++) {
    const result = step(parameters, direction, batch);
    const length = result.length.item();
    if (length === 0 || !Number.isFinite(length)) return length === 0 ? 0 : NaN;
    if (Math.abs(length - estimate) <= 1e-4 * length) return length;
    estimate = length;
    ({ direction } = result);
  }
  return estimate;
};
