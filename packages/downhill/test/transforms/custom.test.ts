/** Derivatives given by the user, and values computed again. */
import {
  checkpoint,
  clip,
  cond,
  customJvp,
  customVjp,
  grad,
  hessian,
  hvp,
  jacfwd,
  jacrev,
  jit,
  jvp,
  makeProgram,
  printProgram,
  scan,
  stopGradient,
  tensor,
  type Tensor,
  vmap,
} from "downhill";
import { parseProgram } from "downhill/explain";
import { describe, expect, test } from "vitest";
import { compileProgram } from "../../src/compiler/compile.ts";

const float64 = (data: number | readonly number[] | readonly number[][]): Tensor =>
  tensor(data, { dtype: "float64" });
const numbers = (x: Tensor): readonly number[] => Array.from(x.data);
const close = (actual: Tensor, expected: readonly number[]): void => {
  expect(actual.size).toBe(expected.length);
  numbers(actual).forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 12));
};

/** log(1 + eˣ) with the slope written so that it does not overflow: 1 − 1/(1 + eˣ) (JAX's example of a custom rule). */
const log1pexp = customJvp(
  (x: Tensor) => x.exp().add(1).log(),
  ([x], [dx]) => dx.div(x.neg().exp().add(1)),
);

describe("customJvp", () => {
  test("has the slope of its rule, to third order, in both modes", () => {
    const x = float64([-1.5, 0, 0.7, 3]);
    const sum = (f: (x: Tensor) => Tensor) => (z: Tensor) => f(z).sum();
    const first = grad(sum(log1pexp));
    const second = grad(sum(first));
    const third = grad(sum(second));
    const s = numbers(x).map((v) => 1 / (1 + Math.exp(-v)));
    close(first(x), s);
    close(
      second(x),
      s.map((v) => v * (1 - v)),
    );
    close(
      third(x),
      s.map((v) => v * (1 - v) * (1 - 2 * v)),
    );
    close(jvp(log1pexp, [x], [float64([1, 1, 1, 1])])[1], s);
    close(
      jit(second)(x),
      s.map((v) => v * (1 - v)),
    );
    close(vmap(grad(log1pexp))(x), s);
    expect(numbers(hessian(sum(log1pexp))(x)).filter((v) => v !== 0)).toHaveLength(4);
  });

  test("where the slope of what it does would overflow", () => {
    expect(grad((x: Tensor) => x.exp().add(1).log())(float64(1000)).item()).toBeNaN();
    expect(grad(log1pexp)(float64(1000)).item()).toBe(1);
    expect(jit(grad(log1pexp))(float64(1000)).item()).toBe(1);
  });

  test("takes trees, settings and integers, and gives trees", () => {
    const f = customJvp(
      ({ w, n }: { w: Tensor; n: Tensor }, double: boolean) => ({
        y: w.mul(n).mul(double ? 2 : 1),
        count: n.add(1),
      }),
      ([{ n }, double], [{ w: dw, n: dn }], { count }) => {
        expect(numbers(dn)).toEqual([0]);
        return { y: dw.mul(n).mul(double ? 20 : 10), count };
      },
    );
    const g = (double: boolean) => grad((w: Tensor) => f({ w, n: tensor(3, { dtype: "int32" }) }, double).y);
    expect(g(true)(float64(1)).item()).toBe(60);
    expect(g(false)(float64(1)).item()).toBe(30);
  });

  test("is called as it is without a transform, and may read values where they are known", () => {
    const f = customJvp(
      (x: Tensor) => (x.item() > 0 ? x.mul(2) : x.mul(3)),
      (_primals, [dx]) => dx.mul(100),
    );
    expect(f(float64(1)).item()).toBe(2);
    expect(grad(f)(float64(-1)).item()).toBe(100);
    expect(() => jit(f)(float64(1))).toThrow(/no value while/);
  });

  test("inside loops, choices and batches of some arguments", () => {
    const scaled = customJvp(
      (x: Tensor, k: Tensor) => x.mul(k),
      ([x, k], [dx, dk]) => dx.mul(k).add(dk.mul(x)).mul(10),
    );
    const loop = (x: Tensor): Tensor =>
      scan((c: Tensor, k: Tensor) => [scaled(c, k), null], x, float64([2, 3]))[0];
    expect(grad(loop)(float64(1)).item()).toBe(600);
    expect(jit(grad(loop))(float64(1)).item()).toBe(600);
    expect(
      grad((x: Tensor) =>
        cond(
          x.greater(0),
          (z) => scaled(z, z),
          (z) => z,
          x,
        ),
      )(float64(3)).item(),
    ).toBe(60);
    const one = grad((k: Tensor) => vmap((x: Tensor) => scaled(x, k))(float64([1, 2])).sum());
    expect(one(float64(5)).item()).toBe(30);
    const both = jacfwd((k: Tensor) => vmap((x: Tensor) => scaled(x, k))(float64([1, 2])));
    close(both(float64(5)), [10, 20]);
  });

  test("refuses rules that are not linear, wrong shapes, and tensors from outside that are differentiated", () => {
    const x = float64([1, 2]);
    const sum = (f: (x: Tensor) => Tensor) => (z: Tensor) => f(z).sum();
    const square = customJvp((z: Tensor) => z, (_z, [dz]) => dz.mul(dz)); // prettier-ignore
    expect(() => grad(sum(square))(x)).toThrow(/not linear in the tangents/);
    const clipped = customJvp((z: Tensor) => z, (_z, [dz]) => dz.tanh()); // prettier-ignore
    expect(() => jvp(clipped, [x], [x])).toThrow(/not linear in the tangents/);
    const misshapen = customJvp((z: Tensor) => z, (_z, [dz]) => dz.sum()); // prettier-ignore
    expect(() => grad(sum(misshapen))(x)).toThrow(/tangent of shape \[\] for result of shape \[2\]/);
    const outside = (w: Tensor): Tensor =>
      customJvp((z: Tensor) => z.mul(w), (_z, [dz]) => dz.mul(w))(x).sum(); // prettier-ignore
    expect(() => grad(outside)(float64(2))).toThrow(/make it an argument of the function/);
    expect(grad((w: Tensor) => outside(stopGradient(w)).add(w))(float64(2)).item()).toBe(1);
  });
});

