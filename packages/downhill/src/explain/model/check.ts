/** The slopes of an explanation beside those that the engine and differences find for the model's real objective. */
import { classFactors, classIndices, type Label } from "../../learn/labels.ts";
import { randomSource } from "../../learn/random.ts";
import { fromFlat, toFlat } from "../../optim/lbfgs/flat.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { grad } from "../../transforms/grad.ts";
import { jit } from "../../targets/jit.ts";
import { differencePoints, extrapolatedDifference } from "../derivation/numeric.ts";
import type { Explainable } from "./explainable.ts";
import type { ModelCheck, Penalty } from "./explanation.ts";
import { type ParameterTree, treeOf, type Weights } from "./layers.ts";
import { rowsBesidePenalty } from "./penalty.ts";

/** A model with this many parameters or fewer has each of them checked by differences, others those of the steepest. */
const fewParameters = 64;
const steepest = 12;

/** Rounding in double precision; a wrong factor is off by far more. */
const engineTolerance = 1e-9;
/** Central differences lose about half of the digits. */
const differenceTolerance = 1e-5;
/** An extrapolation that has not settled to this says nothing. */
const settled = 1e-7;

/** The smooth part of the objective on one row, with the penalty as it stands beside it, as a function of parameters. */
export const objectiveOnRow = (
  model: Explainable,
  row: Tensor,
  truth: Label | readonly number[],
  trainingRows: number,
): ((parameters: ParameterTree) => Tensor) => {
  let weight = rowsBesidePenalty(model, trainingRows);
  // A loss of one row, weighted, is the row's loss; only the penalty takes its share from the weights.
  if ("classes" in model) {
    const index = classIndices("explainPrediction", [truth as Label], model.classes);
    const { classWeight } = model.options;
    const factor = classFactors("explainPrediction", classWeight, model.classes, index, [1])[index[0]!]!;
    if (factor === 0)
      throw new ArgumentError(
        "explainPrediction",
        `rows of the class ${JSON.stringify(truth)} have no weight in the objective; leave the truth out`,
      );
    weight /= factor;
    return model.lossFunction(row, [truth as Label], { sampleWeight: [weight] }) as never;
  }
  const y = typeof truth === "number" ? [truth] : [truth as readonly number[]];
  return model.lossFunction(row, y, { sampleWeight: [weight] }) as never;
};

const largest = (values: Float64Array): number =>
  values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

/** The places of the largest slopes. */
const steepestOf = (slopes: Float64Array, count: number): number[] =>
  Array.from(slopes.keys())
    .sort((a, b) => Math.abs(slopes[b]!) - Math.abs(slopes[a]!))
    .slice(0, count);

/**
 * @param objective as `objectiveOnRow` gives it.
 * @param gradient of the row's loss alone, as the explanation has it.
 */
export const checkSlopes = (
  objective: (parameters: ParameterTree) => Tensor,
  parameters: ParameterTree,
  gradient: readonly Weights[],
  weights: readonly Weights[],
  { squares }: Penalty,
): ModelCheck => {
  const whole = gradient.map(({ kernel, bias }, i) => ({
    kernel: squares === 0 ? kernel : kernel.add(weights[i]!.kernel.mul(2 * squares)),
    ...(bias !== undefined && { bias }),
  }));
  const found = toFlat(treeOf(whole, parameters));
  const expected = toFlat(grad(objective)(parameters));
  const scale = Math.max(largest(found), largest(expected)) || 1;
  const engine = found.reduce((worst, slope, i) => {
    const difference = Math.abs(slope - expected[i]!) / scale;
    return Number.isNaN(difference) ? Infinity : Math.max(worst, difference);
  }, 0);

  const at = toFlat(parameters);
  const compiled = jit(objective);
  const valueAt = (point: Float64Array): number => compiled(fromFlat(parameters, point)).item();
  const random = randomSource("explainPrediction", 7);
  const drawn = Float64Array.from(at, () => 2 * random() - 1);
  const length = Math.sqrt(drawn.reduce((sum, value) => sum + value * value, 0));
  const direction = drawn.map((value) => value / length);
  const single = steepestOf(found, at.length <= fewParameters ? at.length : steepest);
  const lines: {
    readonly slope: number;
    readonly from: number;
    readonly point: (x: number) => Float64Array;
  }[] = [
    ...single.map((place) => ({
      slope: found[place]!,
      from: at[place]!,
      point: (x: number) => at.with(place, x),
    })),
    {
      slope: found.reduce((sum, slope, i) => sum + slope * direction[i]!, 0),
      from: 0,
      point: (x: number) => at.map((value, i) => value + x * direction[i]!),
    },
  ];
  let [differences, worst] = [0, 0];
  for (const { slope, from, point } of lines) {
    const values = differencePoints(from).map((x) => valueAt(point(x)));
    const difference = extrapolatedDifference(from, values);
    const size = Math.max(scale, Math.abs(slope));
    if (!(difference.error <= settled * size)) continue;
    differences++;
    worst = Math.max(worst, Math.abs(slope - difference.slope) / size);
  }
  return {
    parameters: at.length,
    engine,
    differences,
    centralDifference: worst,
    agrees: engine <= engineTolerance && worst <= differenceTolerance,
  };
};
