/** A tree as an argument, and what becomes of it. */
import { tensor, type Tensor } from "downhill";

export const doubles = (values: number | number[]): Tensor => tensor(values, { dtype: "float64" });
export const integers = (values: number | number[]): Tensor => tensor(values, { dtype: "int32" });

export interface Model {
  readonly layers: readonly { readonly w: Tensor; readonly b: Tensor }[];
  readonly scale: Tensor;
  readonly nothing: null;
}

export const model: Model = {
  layers: [
    { w: doubles([1, 2]), b: doubles(3) },
    { w: doubles([4, 5]), b: doubles(6) },
  ],
  scale: doubles(2),
  nothing: null,
};

export const plain = (tree: unknown): unknown =>
  tree !== null && typeof tree === "object"
    ? "toArray" in tree
      ? (tree as Tensor).toArray()
      : Array.isArray(tree)
        ? tree.map(plain)
        : Object.fromEntries(Object.entries(tree).map(([key, part]) => [key, plain(part)]))
    : tree;

export const total = ({ layers, scale }: Model): Tensor =>
  layers
    .map(({ w, b }) => w.square().sum().mul(b))
    .reduce((a, b) => a.add(b))
    .mul(scale);

export const gradientOfTotal = {
  layers: [
    { b: 10, w: [12, 24] },
    { b: 82, w: [96, 120] },
  ],
  nothing: null,
  scale: 261,
};
