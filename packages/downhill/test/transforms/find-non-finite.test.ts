/** Functions with a fault planted: the operation, the line and the cause of the first number that is not finite. */
import { readFileSync } from "node:fs";
import {
  checkpoint,
  cond,
  customJvp,
  exp,
  forLoop,
  grad,
  jit,
  log,
  nn,
  random,
  scan,
  sub,
  tensor,
  type Tensor,
  vmap,
  where,
  whileLoop,
} from "downhill";
import { findNonFinite } from "downhill/explain";
import { describe, expect, test } from "vitest";

const lines = readFileSync(new URL(import.meta.url), "utf8").split("\n");

/** Of this file, counted from 1: the line that ends with the mark. */
const lineMarked = (mark: string): number => lines.findIndex((text) => text.endsWith(`// ← ${mark}`)) + 1;

const labels = tensor([1, 0, 0]);
const ownLogLoss = (logits: Tensor): Tensor => {
  const p = logits.sigmoid();
  const hits = labels.mul(log(p));
  const misses = labels
    .neg()
    .add(1)
    .mul(log(p.neg().add(1))); // ← log loss
  return hits.add(misses).mean().neg();
};

const compiled = jit((x: Tensor) => exp(x).sum()); // ← inside jit

interface Fault {
  readonly name: string;
  readonly f: (x: Tensor) => Tensor;
  readonly x: readonly number[];
  readonly phase: "forward" | "backward";
  readonly operation: string;
  readonly happened: string | RegExp;
  readonly change: RegExp;
  readonly index?: readonly number[];
}

const faults: readonly Fault[] = [
  {
    name: "log loss",
    f: ownLogLoss,
    x: [0, 30, -4],
    phase: "forward",
    operation: "log",
    happened: "log of 0 is −∞",
    change: /binaryCrossEntropy/,
    index: [1],
  },
  {
    name: "inside jit",
    f: (x) => log(compiled(x)),
    x: [0, 1, 100],
    phase: "forward",
    operation: "exp",
    happened: "e^100 overflows: float32 ends at 3.403e38",
    change: /softmax/,
    index: [2],
  },
  {
    name: "negative root",
    f: (x) => x.sub(2).sqrt().sum(), // ← negative root
    x: [3, 1],
    phase: "forward",
    operation: "sqrt",
    happened: "the square root of −1 does not exist",
    change: /above 0/,
    index: [1],
  },
  {
    name: "division by zero",
    f: (x) => x.div(x.sub(x.mean()).square().mean()).sum(), // ← division by zero
    x: [2, 2],
    phase: "forward",
    operation: "div",
    happened: "2 is divided by 0",
    change: /divisor/,
    index: [0],
  },
  {
    name: "squared",
    f: (x) => x.mul(1e15).square().sum(), // ← squared
    x: [1, 3e5],
    phase: "forward",
    operation: "square",
    happened: "(3e20)² overflows: float32 ends at 3.403e38",
    change: /smaller/,
    index: [1],
  },
  {
    name: "matrix product",
    f: (x) => x.reshape(1, 2).matmul(x.reshape(2, 1)).sum(), // ← matrix product
    x: [1, 1e20],
    phase: "forward",
    operation: "dot",
    happened: "the matrix product of numbers up to 1e20 and 1e20 overflows: float32 ends at 3.403e38",
    change: /smaller/,
    index: [0, 0],
  },
  {
    name: "distance of equal points",
    f: (x) => x.sub(1).square().sum().sqrt(), // ← distance of equal points
    x: [1, 1],
    phase: "backward",
    operation: "sqrt",
    happened: "the slope of the square root at 0 is infinite: 1/(2·√0)",
    change: /1e-12/,
  },
  {
    name: "the where trap",
    f: (x) => where(x.greater(0), x.sqrt(), 0).sum(), // ← the where trap
    x: [4, 1, 0],
    phase: "backward",
    operation: "sqrt",
    happened: /the where after it takes the other side here, but 0 times an infinite slope is NaN/,
    change: /where\(ok, x, 1\)/,
    index: [2],
  },
  {
    name: "a power at zero",
    f: (x) => x.pow(0.5).sum(), // ← a power at zero
    x: [1, 0],
    phase: "backward",
    operation: "pow",
    happened: "the slope of x^0.5 at 0 is infinite",
    change: /above 0/,
    index: [1],
  },
  {
    name: "a row that is masked altogether",
    f: (x) => {
      const masked = where(x.less(0), x, -Infinity);
      return exp(masked.sub(masked.max())).sum(); // ← a row that is masked altogether
    },
    x: [1, 2],
    phase: "forward",
    operation: "sub",
    happened: "sub of −∞ and −∞ is NaN",
    change: /finite element/,
    index: [0],
  },
  {
    name: "in a loop",
    f: (x) => scan((carry: Tensor) => [carry.square(), null], x, null, { length: 9 })[0].sum(), // ← in a loop
    x: [1, 2],
    phase: "forward",
    operation: "square",
    happened: /\(1\.845e19\)² overflows/,
    change: /smaller/,
    index: [1],
  },
];

describe.each(faults)("$name", ({ name, f, x, phase, operation, happened, change, index }) => {
  test("is found", () => {
    const found = findNonFinite(f)(tensor(x))!;
    expect(found).toMatchObject({ phase, operation });
    if (index) expect(found.index).toEqual(index);
    expect(Number.isFinite(found.value)).toBe(false);
    if (typeof happened === "string") expect(found.happened).toBe(happened);
    else expect(found.happened).toMatch(happened);
    expect(found.change).toMatch(change);
    expect(found.source).toMatchObject({ file: import.meta.filename, line: lineMarked(name) });
    expect(String(found)).toContain(`find-non-finite.test.ts:${found.source!.line}`);
  });

  test("the numbers are what the engine gives", () => {
    const at = tensor(x);
    const isBad = (tensors: Tensor): boolean => !tensors.data.every((value) => Number.isFinite(value));
    expect(isBad(phase === "forward" ? f(at) : grad(f)(at))).toBe(true);
  });
});

