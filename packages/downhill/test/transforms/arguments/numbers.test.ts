/** Numbers among the arguments of transformed functions: which dtype they take. */
import { grad, hessian, hvp, jit, scan, tensor, type Tensor } from "downhill";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { setTarget, targetNames } from "../../targets/targets.ts";
import { doubles } from "./model.ts";

describe.each(targetNames)("numbers beside tensors: %s", (target) => {
  beforeAll(() => {
    setTarget(target);
  });
  afterAll(() => {
    setTarget("wasm");
  });

  const scaled = (x: Tensor, factor: Tensor): Tensor => x.mul(factor);

  test("lose no digits where all floats are float64", () => {
    const x = doubles([1, 3]);
    const expected = [0.1, 3 * 0.1];
    expect(jit(scaled)(x, 0.1).toArray()).toEqual(expected);
    expect(grad((z: Tensor, factor: Tensor) => scaled(z, factor).sum())(x, 0.1).toArray()).toEqual([
      0.1, 0.1,
    ]);
    expect(hessian((a: Tensor, z: Tensor) => scaled(z, a.square()).sum())(0.1, x)).toMatchObject({ dtype: "float64" }); // prettier-ignore
    expect(hvp((a: Tensor, z: Tensor) => scaled(z, a.square().mul(a)).sum(), [0.1, x], 1).item()).toBe(6 * 0.1 * 4); // prettier-ignore
    const [last] = scan((sum: Tensor, y: Tensor) => [sum.add(y), null] as const, 0.1, x);
    expect(last.item()).toBe(0.1 + 1 + 3);
  });

  test("are float32 beside others, whatever was compiled before", () => {
    const f = jit((x: Tensor, y: Tensor, factor: Tensor) => [x.mul(factor), y] as const);
    const [x, y] = [tensor([1, 2]), doubles([3])];
    expect(f(x, y, doubles(0.5))[0].dtype).toBe("float64");
    expect(f(x, y, 0.5)[0].dtype).toBe("float32");
    expect(jit(scaled)(tensor([1, 2]), 0.5).dtype).toBe("float32");
  });
});
