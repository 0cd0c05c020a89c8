/** How the gradient of a model's loss comes about, derived by the library and held against the model's own loss. */
import { add, mul, nn, relu, square, sum, tensor } from "downhill";
import type { Tensor } from "downhill";
import { derive } from "downhill/explain";
import type { Derivation } from "downhill/explain";
import { LogisticRegression, MLPClassifier, MLPRegressor } from "downhill/learn";
import type { LinearParameters } from "downhill/learn";
import { sampleOf } from "downhill-model/prepared";
import type { Prepared, Rows } from "downhill-model/prepared";
import { isFirstOrder } from "downhill-model/recipe";
import { thinned } from "downhill-model/thinned";
import type { Trained } from "../../training/fit.ts";
import { countParameters, isNetwork, measuredLoss, type NetworkParameters, type Parameters } from "./loss.ts";

/** A variable of the derivation, with its size in the model. */
export interface Variable {
  readonly name: string;
  /** [] for a number; the first of data is n, the number of rows. */
  readonly shape: readonly (number | "n")[];
  readonly meaning: string;
}

export interface ModelDerivation {
  readonly derivation: Derivation;
  readonly variables: readonly Variable[];
  /** The strength of the penalty; null if there is none. */
  readonly penalty: number | null;
  /** The formula's value at the parameters kept, and that of the loss that the training made small, on the same rows. */
  readonly value: number;
  readonly loss: number;
  /** Whether the derivation was made with fewer features and units than the model has: its form does not depend on them. */
  readonly isSmaller: boolean;
}

/** A function with a value for each of its arguments, in order. */
interface Written {
  readonly f: (...args: Tensor[]) => Tensor;
  readonly at: Readonly<Record<string, Tensor>>;
  readonly wrt: readonly string[];
  readonly variables: readonly Variable[];
  readonly penalty: number | null;
}

/** Numbers of one row more or less do not change a formula. */
const rowsToDerive = 5;
/** Larger models are derived with fewer features and units, which take less time to check. */
const mostNumbers = 600;
/** Of models with more of them the loss is compared on as few rows as possible. */
const manyNumbers = 100_000;

const float64 = (values: ArrayLike<number>, shape: readonly number[]): Tensor =>
  tensor(Float64Array.from(values), { shape: [...shape], dtype: "float64" });

/** The first rows and columns of a matrix. */
function corner(matrix: Tensor, rows: number, columns: number): Tensor {
  const width = matrix.shape[1]!;
  const values = Float64Array.from({ length: rows * columns }, (_, i) => {
    return matrix.data[Math.floor(i / columns) * width + (i % columns)]!;
  });
  return float64(values, [rows, columns]);
}

const start = (vector: Tensor, length: number): Tensor => float64(vector.data.subarray(0, length), [length]);

/** λ of λ·Σ w² beside the mean loss. */
function penaltyOf({ estimator, recipe }: Trained, rows: number): number | null {
  if (estimator instanceof LogisticRegression) {
    const { C } = estimator.options;
    return C === Infinity ? null : 1 / (2 * C * rows);
  }
  if (estimator instanceof MLPClassifier || estimator instanceof MLPRegressor) {
    const { alpha } = estimator.options;
    const perStep = isFirstOrder(recipe.optimizer) ? (recipe.batch ?? rows) : rows;
    return alpha === 0 ? null : alpha / (estimator instanceof MLPClassifier ? 2 : 1) / perStep;
  }
  return null;
}

const dataVariables = (features: number, y: string): Variable[] => [
  { name: "X", shape: ["n", features], meaning: "the rows, a column for each feature" },
  { name: "y", shape: ["n"], meaning: y },
];

/** How many features, units and classes are taken of those that there are. */
type Size = (whole: number) => number;

function lossOf(scores: Tensor, y: Tensor, kind: "numbers" | "binary" | "classes"): Tensor {
  if (kind === "numbers") return nn.mse(scores, y);
  return kind === "binary" ? nn.binaryCrossEntropy(scores, y) : nn.softmaxCrossEntropy(scores, y);
}

type Kind = Parameters_<typeof lossOf>[2];
type Parameters_<F> = F extends (...args: infer A) => unknown ? A : never;

function kindOf({ task }: Prepared): Kind {
  if (task.kind === "regression") return "numbers";
  return task.classes.length === 2 ? "binary" : "classes";
}

function targetMeaning({ task }: Prepared): string {
  if (task.kind === "regression") return `${task.target}, standardised`;
  if (task.classes.length === 2) return `1 where ${task.target} is ${String(task.classes[1])}, otherwise 0`;
  return `the class of ${task.target}, counted from 0`;
}

function features(sample: Tensor, size: Size): Tensor {
  return corner(sample, sample.shape[0]!, size(sample.shape[1]!));
}

const withPenalty = (loss: Tensor, weights: readonly Tensor[], lambda: Tensor | undefined): Tensor =>
  lambda === undefined
    ? loss
    : add(
        loss,
        mul(
          weights.map((w) => sum(square(w))).reduce((a, b) => add(a, b)),
          lambda,
        ),
      );

/** Of the loss, and for checking. */
interface Sample {
  readonly X: Tensor;
  readonly y: Tensor;
}

const orNone = (penalty: number | null): Record<string, Tensor> =>
  penalty === null ? {} : { lambda: float64([penalty], []) };
const lambdaVariable = (penalty: number | null): Variable[] =>
  penalty === null
    ? []
    : [{ name: "lambda", shape: [], meaning: "the strength of the penalty on large weights" }];

