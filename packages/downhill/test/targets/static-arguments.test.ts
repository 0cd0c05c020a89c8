/** Settings as arguments of compiled functions. */
import { grad, jit, tensor, type Tensor, vmap } from "downhill";
import { expect, test } from "vitest";

test("a compiled function is traced once for each value of its static arguments", () => {
  let traced = 0;
  const power = jit(
    (x: Tensor, n: number, { half }: { half: boolean; name: string }) => {
      traced++;
      let product = x;
      for (let i = 1; i < n; i++) product = product.mul(x); // a number, not a tensor
      return half ? product.div(2) : product;
    },
    { staticArgnums: [1, 2] },
  );
  const x = tensor([1, 2, 3]);
  expect(power(x, 2, { half: false, name: "a" }).toArray()).toEqual([1, 4, 9]);
  expect(power(x, 3, { half: false, name: "a" }).toArray()).toEqual([1, 8, 27]);
  expect(power(x, 2, { name: "a", half: false }).toArray()).toEqual([1, 4, 9]);
  expect(traced).toBe(2);
  expect(power(x, 2, { half: true, name: "a" }).toArray()).toEqual([0.5, 2, 4.5]);
  expect(power(x, 2, { half: true, name: "b" }).toArray()).toEqual([0.5, 2, 4.5]);
  expect(traced).toBe(4);
  expect(grad((z: Tensor) => power(z, 3, { half: false, name: "a" }).sum())(x).toArray()).toEqual([
    3, 12, 27,
  ]);
  expect(vmap((z: Tensor) => power(z, 2, { half: false, name: "a" }))(x).toArray()).toEqual([1, 4, 9]);
});

test("functions are static by identity", () => {
  let traced = 0;
  const apply = jit((f: (x: Tensor) => Tensor, x: Tensor) => (traced++, f(x)), { staticArgnums: 0 });
  const twice = (x: Tensor): Tensor => x.mul(2);
  expect(apply(twice, tensor(3)).item()).toBe(6);
  expect(apply(twice, tensor(4)).item()).toBe(8);
  expect(apply((x) => x.mul(2), tensor(4)).item()).toBe(8);
  expect(traced).toBe(2);
});

test("refuses tensors among static arguments, and positions that cannot be", () => {
  const f = jit((x: Tensor, options: { w: Tensor }) => x.mul(options.w), { staticArgnums: 1 });
  expect(() => f(tensor(1), { w: tensor([1, 2]) })).toThrow(
    /argument 1 is static but has a tensor of shape \[2\]/,
  );
  const g = jit((x: Tensor) => x, { staticArgnums: -1 });
  expect(() => g(tensor(1))).toThrow(/staticArgnums -1; arguments are counted from 0/);
});

test("settings that change are other settings, whoever holds them", () => {
  let traced = 0;
  const f = jit((x: Tensor, { factors }: { factors: number[] }) => (traced++, factors.reduce((y, n) => y.mul(n), x)), { staticArgnums: 1 }); // prettier-ignore
  const settings = Object.assign(Object.create(null) as object, { factors: [2] });
  expect(f(tensor(1), settings).item()).toBe(2);
  expect(f(tensor(5), settings).item()).toBe(10);
  expect(traced).toBe(1);
  settings.factors.push(3);
  expect(f(tensor(1), settings).item()).toBe(6);
  settings.factors.pop();
  expect(f(tensor(1), settings).item()).toBe(2);
  expect(traced).toBe(2);
});

test("settings left out have the function's own values", () => {
  let traced = 0;
  const power = jit((x: Tensor, n?: number) => (traced++, x.pow(n ?? 2)), { staticArgnums: 1 });
  expect([power(tensor(3)).item(), power(tensor(3), 3).item(), power(tensor(4)).item()]).toEqual([9, 27, 16]);
  expect(traced).toBe(2);
});
