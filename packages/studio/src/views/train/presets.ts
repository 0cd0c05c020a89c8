/** Trainings to begin with. */
import type { Params } from "../../app/address.ts";

export interface TrainPreset {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  readonly params: Params;
}

export const presets: readonly TrainPreset[] = [
  {
    id: "iris",
    title: "Three flowers",
    about: "Logistic regression on iris: straight borders between three species, and a loss that falls.",
    params: {},
  },
  {
    id: "network",
    title: "A bent border",
    about:
      "A network of eight units on two of iris' columns: each unit draws a line, together they bend the border.",
    params: {
      model: "mlp",
      inputs: "sepal_length_cm,sepal_width_cm",
      runs: "adam:0.03:32",
    },
  },
  {
    id: "race",
    title: "Four optimizers",
    about: "The same initial weights, four ways of taking steps.",
    params: {
      table: "wine",
      model: "mlp",
      runs: "sgd:0.1:32,momentum:0.02:32,rmsprop:0.01:32,adam:0.01:32",
    },
  },
  {
    id: "line",
    title: "A line",
    about: "Linear regression of how far diabetes has come on one column, the body mass index.",
    params: { table: "diabetes", inputs: "bmi", runs: "sgd:0.1:all" },
  },
  {
    id: "tumours",
    title: "Tumours",
    about: "Benign or malignant, by 30 measurements; seen over two of them, the others at their mean.",
    params: { table: "breast_cancer", x: "mean_radius", y: "mean_texture" },
  },
  {
    id: "diverges",
    title: "Too high a rate",
    about:
      "A rate above the border 2/λmax: each step overshoots by more than it corrects. The library says why it failed.",
    params: { table: "diabetes", runs: "sgd:0.6:all" },
  },
  {
    id: "unscaled",
    title: "Unscaled columns",
    about:
      "The same model without standardising: columns of sizes far apart leave no rate that suits them all.",
    params: { table: "diabetes", standardise: "no", runs: "sgd:0.01:all" },
  },
];

const names = ["table", "target", "inputs", "standardise", "model", "hidden", "act", "runs", "val", "seed"];

/** The one that the address shows as it came. */
export const presetShown = (params: Params): TrainPreset | undefined =>
  presets.find((preset) => names.every((name) => params[name] === preset.params[name]));
