/** Gauss–Newton products against their matrices. */
import { gnvp, hessian, hvp, jacfwd, jit, logSoftmax, tensor, type Tensor, vmap } from "downhill";
import { expect, test } from "vitest";

const float64 = (values: number | readonly number[]): Tensor => tensor(values, { dtype: "float64" });
const x = float64([0.3, -0.7, 1.1, 0.2, 0.5, -0.4]).reshape(3, 2);
const target = float64([1, 0, 0, 0, 1, 0, 0, 0, 1]).reshape(3, 3);
const loss = (logits: Tensor): Tensor => logSoftmax(logits).mul(target).sum().neg();
const w = float64([0.1, -0.2, 0.4, 0.3, 0.9, -0.5]);
const v = float64([1, -1, 0.5, 2, 0.1, -0.3]);
const close = (a: Tensor, b: Tensor): void =>
  a.data.forEach((value, i) => expect(value).toBeCloseTo(b.data[i]!, 12));

test("is Jᵀ·H·J·v, eager, compiled and in batches", () => {
  const model = (p: Tensor): Tensor => x.matmul(p.reshape(2, 3)).tanh().mul(2);
  const jacobian = jacfwd(model)(w).reshape(9, 6);
  const curvature = hessian(loss)(model(w)).reshape(9, 9);
  const matrix = jacobian.transpose().matmul(curvature).matmul(jacobian);
  const expected = matrix.matmul(v);
  close(gnvp(model, loss, [w], v), expected);
  close(jit((p: Tensor, along: Tensor) => gnvp(model, loss, [p], along))(w, v), expected);
  const identity = float64(Array.from({ length: 36 }, (_, i) => Number(i % 7 === 0))).reshape(6, 6);
  close(vmap((along: Tensor) => gnvp(model, loss, [w], along))(identity), matrix);
  // Positive semidefinite, for a convex loss: the Hessian itself need not be.
  for (const sign of [1, -1]) {
    const along = v.mul(sign).add(w);
    expect(
      along
        .mul(gnvp(model, loss, [w], along))
        .sum()
        .item(),
    ).toBeGreaterThan(0);
  }
});

test("is the Hessian's product for a linear model, also of trees", () => {
  const model = ({ kernel, bias }: { kernel: Tensor; bias: Tensor }, data: Tensor): Tensor =>
    data.matmul(kernel).add(bias);
  const params = { kernel: w.reshape(2, 3), bias: float64([0.1, 0, -0.1]) };
  const along = { kernel: v.reshape(2, 3), bias: float64([1, 2, -1]) };
  const found = gnvp(model, loss, [params, x], along);
  const whole = hvp((p: typeof params) => loss(model(p, x)), [params], along);
  close(found.kernel, whole.kernel);
  close(found.bias, whole.bias);
});
