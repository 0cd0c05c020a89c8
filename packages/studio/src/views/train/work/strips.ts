/** How weights and slopes are spread in each layer, epoch by epoch. */
import type { Tensor } from "downhill";
import type { Workshop } from "./ground.ts";
import { thinned } from "./thin.ts";
import type { Training } from "./training.ts";

/** Shares of numbers in bins, for each epoch: `shares[epoch · bins + bin]`, from −range to range. */
export interface Strip {
  readonly range: number;
  readonly bins: number;
  readonly shares: Float32Array;
}

export interface LayerStrips {
  readonly name: string;
  readonly weights: Strip;
  readonly slopes: Strip;
}

export interface Strips {
  readonly epochs: readonly number[];
  readonly layers: readonly LayerStrips[];
}

const bins = 41;
const mostEpochs = 60;

/** The weights of each layer, biases apart. */
const kernelsOf = (tree: object): { readonly name: string; readonly kernel: Tensor }[] => {
  if (!("layers" in tree)) return [{ name: "weights", kernel: (tree as { coef: Tensor }).coef }];
  const { layers } = tree as { layers: readonly { kernel: Tensor }[] };
  return layers.map(({ kernel }, i) => ({
    name: i === layers.length - 1 ? "output layer" : `hidden layer ${i + 1}`,
    kernel,
  }));
};

const stripOf = (columns: readonly Tensor["data"][]): Strip => {
  const sizes = Float64Array.from(columns.flatMap((data) => Array.from(data, Math.abs))).sort();
  // A few numbers far out do not take the room of the others.
  const range = sizes[Math.floor(0.995 * (sizes.length - 1))]! || 1;
  const shares = new Float32Array(columns.length * bins);
  columns.forEach((data, column) => {
    for (const value of data) {
      const place = Math.floor(((value / range + 1) / 2) * bins);
      shares[column * bins + Math.min(bins - 1, Math.max(0, place))]! += 1 / data.length;
    }
  });
  return { range, bins, shares };
};

/** Up to an epoch. */
export const stripsOf = ({ slope }: Workshop, training: Training, epoch: number): Strips => {
  const epochs = thinned(
    training.kept().filter((at) => at <= epoch),
    mostEpochs,
  );
  const trees = epochs.map((at) => training.pointAt(at).parameters);
  const weights = trees.map(kernelsOf);
  const slopes = trees.map((tree) => kernelsOf(slope(tree)));
  return {
    epochs,
    layers: weights[0]!.map(({ name }, layer) => ({
      name,
      weights: stripOf(weights.map((kernels) => kernels[layer]!.kernel.data)),
      slopes: stripOf(slopes.map((kernels) => kernels[layer]!.kernel.data)),
    })),
  };
};