function writeLinear(
  parameters: LinearParameters,
  { X, y }: Sample,
  prepared: Prepared,
  penalty: number | null,
  size: Size,
): Written {
  const kind = kindOf(prepared);
  const { coef, intercept } = parameters;
  const count = coef.shape.at(-1)!;
  const own = kind === "classes" ? coef.shape[0]! : 1;
  const [inside, outputs] = [size(count), kind === "classes" ? own : 1];
  const weight =
    kind === "classes"
      ? float64(
          Array.from(
            { length: inside * outputs },
            (_, i) => coef.data[(i % outputs) * count + Math.floor(i / outputs)]!,
          ),
          [inside, outputs],
        )
      : float64(coef.data.subarray(0, inside), [inside]);
  const name = kind === "classes" ? "W" : "w";
  const bias = intercept ?? float64([0], []);
  return {
    f: (w, b, x, target, lambda) => withPenalty(lossOf(add(x.matmul(w), b), target, kind), [w], lambda),
    at: {
      [name]: weight,
      b: kind === "classes" ? start(bias, outputs) : float64(bias.data.subarray(0, 1), []),
      X: features(X, size),
      y,
      ...orNone(penalty),
    },
    wrt: [name, "b"],
    penalty,
    variables: [
      {
        name,
        shape: kind === "classes" ? [count, own] : [count],
        meaning:
          kind === "classes" ? "the weights, a column for each class" : "the weights, one for each feature",
      },
      { name: "b", shape: kind === "classes" ? [own] : [], meaning: "the intercept" },
      ...dataVariables(count, targetMeaning(prepared)),
      ...lambdaVariable(penalty),
    ],
  };
}

function writeNetwork(
  { layers }: NetworkParameters,
  { X, y }: Sample,
  prepared: Prepared,
  penalty: number | null,
  size: Size,
): Written {
  const kind = kindOf(prepared);
  const last = layers.length - 1;
  const isColumn = (i: number): boolean => i === last && kind !== "classes";
  const widths = [layers[0]!.kernel.shape[0]!, ...layers.map(({ kernel }) => kernel.shape[1]!)];
  const small = widths.map((width, i) => (i === layers.length ? width : size(width)));
  const at: Record<string, Tensor> = {};
  layers.forEach(({ kernel, bias }, i) => {
    const [rows, columns] = [small[i]!, small[i + 1]!];
    at[`W${i + 1}`] = isColumn(i)
      ? float64(corner(kernel, rows, 1).data, [rows])
      : corner(kernel, rows, columns);
    at[`b${i + 1}`] = isColumn(i) ? float64(bias.data.subarray(0, 1), []) : start(bias, columns);
  });
  const wrt = Object.keys(at);
  return {
    f: (...args) => {
      let units = args[wrt.length]!;
      layers.forEach((_, i) => {
        const scores = add(units.matmul(args[2 * i]!), args[2 * i + 1]!);
        units = i === last ? scores : relu(scores);
      });
      const kernels = layers.map((_, i) => args[2 * i]!);
      return withPenalty(lossOf(units, args[wrt.length + 1]!, kind), kernels, args[wrt.length + 2]);
    },
    at: { ...at, X: features(X, size), y, ...orNone(penalty) },
    wrt,
    penalty,
    variables: [
      ...layers.flatMap((_, i): Variable[] => [
        {
          name: `W${i + 1}`,
          shape: isColumn(i) ? [widths[i]!] : [widths[i]!, widths[i + 1]!],
          meaning: i === last ? "weights of the output" : `weights of hidden layer ${i + 1}`,
        },
        {
          name: `b${i + 1}`,
          shape: isColumn(i) ? [] : [widths[i + 1]!],
          meaning: i === last ? "its intercepts" : "its biases",
        },
      ]),
      ...dataVariables(widths[0]!, targetMeaning(prepared)),
      ...lambdaVariable(penalty),
    ],
  };
}

function sampleFor(rows: Rows, prepared: Prepared, kind: Kind): Sample {
  const { X, y } = sampleOf(rows, prepared, "float64");
  return { X, y: kind === "binary" ? y.astype("float64") : y };
}

/**
 * The derivation of the gradient of the loss that the model was trained by.
 *
 * @throws Error if the loss written down is not the one that the training made small.
 */
export function deriveModel(trained: Trained, prepared: Prepared): ModelDerivation {
  const parameters = trained.estimator.parameters as Parameters;
  const kind = kindOf(prepared);
  const penalty = penaltyOf(trained, prepared.train.rows);
  const write = (rows: Rows, size: Size): Written => {
    const sample = sampleFor(rows, prepared, kind);
    return isNetwork(parameters)
      ? writeNetwork(parameters, sample, prepared, penalty, size)
      : writeLinear(parameters, sample, prepared, penalty, size);
  };
  const whole = measuredLoss(trained, prepared, countParameters(parameters) > manyNumbers ? 0 : 256);
  const written = write(thinned(prepared.train, whole.rows), (width) => width);
  const value = written.f(...Object.values(written.at)).item();
  const loss = whole.f(parameters).item();
  // Networks compute in single precision.
  if (!(Math.abs(value - loss) <= (isNetwork(parameters) ? 1e-4 : 1e-9) * Math.max(1, Math.abs(loss))))
    throw new Error(`internal: the loss written down is ${value}, that of the model ${loss}`);
  const numbers = written.wrt.reduce((sum, name) => sum + written.at[name]!.size, 0);
  const isSmaller = numbers > mostNumbers;
  const few = write(
    thinned(prepared.train, rowsToDerive),
    isSmaller ? (width) => Math.min(width, 4) : (width) => width,
  );
  return {
    derivation: derive(few.f, {
      at: few.at,
      variables: Object.keys(few.at),
      wrt: few.wrt,
    }),
    variables: written.variables,
    penalty,
    value,
    loss,
    isSmaller,
  };
}
