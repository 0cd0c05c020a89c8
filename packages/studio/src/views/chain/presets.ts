/** Chains to begin with, from a neuron to a network. */
export interface Preset {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly at: Readonly<Record<string, number>>;
  /** What is learned; the other variables are data. */
  readonly wrt: readonly string[];
  readonly about: string;
}

export const presets: readonly Preset[] = [
  {
    id: "neuron",
    title: "A neuron",
    text: "(y - sigmoid(w*x + b))^2",
    at: { w: 1, b: -1, x: 2, y: 0 },
    wrt: ["w", "b"],
    about:
      "Loss → activation → weighted sum → weights: each arrow has a slope, and along the chain they multiply.",
  },
  {
    id: "logistic",
    title: "With log loss",
    text: "-y*ln(sigmoid(w*x + b)) - (1 - y)*ln(1 - sigmoid(w*x + b))",
    at: { w: 1, b: -1, x: 2, y: 0 },
    wrt: ["w", "b"],
    about:
      "The sigmoid's slope and that of the logarithm cancel out: what is left by the weighted sum is σ − y, the mistake itself.",
  },
  {
    id: "line",
    title: "A line",
    text: "(y - (w*x + b))^2",
    at: { w: 1, b: 2, x: 3, y: 4 },
    wrt: ["w", "b"],
    about: "Linear regression: a weight is to blame as much as the input that it was multiplied with.",
  },
  {
    id: "meeting",
    title: "Paths that meet",
    text: "w^2*exp(-w)",
    at: { w: 1.5 },
    wrt: ["w"],
    about: "w reaches the result on two ways. Each way is a product, and the two are added.",
  },
  {
    id: "network",
    title: "A network",
    text: "(y - (v1*tanh(w1*x + b1) + v2*tanh(w2*x + b2) + c))^2",
    at: { y: 1, v1: 1, w1: 1, x: 1, b1: 0, v2: 2, w2: -0.5, b2: 0.2, c: 0.1 },
    wrt: ["w1", "b1", "v1", "w2", "b2", "v2", "c"],
    about:
      "Backpropagation: the slope that arrives at the sum parts and goes to both units, and on to their weights.",
  },
  {
    id: "dead",
    title: "A dead unit",
    text: "(y - (v1*relu(w1*x + b1) + v2*relu(w2*x + b2)))^2",
    at: { y: 1, v1: 1, w1: 1, x: 1, b1: 0.2, v2: 1, w2: -1, b2: 0.3 },
    wrt: ["w1", "b1", "v1", "w2", "b2", "v2"],
    about:
      "The lower unit is below 0: relu passes nothing on, forward or back, and its weights do not learn.",
  },
];
