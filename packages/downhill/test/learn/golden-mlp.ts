/** The three-layer perceptrons of test/golden/mlp.json. */
import { type DType, nn, tanh, relu, type Tensor } from "downhill";
import { type GoldenArray, readGolden, toTensor } from "../golden-helpers/golden.ts";

const names = ["W1", "b1", "W2", "b2", "W3", "b3"] as const;

export type GoldenParameters = Readonly<Record<(typeof names)[number], GoldenArray>>;

export interface GoldenTraining {
  readonly hyperparameters: {
    readonly lr: number;
    readonly beta1?: number;
    readonly beta2?: number;
    readonly eps?: number;
  };
  readonly steps: number;
  readonly parameters: GoldenParameters;
  /** One entry more than steps: the first is before any. */
  readonly loss_history: readonly number[];
}

export interface GoldenPerceptron {
  readonly id: string;
  readonly activation: "tanh" | "relu";
  readonly loss_function: "mse" | "softmax_cross_entropy";
  readonly x: GoldenArray;
  readonly y: GoldenArray;
  readonly initial: GoldenParameters;
  readonly output: GoldenArray;
  readonly loss: number;
  readonly gradients: GoldenParameters;
  readonly sgd: GoldenTraining;
  readonly adam: GoldenTraining;
}

export const perceptrons = readGolden<{ readonly cases: readonly GoldenPerceptron[] }>("mlp").cases;

export const parametersOf = (golden: GoldenParameters, dtype: DType = "float64"): nn.MlpParams => ({
  layers: ([1, 2, 3] as const).map((layer) => ({
    kernel: toTensor(golden[`W${layer}`], dtype),
    bias: toTensor(golden[`b${layer}`], dtype),
  })),
});

/** The arrays in the order of the layers, kernel before bias, with their names. */
export const namedArrays = (golden: GoldenParameters): readonly (readonly [string, GoldenArray])[] =>
  names.map((name) => [name, golden[name]]);

export const namedTensors = ({ layers }: nn.MlpParams): readonly (readonly [string, Tensor])[] =>
  layers.flatMap(({ kernel, bias }, i) => [[`W${i + 1}`, kernel] as const, [`b${i + 1}`, bias!] as const]);

const widths = ({ initial }: GoldenPerceptron): number[] => [
  initial.W1.shape[0]!,
  ...[initial.W1, initial.W2, initial.W3].map(({ shape }) => shape[1]!),
];

export const networkOf = (golden: GoldenPerceptron): nn.Layer<nn.MlpParams> =>
  nn.mlp(widths(golden), { activation: { tanh, relu }[golden.activation] });

/** The loss as a function of parameters, inputs and targets. */
export const lossOf = (golden: GoldenPerceptron): ((p: nn.MlpParams, x: Tensor, y: Tensor) => Tensor) => {
  const network = networkOf(golden);
  const loss = golden.loss_function === "mse" ? nn.mse : nn.softmaxCrossEntropy;
  return (parameters, x, y) => loss(network.apply(parameters, x), y);
};