/** The identity, whose cotangents are clipped to [−1, 1] (JAX's example). */
const clipGradient = customVjp(
  (x: Tensor) => x,
  (x) => [x, null],
  (_nothing, cotangent) => [clip(cotangent, -1, 1)],
);

describe("customVjp", () => {
  test("has the cotangents of backward", () => {
    const f = (x: Tensor): Tensor =>
      clipGradient(x)
        .mul(float64([0.5, 7, -9]))
        .sum();
    const x = float64([1, 1, 1]);
    close(grad(f)(x), [0.5, 1, -1]);
    close(jit(grad(f))(x), [0.5, 1, -1]);
    close(jacrev((z: Tensor) => clipGradient(z).mul(3))(float64([1, 2])), [1, 0, 0, 1]);
  });

  test("has a forward mode where backward is linear, and says why not elsewhere", () => {
    const sine = customVjp(
      (x: Tensor) => x.sin(),
      (x) => [x.sin(), { slope: x.cos() }],
      ({ slope }, ct) => [ct.mul(slope)],
    );
    const x = float64([0.3, -1.2]);
    const [value, tangent] = jvp(sine, [x], [float64([1, 2])]);
    close(value, [Math.sin(0.3), Math.sin(-1.2)]);
    close(tangent, [Math.cos(0.3), 2 * Math.cos(-1.2)]);
    close(jit((z: Tensor) => jvp(sine, [z], [z])[1])(x), [0.3 * Math.cos(0.3), -1.2 * Math.cos(-1.2)]);
    close(
      hvp((z: Tensor) => sine(z).sum(), [x], x),
      [-0.3 * Math.sin(0.3), 1.2 * Math.sin(-1.2)],
    );
    close(jacfwd((z: Tensor) => vmap(sine)(z))(x), [Math.cos(0.3), 0, 0, Math.cos(-1.2)]);
    close(hessian((z: Tensor) => sine(z).sum())(x), [-Math.sin(0.3), 0, 0, -Math.sin(-1.2)]);
    expect(() => jvp(clipGradient, [x], [x])).toThrow(/not linear in the cotangent/);
  });

  test("takes several arguments, null for one without a slope, loops and batches", () => {
    const f = customVjp(
      (x: Tensor, w: Tensor, n: Tensor) => x.mul(w).mul(n),
      (x, w, n) => [x.mul(w).mul(n), { x, n }],
      ({ x, n }, ct) => [null, ct.mul(x).mul(n).mul(10), null],
    );
    const n = tensor(2, { dtype: "int32" });
    const g = grad((x: Tensor, w: Tensor) => f(x, w, n), { argnums: [0, 1] });
    expect(g(float64(3), float64(5)).map((t) => t.item())).toEqual([0, 60]);
    const total = (w: Tensor): Tensor => vmap((x: Tensor) => f(x, w, n))(float64([1, 2])).sum();
    expect(grad(total)(float64(1)).item()).toBe(60);
    const loop = (w: Tensor): Tensor => scan((c: Tensor, x: Tensor) => [c.add(f(x, w, n)), null], float64(0), float64([1, 2]))[0]; // prettier-ignore
    expect(jit(grad(loop))(float64(1)).item()).toBe(60);
  });

  test("refuses what does not fit", () => {
    const x = float64([1, 2]);
    const with1 = (forward: unknown, backward: unknown): (() => unknown) => {
      const f = customVjp(
        (z: Tensor) => z,
        forward as (z: Tensor) => [Tensor, null],
        backward as () => [Tensor],
      );
      return () => grad((z: Tensor) => f(z).sum())(x);
    };
    expect(with1((z: Tensor) => z, () => [x])).toThrow(/forward must return \[value, residuals\]/); // prettier-ignore
    expect(with1((z: Tensor) => [z.sum(), null], () => [x])).toThrow(/value of forward of shape \[\]/); // prettier-ignore
    expect(with1((z: Tensor) => [z, null], () => x)).toThrow(/a list of 1 cotangents/); // prettier-ignore
    expect(with1((z: Tensor) => [z, null], () => [1])).toThrow(/cotangent of shape \[\]/); // prettier-ignore
  });
});

