/** What a model with some weights makes of the rows and of the plane of two inputs. */
import { jit, relu, sigmoid, type Tensor, tanh } from "downhill";
import type { LogisticRegression, MLPClassifier } from "downhill/learn";
import type { Activation } from "../recipe.ts";
import type { Sample, Workshop } from "./ground.ts";
import type { Model } from "./model.ts";
import { type Interval, keptPlane, type Plane } from "./plane.ts";

/** What is seen over the plane. Values row by row from low y to high. */
export interface Ground {
  readonly x: Interval;
  readonly y: Interval;
  readonly columns: number;
  readonly rows: number;
  /** Of classes: the most probable one at each point, and its probability. */
  readonly winner: Uint8Array | undefined;
  readonly share: Float32Array | undefined;
  /** Of each class along a single axis, one after the other; of numbers the prediction, in the unit of the target. */
  readonly values: Float32Array | undefined;
}

/** The responses of a hidden layer's units over the plane. */
export interface LayerResponses {
  readonly units: number;
  readonly columns: number;
  readonly rows: number;
  /** Of each shown unit, one after the other. */
  readonly values: Float32Array;
  readonly shown: number;
}

export interface Measures {
  /** The mean loss of the rows, without penalty. */
  readonly loss: number;
  /** Accuracy or R². */
  readonly score: number;
}

export interface Picture {
  readonly ground: Ground | undefined;
  readonly responses: readonly LayerResponses[];
  readonly train: Measures;
  readonly validation: Measures | undefined;
  /** Of numbers: the predictions of the training rows and of those held out, in the unit of the target. */
  readonly predictions: { readonly train: Float32Array; readonly validation: Float32Array } | undefined;
}

const columns = 72;
const unitColumns = 24;
export const mostUnitsShown = 12;

const probabilities = (model: Model, X: Tensor): Tensor =>
  (model as unknown as LogisticRegression | MLPClassifier).predictProba(X);

const inUnit = (workshop: Workshop, values: ArrayLike<number>): Float32Array => {
  const { mean, deviation } = workshop.prepared.targetScale ?? { mean: 0, deviation: 1 };
  return Float32Array.from(values, (value) => value * deviation + mean);
};

const predictionsOf = (workshop: Workshop, model: Model, X: Tensor): Float32Array =>
  inUnit(workshop, (model.predict(X) as Tensor).data);

const groundOf = (workshop: Workshop, model: Model, plane: Plane): Ground => {
  const { x, y, rows, columns: across, X } = plane;
  const base = { x, y, columns: across, rows, winner: undefined, share: undefined, values: undefined };
  const { task } = workshop.prepared;
  if (task.kind === "regression") return { ...base, values: predictionsOf(workshop, model, X) };
  const { data } = probabilities(model, X);
  const count = task.classes.length;
  const points = data.length / count;
  if (rows === 1)
    return {
      ...base,
      values: Float32Array.from(
        { length: data.length },
        (_, i) => data[(i % points) * count + Math.floor(i / points)]!,
      ),
    };
  const winner = new Uint8Array(points);
  const share = new Float32Array(points);
  for (let point = 0; point < points; point++)
    for (let k = 0; k < count; k++) {
      const value = data[point * count + k]!;
      if (value > share[point]!) [winner[point], share[point]] = [k, value];
    }
  return { ...base, winner, share };
};

export interface Layer {
  readonly kernel: Tensor;
  readonly bias?: Tensor;
}

const functions: Readonly<Record<Activation, (x: Tensor) => Tensor>> = {
  relu,
  tanh,
  logistic: sigmoid,
  identity: (x) => x,
};

/** Values of the hidden units, layer by layer. */
const hidden = (activation: Activation) =>
  jit((layers: readonly Layer[], X: Tensor): Tensor[] => {
    const values: Tensor[] = [];
    let flowing = X;
    for (const { kernel, bias } of layers) {
      const sums = flowing.matmul(kernel);
      flowing = functions[activation](bias === undefined ? sums : sums.add(bias));
      values.push(flowing);
    }
    return values;
  });

const compiledHidden: Readonly<Record<Activation, ReturnType<typeof hidden>>> = {
  relu: hidden("relu"),
  tanh: hidden("tanh"),
  logistic: hidden("logistic"),
  identity: hidden("identity"),
};

/** The layers of a network; none of other models. */
export const layersOf = (parameters: object): readonly Layer[] =>
  "layers" in parameters ? (parameters as { layers: readonly Layer[] }).layers : [];

const responsesOf = (
  workshop: Workshop,
  parameters: object,
  { X, columns: across, rows }: Plane,
): LayerResponses[] => {
  const layers = layersOf(parameters).slice(0, -1);
  if (layers.length === 0) return [];
  return compiledHidden[workshop.ground.model.activation](layers, X).map(({ data, shape }) => {
    const [points, units] = shape as readonly [number, number];
    const shown = Math.min(units, mostUnitsShown);
    const values = new Float32Array(shown * points);
    for (let unit = 0; unit < shown; unit++)
      for (let point = 0; point < points; point++)
        values[unit * points + point] = data[point * units + unit]!;
    return { units, columns: across, rows, values, shown };
  });
};

const measuresOf = (model: Model, loss: (parameters: object) => Tensor, { X, y }: Sample): Measures => ({
  loss: loss(model.parameters).item(),
  score: model.score(X, y),
});

export const pictureOf = (workshop: Workshop, parameters: object, axes: readonly string[]): Picture => {
  const { train, validation, validationLoss, prepared } = workshop;
  const model = workshop.initial.withParameters(parameters);
  // Numbers are seen along one input.
  const across = prepared.task.kind === "regression" ? axes.slice(0, 1) : axes;
  const plane =
    across.length === 0
      ? undefined
      : keptPlane(workshop, across, across.length === 1 ? 200 : columns, columns);
  const small = axes.length === 2 ? keptPlane(workshop, axes, unitColumns, unitColumns) : undefined;
  return {
    ground: plane && groundOf(workshop, model, plane),
    responses: small === undefined ? [] : responsesOf(workshop, parameters, small),
    train: measuresOf(model, workshop.trainLoss, train),
    validation: validation && validationLoss && measuresOf(model, validationLoss, validation),
    predictions:
      prepared.task.kind === "regression"
        ? {
            train: predictionsOf(workshop, model, train.X),
            validation: validation ? predictionsOf(workshop, model, validation.X) : new Float32Array(0),
          }
        : undefined,
  };
};
