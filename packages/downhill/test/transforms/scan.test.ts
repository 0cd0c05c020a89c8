/** Scans against the same loops written in JavaScript: values, derivatives to the third order, batches, on every target. */
import {
  ArgumentError,
  DTypeError,
  grad,
  hessian,
  jacfwd,
  jacrev,
  jit,
  jvp,
  makeProgram,
  printProgram,
  scan,
  ShapeError,
  tensor,
  type Tensor,
  type TensorData,
  vmap,
  where,
} from "downhill";
import { parseProgram } from "downhill/explain";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectClose } from "../primitives/op-table/compare.ts";
import { setTarget, targetNames } from "../targets/targets.ts";

const f64 = (data: TensorData): Tensor => tensor(data, { dtype: "float64" });

/** A loop in both forms: a scalar function of a weight matrix, a first state and a sequence. */
interface Loop {
  readonly name: string;
  readonly inLanguage: (w: Tensor, h: Tensor, xs: Tensor) => Tensor;
  readonly asScan: (w: Tensor, h: Tensor, xs: Tensor) => Tensor;
}

const stepsOf = (xs: Tensor): Tensor[] => Array.from({ length: xs.shape[0]! }, (_, i) => xs.take(i));

const loops: readonly Loop[] = [
  {
    name: "recurrent network, loss at each step",
    inLanguage: (w, h, xs) => {
      let total = f64(0);
      for (const x of stepsOf(xs)) {
        h = w.matmul(h).add(x).tanh();
        total = total.add(h.square().sum().mul(x.sum()));
      }
      return total;
    },
    asScan: (w, h, xs) => {
      const [, losses] = scan(
        (state: Tensor, x: Tensor) => {
          const next = w.matmul(state).add(x).tanh();
          return [next, next.square().sum().mul(x.sum())] as const;
        },
        h,
        xs,
      );
      return losses.sum();
    },
  },
  {
    name: "from the end, two carries that change places",
    inLanguage: (w, h, xs) => {
      let [a, b] = [h, w.take(0)];
      for (const x of stepsOf(xs).reverse()) [a, b] = [b, a.mul(x).sin()];
      return a.sum().add(b.square().sum());
    },
    asScan: (w, h, xs) => {
      const [{ a, b }] = scan(
        (state: { a: Tensor; b: Tensor }, x: Tensor) =>
          [{ a: state.b, b: state.a.mul(x).sin() }, null] as const,
        { a: h, b: w.take(0) },
        xs,
        { reverse: true },
      );
      return a.sum().add(b.square().sum());
    },
  },
  {
    name: "gradient descent inside, differentiated through",
    inLanguage: (w, h, xs) => {
      const loss = (p: Tensor, x: Tensor): Tensor => w.matmul(p).sub(x).square().sum();
      for (const x of stepsOf(xs)) h = h.sub(grad(loss)(h, x).mul(0.05));
      return h.square().sum();
    },
    asScan: (w, h, xs) => {
      const loss = (p: Tensor, x: Tensor): Tensor => w.matmul(p).sub(x).square().sum();
      const [last] = scan(
        (p: Tensor, x: Tensor) => [p.sub(grad(loss)(p, x).mul(0.05)), null] as const,
        h,
        xs,
      );
      return last.square().sum();
    },
  },
  {
    name: "a scan within a scan",
    inLanguage: (w, h, xs) => {
      for (const x of stepsOf(xs)) {
        let inner = h.mul(x);
        for (const row of stepsOf(w)) inner = inner.mul(row).add(0.5).tanh();
        h = h.add(inner);
      }
      return h.prod();
    },
    asScan: (w, h, xs) => {
      const [last] = scan(
        (state: Tensor, x: Tensor) => {
          const [inner] = scan(
            (s: Tensor, row: Tensor) => [s.mul(row).add(0.5).tanh(), null] as const,
            state.mul(x),
            w,
          );
          return [state.add(inner), null] as const;
        },
        h,
        xs,
      );
      return last.prod();
    },
  },
];

const w = f64([
  [0.5, -0.3],
  [0.2, 0.7],
]);
const h = f64([0.4, -0.2]);
const xs = f64([
  [1, 0.5],
  [0.3, -0.4],
  [0.2, 0.1],
  [-0.6, 0.9],
]);
const tolerance = (value: number): number => 1e-13 * (1 + Math.abs(value));

