/** Linear algebra by what defines it: products that give the matrix back, slopes that are known in closed form. */
import { diag, eye, grad, jit, ones, sum, type Tensor, tensor, vmap } from "downhill";
import { cholesky, eigh, inv, lstsq, qr, solve, solveTriangular } from "downhill/linalg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { epsilon, expectClose, magnitude } from "../primitives/op-table/compare.ts";
import { drawOperand, randomFrom } from "../primitives/op-table/rows.ts";
import { setTarget, targetNames } from "../targets/targets.ts";

const random = randomFrom("linear algebra");
const dtypes = ["float32", "float64"] as const;
type Float = (typeof dtypes)[number];
const draw = (dtype: Float, ...shape: number[]): Tensor =>
  drawOperand({ shape, low: -1, high: 1 }, dtype, random);

/**
 * Each of these algorithms is backward stable: what it gives belongs to a matrix within some n·u of the one given (Higham
 * 2002, chapters 9, 10, 19); n of 24 and a few factors.
 */
const expectAlike = (actual: Tensor, expected: Tensor, what: string): void =>
  expectClose(
    actual,
    expected,
    100 *
      epsilon[expected.dtype] *
      Math.max(1, magnitude(expected)) *
      Math.max(1, expected.shape.at(-1)! / 8),
    what,
  );

describe.each(targetNames)("on %s", (target) => {
  beforeAll(() => setTarget(target));
  afterAll(() => setTarget("reference"));

  test.each(dtypes)("factors give the matrix back, in %s", (dtype) => {
    const n = 24;
    const a = draw(dtype, n, n);
    const one = eye(n, n, { dtype });
    const positive = a.matmul(a.T).add(one);
    const f = jit((x: Tensor, y: Tensor) => ({
      root: cholesky(y),
      ...qr(x),
      ...eigh(y),
    }));
    const { root, q, r, eigenvalues, eigenvectors: v } = f(a, positive);
    expectAlike(root.matmul(root.T), positive, "L·Lᵀ");
    expectAlike(q.matmul(r), a, "Q·R");
    expectAlike(q.T.matmul(q), one, "Qᵀ·Q");
    expectAlike(v.T.matmul(v), one, "Vᵀ·V");
    expectAlike(v.mul(eigenvalues).matmul(v.T), positive, "V·Λ·Vᵀ");
    const sorted = [...eigenvalues.data];
    expect(sorted).toEqual(sorted.toSorted((x, y) => x - y));
  });

  test("rows are exchanged where a pivot is 0", () => {
    const a = tensor([
      [0, 2, 1],
      [1, 0, 0],
      [3, 0, 1],
    ]);
    const x = jit(solve)(a, tensor([7, 1, 6]));
    expectAlike(x, tensor([1, 2, 3]), "x");
    expectAlike(inv(a).matmul(a), eye(3), "A⁻¹·A");
  });
});

test("least squares: tall by the normal equations, wide the shortest", () => {
  const [a, b] = [draw("float64", 9, 3), draw("float64", 9)];
  const x = lstsq(a, b);
  // The residual is orthogonal to the columns.
  expectAlike(a.T.matmul(a.matmul(x).sub(b)), tensor([0, 0, 0], { dtype: "float64" }), "Aᵀ(Ax − b)");
  const [wide, right] = [draw("float64", 2, 5), draw("float64", 2)];
  const shortest = lstsq(wide, right);
  expectAlike(wide.matmul(shortest), right, "A·x");
  // x = Aᵀ·y: it has no part that A does not see.
  expectAlike(wide.T.matmul(solve(wide.matmul(wide.T), right)), shortest, "Aᵀ(AAᵀ)⁻¹b");
});

test("known slopes: of ln det, of a quadratic form of the inverse, of eigenvalues", () => {
  const a = draw("float64", 4, 4);
  const positive = a.matmul(a.T).add(eye(4, 4, { dtype: "float64" }));
  const b = draw("float64", 4);
  const logDeterminant = (x: Tensor): Tensor => {
    const root = cholesky(x);
    return diag(root).log().sum().mul(2);
  };
  expectAlike(grad(logDeterminant)(positive), inv(positive), "∂ ln det A = A⁻ᵀ");
  const form = (x: Tensor): Tensor => b.dot(solve(x, b));
  const y = solve(positive, b);
  expectAlike(grad(form)(positive), y.reshape(4, 1).mul(y.reshape(1, 4)).neg(), "∂ bᵀA⁻¹b = −y·yᵀ");
  const total = (x: Tensor): Tensor => eigh(x).eigenvalues.square().sum();
  expectAlike(grad(total)(positive), positive.mul(2), "∂ Σλ² = 2A");
});

test("equal eigenvalues: their slopes are finite and right", () => {
  const twice = eye(3, 3, { dtype: "float64" }).mul(2);
  expectAlike(grad((x: Tensor) => eigh(x).eigenvalues.sum())(twice), eye(3, 3, { dtype: "float64" }), "∂ tr");
  const slope = grad((x: Tensor) => eigh(x).eigenvectors.sum())(twice);
  expect(slope.toArray()).toEqual(new Array(3).fill([0, 0, 0]));
});

test("batches, and right sides that broadcast", () => {
  const a = draw("float64", 3, 4, 4);
  const b = draw("float64", 4, 2);
  const x = solve(a, b);
  expect(x.shape).toEqual([3, 4, 2]);
  expectAlike(vmap((m: Tensor) => solve(m, b))(a), x, "vmap");
  expect(eigh(a).eigenvalues.shape).toEqual([3, 4]);
});

test("only the triangle counts", () => {
  const t = tensor([
    [2, NaN],
    [1, 4],
  ]);
  expect(solveTriangular(t, tensor([2, 9])).toArray()).toEqual([1, 2]);
  expect(solveTriangular(t.T, tensor([4, 8]), { lower: false }).toArray()).toEqual([1, 2]);
  const slope = grad((m: Tensor) => sum(solveTriangular(m, ones([2]))))(t);
  expect(slope.toArray()).toEqual([[expect.any(Number), 0], [expect.any(Number), expect.any(Number)]]); // prettier-ignore
});

test("no solution: NaN or infinite, not an error", () => {
  expect([...cholesky(tensor([[1, 2], [2, 1]])).data].some(Number.isNaN)).toBe(true); // prettier-ignore
  expect([...solve(ones([2, 2]), tensor([1, 2])).data].every(Number.isFinite)).toBe(false);
});

test("what is refused", () => {
  const [a, b] = [ones([2, 3]), ones([3])];
  expect(() => cholesky(a)).toThrow("cholesky: takes square matrices, not shape [2, 3]");
  expect(() => solve(ones([2, 2]), b)).toThrow("[2, 2] has 2 rows, the right side [3] has 3");
  expect(() => qr(a)).toThrow("[2, 3] has more columns than rows");
  expect(() => eigh(b)).toThrow("takes a matrix, not shape [3]");
  expect(() => solve(ones([2, 2]), tensor(1))).toThrow("the right side is a scalar");
});