test("inside loops, choices and checkpoints: the operation, its line, and the step", () => {
  const x = tensor([2, 1]);
  const grow = (carry: Tensor, k: Tensor): Tensor => carry.square().mul(k); // ← in a step
  const rows = tensor([1, 1, 1e20, 1]);
  const loop = (z: Tensor): Tensor => scan((c: Tensor, k: Tensor) => [grow(c, k), c], z, rows)[0].sum();
  const found = findNonFinite(loop)(x)!;
  expect(found).toMatchObject({
    phase: "forward",
    operation: "square",
    steps: [3],
    value: Infinity,
    index: [0],
  });
  expect(found.source!.line).toBe(lineMarked("in a step"));
  expect(String(found)).toMatch(
    /^∞ at \[0\] in the value, by square, in step 3 of the loop, .*find-non-finite\.test\.ts/,
  );

  const backwards = (z: Tensor): Tensor => scan((c: Tensor, k: Tensor) => [c, c.sub(k).sqrt()], z, tensor([0, 1, 0.5]), { reverse: true })[1].sum(); // prettier-ignore
  // The step with k = 1 is the second one, from either end.
  expect(findNonFinite(backwards)(tensor(1))).toMatchObject({
    phase: "backward",
    operation: "sqrt",
    steps: [1],
  });

  const nested = (z: Tensor): Tensor => forLoop(0, 3, (i, a: Tensor) => forLoop(0, 2, (j, b: Tensor) => b.div(sub(3, i.add(j)).astype("float32")), a), z); // prettier-ignore
  expect(findNonFinite(nested)(tensor(1))).toMatchObject({ operation: "div", steps: [2, 1] });

  const halving = (z: Tensor): Tensor => whileLoop((a: Tensor) => a.greater(1), (a: Tensor) => a.sub(4), z); // prettier-ignore
  expect(findNonFinite((z: Tensor) => log(halving(z)))(tensor(5))).toBeNull();
  const chosen = (z: Tensor): Tensor => cond(z.greater(0), (a) => log(a.sub(1)), (a) => a, halving(z)); // prettier-ignore
  expect(findNonFinite(chosen)(tensor(9))).toMatchObject({ operation: "log", steps: [] });
  expect(findNonFinite(checkpoint(chosen))(tensor(9))).toMatchObject({ operation: "log" });
});

test("inside functions with a derivative of their own, and in their rules", () => {
  const inside = customJvp((z: Tensor) => log(z), ([z], [dz]) => dz.div(z)); // prettier-ignore
  expect(findNonFinite((z: Tensor) => inside(z).sum())(tensor([1, 0]))).toMatchObject({
    phase: "forward",
    operation: "log",
    index: [1],
  });
  // The value is finite, the slope that is given is not.
  const root = customJvp((z: Tensor) => z.sqrt(), ([z], [dz]) => dz.div(z.sqrt().mul(2))); // prettier-ignore
  expect(findNonFinite((z: Tensor) => root(z).sum())(tensor([1, 0]))).toMatchObject({
    phase: "backward",
    operation: "customJvp",
  });
});

test("an argument that holds NaN is named", () => {
  const net = nn.mlp([2, 2, 1]);
  const params = net.init(random.key(0));
  const X = tensor([
    [1, 2],
    [3, NaN],
  ]);
  const found = findNonFinite((p: typeof params, x: Tensor) => net.apply(p, x).sum())(params, X)!;
  expect(found).toMatchObject({ phase: "input", argument: "[1]", index: [1, 1], value: NaN });
  const spoilt = { layers: [params.layers[0]!, { ...params.layers[1]!, bias: tensor([Infinity]) }] };
  const inside = findNonFinite((p: typeof params, x: Tensor) => net.apply(p, x).sum())(
    spoilt,
    tensor([[1, 2]]),
  )!;
  expect(inside).toMatchObject({ phase: "input", argument: "[0].layers[1].bias", value: Infinity });
});

test("by other arguments, under other transforms", () => {
  const root = (_: Tensor, b: Tensor): Tensor => b.sqrt().sum();
  expect(findNonFinite(root)(tensor([1]), tensor([0]))).toBeNull();
  expect(findNonFinite(root, { argnums: 1 })(tensor([1]), tensor([0]))).toMatchObject({ operation: "sqrt" });
  const each = vmap((x: Tensor) => log(x));
  expect(findNonFinite((x: Tensor) => each(x).sum())(tensor([1, 0]))).toMatchObject({
    operation: "log",
    phase: "forward",
  });
});

test("nothing is found where all is finite, masks and saturation included", () => {
  const attention = (x: Tensor): Tensor => where(x.less(2), x, -Infinity).exp().sum();
  expect(findNonFinite(attention)(tensor([1, 2, 3]))).toBeNull();
  expect(
    findNonFinite((x: Tensor) => nn.binaryCrossEntropy(x, tensor([1, 0])))(tensor([1e4, 1e4])),
  ).toBeNull();
  expect(findNonFinite((x: Tensor) => x.std())(tensor([1, 1]))).toBeNull();
  expect(findNonFinite(() => tensor(1))()).toBeNull();
});
