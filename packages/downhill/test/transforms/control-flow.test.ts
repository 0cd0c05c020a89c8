/** JavaScript's `if` and loops on values: they work under derivatives, and are refused where there are no values. */
import {
  grad,
  hessian,
  hvp,
  jacrev,
  jit,
  jvp,
  linearize,
  makeProgram,
  ones,
  tensor,
  type Tensor,
  TraceError,
  valueAndGrad,
  vjp,
  vmap,
  where,
} from "downhill";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { setTarget, targetNames } from "../targets/targets.ts";

const scalar = (value: number): Tensor => tensor(value, { dtype: "float64" });

/** x³ above 1, sin x below, by a branch on the value. */
const branch = (x: Tensor): Tensor => (x.item() > 1 ? x.pow(3) : x.sin());
const branchSlope = (x: number): number => (x > 1 ? 3 * x * x : Math.cos(x));
const branchCurvature = (x: number): number => (x > 1 ? 6 * x : -Math.sin(x));

/** √a by Newton's method, with as many steps as the value needs. */
const root = (a: Tensor): Tensor => {
  let x = a.mul(0).add(1);
  while (Math.abs(x.item() ** 2 - a.item()) > 1e-9) x = x.add(a.div(x)).mul(0.5);
  return x;
};

describe.each(targetNames)("on %s", (target) => {
  beforeAll(() => setTarget(target));
  afterAll(() => setTarget("wasm"));

  test.each([-2, 0.5, 3])("a branch under every derivative, at %d", (at) => {
    const x = scalar(at);
    expect(grad(branch)(x).item()).toBeCloseTo(branchSlope(at), 12);
    expect(valueAndGrad(branch)(x)[1].item()).toBeCloseTo(branchSlope(at), 12);
    expect(vjp(branch, x)[1](2)[0].item()).toBeCloseTo(2 * branchSlope(at), 12);
    expect(jvp(branch, [x], [2])[1].item()).toBeCloseTo(2 * branchSlope(at), 12);
    expect(linearize(branch, x)[1](3).item()).toBeCloseTo(3 * branchSlope(at), 12);
    expect(jacrev(branch)(x).item()).toBeCloseTo(branchSlope(at), 12);
    expect(grad(grad(branch))(x).item()).toBeCloseTo(branchCurvature(at), 12);
    expect(hessian(branch)(x).item()).toBeCloseTo(branchCurvature(at), 12);
    expect(hvp(branch, [x], 1).item()).toBeCloseTo(branchCurvature(at), 12);
  });

  test.each([2, 9, 0.25])("a loop until convergence, at %d", (a) => {
    // The last step is exact to 1e-9 or better, and each step squares the error of the slope before it.
    expect(grad(root)(scalar(a)).item()).toBeCloseTo(0.5 / Math.sqrt(a), 6);
    expect(jvp(root, [scalar(a)], [1])[1].item()).toBeCloseTo(0.5 / Math.sqrt(a), 6);
  });

  test("the body sees values of functions outside: derivatives inside derivatives", () => {
    // d/dx [x · d/dy (y² if x > 1 else y³) at y = x]: of 2x² or 3x³.
    const outer = (x: Tensor): Tensor =>
      x.mul(grad((y: Tensor) => (x.item() > 1 && y.item() === x.item() ? y.square() : y.pow(3)))(x));
    expect(grad(outer)(scalar(2)).item()).toBeCloseTo(8, 12);
    expect(grad(outer)(scalar(0.5)).item()).toBeCloseTo(9 * 0.25, 12);
    expect(jvp(outer, [scalar(2)], [1])[1].item()).toBeCloseTo(8, 12);
    // A computed value of the outer function, read inside the inner one.
    const deeper = (x: Tensor): Tensor => {
      const doubled = x.mul(2);
      return jvp((y: Tensor) => (doubled.item() > 3 ? y.mul(doubled) : y), [x], [doubled])[1];
    };
    // 4x² above, 2x below.
    expect(grad(deeper)(scalar(2)).item()).toBeCloseTo(16, 12);
    expect(grad(deeper)(scalar(1)).item()).toBeCloseTo(2, 12);
  });

  test("every way of reading gives the value", () => {
    const seen: unknown[] = [];
    const slope = grad((x: Tensor) => {
      const y = x.mul(2);
      seen.push(y.toArray(), [...y.data], y.sum().item(), x.max().item());
      return y.sum();
    })(tensor([1, 2], { dtype: "float64" }));
    expect(seen).toEqual([[2, 4], [2, 4], 6, 2]);
    expect(slope.toArray()).toEqual([2, 2]);
  });
});

