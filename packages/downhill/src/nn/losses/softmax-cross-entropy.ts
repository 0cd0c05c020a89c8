/** The loss of predictions among several classes. */
import { add, equal, mul, sub, where } from "../../functions/elementwise.ts";
import { logsumexp, mean, sum } from "../../functions/reductions.ts";
import { broadcastTo, convert, iota, reshape } from "../../primitives/index.ts";
import { isFloating } from "../../tensor/dtype.ts";
import { ArgumentError, DTypeError, ShapeError } from "../../tensor/errors.ts";
import { formatShape, sameShape } from "../../tensor/shape.ts";
import { ConcreteTensor, type Tensor } from "../../tensor/tensor.ts";
import { type LossOptions, reduce } from "./reduction.ts";

export interface SoftmaxCrossEntropyOptions extends LossOptions {
  /** The share of each target that is spread evenly over all classes (Szegedy et al. 2016); 0 if left out. */
  readonly labelSmoothing?: number;
}

/** Which class each element of the logits belongs to, compared to the label of its example: true at the label. */
const atLabel = (logits: Tensor, labels: Tensor): Tensor => {
  const { shape } = logits;
  const aligned = broadcastTo(reshape(labels, [...labels.shape, 1]), shape);
  return equal(iota(shape, shape.length - 1, "int32"), aligned);
};

const checkLabels = (labels: Tensor, classes: number): void => {
  if (!(labels instanceof ConcreteTensor)) return;
  for (const label of labels.values)
    if (label < 0 || label >= classes)
      throw new ArgumentError(
        "softmaxCrossEntropy",
        `label ${label} among logits of ${classes} classes; labels count from 0 to ${classes - 1}`,
      );
};

/**
 * Log loss of predictions among several classes, −ln softmax(logits)[label], over the last axis of the logits; its
 * slope is softmax(logits) − target.
 *
 * @param logits [..., classes]
 * @param labels class indices, int32 [...]; or the probability of each class, float [..., classes].
 * @throws ArgumentError if a label is out of range (inside compiled functions, where labels have no values yet, such an
 *   example has the loss logsumexp(logits)), ShapeError if the shapes do not go together.
 */
export const softmaxCrossEntropy = (
  logits: Tensor,
  labels: Tensor,
  { labelSmoothing = 0, ...options }: SoftmaxCrossEntropyOptions = {},
): Tensor => {
  const operation = "softmaxCrossEntropy";
  const classes = logits.shape.at(-1);
  const areProbabilities = isFloating(labels.dtype);
  const expected = areProbabilities ? logits.shape : logits.shape.slice(0, -1);
  if (classes === undefined || !sameShape(labels.shape, expected))
    throw new ShapeError(
      operation,
      `logits of shape ${formatShape(logits.shape)} with ${labels.dtype} labels of shape ${formatShape(labels.shape)}\n` +
        `  write class indices (int32) of shape ${formatShape(logits.shape.slice(0, -1))}, or probabilities of the logits' shape`,
      [logits.shape, labels.shape],
    );
  if (labels.dtype === "bool") throw new DTypeError(operation, 'labels are bool; write .astype("int32")');
  const scores = isFloating(logits.dtype) ? logits : convert(logits, "float32");
  const normalizer = logsumexp(scores, -1);
  let picked: Tensor;
  let mass: Tensor | number = 1;
  if (areProbabilities) {
    picked = sum(mul(scores, labels), -1);
    mass = sum(labels, -1);
  } else {
    checkLabels(labels, classes);
    // A choice rather than a product with 0 and 1: other logits may be infinite.
    picked = sum(where(atLabel(scores, labels), scores, 0), -1);
  }
  if (labelSmoothing !== 0)
    picked = add(mul(picked, 1 - labelSmoothing), mul(mul(mean(scores, -1), labelSmoothing), mass));
  return reduce(operation, sub(mass === 1 ? normalizer : mul(normalizer, mass), picked), options);
};
