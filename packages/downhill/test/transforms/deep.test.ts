/** Programs of 20 000 equations, and operations of 20 000 operands, overflow no stack and no limit. */
import {
  concatenate,
  grad,
  hvp,
  jit,
  jvp,
  makeProgram,
  ones,
  printProgram,
  setTarget,
  sum,
  type Tensor,
  vmap,
} from "downhill";
import { parseProgram } from "downhill/explain";
import { afterEach, describe, expect, test, vi } from "vitest";

vi.setConfig({ testTimeout: 120_000 });

const count = 20_000;
const rate = 0.999;

/** y ← 0.999·y + x, as often as makes `count` equations: x·Σ 0.999^i. */
const chain = (x: Tensor): Tensor => {
  let y = x;
  for (let i = 0; i < count / 2; i++) y = y.mul(rate).add(x);
  return y;
};
const f = (x: Tensor): Tensor => chain(x).sum();
const slope = (1 - rate ** (count / 2 + 1)) / (1 - rate);

const x = ones([3], { dtype: "float64" });

// A sum of 10⁴ terms, each rounded: 10⁴·2⁻⁵³ of the result.
const digits = 8;

afterEach(() => setTarget("wasm"));

describe("deep", () => {
  test("grad, plain and compiled", () => {
    for (const gradient of [grad(f)(x), jit(grad(f))(x)])
      for (const element of gradient.data) expect(element).toBeCloseTo(slope, digits);
  });

  test("a value read at the end", () => {
    const read = (z: Tensor): Tensor => (f(z).item() > 0 ? f(z) : z.sum());
    expect(grad(read)(x).data[0]).toBeCloseTo(slope, digits);
  });

  test("jvp, hvp and vmap", () => {
    setTarget("reference");
    expect(jvp(f, [x], [x])[1].item()).toBeCloseTo(3 * slope, digits);
    expect(hvp(f, [x], x).toArray()).toEqual([0, 0, 0]);
    const batch = vmap(f)(ones([2, 3], { dtype: "float64" }));
    for (const element of batch.data) expect(element).toBeCloseTo(3 * slope, digits);
  });

  test("print and parse", () => {
    const text = printProgram(makeProgram(grad(f))(x));
    expect(text.split("\n").length).toBeGreaterThan(count);
    expect(printProgram(parseProgram(text))).toBe(text);
  });
});

test("wide", () => {
  const repeated = (z: Tensor): Tensor => sum(concatenate(Array.from({ length: count }, () => z)));
  expect(jit(repeated)(x).item()).toBe(3 * count);
  expect(grad(repeated)(x).toArray()).toEqual([count, count, count]);
});