const pick = (x: Tensor): Tensor => (x.sum().item() > 0 ? x : x.neg());
const vector = ones([3]);

describe("where there is no value", () => {
  test.each<[name: string, purpose: string, run: () => unknown]>([
    ["jit", "jit", () => jit(pick)(vector)],
    ["vmap", "vmap", () => vmap(pick)(vector)],
    ["makeProgram", "makeProgram", () => makeProgram(pick)(vector)],
    ["grad inside jit", "jit", () => jit(grad((x: Tensor) => pick(x).sum()))(vector)],
    ["jit inside grad", "jit", () => grad((x: Tensor) => jit(pick)(x).sum())(vector)],
    ["vmap inside grad", "vmap", () => grad((x: Tensor) => vmap(pick)(x).sum())(vector)],
    ["grad inside vmap", "vmap", () => vmap(grad((x: Tensor) => pick(x).sum()))(vector)],
    ["hessian inside jit", "jit", () => jit(hessian((x: Tensor) => pick(x).sum()))(vector)],
    ["jit inside jit", "jit", () => jit((x: Tensor) => jit(pick)(x))(vector)],
  ])("%s says what to write instead", (_, purpose, run) => {
    expect(run).toThrow(TraceError);
    expect(run).toThrow(`item(): this tensor has no value while ${purpose} traces the function`);
    expect(run).toThrow("write where(condition, a, b) instead of if");
  });

  test.each(["data", "toArray()"] as const)("%s is refused likewise", (asked) => {
    const read = (x: Tensor): Tensor => {
      void (asked === "data" ? x.data : x.toArray());
      return x;
    };
    expect(() => jit(read)(vector)).toThrow(`${asked}: this tensor has no value`);
  });

  test("where does what the branch would", () => {
    const written = (x: Tensor): Tensor => where(x.sum().greater(0), x, x.neg());
    for (const x of [vector, vector.neg()]) expect(jit(written)(x).toArray()).toEqual(pick(x).toArray());
  });

  test("tensors from outside keep their values inside", () => {
    const scale = tensor([2, 3]);
    const f = jit((x: Tensor) => (scale.sum().item() === 5 ? x.mul(scale) : x));
    expect(f(ones([2])).toArray()).toEqual([2, 3]);
  });
});

describe("tensors that outlive their trace", () => {
  const leak = (transform: (f: (x: Tensor) => Tensor) => (x: Tensor) => unknown): Tensor => {
    let kept: Tensor | undefined;
    transform((x) => {
      kept = x.mul(2);
      return x.sum();
    })(vector);
    return kept!;
  };

  const transforms: readonly [string, (f: (x: Tensor) => Tensor) => (x: Tensor) => unknown][] = [
    ["grad", (f) => grad(f)],
    ["jit", (f) => jit(f)],
    ["vmap", (f) => vmap(f)],
    ["jvp", (f) => (x) => jvp(f, [x], [x])],
    ["makeProgram", (f) => makeProgram(f)],
  ];

  test.each(transforms)("%s", (name, transform) => {
    const kept = leak(transform);
    const message = `Traced(Tensor(float32${name === "vmap" ? "[]" : "[3]"}) in ${name}) outlived the call that traced it`;
    for (const use of [
      () => kept.item(),
      () => kept.toArray(),
      () => kept.add(1),
      () => jit((x: Tensor) => x)(kept),
      () => jit((x: Tensor) => x.add(kept))(vector),
      () => grad((x: Tensor) => x.add(kept).sum())(vector),
      () => vmap((x: Tensor) => x.add(kept))(vector),
      () => jvp((x: Tensor) => x, [kept], [kept]),
    ]) {
      expect(use).toThrow(TraceError);
      expect(use).toThrow(message);
      expect(use).toThrow("return the value from the function instead of storing it outside");
    }
  });

  test("an exception inside leaves no trace open", () => {
    const thrown = new Error("mine");
    const f = (_: Tensor): Tensor => {
      throw thrown;
    };
    expect(() => grad(f)(vector)).toThrow(thrown);
    expect(() => jit((x: Tensor) => grad(f)(x))(vector)).toThrow(thrown);
    expect(vector.add(1).toArray()).toEqual([2, 2, 2]);
  });
});
