/**
 * How long is a training step of a small convolutional network? LeNet-5 with ReLU and maxima (LeCun et al. 1998), and its
 * like for smaller pictures; softmax cross-entropy, batch 64, Adam. TF.js cannot train `conv2d` on its Wasm backend.
 */
import type { Tensor } from "downhill";
import { adamProgram } from "../harness/adam-step.ts";
import { relativeDisagreements } from "../harness/agreement.ts";
import { heNormal, zeros } from "../harness/arrays.ts";
import { clusters } from "../harness/clusters.ts";
import type { Downhill } from "../harness/downhill.ts";
import { type Data, type DataArray, programQuestion, type ProgramQuestion } from "../harness/question.ts";
import { Random } from "../harness/random.ts";

const weights = ["k1", "c1", "k2", "c2", "w1", "b1", "w2", "b2", "w3", "b3"] as const;
type Weight = (typeof weights)[number];
type Name = "x" | "labels" | Weight;
type Params = Record<Weight, Tensor>;

const batches = 8;
const batchSize = 64;
const learningRate = 1e-3;

/** Pictures of one channel, and how they are convolved: the size of the windows, and the padding of both layers. */
interface Network {
  /** Height and width of a picture. */
  readonly side: number;
  /** Height and width of a window. */
  readonly window: number;
  /** Zeros around the second layer's input; the first one's result is as large as its input. */
  readonly padding: number;
}

const networks = {
  "28×28": { side: 28, window: 5, padding: 0 },
  "8×8": { side: 8, window: 3, padding: 1 },
} as const satisfies Record<string, Network>;

const half = (width: number): number => Math.floor(width / 2);

/** How many numbers the convolutions leave of a picture. */
const featuresOf = ({ side, window, padding }: Network): number =>
  16 * half(half(side) + 2 * padding - window + 1) ** 2;

const reshaped = (array: DataArray, ...shape: number[]): DataArray => ({ ...array, shape });

const dataOf = (network: Network) => (): Data<Name> => {
  const { side, window } = network;
  const random = new Random(13);
  const { x, labels } = clusters(random, { batches, batchSize, features: side ** 2, classes: 10 });
  return {
    x: reshaped(x, batches, batchSize, 1, side, side),
    labels,
    k1: reshaped(heNormal(random, window ** 2, 6), 6, 1, window, window),
    c1: zeros(6),
    k2: reshaped(heNormal(random, 6 * window ** 2, 16), 16, 6, window, window),
    c2: zeros(16),
    w1: heNormal(random, featuresOf(network), 120),
    b1: zeros(120),
    w2: heNormal(random, 120, 84),
    b2: zeros(84),
    w3: heNormal(random, 84, 10),
    b3: zeros(10),
  };
};

/** The loss of the network, labels as rows of zeros with a one. */
const crossEntropyOf =
  ({ window, padding }: Network) =>
  ({ conv2d, logSoftmax, maxPool2d }: Downhill) =>
  (p: Params, x: Tensor, y: Tensor): Tensor => {
    const first = conv2d(x, p.k1, { bias: p.c1, padding: half(window) });
    const second = conv2d(maxPool2d(first.relu(), 2), p.k2, { bias: p.c2, padding });
    const features = maxPool2d(second.relu(), 2).reshape([batchSize, p.w1.shape[0]!]);
    const h1 = features.matmul(p.w1).add(p.b1).relu();
    const h2 = h1.matmul(p.w2).add(p.b2).relu();
    const logits = h2.matmul(p.w3).add(p.b3);
    return logSoftmax(logits).mul(y).sum(1).mean().neg();
  };

const lenetStep = (name: string, size: keyof typeof networks): ProgramQuestion =>
  programQuestion({
    name,
    python: "lenet-step",
    label: `LeNet step, ${size}`,
    title: `LeNet on ${size} pictures, batch ${batchSize}, one Adam step`,
    data: dataOf(networks[size]),
    programs: { downhill: { Downhill: adamProgram(weights, learningRate, crossEntropyOf(networks[size])) } },
    // As for the step of the MLP.
    agreeAfter: 2 * batches,
    disagreements: (reports) =>
      relativeDisagreements(reports, { "last loss": 1e-4, "|change of parameters|²": 1e-4 }),
    goals: { PyTorch: 1, "PyTorch, 1 thread": 1 },
  });

export const lenetSteps = [lenetStep("lenet-step-28", "28×28"), lenetStep("lenet-step-8", "8×8")];
