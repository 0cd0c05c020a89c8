/** What transforms take and give: trees, numbers, argument positions, captured values. */
import {
  grad,
  hessian,
  hvp,
  jacfwd,
  jacrev,
  jit,
  jvp,
  linearize,
  ones,
  stopGradient,
  tensor,
  type Tensor,
  valueAndGrad,
  vjp,
  vmap,
  zeros,
} from "downhill";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { setTarget, targetNames } from "../../targets/targets.ts";
import { doubles, gradientOfTotal, integers, type Model, model, plain, total } from "./model.ts";

describe.each(targetNames)("on %s", (target) => {
  beforeAll(() => setTarget(target));
  afterAll(() => setTarget("wasm"));

  test("gradients are nested as the argument is", () => {
    expect(plain(grad(total)(model))).toEqual(gradientOfTotal);
    expect(plain(jit(grad(total))(model))).toEqual(gradientOfTotal);
    expect(plain(vjp(total, model)[1](1))).toEqual([gradientOfTotal]);
    expect(plain(grad(jit(total))(model))).toEqual(gradientOfTotal);
  });

  test("argnums names one argument or several", () => {
    const f = (x: Tensor, y: Tensor, model: Model): Tensor => x.mul(y).mul(model.scale).sum();
    const args = [doubles([1, 2]), doubles(3), model] as const;
    expect(plain(grad(f)(...args))).toEqual([6, 6]);
    expect(plain(grad(f, { argnums: 1 })(...args))).toEqual(6);
    expect(plain(grad(f, { argnums: [1] })(...args))).toEqual([6]);
    const [first, second] = grad(f, { argnums: [2, 0] })(...args);
    expect(plain(first)).toEqual({
      layers: [
        { b: 0, w: [0, 0] },
        { b: 0, w: [0, 0] },
      ],
      nothing: null,
      scale: 9,
    });
    expect(plain(second)).toEqual([6, 6]);
    expect(grad(f, { argnums: [] })(...args)).toEqual([]);
    expect(plain(jacfwd(f, { argnums: 1 })(...args))).toEqual(6);
    expect(plain(jacrev(f, { argnums: 0 })(...args))).toEqual([6, 6]);
    expect(plain(hessian(f, { argnums: 1 })(...args))).toEqual(0);
  });

  test("Jacobians of trees are trees of blocks", () => {
    const f = ({ x, y }: { x: Tensor; y: Tensor }): unknown => ({ sum: x.sum().mul(y), both: [x.mul(y), y] });
    const at = { x: doubles([1, 2]), y: doubles(3) };
    const expected = {
      both: [
        {
          x: [
            [3, 0],
            [0, 3],
          ],
          y: [1, 2],
        },
        { x: [0, 0], y: 1 },
      ],
      sum: { x: [3, 3], y: 3 },
    };
    expect(plain(jacfwd(f)(at))).toEqual(expected);
    expect(plain(jacrev(f)(at))).toEqual(expected);
  });

  test("hasAux hands more through, whatever its shapes and dtypes", () => {
    const f = (x: Tensor): readonly [Tensor, unknown] => [
      x.square().sum(),
      {
        shifted: x.add(1).reshape(2, 1).T,
        signs: x.greater(0),
        count: integers(2),
        nested: [x.sum()],
        none: null,
      },
    ];
    for (const compute of [
      valueAndGrad(f, { hasAux: true }),
      jit(valueAndGrad(f, { hasAux: true })),
      valueAndGrad((x: Tensor) => jit(f)(x), { hasAux: true }),
    ]) {
      const [[value, aux], gradient] = compute(doubles([1, -2]));
      expect(value.item()).toBe(5);
      expect(plain(aux)).toEqual({ count: 2, nested: [-1], none: null, shifted: [[2, -1]], signs: [1, 0] });
      expect(gradient.toArray()).toEqual([2, -4]);
    }
  });

  test("what is beside the loss may depend on it in any way", () => {
    // The loss does not depend on the argument, the rest does; and the other way round.
    const [[, aux], zero] = valueAndGrad((x: Tensor) => [doubles(1), x.mul(2)] as const, { hasAux: true })(
      doubles([1, 2]),
    );
    expect([plain(aux), plain(zero)]).toEqual([
      [2, 4],
      [0, 0],
    ]);
    const [[loss], gradient] = valueAndGrad(
      (x: Tensor) => {
        const value = x.exp().sum();
        return [value, value] as const;
      },
      { hasAux: true },
    )(doubles(0));
    expect([loss.item(), gradient.item()]).toEqual([1, 1]);
  });

  test("numbers stand for tensors: float32 alone, of the primal's dtype as directions", () => {
    expect(grad((x: Tensor) => x.square())(3).dtype).toBe("float32");
    expect(grad((x: Tensor) => x.square())(3).item()).toBe(6);
    const [value, tangent] = jvp((x: Tensor) => x.square(), [doubles(3)], [0.1]);
    expect([value.dtype, tangent.dtype, tangent.item()]).toEqual(["float64", "float64", 0.1 * 6]);
    expect(linearize((x: Tensor) => x.square(), doubles(3))[1](0.1).item()).toBe(0.1 * 6);
    const [cotangent] = vjp((x: Tensor) => x.square(), doubles(3))[1](0.1);
    expect([cotangent.dtype, cotangent.item()]).toEqual(["float64", 0.1 * 6]);
    const product = hvp((x: Tensor) => x.pow(3), [doubles(3)], 0.1);
    expect(product.dtype).toBe("float64");
    expect(product.item()).toBeCloseTo(1.8, 14);
  });

  test("a tensor captured from outside is a constant, also when it is the argument itself", () => {
    const w = doubles([1, 2]);
    const f = (x: Tensor): Tensor => x.mul(w).sum();
    expect(plain(grad(f)(w))).toEqual([1, 2]);
    // Of the outer function it is a variable inside the inner one: x·d/dy(y·x²)(x) = x³.
    const outer = (x: Tensor): Tensor => x.mul(grad((y: Tensor) => y.mul(x.square()))(x));
    expect(grad(outer)(doubles(2)).item()).toBe(12);
    expect(plain(vmap(grad(outer))(doubles([1, 2])))).toEqual([3, 12]);
  });

  test("integers and booleans pass through derivatives", () => {
    const f = (x: Tensor, index: Tensor, flag: Tensor): Tensor => x.take(index).mul(flag).sum();
    const args = [doubles([1, 2, 3]), integers([2, 0, 2]), tensor([true, true, false])] as const;
    expect(plain(grad(f)(...args))).toEqual([1, 0, 1]);
    const [gradient, ofIndex, ofFlag] = vjp(f, ...args)[1](1);
    expect(plain(gradient)).toEqual([1, 0, 1]);
    expect([ofIndex.dtype, plain(ofIndex), ofFlag.dtype]).toEqual(["int32", [0, 0, 0], "bool"]);
    const [, tangent] = jvp(f, args, [
      doubles([1, 10, 100]),
      integers([7, 7, 7]),
      tensor([true, true, true]),
    ]);
    expect(tangent.item()).toBe(101);
    const [whole, none] = jvp((x: Tensor) => x.greater(0), [doubles([1, -1])], [doubles([1, 1])]);
    expect([plain(whole), none.dtype, plain(none)]).toEqual([[1, 0], "bool", [0, 0]]);
  });

  test("booleans are settings, told apart by jit", () => {
    let traces = 0;
    const f = (x: Tensor, { isTwice, list }: { isTwice: boolean; list: boolean[] }) => {
      traces++;
      return { isTwice, y: (isTwice ? x.mul(2) : x).mul(list[0] ? 10 : 1) };
    };
    const compiled = jit(f);
    const call = (isTwice: boolean, first: boolean): unknown =>
      plain(compiled(doubles([1, 2]), { isTwice, list: [first] }));
    expect(call(true, false)).toEqual({ isTwice: true, y: [2, 4] });
    expect(call(false, false)).toEqual({ isTwice: false, y: [1, 2] });
    expect(call(false, true)).toEqual({ isTwice: false, y: [10, 20] });
    expect(call(true, false)).toEqual({ isTwice: true, y: [2, 4] });
    expect(traces).toBe(3);
    const loss = (x: Tensor, isTwice: boolean): Tensor => f(x, { isTwice, list: [true] }).y.sum();
    expect(plain(grad(loss)(doubles([1, 2]), true))).toEqual([20, 20]);
    expect(plain(vmap(loss, { inAxes: [0, null] })(doubles([1, 2]).reshape(1, 2), false))).toEqual([30]);
    expect(jvp(loss, [doubles([1, 2]), true], [doubles([1, 0]), true])[1].item()).toBe(20);
  });

  test("slopes stop where they are told to", () => {
    const f = (x: Tensor): Tensor => x.mul(stopGradient(x.square()));
    expect(grad(f)(doubles(3)).item()).toBe(9);
    expect(grad(grad(f))(doubles(3)).item()).toBe(0);
    expect(jvp(f, [doubles(3)], [1])[1].item()).toBe(9);
    expect(plain(vmap(grad(f))(doubles([1, 2])))).toEqual([1, 4]);
    expect(grad((x: Tensor) => stopGradient(x))(doubles(3)).item()).toBe(0);
  });

  test("functions that do not depend on their argument", () => {
    const one = doubles(1);
    for (const f of [() => one, (x: Tensor) => x.mul(0), () => doubles(2).add(1)] as ((
      x: Tensor,
    ) => Tensor)[]) {
      expect(grad(f)(doubles(3)).item()).toBe(0);
      expect(grad(grad(f))(doubles(3)).item()).toBe(0);
      expect(jvp(f, [doubles(3)], [1])[1].item()).toBe(0);
      expect(jit(grad(f))(doubles(3)).item()).toBe(0);
      expect(plain(vmap(f)(doubles([1, 2])))).toEqual(plain(vmap(jit(f))(doubles([1, 2]))));
      expect(hessian(f)(doubles(3)).item()).toBe(0);
    }
    expect(jit(() => [])()).toEqual([]);
    expect(jit((x: Tensor) => [x, x, one])(doubles(3)).map((x) => x.item())).toEqual([3, 3, 1]);
    expect(plain(jacrev((x: Tensor) => [x, ones([2], { dtype: "float64" })])(doubles(3)))).toEqual([
      1,
      [0, 0],
    ]);
  });

  test("empty tensors", () => {
    const empty = zeros([0], { dtype: "float64" });
    expect(grad((x: Tensor) => x.square().sum())(empty).shape).toEqual([0]);
    expect(hessian((x: Tensor) => x.square().sum())(empty).shape).toEqual([0, 0]);
    expect(jacfwd((x: Tensor) => x.square())(empty).shape).toEqual([0, 0]);
    expect(jacrev((x: Tensor) => x.square())(empty).shape).toEqual([0, 0]);
    expect(vmap((x: Tensor) => x.square())(empty).shape).toEqual([0]);
    expect(vmap(grad((x: Tensor) => x.square().sum()))(zeros([0, 3])).shape).toEqual([0, 3]);
    expect(jit((x: Tensor) => x.sum())(empty).item()).toBe(0);
  });

  test("axes of a batch", () => {
    const x = doubles([1, 2, 3, 4, 5, 6]).reshape(2, 3);
    const f = (row: Tensor, { scale }: { scale: Tensor }): { scaled: Tensor; sum: Tensor } => ({
      scaled: row.mul(scale),
      sum: row.sum(),
    });
    const scale = doubles([10, 100, 1000]);
    const columns = vmap(f, { inAxes: [1, 0], outAxes: { scaled: 1, sum: 0 } })(x, { scale });
    expect(plain(columns)).toEqual({
      scaled: [
        [10, 200, 3000],
        [40, 500, 6000],
      ],
      sum: [5, 7, 9],
    });
    const shared = vmap(f, { inAxes: [-1, { scale: null }], outAxes: -1 })(x, { scale: doubles(2) });
    expect(plain(shared)).toEqual({
      scaled: [
        [2, 4, 6],
        [8, 10, 12],
      ],
      sum: [5, 7, 9],
    });
    const constant = vmap((row: Tensor) => [row.sum(), scale], { outAxes: [0, null] })(x);
    expect(plain(constant)).toEqual([
      [6, 15],
      [10, 100, 1000],
    ]);
  });
});

test("axes may end where all below has the same: a prefix of the tree", () => {
  const x = doubles([1, 2, 3, 4, 5, 6]);
  const model = {
    layers: [
      { w: x.reshape(2, 3), b: doubles([1, 2]) },
      { w: x.reshape(3, 2), b: doubles(10) },
    ],
    scale: { inner: [doubles(2)] },
  };
  const f = ({ layers: [first, second], scale }: typeof model, y: Tensor) => ({
    value: { sums: [first!.w.sum(), second!.w.mul(y).sum()], plain: scale.inner[0]! },
    rest: [first!.w.mul(first!.b).add(second!.b)],
  });
  const mapped = vmap(f, {
    inAxes: [{ layers: [0, { w: 1, b: null }], scale: null }, null],
    outAxes: { value: { sums: 0, plain: null }, rest: 1 },
  })(model, doubles(3));
  expect(plain(mapped)).toEqual({
    value: { sums: [[6, 15], [27, 36]], plain: 2 }, // prettier-ignore
    rest: [[[11, 18], [12, 20], [13, 22]]], // prettier-ignore
  });
});
