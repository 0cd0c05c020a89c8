/** Dense symmetric matrices: what the methods that only multiply are compared with. */
import { hessian, Tensor } from "downhill";

export type Matrix = readonly (readonly number[])[];

/** Eigenvalues ascending, with unit eigenvectors as rows of `vectors`. */
export interface Eigensystem {
  readonly values: number[];
  readonly vectors: number[][];
}

/** Jacobi's method (1846): plane rotations until nothing is left beside the diagonal. */
export const eigensystem = (matrix: Matrix): Eigensystem => {
  const size = matrix.length;
  const a = matrix.map((row) => [...row]);
  const vectors = a.map((_, i) => a.map((__, j) => Number(i === j)));
  const offDiagonal = (): number =>
    a.reduce((sum, row, i) => sum + row.reduce((s, x, j) => s + (i === j ? 0 : x * x), 0), 0);
  const total = a.flat().reduce((sum, x) => sum + x * x, 0);
  for (let sweep = 0; sweep < 60 && offDiagonal() > 1e-34 * total; sweep++)
    for (let p = 0; p < size; p++)
      for (let q = p + 1; q < size; q++) {
        if (a[p]![q] === 0) continue;
        const theta = (a[q]![q]! - a[p]![p]!) / (2 * a[p]![q]!);
        const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.hypot(theta, 1));
        const c = 1 / Math.hypot(t, 1);
        const s = t * c;
        for (let k = 0; k < size; k++) {
          const [kp, kq] = [a[k]![p]!, a[k]![q]!];
          a[k]![p] = c * kp - s * kq;
          a[k]![q] = s * kp + c * kq;
        }
        for (let k = 0; k < size; k++) {
          const [pk, qk] = [a[p]![k]!, a[q]![k]!];
          a[p]![k] = c * pk - s * qk;
          a[q]![k] = s * pk + c * qk;
          const [vp, vq] = [vectors[p]![k]!, vectors[q]![k]!];
          vectors[p]![k] = c * vp - s * vq;
          vectors[q]![k] = s * vp + c * vq;
        }
      }
  const order = a.map((_, i) => i).sort((i, j) => a[i]![i]! - a[j]![j]!);
  return { values: order.map((i) => a[i]![i]!), vectors: order.map((i) => vectors[i]!) };
};

const leaves = (tree: unknown): Tensor[] =>
  tree instanceof Tensor
    ? [tree]
    : Object.keys(tree as object)
        .sort()
        .flatMap((key) => leaves((tree as Record<string, unknown>)[key]));

const sortedParts = (tree: unknown): unknown[] =>
  tree instanceof Tensor || typeof tree !== "object" || tree === null
    ? [tree]
    : Object.keys(tree)
        .sort()
        .flatMap((key) => sortedParts((tree as Record<string, unknown>)[key]));

/** All numbers of a tree of tensors, in the order of its sorted keys. */
export const flat = (tree: unknown): number[] => leaves(tree).flatMap((leaf) => [...leaf.data]);

/** The Hessian of a function of a tree of tensors as one square matrix. */
export const denseHessian = <P extends object>(f: (params: P) => Tensor, params: P): number[][] => {
  const sizes = leaves(params).map(({ size }) => size);
  const blocks = sortedParts(hessian(f)(params as never)) as Tensor[];
  const rows: number[][] = sizes.flatMap((size) => Array.from({ length: size }, () => []));
  let first = 0;
  sizes.forEach((height, i) => {
    sizes.forEach((width, j) => {
      const block = blocks[i * sizes.length + j]!.data;
      for (let row = 0; row < height; row++)
        rows[first + row]!.push(...block.slice(row * width, (row + 1) * width));
    });
    first += height;
  });
  return rows;
};

export const multiply = (matrix: Matrix, vector: ArrayLike<number>): number[] =>
  matrix.map((row) => row.reduce((sum, x, j) => sum + x * vector[j]!, 0));