describe.each(targetNames)("%s", (target) => {
  beforeAll(() => setTarget(target));
  afterAll(() => setTarget("wasm"));

  describe.each(loops)("$name", ({ inLanguage, asScan }) => {
    const agree = (
      actual: Tensor | readonly Tensor[],
      expected: Tensor | readonly Tensor[],
      what: string,
    ): void => {
      [actual].flat().forEach((tensor, i) => expectClose(tensor, [expected].flat()[i]!, tolerance, what));
    };
    const both = (
      transform: (f: Loop["asScan"]) => (...args: [Tensor, Tensor, Tensor]) => Tensor | readonly Tensor[],
      what: string,
    ): void => {
      const expected = transform(inLanguage)(w, h, xs);
      agree(transform(asScan)(w, h, xs), expected, what);
      agree(jit(transform(asScan) as (...args: Tensor[]) => Tensor)(w, h, xs), expected, `jit ${what}`);
    };

    it("has the same value", () => both((f) => f, "value"));

    it("has the same gradients", () => both((f) => grad(f, { argnums: [0, 1, 2] }), "gradient"));

    it("has the same second derivatives, in every order of the modes", () => {
      both((f) => hessian(f), "hessian");
      both((f) => jacrev(jacfwd(f) as Loop["asScan"], { argnums: 1 }), "reverse over forward");
      both((f) => jacrev(grad(f) as Loop["asScan"], { argnums: 2 }), "reverse over reverse");
      both((f) => jacfwd(jacfwd(f) as Loop["asScan"], { argnums: 2 }), "forward over forward");
    });

    it("has the same third derivative along a direction", () => {
      both(
        (f) => (a, b, c) =>
          jvp((v: Tensor) => jvp((u: Tensor) => grad(f)(u, b, c), [v], [w])[1], [a], [w.mul(2)])[1],
        "third",
      );
    });

    it("has the same derivatives for each example of a batch", () => {
      const batch = f64([
        [0.4, -0.2],
        [1, 2],
        [-0.3, 0.6],
      ]);
      both(
        (f) => (a, _, c) => vmap(grad(f, { argnums: 1 }), { inAxes: [null, 0, null] })(a, batch, c),
        "batch",
      );
      both((f) => (a, b, c) => vmap(grad(f))(tensor([1, 2]).astype("float64").reshape(2, 1, 1).mul(a),
        b.broadcastTo([2, 2]), c.broadcastTo([2, 4, 2])), "batch of everything"); // prettier-ignore
    });

    it("prints and parses back", () => {
      const text = String(makeProgram(grad(asScan))(w, h, xs));
      expect(printProgram(parseProgram(text))).toBe(text);
    });
  });
});

describe("a scan", () => {
  const count = (carry: Tensor): readonly [Tensor, Tensor] => [carry.add(1), carry.mul(2)];

  it("may have no sequence, or no step", () => {
    const [last, ys] = scan(count, 0, null, { length: 3 });
    expect([last.item(), ys.toArray()]).toEqual([3, [0, 2, 4]]);
    const [same, none] = jit(() => scan(count, 5, null, { length: 0 }))();
    expect([same.item(), none.shape]).toEqual([5, [0]]);
  });

  it("hands through carries, sequences and captured tensors", () => {
    const captured = tensor([7, 8]);
    const run = jit((first: Tensor, sequence: Tensor) =>
      scan(
        (carry: Tensor, x: Tensor) => [carry, { x, captured, carry, one: tensor(1) }] as const,
        first,
        sequence,
      ),
    );
    const [last, ys] = run(tensor([1, 2]), tensor([[3], [4]]));
    expect(last.toArray()).toEqual([1, 2]);
    expect(ys.x.toArray()).toEqual([[3], [4]]);
    expect(ys.captured.toArray()).toEqual([[7, 8], [7, 8]]); // prettier-ignore
    expect(ys.carry.toArray()).toEqual([[1, 2], [1, 2]]); // prettier-ignore
    expect(ys.one.toArray()).toEqual([1, 1]);
  });

  it("goes through trees of sequences of any dtype", () => {
    const [last, ys] = jit(() =>
      scan(
        ({ n, on }: { n: Tensor; on: Tensor }, [x, flag]: [Tensor, Tensor]) => [
          { n: n.add(x), on: flag },
          where(on, n, x),
        ],
        { n: tensor(0, { dtype: "int32" }), on: tensor(true) },
        [tensor([1, 2, 3], { dtype: "int32" }), tensor([false, true, false])],
      ),
    )();
    expect([last.n.item(), last.on.item(), ys.toArray()]).toEqual([6, 0, [0, 2, 3]]);
  });

  it("runs many steps without growing", () => {
    const run = jit((start: Tensor) =>
      scan((x: Tensor) => [x.mul(0.999).add(0.001), null] as const, start, null, { length: 100_000 }),
    );
    expect(run(tensor(0))[0].item()).toBeCloseTo(1, 4);
  });

  it("refuses carries that change their type, and says how to mend it", () => {
    expect(() =>
      scan((c: Tensor) => [c.add(0.5), null], tensor(0, { dtype: "int32" }), null, { length: 2 }),
    ).toThrow(
      new DTypeError(
        "scan",
        'a carry goes in as int32 and comes out as float32; start from .astype("float32"), or convert what the function returns',
      ),
    );
    expect(() => scan((c: Tensor) => [c.reshape(1), null], tensor(0), null, { length: 2 })).toThrow(
      ShapeError,
    );
    expect(() => scan((c: Tensor) => [[c, c] as never, null], tensor(0), null, { length: 2 })).toThrow(
      ArgumentError,
    );
    expect(() => scan((c: Tensor) => c as never, tensor(0), null, { length: 2 })).toThrow(ArgumentError);
  });

  it("refuses sequences of different lengths, and none without a length", () => {
    const f = (c: Tensor): readonly [Tensor, null] => [c, null];
    expect(() => scan(f as never, 0, [tensor([1, 2]), tensor([1])])).toThrow(ShapeError);
    expect(() => scan(f as never, 0, tensor(1))).toThrow(ShapeError);
    expect(() => scan(f, 0, null)).toThrow(ArgumentError);
    expect(() => scan(f, 0, null, { length: -1 })).toThrow(ArgumentError);
  });

  it("has no values inside", () => {
    expect(() => scan((c: Tensor) => [c.mul(c.item()), null], 1, null, { length: 2 })).toThrow(
      /scan traces.*where/s,
    );
  });
});