describe("checkpoint", () => {
  const layer = (w: Tensor, x: Tensor): Tensor => x.matmul(w).tanh().mul(x).sin();
  const weights = float64([
    [0.3, -0.2],
    [0.5, 0.8],
  ]);
  const x = float64([0.4, -0.7]);
  const network =
    (layerOf: typeof layer) =>
    (w: Tensor): Tensor =>
      layerOf(w, layerOf(w, layerOf(w, x))).sum();

  test("changes no value and no derivative, to third order", () => {
    const [plain, kept] = [network(layer), network(checkpoint(layer))];
    expect(numbers(kept(weights))).toEqual(numbers(plain(weights)));
    const third = (f: (w: Tensor) => Tensor): ((w: Tensor) => Tensor) =>
      grad((w: Tensor) => hvp(f, [w], w).square().sum());
    const derivatives = [grad as typeof third, hessian as typeof third, third];
    for (const derivative of derivatives)
      for (const compiled of [false, true]) {
        const of = (f: (w: Tensor) => Tensor): Tensor => {
          const g = derivative(f);
          return (compiled ? jit(g) : g)(weights);
        };
        close(of(kept), numbers(of(plain)));
      }
    close(jacfwd(checkpoint((z: Tensor) => layer(weights, z)))(x), numbers(jacfwd((z: Tensor) => layer(weights, z))(x))); // prettier-ignore
    const rows = float64([[0.1, 0.2], [0.3, -0.4]]); // prettier-ignore
    const batch = (f: typeof layer) =>
      grad((w: Tensor) => vmap((row: Tensor) => f(w, row))(rows).sum())(weights);
    close(batch(checkpoint(layer)), numbers(batch(layer)));
  });

  test("reverse mode keeps arguments only, and needs less memory", () => {
    const wide = (z: Tensor): Tensor =>
      Array.from({ length: 8 }).reduce<Tensor>((y) => y.sin().cumsum(0).tanh(), z);
    const stack = (f: typeof wide) => (z: Tensor) => f(f(f(f(f(f(z)))))).sum();
    const z = float64(Array.from({ length: 1000 }, (_, i) => i / 1000));
    const bytes = (f: typeof wide): number => compileProgram(makeProgram(grad(stack(f)))(z)).arenaBytes;
    const [all, few] = [bytes(wide), bytes(checkpoint(wide))];
    // 6 · 8 layers of three values each, against 6 layers and the inside of one.
    expect(few).toBeLessThan(all / 2);
    close(jit(grad(stack(checkpoint(wide))))(z), numbers(grad(stack(wide))(z)));
  });

  test("in a scan the carries are kept, and nothing else", () => {
    const step = (c: Tensor, w: Tensor): readonly [Tensor, null] => [layer(weights, c).mul(w), null];
    const loop = (f: typeof step) => (z: Tensor) => scan(f, z, float64([1, 0.9, 1.1]))[0].sum();
    const kept = makeProgram(grad(loop(checkpoint(step))))(x);
    close(jit(grad(loop(checkpoint(step))))(x), numbers(grad(loop(step))(x)));
    const [forward] = kept.equations.filter(({ primitive }) => primitive.name === "scan");
    // The last carry, and the carries before each step.
    expect(forward!.outputs.map(({ shape }) => shape)).toEqual([[2], [3, 2]]);
  });
});

test("programs with derivatives of their own print and parse back", () => {
  const f = (x: Tensor): Tensor => clipGradient(checkpoint(log1pexp)(x)).sum();
  for (const program of [makeProgram(f)(float64([1, 2])), makeProgram(grad(f))(float64([1, 2]))]) {
    const text = printProgram(program);
    expect(printProgram(parseProgram(text))).toBe(text);
    expect(text).toMatch(/checkpoint/);
  }
});
