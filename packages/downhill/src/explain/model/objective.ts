/** The objective of a model of one layer over all rows, derived. */
import { randomSource } from "../../learn/random.ts";
import { binaryCrossEntropy, mse, softmaxCrossEntropy } from "../../nn/index.ts";
import { tensor } from "../../tensor/create.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Derivation } from "../derivation/derivation.ts";
import { derive } from "../derive.ts";
import { type Explainable, lossFactorOf } from "./explainable.ts";
import { outputOf, weightsOf } from "./layers.ts";
import { penaltyBesideRow } from "./penalty.ts";

/** Of the made-up table. */
const rows = 5;
const columns = 3;

/**
 * The mean loss of a model of one layer over all rows, with the smooth part of its penalty, derived in the notation of
 * matrices. The table is made up: formulas are the same for all of them.
 */
export const deriveObjective = (model: Explainable, trainingRows: number): Derivation => {
  const draw = randomSource("explainModel", 1);
  const random = (...shape: number[]): Tensor =>
    tensor(
      Float64Array.from({ length: shape.reduce((size, length) => size * length, 1) }, () => 2 * draw() - 1),
      { shape, dtype: "float64" },
    );
  const output = outputOf(model);
  const { kernel, bias: b } = weightsOf(model.parameters)[0]!;
  const count = kernel.shape[1]!;
  const isVector = count === 1;
  const isHalf = lossFactorOf(model) === 0.5;
  const outputs = isVector ? [] : [output === "classes" ? 3 : 2];
  const [weightName, targetName] = [isVector ? "w" : "W", isVector || output === "classes" ? "y" : "Y"];
  // As many digits as are printed.
  const strength = Number(penaltyBesideRow(model, trainingRows, count).squares.toPrecision(4));
  const loss = (scores: Tensor, y: Tensor): Tensor => {
    if (output === "binary") return binaryCrossEntropy(scores, y);
    if (output === "classes") return softmaxCrossEntropy(scores, y);
    return isHalf ? mse(scores, y).mul(0.5) : mse(scores, y);
  };
  const value = (w: Tensor, bias: Tensor | null, X: Tensor, y: Tensor): Tensor => {
    const product = X.matmul(w);
    const mean = loss(bias === null ? product : product.add(bias), y);
    return strength === 0 ? mean : mean.add(w.square().sum().mul(strength));
  };
  const y = output === "classes" ? tensor([0, 2, 1, 1, 0], { dtype: "int32" }) : random(rows, ...outputs);
  const at = {
    [weightName]: random(columns, ...outputs),
    ...(b !== undefined && { b: random(...outputs) }),
    X: random(rows, columns),
    [targetName]: y,
  };
  const f = (...args: Tensor[]): Tensor =>
    b === undefined
      ? value(args[0]!, null, args[1]!, args[2]!)
      : value(args[0]!, args[1]!, args[2]!, args[3]!);
  return derive(f, { at, variables: Object.keys(at), wrt: [weightName, ...(b === undefined ? [] : ["b"])] });
};
