/** A table for models that are saved, and the way to a file and back. */
import { tensor } from "downhill";
import { decodeSafetensors, encodeSafetensors, type SavedModel } from "downhill/learn";

/** Through text and bytes, as a file would keep them. */
export const stored = ({
  config,
  tensors,
}: SavedModel): { config: unknown; tensors: SavedModel["tensors"] } => ({
  config: JSON.parse(JSON.stringify(config)) as unknown,
  tensors: decodeSafetensors(encodeSafetensors(tensors)).tensors,
});

const rows = 24;
/** Irregular, so that no two columns depend on each other. */
export const X = Array.from({ length: rows }, (_, i) => [
  Math.sin(i * i),
  Math.cos(3 * i),
  ((i * 7) % 5) - 2,
]);
export const y = X.map(([a, b, c], i) => 2 * a! - b! + 0.5 * c! + 3 + 0.3 * Math.sin(11 * i));
export const counts = y.map((value) => Math.round(Math.abs(value)));
export const severalY = y.map((value, i) => [value, X[i]![0]! - value]);
export const two = y.map((value) => (value > 3 ? "high" : "low"));
export const three = y.map((value) => (value > 4 ? 30 : value > 2 ? 20 : 10));
export const X32 = tensor(X, { dtype: "float32" });

export const newcomers = X.map(([a, b, c]) => [a! + 0.1, b! * 2, c! - 1]);

export const few = { maxIter: 5, hiddenLayerSizes: [4, 3] } as const;
