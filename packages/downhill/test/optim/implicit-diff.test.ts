/** Derivatives of roots and minima. */
import { grad, hessian, jacrev, jit, jvp, tensor, type Tensor, vmap, whileLoop } from "downhill";
import { implicitDiff, minimize } from "downhill/optim";
import { Ridge } from "downhill/learn";
import { describe, expect, test } from "vitest";

const float64 = (data: number | readonly number[] | readonly (readonly number[])[]): Tensor =>
  tensor(data, { dtype: "float64" });

/** √a by Newton's method, traceable. */
const root = implicitDiff(
  (a: Tensor) => whileLoop((r: Tensor) => r.square().sub(a).abs().greater(1e-12), (r: Tensor) => r.add(a.div(r)).div(2), a), // prettier-ignore
  (r, a) => r.square().sub(a),
);

describe("implicitDiff", () => {
  test("of a root: both modes, to third order, compiled and in batches", () => {
    const a = float64(2);
    const orders = [root, grad(root), grad(grad(root)), grad(grad(grad(root)))];
    const expected = [2 ** 0.5, 0.5 * 2 ** -0.5, -0.25 * 2 ** -1.5, 0.375 * 2 ** -2.5];
    orders.forEach((f, order) => {
      expect(f(a).item()).toBeCloseTo(expected[order]!, 11);
      expect(jit(f)(a).item()).toBeCloseTo(expected[order]!, 11);
    });
    expect(jvp(root, [a], [float64(3)])[1].item()).toBeCloseTo(3 * expected[1]!, 11);
    const slopes = vmap(grad(root))(float64([1, 4, 9])).data;
    [0.5, 0.25, 1 / 6].forEach((slope, i) => expect(slopes[i]).toBeCloseTo(slope, 11));
  });

  // A ridge regression written out: the minimum is (XᵀX + λ)⁻¹Xᵀy, and its slope by λ −(XᵀX + λ)⁻² Xᵀy.
  const x = float64([[1, 0.5], [0.2, -1], [0.7, 0.3]]); // prettier-ignore
  const y = float64([1, -0.5, 0.25]);
  const loss = ({ w }: { w: Tensor }, lambda: Tensor): Tensor =>
    x.matmul(w).sub(y).square().sum().add(lambda.mul(w.square().sum())).div(2);
  const closed = (lambda: Tensor): Tensor => {
    const [a, b, d] = [1 + 0.04 + 0.49, 0.5 - 0.2 + 0.21, 0.25 + 1 + 0.09];
    const [p, q] = [1 - 0.1 + 0.175, 0.5 + 0.5 + 0.075];
    const determinant = lambda
      .add(a)
      .mul(lambda.add(d))
      .sub(b * b);
    return lambda
      .add(d)
      .mul(p)
      .sub(b * q)
      .add(
        lambda
          .add(a)
          .mul(q)
          .sub(b * p),
      )
      .div(determinant); // w₁ + w₂
  };

  test("of a minimum in a tree, found by a solver that cannot be traced", () => {
    let calls = 0;
    const fit = implicitDiff(
      (lambda: Tensor) => {
        calls++;
        return minimize(
          (params: { w: Tensor }) => loss(params, lambda),
          { w: float64([0, 0]) },
          { tolerance: 1e-12 },
        ).params;
      },
      (params, lambda) => grad(loss)(params, lambda),
    );
    const total = (lambda: Tensor): Tensor => fit(lambda).w.sum();
    const lambda = float64(0.3);
    expect(total(lambda).item()).toBeCloseTo(closed(lambda).item(), 10);
    expect(grad(total)(lambda).item()).toBeCloseTo(grad(closed)(lambda).item(), 10);
    expect(hessian(total)(lambda).item()).toBeCloseTo(hessian(closed)(lambda).item(), 9);
    expect(jacrev((l: Tensor) => fit(l).w)(lambda).shape).toEqual([2]);
    expect(calls).toBeGreaterThan(0);
  });

  test("of an estimator's fit", () => {
    const fit = implicitDiff(
      (lambda: Tensor) => {
        const model = new Ridge({ alpha: lambda.item(), fitIntercept: false });
        model.fit(x, y);
        return { w: float64(Array.from(model.coef.data)) };
      },
      (params, lambda) => grad(loss)(params, lambda),
    );
    const lambda = float64(0.3);
    const slope = grad((l: Tensor) => fit(l).w.sum())(lambda).item();
    expect(slope).toBeCloseTo(grad(closed)(lambda).item(), 9);
  });

  test("refuses what does not fit", () => {
    const wrong = implicitDiff((a: Tensor) => a.sqrt(), () => float64([1, 2])); // prettier-ignore
    expect(() => grad(wrong)(float64(2))).toThrow(/condition of shape \[2\] for solution of shape \[\]/);
    const whole = implicitDiff((a: Tensor) => a.astype("int32"), (r) => r); // prettier-ignore
    expect(() => jvp(whole, [float64(2)], [float64(1)])).toThrow(/return floats of one dtype/);
  });
});
