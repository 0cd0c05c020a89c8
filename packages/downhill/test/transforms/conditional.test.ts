/** Choices and loops of unknown length as one operation, against JavaScript's own, on every target. */
import {
  ArgumentError,
  cond,
  DTypeError,
  forLoop,
  grad,
  hessian,
  jacfwd,
  jit,
  jvp,
  linearize,
  makeProgram,
  printProgram,
  scan,
  ShapeError,
  switchCase,
  tensor,
  type Tensor,
  type TensorData,
  vmap,
  whileLoop,
} from "downhill";
import { parseProgram } from "downhill/explain";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectClose } from "../primitives/op-table/compare.ts";
import { setTarget, targetNames } from "../targets/targets.ts";

const f64 = (data: TensorData): Tensor => tensor(data, { dtype: "float64" });
/** A few roundings of numbers around 1. */
const tolerance = (value: number): number => 1e-13 * (1 + Math.abs(value));
const close = (actual: Tensor, expected: Tensor, what: string): void =>
  expectClose(actual, expected, tolerance, what);

const w = f64([0.5, -1.2]);

/** x³ with a captured weight above 1 in sum, sin x below. */
const chosen = (x: Tensor): Tensor =>
  cond(
    x.sum().greater(1),
    (z: Tensor) => z.pow(3).mul(w).sum(),
    (z: Tensor) => z.sin().sum(),
    x,
  );
const inLanguage = (x: Tensor): Tensor => (x.sum().item() > 1 ? x.pow(3).mul(w).sum() : x.sin().sum());

const cases = [
  (z: Tensor): Tensor => z.mul(2),
  (z: Tensor): Tensor => z.square().mul(w),
  (z: Tensor): Tensor => z,
];

/** 2x, until it is above 10. */
const doubled = (x: Tensor): Tensor =>
  whileLoop(
    (z: Tensor) => z.sum().less(10),
    (z: Tensor) => z.mul(2).add(w.mul(0.1)),
    x,
  );
const doubledInLanguage = (x: Tensor): Tensor => {
  while (x.sum().item() < 10) x = x.mul(2).add(w.mul(0.1));
  return x;
};

describe.each(targetNames)("%s", (target) => {
  beforeAll(() => setTarget(target));
  afterAll(() => setTarget("wasm"));

  const points = [f64([1, 0.7]), f64([0.2, 0.4])];

  it("chooses, with its derivatives to the third order, as JavaScript does", () => {
    type F = (x: Tensor) => Tensor;
    const third =
      (f: F): F =>
      (x) =>
        jvp((z: Tensor) => jvp(grad(f), [z], [w])[1], [x], [x])[1];
    const transforms: Record<string, (f: F) => F> = {
      value: (f) => f,
      gradient: (f) => grad(f),
      forwards: (f) => (x) => jvp(f, [x], [w])[1],
      linearized: (f) => (x) => linearize(f, x)[1](w),
      hessian: (f) => hessian(f),
      "reverse over reverse": (f) => grad((x: Tensor) => grad(f)(x).square().sum()),
      third,
    };
    for (const [name, transform] of Object.entries(transforms)) {
      const compiled = jit(transform(chosen));
      for (const x of points) {
        const expected = transform(inLanguage)(x);
        close(transform(chosen)(x), expected, name);
        close(compiled(x), expected, `jit ${name}`);
      }
    }
  });

  it("chooses for each example, or for all of a batch", () => {
    const xs = f64([[1, 0.7], [0.2, 0.4], [3, -1]]); // prettier-ignore
    const rows = [0, 1, 2].map((i) => xs.take(i));
    const slopes = jit(vmap(grad(chosen)))(xs);
    rows.forEach((row, i) => close(slopes.take(i), grad(inLanguage)(row), "each"));
    const byIndex = (i: Tensor, x: Tensor): Tensor => switchCase(i, cases, x);
    const all = vmap(byIndex, { inAxes: [null, 0] })(tensor(1, { dtype: "int32" }), xs);
    close(all, xs.square().mul(w), "all");
    const each = jit(vmap(byIndex))(tensor([2, 0, 1], { dtype: "int32" }), xs);
    rows.forEach((row, i) => close(each.take(i), cases[[2, 0, 1][i]!]!(row), "by index"));
  });

  it("runs only what is chosen, and takes the nearest function for an index out of range", () => {
    const compiled = jit((i: Tensor, x: Tensor) => switchCase(i, cases, x).sum());
    for (const [i, k] of [
      [-4, 0],
      [0, 0],
      [1, 1],
      [2, 2],
      [9, 2],
    ] as const)
      // prettier-ignore
      close(compiled(tensor(i, { dtype: "int32" }), w), cases[k]!(w).sum(), `index ${String(i)}`);
    // A loop that would never end, not chosen.
    const safe = jit(
      (go: Tensor) =>
      cond(go, (x: Tensor) => whileLoop(() => true, (z: Tensor) => z, x), (x: Tensor) => x.add(1), 1), // prettier-ignore
    );
    expect(safe(tensor(false)).item()).toBe(2);
  });

  it("loops while a condition holds, with forward derivatives", () => {
    for (const x of [f64([1, 0.5]), f64([20, 1]), f64([3, 3])]) {
      const expected = doubledInLanguage(x);
      close(doubled(x), expected, "value");
      close(jit(doubled)(x), expected, "jit");
      const slope = jacfwd(doubledInLanguage)(x);
      close(jacfwd(doubled)(x), slope, "slope");
      close(jit(jacfwd(doubled))(x), slope, "jit slope");
      const squares = (f: typeof doubled) => (z: Tensor) => f(z).pow(3).sum();
      const along = (f: typeof doubled) => (z: Tensor) => jvp(squares(f), [z], [w])[1];
      const second = (f: typeof doubled): Tensor => jvp(along(f), [x], [x])[1];
      close(second(doubled), second(doubledInLanguage), "second");
    }
  });

  it("loops for each example of a batch as long as that one needs", () => {
    const xs = f64([[1, 0.5], [20, 1], [3, 3]]); // prettier-ignore
    const batch = jit(vmap(doubled))(xs);
    const slopes = jit(vmap(jacfwd(doubled)))(xs);
    for (let i = 0; i < 3; i++) {
      close(batch.take(i), doubledInLanguage(xs.take(i)), "value");
      close(slopes.take(i), jacfwd(doubledInLanguage)(xs.take(i)), "slope");
    }
  });

  it("nests: choices in loops in batches, loops in choices", () => {
    const collatz = (n: Tensor): Tensor =>
      whileLoop(
        ({ m }: { m: Tensor; steps: Tensor }) => m.notEqual(1),
        ({ m, steps }: { m: Tensor; steps: Tensor }) => ({
          m: cond(m.mod(2).equal(0), (z: Tensor) => z.div(2).astype("int32"), (z: Tensor) => z.mul(3).add(1), m), // prettier-ignore
          steps: steps.add(1),
        }),
        { m: n, steps: tensor(0, { dtype: "int32" }) },
      ).steps;
    const numbers = tensor([1, 6, 7, 27], { dtype: "int32" });
    const expected = [0, 8, 16, 111];
    expected.forEach((steps, i) => expect(jit(collatz)(numbers.take(i)).item()).toBe(steps));
    expect(jit(vmap(collatz))(numbers).toArray()).toEqual(expected);
    // Differentiated through a scan of choices.
    const walk = (x: Tensor): Tensor =>
      scan(
        (z: Tensor, up: Tensor) =>
          [cond(up, (y: Tensor) => y.mul(x), (y: Tensor) => y.sin(), z), null] as const, // prettier-ignore
        x,
        tensor([true, false, true]),
      )[0].sum();
    const direct = (x: Tensor): Tensor => x.mul(x).sin().mul(x).sum();
    close(jit(grad(walk))(w), grad(direct)(w), "scan of choices");
  });

  it("counts, with bounds that are numbers or tensors", () => {
    const power = (end: Tensor | number, x: Tensor): Tensor =>
      forLoop(0, end, (i, z: Tensor) => z.mul(x).add(i.astype("float64")), x);
    const expected = (x: Tensor): Tensor => x.mul(x).mul(x).add(1).mul(x).add(2);
    close(jit((x: Tensor) => power(3, x))(w), expected(w), "numbers");
    close(jit(power)(tensor(3, { dtype: "int32" }), w), expected(w), "tensor");
    close(grad((x: Tensor) => power(3, x).sum())(w), grad((x: Tensor) => expected(x).sum())(w), "gradient");
    close(power(-2, w), w, "no step");
  });
});

describe("text and errors", () => {
  it("prints and parses back", () => {
    for (const f of [grad(chosen), jacfwd(doubled)]) {
      const text = String(makeProgram(f)(w));
      expect(printProgram(parseProgram(text))).toBe(text);
    }
  });

  it("refuses reverse mode through a loop of unknown length, and says what to write", () => {
    expect(() => grad((x: Tensor) => doubled(x).sum())(w)).toThrow(/forLoop or scan/);
  });

  it("refuses results that differ and predicates that are no scalars", () => {
    const f = (x: Tensor): Tensor => x;
    expect(() => cond(true, f, (x: Tensor) => x.sum(), w)).toThrow(ShapeError);
    expect(() => cond(true, f, (x: Tensor) => x.astype("float32"), w)).toThrow(DTypeError);
    expect(() => cond(true, f, (x: Tensor) => [x] as never, w)).toThrow(ArgumentError);
    expect(() => cond(w.greater(0), f, f, w)).toThrow(/where/);
    expect(() => switchCase(0, [], w)).toThrow(ArgumentError);
    expect(() => switchCase(tensor(0.5), [f], w)).toThrow(DTypeError);
    expect(() => whileLoop((x: Tensor) => x.greater(0), f, w)).toThrow(/any/);
    expect(() => whileLoop(() => true, (x: Tensor) => x.sum(), w)).toThrow(ShapeError); // prettier-ignore
    expect(() => forLoop(0, 1.5, (_, x: Tensor) => x, w)).toThrow(ArgumentError);
  });
});
